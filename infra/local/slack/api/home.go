package api

import "context"

type visit struct {
	Person string `json:"person"`
}

// openHome sends app_home_opened, with the home tab if there is one.
func (w *Workspace) openHome(ctx context.Context, in visit) (answer, error) {
	w.mu.Lock()
	p, err := w.acting(in.Person)
	var l letter
	if err == nil {
		members := map[string]any{"user": p.ID, "channel": direct(p).ID, "tab": "home"}
		if v, ok := w.views[w.homes[p.ID]]; ok {
			members["view"] = v.payload(w)
		}
		l, err = w.event("app_home_opened", members)
	}
	w.mu.Unlock()
	if err != nil {
		return answer{}, err
	}
	return acked(w.deliver(ctx, l))
}
