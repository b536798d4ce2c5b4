package sqs

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/apppass/apppass/infra/local/journal"
)

// open makes the state from the journal. One with anything past in it is written anew: what was in a deleted message must not stay in a
// file.
func (s *Service) open(path string) error {
	replayed := 0
	j, err := journal.Open(path, func(line json.RawMessage) error {
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("read a record: %w", err)
		}
		replayed++
		return s.apply(r)
	})
	if err != nil {
		return err
	}
	s.journal = j
	for name, q := range s.queues {
		if err := s.dropOutlived(name, q); err != nil {
			return errors.Join(err, j.Close())
		}
	}
	state := s.state()
	if replayed <= len(state) {
		return nil
	}
	err = j.Rewrite(func(keep func(any) error) error {
		for _, r := range state {
			if err := keep(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return errors.Join(err, j.Close())
	}
	return nil
}

// state is the fewest records that make the present state.
func (s *Service) state() []record {
	var all []record
	for _, name := range slices.Sorted(maps.Keys(s.queues)) {
		q := s.queues[name]
		all = append(all, record{Queue: name, Set: q.raw, At: q.created})
		if !q.modified.Equal(q.created) {
			all = append(all, record{Queue: name, Set: q.raw, At: q.modified})
		}
		if !q.purged.IsZero() {
			all = append(all, record{Queue: name, Purge: true, At: q.purged})
		}
		for _, m := range q.messages {
			all = append(all, record{Queue: name, Put: m, At: m.Sent})
		}
	}
	now := s.clock.Now()
	for name, at := range s.deleted {
		if s.queues[name] == nil && now.Sub(at) < nameHeld {
			all = append(all, record{Queue: name, Drop: true, At: at})
		}
	}
	return all
}
