package api

import (
	"encoding/json"
	"fmt"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
)

// target is the element that a person touches. The block may be left out where its app gave it no id, and the action likewise,
// as long as one element is meant.
type target struct {
	Person   string `json:"person"`
	Surface  string `json:"surface"` // a message's ts, a view's id, or "home"
	BlockID  string `json:"block_id"`
	ActionID string `json:"action_id"`
}

// touched is that element on its surface: in a message, or in a view.
type touched struct {
	person  *person
	message *message
	view    *view
	element blockkit.Element
	blocks  []map[string]any
}

// touch finds what a person touches, if they see it. The caller holds the lock.
func (w *Workspace) touch(at target) (touched, error) {
	p, err := w.acting(at.Person)
	if err != nil {
		return touched{}, err
	}
	t := touched{person: p}
	if t.message, t.view, err = w.surface(p, at.Surface); err != nil {
		return touched{}, err
	}
	if t.view != nil {
		t.blocks = t.view.finished()
	} else {
		t.blocks = t.message.finished()
	}
	var found []blockkit.Element
	for _, e := range blockkit.Elements(t.blocks) {
		if (at.BlockID == "" || at.BlockID == e.BlockID) && (at.ActionID == "" || at.ActionID == e.ActionID) {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		return touched{}, refuse("invalid_arguments", "%d elements of %s are in block %q with action %q; it must be one",
			len(found), at.Surface, at.BlockID, at.ActionID)
	}
	t.element = found[0]
	return t, nil
}

// surface finds a message or a view that a person sees. Of their modals only the topmost can be touched.
func (w *Workspace) surface(p *person, id string) (*message, *view, error) {
	home, ok := w.views[w.homes[p.ID]]
	switch {
	case ok && (id == typeHome || id == home.ID):
		return nil, home, nil
	case id == typeHome:
		return nil, nil, refuse("not_found", "%s has no home tab yet", p.ID)
	}
	if v, ok := w.views[id]; ok {
		_, err := w.topmost(p, id)
		return nil, v, err
	}
	for _, m := range w.messages {
		if m.TS == id && w.sees(p, m) {
			return m, nil, nil
		}
	}
	return nil, nil, refuse("not_found", "%s sees no message or view %q", p.ID, id)
}

// topmost is the modal with this id, if it is the one that a person can touch.
func (w *Workspace) topmost(p *person, id string) (*view, error) {
	v, ok := w.top(p.ID)
	if !ok || v.ID != id {
		return nil, refuse("not_found", "%q is not the topmost modal of %s", id, p.ID)
	}
	return v, nil
}

// chosen is what the person has chosen so far on the surface.
func (t touched) chosen() values {
	if t.view != nil {
		return t.view.State
	}
	return t.message.States[t.person.ID]
}

// picks is what a person picks: one string, or several.
type picks []string

// UnmarshalJSON reads a string, a list of strings, or null for nothing.
func (p *picks) UnmarshalJSON(body []byte) error {
	var one *string
	if err := json.Unmarshal(body, &one); err == nil {
		if *p = nil; one != nil {
			*p = picks{*one}
		}
		return nil
	}
	var several []string
	if err := json.Unmarshal(body, &several); err != nil {
		return fmt.Errorf("%s is neither a string nor a list of strings", body)
	}
	*p = several
	return nil
}
