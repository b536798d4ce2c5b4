package api

import (
	"fmt"
	"maps"
	"slices"
)

// compact writes the journal anew if there is anything past in it: a link that was taken from a view or a message must not stay in a file.
func (w *Workspace) compact() error {
	present := w.records()
	if w.replayed <= len(present) {
		return nil
	}
	err := w.journal.Rewrite(func(keep func(any) error) error {
		for _, r := range present {
			if err := keep(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write the workspace's journal anew: %w", err)
	}
	return nil
}

// records is the fewest records that make the present state, in an order that makes the same stacks.
func (s *state) records() []record {
	var all []record
	for _, p := range s.people {
		all = append(all, record{Person: p})
	}
	for _, m := range s.messages {
		all = append(all, record{Message: m})
	}
	for _, person := range slices.Sorted(maps.Keys(s.stacks)) {
		for _, id := range s.stacks[person] {
			all = append(all, record{View: s.views[id]})
		}
	}
	for _, person := range slices.Sorted(maps.Keys(s.homes)) {
		all = append(all, record{View: s.views[s.homes[person]]})
	}
	for _, id := range slices.Sorted(maps.Keys(s.hooks)) {
		all = append(all, record{Hook: s.hooks[id]})
	}
	return all
}
