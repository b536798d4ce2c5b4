package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
)

type query struct {
	target
	Value string `json:"value"`
}

// suggest sends block_suggestion and returns the options that the app suggests. They can be picked from then on.
func (w *Workspace) suggest(ctx context.Context, in query) (answer, error) {
	w.mu.Lock()
	t, err := w.touch(in.target)
	w.mu.Unlock()
	if err != nil {
		return answer{}, err
	}
	if !t.element.External() {
		return answer{}, refuse("invalid_arguments", "%s has options of its own", t.element)
	}
	if n := t.element.MinQueryLength(); utf8.RuneCountInString(in.Value) < n {
		return answer{}, refuse("invalid_arguments", "%s asks from %d characters on", t.element, n)
	}
	further := t.where(w)
	for name, v := range map[string]any{"block_id": t.element.BlockID, "action_id": t.element.ActionID, "value": in.Value} {
		further[name] = v
	}
	l, err := interaction(w.payload("block_suggestion", t.person, further))
	if err != nil {
		return answer{}, err
	}
	a, err := acked(w.deliver(ctx, l))
	if err != nil || !a.OK {
		return a, err
	}
	if problems := blockkit.CheckOptions(a.Ack.Body); len(problems) > 0 {
		return answer{}, withAck(invalid(sentences(problems)...), a.Ack)
	}
	var suggestion map[string]any
	if err := json.Unmarshal(a.Ack.Body, &suggestion); err != nil {
		return answer{}, err
	}
	a.Options = blockkit.Options(suggestion)

	w.mu.Lock()
	defer w.mu.Unlock()
	key := t.key()
	w.suggested[key] = append(w.suggested[key], a.Options...)
	return a, nil
}

// key names the element for one person.
func (t touched) key() string {
	surface := ""
	if t.view != nil {
		surface = t.view.ID
	} else {
		surface = t.message.TS
	}
	return fmt.Sprintf("%s %s %s %s", t.person.ID, surface, t.element.BlockID, t.element.ActionID)
}

// offered is the options that an external select has shown. If what is picked is not among them, the app is asked first: for
// everything, or, where the element wants a query, for the first value picked. Other elements have none.
func (w *Workspace) offered(ctx context.Context, at target, t touched, picked picks) ([]any, error) {
	if !t.element.External() {
		return nil, nil
	}
	shown := func() []any {
		w.mu.Lock()
		defer w.mu.Unlock()
		return slices.Clone(w.suggested[t.key()])
	}
	all := shown()
	if _, err := t.element.Choose(picked, all); err == nil {
		return all, nil
	}
	ask := query{target: at}
	if t.element.MinQueryLength() > 0 && len(picked) > 0 {
		ask.Value = picked[0]
	}
	a, err := w.suggest(ctx, ask)
	if err != nil {
		return nil, err
	}
	if !a.OK {
		return nil, refuse(a.Error, "ask the app for options: %s", a.Detail)
	}
	return shown(), nil
}
