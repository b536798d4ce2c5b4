package api

import (
	"context"
	"maps"
)

// clicked is a click on an element and what is picked there: by any of the members, whichever reads best for the element.
type clicked struct {
	target
	Value                picks `json:"value"`
	SelectedOption       picks `json:"selected_option"`
	SelectedOptions      picks `json:"selected_options"`
	SelectedDate         picks `json:"selected_date"`
	SelectedTime         picks `json:"selected_time"`
	SelectedUser         picks `json:"selected_user"`
	SelectedConversation picks `json:"selected_conversation"`
	SelectedChannel      picks `json:"selected_channel"`
	// Confirm is the answer to the element's confirmation dialog: with false nothing is sent. It is true if it is left out.
	Confirm *bool `json:"confirm"`
}

func (c clicked) picks() (picks, error) {
	var given []picks
	for _, p := range []picks{
		c.Value, c.SelectedOption, c.SelectedOptions, c.SelectedDate, c.SelectedTime, c.SelectedUser, c.SelectedConversation, c.SelectedChannel,
	} {
		if p != nil {
			given = append(given, p)
		}
	}
	switch len(given) {
	case 0:
		return nil, nil
	case 1:
		return given[0], nil
	}
	return nil, refuse("invalid_arguments", "a click picks by one member, not by %d", len(given))
}

// click sends block_actions. A url button sends it too.
func (w *Workspace) click(ctx context.Context, in clicked) (answer, error) {
	picked, err := in.picks()
	if err != nil {
		return answer{}, err
	}
	w.mu.Lock()
	t, err := w.touch(in.target)
	w.mu.Unlock()
	if err != nil {
		return answer{}, err
	}
	if t.element.Input && !t.element.Dispatch {
		return answer{}, refuse("invalid_arguments", "%s reports nothing before it is submitted", t.element)
	}
	offered, err := w.offered(ctx, in.target, t, picked)
	if err != nil {
		return answer{}, err
	}
	state, err := t.element.Choose(picked, offered)
	if err != nil {
		return answer{}, refuse("invalid_arguments", "%v", err)
	}
	if in.Confirm != nil && !t.element.Confirms() {
		return answer{}, refuse("invalid_arguments", "%s asks for no confirmation", t.element)
	}
	if in.Confirm != nil && !*in.Confirm {
		return answer{OK: true}, nil
	}
	l, err := w.acted(in.target, state)
	if err != nil {
		return answer{}, err
	}
	a, err := acked(w.deliver(ctx, l))
	a.URL = t.element.URL(state)
	return a, err
}

// acted keeps what was chosen and makes the payload that tells the app.
func (w *Workspace) acted(at target, state map[string]any) (letter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.touch(at)
	if err != nil {
		return letter{}, err
	}
	if t.element.Stateful() {
		if t, err = w.choose(t, state); err != nil {
			return letter{}, err
		}
	}
	further := t.where(w)
	further["actions"] = []any{t.element.Action(state, w.nextTS())}
	if t.view != nil {
		further["trigger_id"] = w.newTrigger(t.person.ID, t.view.ID)
		return interaction(w.payload("block_actions", t.person, further))
	}
	further["trigger_id"] = w.newTrigger(t.person.ID, "")
	further["state"] = map[string]any{"values": current(t.blocks, t.chosen())}
	further["response_url"], err = w.newHook("actions", hook{Person: t.person.ID, Channel: t.message.Channel, TS: t.message.TS})
	if err != nil {
		return letter{}, err
	}
	return interaction(w.payload("block_actions", t.person, further))
}

// choose keeps what stands in the element now.
func (w *Workspace) choose(t touched, state map[string]any) (touched, error) {
	chosen := t.chosen().with(t.element, state)
	if t.view != nil {
		next := *t.view
		next.State = chosen
		t.view = &next
		return t, w.commit(record{View: &next})
	}
	next := *t.message
	next.States = maps.Clone(next.States)
	if next.States == nil {
		next.States = map[string]values{}
	}
	next.States[t.person.ID] = chosen
	t.message = &next
	return t, w.commit(record{Message: &next})
}

// where is the members of a payload that say where an element is: container, and view, or channel and message. Of an ephemeral
// message the app gets the place only.
func (t touched) where(w *Workspace) map[string]any {
	if t.view != nil {
		return map[string]any{
			"container": map[string]any{"type": "view", "view_id": t.view.ID},
			"view":      t.view.payload(w),
		}
	}
	c, _ := w.channel(t.message.Channel)
	all := map[string]any{
		"container": map[string]any{
			"type": "message", "message_ts": t.message.TS, "channel_id": c.ID, "is_ephemeral": t.message.To != "",
		},
		"channel": map[string]any{"id": c.ID, "name": c.Name},
	}
	if t.message.To == "" {
		all["message"] = t.message.payload(w)
	}
	return all
}
