package secretsmanager

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/apppass/apppass/infra/local/journal"
)

// open makes the state from the journal. One with anything past in it is written anew: a deleted secret's value must not stay in a file.
func (s *Service) open(path string) error {
	replayed := 0
	j, err := journal.Open(path, func(line json.RawMessage) error {
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("read a record: %w", err)
		}
		replayed++
		s.apply(r)
		return nil
	})
	if err != nil {
		return err
	}
	s.journal = j
	err = s.forgetGone()
	if err == nil && replayed > len(s.secrets) {
		err = j.Rewrite(s.keep)
	}
	if err != nil {
		return errors.Join(err, j.Close())
	}
	return nil
}

// keep writes the present state: a record a secret.
func (s *Service) keep(keep func(record any) error) error {
	for _, name := range slices.Sorted(maps.Keys(s.secrets)) {
		sec := s.secrets[name]
		if err := keep(record{Put: &sec}); err != nil {
			return err
		}
	}
	return nil
}
