package dynamodb

import (
	"encoding/json"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
	"github.com/apppass/apppass/infra/local/aws/dynamodb/expression"
)

// maxPage is how much a Query or Scan reads, in bytes.
const maxPage = 1 << 20

// page is a Query's or Scan's answer. The last evaluated key is there whenever the reading ended before the last row was behind it,
// also if none is left.
type page struct {
	Items            []json.RawMessage `json:",omitzero"`
	Count            int
	ScannedCount     int
	LastEvaluatedKey attribute.Item `json:",omitempty"`
	ConsumedCapacity *consumed      `json:",omitempty"`
}

// reading is a Query or Scan that was found well-formed.
type reading struct {
	table      *table
	index      *index // nil for the table itself
	keys       keys   // of the table or the index
	rows       *sorted[row]
	filter     *expression.Condition
	projection *expression.Projection
	from, to   string // row keys; an empty to is the end
	backwards  bool
	limit      *int
	consistent bool
	count      bool
	meter      *meter
}

// start is the row key of an ExclusiveStartKey.
func (r *reading) start(key attribute.Item) (string, error) {
	if r.index == nil {
		if err := r.table.Keys.checkKey(key); err != nil {
			return "", attribute.Invalid("The provided starting key is invalid: The provided key element does not match the schema")
		}
		return r.table.Keys.row(key), nil
	}
	own := r.table.Keys.names()
	all := key.Only(append(r.keys.names(), own...)...)
	if len(all) != len(key) || !r.table.Keys.match(key.Only(own...)) || !r.keys.match(key.Only(r.keys.names()...)) {
		return "", attribute.Invalid("The provided starting key is invalid")
	}
	return r.keys.row(key) + r.table.Keys.row(key), nil
}

// after makes the reading go on behind a row.
func (r *reading) after(key string) {
	if r.backwards {
		r.to = key
		return
	}
	r.from = key + "\x00" // no row key begins with another, and this is behind key
}

func (r *reading) page() (*page, error) {
	out := &page{}
	if !r.count {
		out.Items = []json.RawMessage{}
	}
	rows := r.rows.between(r.from, r.to)
	if r.backwards {
		rows = r.rows.backwards(r.from, r.to)
	}
	size := 0
	var last row
	more := false
	for _, row := range rows {
		if out.ScannedCount > 0 && size+row.size > maxPage {
			more = true
			break
		}
		size += row.size
		last = row
		out.ScannedCount++
		if err := r.take(out, row); err != nil {
			return nil, err
		}
		if r.limit != nil && out.ScannedCount == *r.limit {
			more = true
			break
		}
	}
	if more {
		item, err := last.item()
		if err != nil {
			return nil, err
		}
		out.LastEvaluatedKey = item.Only(append(r.keys.names(), r.table.Keys.names()...)...)
	}
	r.meter.read(r.table, r.index, size, factor(r.consistent))
	out.ConsumedCapacity = r.meter.one()
	return out, nil
}

// take puts a row on the page, unless the filter keeps it off.
func (r *reading) take(out *page, row row) error {
	if r.filter != nil {
		item, err := row.item()
		if err != nil {
			return err
		}
		if !r.filter.Holds(item) {
			return nil
		}
	}
	out.Count++
	if r.count {
		return nil
	}
	item, err := of(r.projection, row)
	out.Items = append(out.Items, item)
	return err
}
