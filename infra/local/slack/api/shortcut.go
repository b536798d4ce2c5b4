package api

import "context"

type invoked struct {
	Person     string `json:"person"`
	CallbackID string `json:"callback_id"`
}

// shortcut sends a global shortcut.
func (w *Workspace) shortcut(ctx context.Context, in invoked) (answer, error) {
	w.mu.Lock()
	p, err := w.acting(in.Person)
	var l letter
	triggerID := ""
	if err == nil {
		triggerID = w.newTrigger(in.Person, "")
		l, err = interaction(w.payload("shortcut", p, map[string]any{
			"callback_id": in.CallbackID, "action_ts": w.nextTS(), "trigger_id": triggerID,
		}))
	}
	w.mu.Unlock()
	if err != nil {
		return answer{}, err
	}
	a, err := acked(w.deliver(ctx, l))
	a.TriggerID = triggerID
	return a, err
}
