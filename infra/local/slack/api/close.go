package api

import (
	"context"
	"slices"
)

type closed struct {
	Person string `json:"person"`
	ViewID string `json:"view_id"`
}

// closeView closes the topmost modal, or its whole stack where it says clear_on_close, and sends view_closed for each view that
// wants to hear of it. The answer has the ack for the view that was closed by hand.
func (w *Workspace) closeView(ctx context.Context, in closed) (answer, error) {
	letters, err := w.shut(in)
	if err != nil {
		return answer{}, err
	}
	a := answer{OK: true}
	for i, l := range letters {
		one, err := acked(w.deliver(ctx, l))
		if err != nil {
			return answer{}, err
		}
		if i == 0 || !one.OK {
			a = one
		}
	}
	return a, nil
}

// shut closes the views and makes the payloads, that of the topmost one first.
func (w *Workspace) shut(in closed) ([]letter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.acting(in.Person)
	if err != nil {
		return nil, err
	}
	top, err := w.topmost(p, in.ViewID)
	if err != nil {
		return nil, err
	}
	gone := []string{top.ID}
	if top.spec().ClearOnClose {
		gone = slices.Clone(w.stacks[p.ID])
		slices.Reverse(gone)
	}
	var letters []letter
	for _, id := range gone {
		v := w.views[id]
		if !v.spec().NotifyOnClose {
			continue
		}
		l, err := interaction(w.payload("view_closed", p, map[string]any{"view": v.payload(w), "is_cleared": top.spec().ClearOnClose}))
		if err != nil {
			return nil, err
		}
		letters = append(letters, l)
	}
	return letters, w.commit(record{Closed: gone})
}
