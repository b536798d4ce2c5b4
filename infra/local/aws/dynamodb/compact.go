package dynamodb

import "encoding/json"

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

// writeState writes every table, its rows by the hundred, and the tokens that are still good.
func (e *Engine) writeState(keep func(record any) error) error {
	for _, t := range e.tables {
		if err := keep(tableRecord{Table: &t.schema}); err != nil {
			return err
		}
		var writes []byte
		n := 0
		for _, r := range t.rows.between("", "") {
			writes = appendPut(writes, t, r)
			if n++; n%100 != 0 && n != t.rows.len {
				continue
			}
			if err := keep(json.RawMessage(`{"put":[` + string(writes) + `]}`)); err != nil {
				return err
			}
			writes = writes[:0]
		}
	}
	now := e.clock.Now()
	for name, t := range e.tokens {
		if now.Before(t.until) {
			if err := keep(json.RawMessage(record(nil, name, t))); err != nil {
				return err
			}
		}
	}
	return nil
}
