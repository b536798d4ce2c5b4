package dynamodb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
	"github.com/apppass/apppass/infra/local/journal"
)

// A journal has two kinds of records. One changes a table:
//
//	{"table":{the schema as it is from now on}}
//	{"drop":"name"}
//
// The other is a commit, in DynamoDB's JSON, read by hand because there are many:
//
//	{"put":[["table",{the item}]],"delete":[["table",{the key}]],"token":["client token","hash of the request","until, in ns"]}
type tableRecord struct {
	Table *schema `json:"table,omitempty"`
	Drop  string  `json:"drop,omitempty"`
}

const tableRecordStart = `{"table":`
const dropRecordStart = `{"drop":`

// commit writes the changes, and a transaction's token if it has one, to the journal and then makes them true.
func (e *Engine) commit(changes []*change, name string, t token) error {
	if line := record(changes, name, t); line != nil {
		if err := e.journal.Append(json.RawMessage(line)); err != nil {
			return err
		}
	}
	now := e.clock.Now()
	for _, c := range changes {
		c.apply()
		for _, m := range c.moves {
			m.at = now
			e.lagging = append(e.lagging, m)
		}
	}
	e.settle()
	if name != "" {
		e.tokens[name] = t
	}
	return nil
}

// record writes a commit, or nothing for one that changes nothing.
func record(changes []*change, name string, t token) []byte {
	var puts, deletes []byte
	for _, c := range changes {
		if c.after != nil {
			puts = appendWrite(puts, c.table.Name, c.new.text)
		} else if c.before != nil {
			key := c.before.Only(c.table.Keys.names()...)
			deletes = appendWrite(deletes, c.table.Name, string(key.Append(nil)))
		}
	}
	var members [][]byte
	if len(puts) > 0 {
		members = append(members, fmt.Appendf(nil, `"put":[%s]`, puts))
	}
	if len(deletes) > 0 {
		members = append(members, fmt.Appendf(nil, `"delete":[%s]`, deletes))
	}
	if name != "" {
		members = append(members, fmt.Appendf(nil, `"token":[%s,%q,"%d"]`, attribute.Quote(name), t.hash, t.until.UnixNano()))
	}
	if len(members) == 0 {
		return nil
	}
	return fmt.Appendf(nil, "{%s}", bytes.Join(members, []byte(",")))
}

// appendWrite adds ["table",item]. A table's name needs no escapes.
func appendWrite(to []byte, table, item string) []byte {
	if len(to) > 0 {
		to = append(to, ',')
	}
	to = append(to, `["`...)
	to = append(to, table...)
	to = append(to, `",`...)
	to = append(to, item...)
	return append(to, ']')
}

// keep writes a table's schema to the journal.
func (e *Engine) keep(s schema) error { return e.journal.Append(tableRecord{Table: &s}) }

// open makes the state from the journal, and writes the journal anew if most of it is past.
func (e *Engine) open(path string) error {
	written := 0
	j, err := journal.Open(path, func(line json.RawMessage) error {
		written += len(line)
		return e.replay(string(line))
	})
	if err != nil {
		return fmt.Errorf("open the tables: %w", err)
	}
	e.journal = j
	for _, t := range e.tables {
		if err := t.build(); err != nil {
			return errors.Join(err, j.Close())
		}
	}
	if written <= 2*e.size()+compactAbove {
		return nil
	}
	if err := e.compact(path); err != nil {
		return fmt.Errorf("write the journal of the tables anew: %w", errors.Join(err, e.journal.Close()))
	}
	return nil
}

func (e *Engine) replay(line string) error {
	if strings.HasPrefix(line, tableRecordStart) || strings.HasPrefix(line, dropRecordStart) {
		var r tableRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return fmt.Errorf("read a table's record: %w", err)
		}
		if r.Table == nil {
			delete(e.tables, r.Drop)
		} else if t, ok := e.tables[r.Table.Name]; ok {
			t.schema = *r.Table
		} else {
			e.tables[r.Table.Name] = newTable(*r.Table)
		}
		return nil
	}
	if err := e.replayCommit(attribute.NewReader(line)); err != nil {
		return fmt.Errorf("read a commit: %w", err)
	}
	return nil
}

// replayCommit sets rows only: indexes are built from them at the end.
func (e *Engine) replayCommit(r *attribute.Reader) error {
	return r.Object(func(member string) error {
		switch member {
		case "put":
			return e.replayWrites(r, func(t *table, item attribute.Item) { t.rows.set(t.Keys.row(item), newRow(item)) })
		case "delete":
			return e.replayWrites(r, func(t *table, key attribute.Item) { t.rows.delete(t.Keys.row(key)) })
		case "token":
			return e.replayToken(r)
		}
		return fmt.Errorf("it has %q, which is not known", member)
	})
}

func (e *Engine) replayWrites(r *attribute.Reader, do func(*table, attribute.Item)) error {
	return r.Array(func() error {
		var t *table
		return r.Array(func() error {
			if t == nil {
				name, err := r.String()
				if t = e.tables[name]; err == nil && t == nil {
					err = fmt.Errorf("there is no table %q", name)
				}
				return err
			}
			item, err := r.Item()
			if err == nil {
				do(t, item)
			}
			return err
		})
	})
}

func (e *Engine) replayToken(r *attribute.Reader) error {
	var parts []string
	err := r.Array(func() error {
		s, err := r.String()
		parts = append(parts, s)
		return err
	})
	if err != nil || len(parts) != 3 {
		return errors.Join(err, fmt.Errorf("a token has %d parts", len(parts)))
	}
	until, err := strconv.ParseInt(parts[2], 10, 64)
	if err == nil {
		e.tokens[parts[0]] = token{hash: parts[1], until: time.Unix(0, until)}
	}
	return err
}

// build makes the table's indexes from its rows.
func (t *table) build() error {
	for key, r := range t.rows.between("", "") {
		if len(t.indexes) == 0 && t.TTL == "" {
			return nil
		}
		item, err := r.item()
		if err != nil {
			return fmt.Errorf("index table %s: %w", t.Name, err)
		}
		for _, i := range t.indexes {
			if to, projected := i.row(key, item, r); to != "" {
				i.rows.set(to, projected)
			}
		}
		t.expect(key, item)
	}
	return nil
}
