package dynamodb

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
	"github.com/apppass/apppass/infra/local/journal"
)

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
	if err := j.Rewrite(e.writeState); err != nil {
		return errors.Join(err, j.Close())
	}
	return nil
}

func (e *Engine) replay(line string) error {
	if strings.HasPrefix(line, `{"table":`) || strings.HasPrefix(line, `{"drop":`) {
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
			return r.Array(func() error { return e.replayWrite(r, 3) })
		case "delete":
			return r.Array(func() error { return e.replayWrite(r, 2) })
		case "token":
			return e.replayToken(r)
		}
		return fmt.Errorf("it has %q, which is not known", member)
	})
}

// replayWrite reads one of a commit's writes: a put has three parts, a delete two.
func (e *Engine) replayWrite(r *attribute.Reader, parts int) error {
	var t *table
	size, n := 0, 0
	return r.Array(func() error {
		n++
		switch {
		case n == parts:
			return t.replay(r, size, parts == 3)
		case n == 1:
			name, err := r.String()
			if t = e.tables[name]; err == nil && t == nil {
				err = fmt.Errorf("there is no table %q", name)
			}
			return err
		case n == 2:
			text, err := r.String()
			if err != nil {
				return err
			}
			size, err = strconv.Atoi(text)
			return err
		}
		return errors.New("a write has too many parts")
	})
}

func (t *table) replay(r *attribute.Reader, size int, put bool) error {
	item, text, err := r.Pick(t.Keys.names()...)
	if err != nil {
		return err
	}
	if err := t.Keys.checkItem(item); err != nil {
		return err
	}
	if key := t.Keys.row(item); put {
		t.rows.set(key, row{text, size})
	} else {
		t.rows.delete(key)
	}
	return nil
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

// build makes the table's indexes and its expiry from its rows.
func (t *table) build() error {
	names := []string{t.TTL}
	for _, i := range t.indexes {
		names = append(names, i.projected()...)
	}
	if len(t.indexes) == 0 && t.TTL == "" {
		return nil
	}
	for key, r := range t.rows.between("", "") {
		item, _, err := attribute.NewReader(r.text).Pick(names...)
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
