package dynamodb

import (
	"encoding/json"
	"errors"
	"os"

	"github.com/apppass/apppass/infra/local/journal"
)

// compactAbove is how much past, in bytes, a journal may always have.
const compactAbove = 1 << 20

// size is about how many bytes the present state takes in a journal.
func (e *Engine) size() int {
	size := 0
	for _, t := range e.tables {
		for _, r := range t.rows.between("", "") {
			size += len(r.text) + len(t.Name) + 20
		}
	}
	return size
}

// compact replaces the journal by one that holds the present state only.
func (e *Engine) compact(path string) error {
	anew := path + ".new"
	if err := os.Remove(anew); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	j, err := journal.Open(anew, func(json.RawMessage) error { return errors.New("it is not empty") })
	if err != nil {
		return err
	}
	if err := e.writeState(j); err != nil {
		return errors.Join(err, j.Close())
	}
	if err := os.Rename(anew, path); err != nil {
		return errors.Join(err, j.Close())
	}
	former := e.journal
	e.journal = j // its file has the former's name now
	return former.Close()
}

// writeState writes every table, its rows by the hundred, and the tokens that are still good.
func (e *Engine) writeState(j *journal.Journal) error {
	for _, t := range e.tables {
		if err := j.Append(tableRecord{Table: &t.schema}); err != nil {
			return err
		}
		var writes []byte
		n := 0
		for _, r := range t.rows.between("", "") {
			writes = appendPut(writes, t, r)
			if n++; n%100 != 0 && n != t.rows.len {
				continue
			}
			if err := j.Append(json.RawMessage(`{"put":[` + string(writes) + `]}`)); err != nil {
				return err
			}
			writes = writes[:0]
		}
	}
	now := e.clock.Now()
	for name, t := range e.tokens {
		if now.Before(t.until) {
			if err := j.Append(json.RawMessage(record(nil, name, t))); err != nil {
				return err
			}
		}
	}
	return nil
}
