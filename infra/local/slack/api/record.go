package api

import (
	"fmt"
	"slices"
)

// record is one line of the journal: changes that become true together.
type record struct {
	Person  *person  `json:",omitempty"` // added, or put in the place of the one with its id
	Message *message `json:",omitempty"` // likewise, by channel and ts
	View    *view    `json:",omitempty"` // likewise; a new modal is pushed on its person's stack
	Hook    *hook    `json:",omitempty"` // likewise
	// Deleted is the ts of messages, Closed the ids of views that are no more.
	Deleted []place  `json:",omitempty"`
	Closed  []string `json:",omitempty"`
}

// place is where a message stands.
type place struct{ Channel, TS string }

// state is what the journal keeps. What hangs in it is never changed in place: a change is a changed copy in a record.
type state struct {
	people   []*person
	messages []*message
	views    map[string]*view
	stacks   map[string][]string // a person's modals by id, the topmost last
	homes    map[string]string   // a person's home tab by id
	hooks    map[string]*hook
	lastTS   int64 // of the latest message, in microseconds
}

func newState() state {
	return state{views: map[string]*view{}, stacks: map[string][]string{}, homes: map[string]string{}, hooks: map[string]*hook{}}
}

// commit writes r to the journal and makes it true. The caller holds the lock.
func (w *Workspace) commit(r record) error {
	if err := w.journal.Append(r); err != nil {
		return fmt.Errorf("keep a change of the workspace: %w", err)
	}
	w.apply(r)
	w.stir()
	return nil
}

func (s *state) apply(r record) {
	if p := r.Person; p != nil {
		s.people = put(s.people, p, func(other *person) bool { return other.ID == p.ID })
	}
	if m := r.Message; m != nil {
		s.messages = put(s.messages, m, func(other *message) bool { return other.place() == m.place() })
		s.lastTS = max(s.lastTS, microseconds(m.TS))
	}
	for _, gone := range r.Deleted {
		s.messages = slices.DeleteFunc(s.messages, func(m *message) bool { return m.place() == gone })
	}
	if v := r.View; v != nil {
		if _, known := s.views[v.ID]; !known && v.spec().Type == typeHome {
			s.homes[v.Person] = v.ID
		} else if !known {
			s.stacks[v.Person] = append(s.stacks[v.Person], v.ID)
		}
		s.views[v.ID] = v
	}
	for _, id := range r.Closed {
		if v, ok := s.views[id]; ok {
			s.stacks[v.Person] = slices.DeleteFunc(s.stacks[v.Person], func(other string) bool { return other == id })
			delete(s.views, id)
		}
	}
	if h := r.Hook; h != nil {
		s.hooks[h.ID] = h
	}
}

func put[T any](all []*T, one *T, same func(*T) bool) []*T {
	if i := slices.IndexFunc(all, same); i >= 0 {
		all[i] = one
		return all
	}
	return append(all, one)
}

func (s *state) person(id string) (*person, bool) {
	i := slices.IndexFunc(s.people, func(p *person) bool { return p.ID == id })
	if i < 0 {
		return nil, false
	}
	return s.people[i], true
}

func (s *state) message(at place) (*message, bool) {
	i := slices.IndexFunc(s.messages, func(m *message) bool { return m.place() == at })
	if i < 0 {
		return nil, false
	}
	return s.messages[i], true
}

// top is the topmost modal of a person.
func (s *state) top(person string) (*view, bool) {
	stack := s.stacks[person]
	if len(stack) == 0 {
		return nil, false
	}
	return s.views[stack[len(stack)-1]], true
}
