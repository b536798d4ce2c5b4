package dynamodb

import (
	"time"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// maxItem is an item's largest size, in bytes.
const maxItem = 400 << 10

// table is a table's schema and its items.
type table struct {
	schema
	rows    sorted[row]
	indexes []*index
	expiry  sorted[string] // row keys of what has a time to live, by that time
}

// row is an item as it is stored, or the part of one that an index has.
type row struct {
	text string // the item's JSON
	size int    // in bytes, as DynamoDB counts
}

func newRow(item attribute.Item) row { return row{text: string(item.Append(nil)), size: item.Size()} }

// item reads the row back.
func (r row) item() (attribute.Item, error) { return attribute.ParseItem(r.text) }

// size is the sum of the rows' sizes.
func size(rows *sorted[row]) int {
	sum := 0
	for _, r := range rows.between("", "") {
		sum += r.size
	}
	return sum
}

// index is a global secondary index: the rows of the items that have its keys.
type index struct {
	indexSchema
	table keys
	rows  sorted[row]
}

func newTable(s schema) *table {
	t := &table{schema: s}
	for _, i := range s.Indexes {
		t.indexes = append(t.indexes, &index{indexSchema: i, table: s.Keys})
	}
	return t
}

func (t *table) index(name string) (*index, error) {
	for _, i := range t.indexes {
		if i.Name == name {
			return i, nil
		}
	}
	return nil, attribute.Invalid("The table does not have the specified index: %s", name)
}

// change is what happens to one item. Before and after are nil where there is none.
type change struct {
	table         *table
	key           string
	before, after attribute.Item
	old, new      row
	moves         []move
}

// move is what an index has to make of a change.
type move struct {
	at       time.Time
	index    *index
	from, to string // row keys, empty for none
	old, new row
}

// change makes ready what turns before, stored as old, into after, which must be valid.
func (t *table) change(key string, old row, before, after attribute.Item) *change {
	c := &change{table: t, key: key, before: before, after: after, old: old}
	if after != nil {
		c.new = newRow(after)
	}
	for _, i := range t.indexes {
		m := move{index: i}
		m.from, m.old = i.row(c.key, before, c.old)
		m.to, m.new = i.row(c.key, after, c.new)
		if m.from != m.to || m.old != m.new {
			c.moves = append(c.moves, m)
		}
	}
	return c
}

// row is where and what the index keeps of an item; nowhere, if the item lacks a key.
func (i *index) row(key string, item attribute.Item, whole row) (string, row) {
	for _, a := range i.Keys.attributes() {
		if _, ok := item[a.Name]; !ok {
			return "", row{}
		}
	}
	if i.Projection != "ALL" {
		whole = newRow(item.Only(i.projected()...))
	}
	return i.Keys.row(item) + key, whole
}

// projected is the attributes that an index has, unless it has all.
func (i *index) projected() []string {
	return append(append(i.Keys.names(), i.table.names()...), i.NonKey...)
}

// apply makes the change true, except in indexes.
func (c *change) apply() {
	t := c.table
	if key, ok := t.due(c.key, c.before); ok {
		t.expiry.delete(key)
	}
	t.expect(c.key, c.after)
	if c.after == nil {
		t.rows.delete(c.key)
		return
	}
	t.rows.set(c.key, c.new)
}

func (m move) apply() {
	if m.from != "" && m.from != m.to {
		m.index.rows.delete(m.from)
	}
	if m.to != "" {
		m.index.rows.set(m.to, m.new)
	}
}

// settle shows in the indexes what is old enough to be seen.
func (e *Engine) settle() {
	n := 0
	seen := e.clock.Now().Add(-e.switches.IndexDelay)
	for n < len(e.lagging) && (e.switches.IndexDelay == 0 || !e.lagging[n].at.After(seen)) {
		e.lagging[n].apply()
		n++
	}
	if e.lagging = e.lagging[n:]; len(e.lagging) == 0 {
		e.lagging = nil
	}
}

// checkItem refuses an item that the table can't have.
func (t *table) checkItem(item attribute.Item) error {
	if err := t.Keys.checkItem(item); err != nil {
		return err
	}
	if err := t.checkIndexed(item); err != nil {
		return err
	}
	if item.Size() > maxItem {
		return attribute.Invalid("Item size has exceeded the maximum allowed size")
	}
	return nil
}

// checkIndexed refuses values that can't be keys of the table's indexes.
func (t *table) checkIndexed(item attribute.Item) error {
	for _, i := range t.indexes {
		for _, a := range i.Keys.attributes() {
			v, ok := item[a.Name]
			if ok && v.Type != a.Type {
				return attribute.Invalid("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", a.Name, a.Type, v.Type, i.Name)
			}
			where := "IndexName: " + i.Name + ", IndexKey: " + a.Name
			if err := refuseEmpty(v, "A value specified for a secondary index key is not supported. ", where); err != nil {
				return err
			}
		}
		if err := i.Keys.checkSizes(item); err != nil {
			return err
		}
	}
	return nil
}
