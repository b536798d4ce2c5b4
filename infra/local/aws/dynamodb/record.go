package dynamodb

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// A journal has two kinds of records. One changes a table:
//
//	{"table":{the schema as it is from now on}}
//	{"drop":"name"}
//
// The other is a commit, in DynamoDB's JSON, read by hand because there are many:
//
//	{"put":[["table","the item's size",{the item}]],"delete":[["table",{the key}]],"token":["client token","hash of the request","until, in ns"]}
type tableRecord struct {
	Table *schema `json:"table,omitempty"`
	Drop  string  `json:"drop,omitempty"`
}

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
		switch {
		case c.new == c.old: // a check, or nothing new
		case c.after != nil:
			puts = appendPut(puts, c.table, c.new)
		default:
			deletes = appendDelete(deletes, c.table, c.before.Only(c.table.Keys.names()...))
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

// appendPut adds ["table","size",item]. A table's name needs no escapes.
func appendPut(to []byte, t *table, r row) []byte {
	return fmt.Appendf(comma(to), `["%s","%d",%s]`, t.Name, r.size, r.text)
}

// appendDelete adds ["table",key].
func appendDelete(to []byte, t *table, key attribute.Item) []byte {
	return append(key.Append(fmt.Appendf(comma(to), `["%s",`, t.Name)), ']')
}

func comma(to []byte) []byte {
	if len(to) > 0 {
		to = append(to, ',')
	}
	return to
}

// keep writes a table's schema to the journal.
func (e *Engine) keep(s schema) error { return e.journal.Append(tableRecord{Table: &s}) }
