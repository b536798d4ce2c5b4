package dynamodb

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
	"github.com/apppass/apppass/infra/local/aws/dynamodb/expression"
)

// What a batch may be at most.
const (
	maxBatchGet   = 100
	maxBatchWrite = 25
	maxBatch      = 16 << 20 // bytes, of an answer or of a request
)

type (
	batchGetItemRequest struct {
		RequestItems           map[string]*keysOf
		ReturnConsumedCapacity string
	}
	// keysOf is what a batch gets from one table.
	keysOf struct {
		Keys                     []attribute.Item
		ConsistentRead           bool              `json:",omitempty"`
		ProjectionExpression     *string           `json:",omitempty"`
		ExpressionAttributeNames map[string]string `json:",omitempty"`
	}
	batchGot struct {
		Responses        map[string][]json.RawMessage
		UnprocessedKeys  map[string]*keysOf
		ConsumedCapacity []consumed `json:",omitempty"`
	}
)

func (e *Engine) batchGetItem(in *batchGetItemRequest) (*batchGot, error) {
	m, err := newMeter(in.ReturnConsumedCapacity)
	if err != nil {
		return nil, err
	}
	n := 0
	for name, of := range in.RequestItems {
		if of == nil || len(of.Keys) == 0 {
			return nil, constraint("[]", "requestItems."+name+".member.keys", "Member must have length greater than or equal to 1")
		}
		n += len(of.Keys)
	}
	if n == 0 {
		return nil, constraint("{}", "requestItems", "Member must have length greater than or equal to 1")
	}
	if n > maxBatchGet {
		return nil, attribute.Invalid("Too many items requested for the BatchGetItem call")
	}
	b := batch{e, m, &batchGot{Responses: map[string][]json.RawMessage{}, UnprocessedKeys: map[string]*keysOf{}}, 0}
	tables := slices.Sorted(maps.Keys(in.RequestItems))
	for _, name := range tables {
		if err := b.check(name, in.RequestItems[name]); err != nil {
			return nil, err
		}
	}
	for _, name := range tables {
		if err := b.get(e.tables[name], in.RequestItems[name]); err != nil {
			return nil, err
		}
	}
	b.out.ConsumedCapacity = m.report(plain)
	return b.out, nil
}

// batch is a BatchGetItem under way.
type batch struct {
	engine *Engine
	meter  *meter
	out    *batchGot
	size   int // of the answer's items
}

func (of *keysOf) parse() (*expression.Projection, error) {
	return projected{of.ProjectionExpression, of.ExpressionAttributeNames}.parse()
}

func (b *batch) check(name string, of *keysOf) error {
	if _, err := of.parse(); err != nil {
		return err
	}
	t, err := b.engine.table(name)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, key := range of.Keys {
		if err := t.checkKeyOf(key); err != nil {
			return err
		}
		at := t.Keys.row(key)
		if seen[at] {
			return attribute.Invalid("Provided list of item keys contains duplicates")
		}
		seen[at] = true
	}
	return nil
}

func (b *batch) get(t *table, keys *keysOf) error {
	projection, err := keys.parse()
	if err != nil {
		return err
	}
	b.out.Responses[t.Name] = []json.RawMessage{}
	var undone []attribute.Item
	for _, key := range keys.Keys {
		r, exists := t.rows.get(t.Keys.row(key))
		if b.engine.switches.UnprocessedKeys > 0 {
			b.engine.switches.UnprocessedKeys--
			undone = append(undone, key)
			continue
		}
		if b.size+r.size > maxBatch {
			undone = append(undone, key)
			continue
		}
		b.size += r.size
		b.meter.read(t, nil, r.size, factor(keys.ConsistentRead))
		if !exists {
			continue
		}
		item, err := of(projection, r)
		if err != nil {
			return err
		}
		b.out.Responses[t.Name] = append(b.out.Responses[t.Name], item)
	}
	if len(undone) > 0 {
		left := *keys
		left.Keys = undone
		b.out.UnprocessedKeys[t.Name] = &left
	}
	return nil
}

type (
	batchWriteItemRequest struct {
		RequestItems                map[string][]batchAction
		ReturnConsumedCapacity      string
		ReturnItemCollectionMetrics string
	}
	// batchAction is exactly one of its members.
	batchAction struct {
		PutRequest    *struct{ Item attribute.Item } `json:",omitempty"`
		DeleteRequest *struct{ Key attribute.Item }  `json:",omitempty"`
	}
	batchWritten struct {
		UnprocessedItems map[string][]batchAction
		ConsumedCapacity []consumed `json:",omitempty"`
	}
)

func (e *Engine) batchWriteItem(in *batchWriteItemRequest) (*batchWritten, error) {
	m, err := newMeter(in.ReturnConsumedCapacity)
	if err := first(err, oneOf("returnItemCollectionMetrics", in.ReturnItemCollectionMetrics, "NONE", "SIZE")); err != nil {
		return nil, err
	}
	n := 0
	for name, actions := range in.RequestItems {
		if len(actions) == 0 {
			return nil, constraint("[]", "requestItems."+name, "Member must have length greater than or equal to 1")
		}
		n += len(actions)
	}
	if n == 0 {
		return nil, constraint("{}", "requestItems", "Member must have length greater than or equal to 1")
	}
	if n > maxBatchWrite {
		return nil, attribute.Invalid("Too many items requested for the BatchWriteItem call")
	}
	out := &batchWritten{UnprocessedItems: map[string][]batchAction{}}
	var writes []*write
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		for _, a := range in.RequestItems[name] {
			w, err := e.prepareBatchAction(name, a)
			if err != nil {
				return nil, err
			}
			if seen[name+"\x00"+w.key] {
				return nil, attribute.Invalid("Provided list of item keys contains duplicates")
			}
			seen[name+"\x00"+w.key] = true
			if e.switches.UnprocessedItems > 0 {
				e.switches.UnprocessedItems--
				out.UnprocessedItems[name] = append(out.UnprocessedItems[name], a)
				continue
			}
			writes = append(writes, w)
		}
	}
	changes := make([]*change, len(writes))
	for i, w := range writes {
		if changes[i], err = w.run(); err != nil {
			return nil, err
		}
	}
	if err := e.commit(changes, "", token{}); err != nil {
		return nil, err
	}
	for _, c := range changes {
		m.write(c, 1)
	}
	out.ConsumedCapacity = m.report(plain)
	return out, nil
}

func (e *Engine) prepareBatchAction(table string, a batchAction) (*write, error) {
	about := conditional{TableName: table}
	switch {
	case (a.PutRequest == nil) == (a.DeleteRequest == nil):
		return nil, attribute.Invalid("Supplied WriteRequest must have exactly one of PutRequest and DeleteRequest")
	case a.PutRequest != nil:
		return e.preparePut(&put{about, a.PutRequest.Item})
	}
	return e.prepareDelete(&removal{about, a.DeleteRequest.Key})
}
