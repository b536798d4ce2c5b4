package api

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
)

type submitted struct {
	Person string `json:"person"`
	ViewID string `json:"view_id"`
	// Values is what was typed or chosen, by block_id and action_id; what is left out stays as it is.
	Values map[string]map[string]picks `json:"values"`
}

// submit sends view_submission, and does to the modal what the ack says.
func (w *Workspace) submit(ctx context.Context, in submitted) (answer, error) {
	offered, err := w.offeredTo(ctx, in)
	if err != nil {
		return answer{}, err
	}
	v, l, err := w.filled(in, offered)
	if err != nil {
		return answer{}, err
	}
	a, err := acked(w.deliver(ctx, l))
	if err != nil || !a.OK {
		return a, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a.Errors, err = w.follow(v, a.Ack.Body)
	if err != nil {
		return answer{}, withAck(err, a.Ack)
	}
	return a, nil
}

// offeredTo asks the app for the options of the external selects that are picked from, by block_id and action_id.
func (w *Workspace) offeredTo(ctx context.Context, in submitted) (map[[2]string][]any, error) {
	all := map[[2]string][]any{}
	for block, actions := range in.Values {
		for action, picked := range actions {
			at := target{Person: in.Person, Surface: in.ViewID, BlockID: block, ActionID: action}
			w.mu.Lock()
			t, err := w.touch(at)
			w.mu.Unlock()
			if err != nil {
				return nil, err
			}
			if all[[2]string{block, action}], err = w.offered(ctx, at, t, picked); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// filled puts the values into the view, refuses what the client does not let through, and makes the payload.
func (w *Workspace) filled(in submitted, offered map[[2]string][]any) (*view, letter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.acting(in.Person)
	if err != nil {
		return nil, letter{}, err
	}
	v, err := w.topmost(p, in.ViewID)
	if err != nil {
		return nil, letter{}, err
	}
	if s := v.spec(); s.Submit == nil || string(s.Submit) == "null" {
		return nil, letter{}, refuse("invalid_arguments", "the view has no submit button")
	}
	blocks := v.finished()
	next := *v
	wrong := map[string]string{}
	for _, e := range blockkit.Elements(blocks) {
		picked, given := in.Values[e.BlockID][e.ActionID]
		if !given {
			continue
		}
		if !e.Stateful() {
			return nil, letter{}, refuse("invalid_arguments", "%s holds no value", e)
		}
		state, err := e.Choose(picked, offered[[2]string{e.BlockID, e.ActionID}])
		if err != nil {
			wrong[e.BlockID] = err.Error()
			continue
		}
		next.State = next.State.with(e, state)
	}
	now := current(blocks, next.State)
	for _, e := range blockkit.Elements(blocks) {
		if e.Input && !e.Optional && wrong[e.BlockID] == "" && e.Empty(now[e.BlockID][e.ActionID]) {
			wrong[e.BlockID] = "Please complete this required field."
		}
	}
	if len(wrong) > 0 {
		r := refuse("invalid_arguments", "the client does not submit this")
		r.Errors = wrong
		return nil, letter{}, r
	}
	if err := w.commit(record{View: &next}); err != nil {
		return nil, letter{}, err
	}
	urls, err := w.responseURLs(&next, blocks, now)
	if err != nil {
		return nil, letter{}, err
	}
	l, err := interaction(w.payload("view_submission", p, map[string]any{
		"trigger_id": w.newTrigger(p.ID, v.ID), "view": next.payload(w), "response_urls": urls,
	}))
	return &next, l, err
}

// responseURLs is a response_url for each chosen conversation whose element asks for one.
func (w *Workspace) responseURLs(v *view, blocks []map[string]any, now values) ([]any, error) {
	urls := []any{}
	for _, e := range blockkit.Elements(blocks) {
		state := now[e.BlockID][e.ActionID]
		chosen, _ := state["selected_conversation"].(string)
		if chosen == "" {
			chosen, _ = state["selected_channel"].(string)
		}
		if !e.ResponseURLEnabled() || chosen == "" {
			continue
		}
		url, err := w.newHook("actions", hook{Person: v.Person, Channel: chosen})
		if err != nil {
			return nil, err
		}
		urls = append(urls, map[string]any{
			"block_id": e.BlockID, "action_id": e.ActionID, "channel_id": chosen, "response_url": url,
		})
	}
	return urls, nil
}

// order is what an ack of a view_submission says.
type order struct {
	Action string            `json:"response_action"`
	View   json.RawMessage   `json:"view"`
	Errors map[string]string `json:"errors"`
}

// follow does what the ack says: nothing closes the view. The errors are those that the app wants shown. A view that closed
// before the ack came is not changed any more.
func (w *Workspace) follow(submitted *view, body []byte) (map[string]string, error) {
	v, open := w.views[submitted.ID]
	if len(body) == 0 {
		return nil, w.commit(record{Closed: []string{submitted.ID}})
	}
	var o order
	if err := decodeStrictly(body, &o); err != nil {
		return nil, refuse("invalid_arguments", "the ack of a view_submission is empty, or {response_action, view, errors}: %v", err)
	}
	if !open {
		v = submitted
	}
	switch o.Action {
	case "errors":
		return o.Errors, shown(v, o.Errors)
	case "clear":
		return nil, w.commit(record{Closed: slices.Clone(w.stacks[v.Person])})
	case "update", "push":
		if o.Action == "push" && w.height(v) >= maxStack {
			return nil, refuse("push_limit_reached", "the modal has %d views", maxStack)
		}
		self := v
		if o.Action == "push" {
			self = nil
		}
		sent, err := w.checkView(o.View, typeModal, self)
		if err != nil || !open {
			return nil, err
		}
		if o.Action == "push" {
			return nil, w.commit(record{View: w.newView(v.Person, sent, v)})
		}
		return nil, w.commit(record{View: w.changedView(v, sent)})
	}
	return nil, refuse("invalid_arguments", "there is no response_action %q", o.Action)
}

// shown refuses errors that the client can't write beside an input.
func shown(v *view, errors map[string]string) error {
	if len(errors) == 0 {
		return refuse("invalid_arguments", "response_action errors needs errors")
	}
	inputs := map[string]bool{}
	for _, e := range blockkit.Elements(v.finished()) {
		inputs[e.BlockID] = inputs[e.BlockID] || e.Input
	}
	for _, block := range slices.Sorted(maps.Keys(errors)) {
		if !inputs[block] {
			return refuse("invalid_arguments", "%q in the errors is no input block of the view", block)
		}
		if errors[block] == "" {
			return refuse("invalid_arguments", "the error of %q is empty", block)
		}
	}
	return nil
}
