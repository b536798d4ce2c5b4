package dynamodb

import (
	"encoding/json"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// What the three single writes are told beside what to write. Item collections are those of local secondary indexes: there are none.
type returns struct {
	ReturnValues                string
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

type written struct {
	Attributes       json.RawMessage `json:",omitempty"`
	ConsumedCapacity *consumed       `json:",omitempty"`
}

type putItemRequest struct {
	put
	returns
}

func (e *Engine) putItem(in *putItemRequest) (*written, error) {
	if err := oneOf("returnValues", in.ReturnValues, "NONE", "ALL_OLD"); err != nil {
		return nil, err
	}
	w, err := e.preparePut(&in.put)
	return e.write(w, err, &in.returns)
}

type deleteItemRequest struct {
	removal
	returns
}

func (e *Engine) deleteItem(in *deleteItemRequest) (*written, error) {
	if err := oneOf("returnValues", in.ReturnValues, "NONE", "ALL_OLD"); err != nil {
		return nil, err
	}
	w, err := e.prepareDelete(&in.removal)
	return e.write(w, err, &in.returns)
}

type updateItemRequest struct {
	update
	returns
}

func (e *Engine) updateItem(in *updateItemRequest) (*written, error) {
	if err := oneOf("returnValues", in.ReturnValues, "NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"); err != nil {
		return nil, err
	}
	w, err := e.prepareUpdate(&in.update)
	return e.write(w, err, &in.returns)
}

// write does a single write that was prepared, unless that failed.
func (e *Engine) write(w *write, err error, r *returns) (*written, error) {
	m, wrong := newMeter(r.ReturnConsumedCapacity)
	if err := first(wrong, oneOf("returnItemCollectionMetrics", r.ReturnItemCollectionMetrics, "NONE", "SIZE"), err); err != nil {
		return nil, err
	}
	c, err := w.run()
	if err != nil {
		return nil, err
	}
	if err := e.commit([]*change{c}, "", token{}); err != nil {
		return nil, err
	}
	m.write(c, 1)
	out := &written{ConsumedCapacity: m.one()}
	switch r.ReturnValues {
	case "ALL_OLD":
		out.Attributes = attributes(c.before)
	case "ALL_NEW":
		out.Attributes = attributes(c.after)
	case "UPDATED_OLD":
		out.Attributes = attributes(w.update.Changed(c.before))
	case "UPDATED_NEW":
		out.Attributes = attributes(w.update.Changed(c.after))
	}
	return out, nil
}

// attributes is nothing for an item without any.
func attributes(item attribute.Item) json.RawMessage {
	if len(item) == 0 {
		return nil
	}
	return item.Append(nil)
}
