package api

func (w *Workspace) viewsOpen(a args) (map[string]any, error) {
	sent, err := w.checkView(a.json("view"), typeModal, nil)
	if err != nil {
		return nil, err
	}
	t, err := w.valid(a.text("trigger_id"))
	if err != nil {
		return nil, err
	}
	return w.show(a.text("trigger_id"), w.newView(t.person, sent, nil))
}

// viewsPush takes a trigger_id of an act in a modal, and puts the view atop of that modal's stack.
func (w *Workspace) viewsPush(a args) (map[string]any, error) {
	sent, err := w.checkView(a.json("view"), typeModal, nil)
	if err != nil {
		return nil, err
	}
	t, err := w.valid(a.text("trigger_id"))
	if err != nil {
		return nil, err
	}
	top, ok := w.top(t.person)
	if _, there := w.views[t.view]; !ok || !there {
		return nil, refuse("not_found", "the trigger_id is not of an act in an open modal")
	}
	if w.height(top) >= maxStack {
		return nil, refuse("push_limit_reached", "the modal has %d views", maxStack)
	}
	return w.show(a.text("trigger_id"), w.newView(t.person, sent, top))
}

// show puts a new view up and uses the trigger_id.
func (w *Workspace) show(triggerID string, v *view) (map[string]any, error) {
	if err := w.commit(record{View: v}); err != nil {
		return nil, err
	}
	w.exchange(triggerID)
	return map[string]any{"view": v.payload(w)}, nil
}

// height is how many views the stack of v has.
func (w *Workspace) height(v *view) int {
	var n int
	for _, id := range w.stacks[v.Person] {
		if w.views[id].Root == v.Root {
			n++
		}
	}
	return n
}

func (w *Workspace) viewsUpdate(a args) (map[string]any, error) {
	var v *view
	switch id, external := a.text("view_id"), a.text("external_id"); {
	case id == "" && external == "":
		return nil, invalid("missing required field: view_id or external_id")
	case id != "":
		v = w.views[id]
	default:
		for _, one := range w.views {
			if one.spec().ExternalID == external {
				v = one
			}
		}
	}
	if v == nil {
		return nil, refuse("not_found", "there is no such view any more")
	}
	return w.change(v, a)
}

// change gives a view its new content, if the hash that the app gives is that of the view.
func (w *Workspace) change(v *view, a args) (map[string]any, error) {
	sent, err := w.checkView(a.json("view"), v.spec().Type, v)
	if err != nil {
		return nil, err
	}
	if hash := a.text("hash"); hash != "" && hash != v.Hash {
		return nil, refuse("hash_conflict", "the view has changed since hash %s", hash)
	}
	next := w.changedView(v, sent)
	if err := w.commit(record{View: next}); err != nil {
		return nil, err
	}
	return map[string]any{"view": next.payload(w)}, nil
}

func (w *Workspace) viewsPublish(a args) (map[string]any, error) {
	p, ok := w.person(a.text("user_id"))
	if !ok || p.Bot {
		return nil, invalid("user_id is not a valid user ID [json-pointer:/user_id]")
	}
	if home, ok := w.views[w.homes[p.ID]]; ok {
		return w.change(home, a)
	}
	sent, err := w.checkView(a.json("view"), typeHome, nil)
	if err != nil {
		return nil, err
	}
	if a.text("hash") != "" {
		return nil, refuse("hash_conflict", "there was no home tab")
	}
	v := w.newView(p.ID, sent, nil)
	if err := w.commit(record{View: v}); err != nil {
		return nil, err
	}
	return map[string]any{"view": v.payload(w)}, nil
}
