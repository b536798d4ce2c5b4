package dynamodb

import "github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"

type (
	transactGetItemsRequest struct {
		TransactItems          []struct{ Get *get }
		ReturnConsumedCapacity string
	}
	get struct {
		TableName string
		Key       attribute.Item
		projected
	}
	transactGot struct {
		Responses        []got
		ConsumedCapacity []consumed `json:",omitempty"`
	}
)

func (e *Engine) transactGetItems(in *transactGetItemsRequest) (*transactGot, error) {
	m, err := newMeter(in.ReturnConsumedCapacity)
	if err := first(err, checkActions(len(in.TransactItems))); err != nil {
		return nil, err
	}
	out := &transactGot{Responses: []got{}}
	items := map[string]bool{}
	size := 0
	for _, a := range in.TransactItems {
		if a.Get == nil {
			return nil, missing("transactItems.get")
		}
		projection, err := a.Get.parse()
		if err != nil {
			return nil, err
		}
		t, err := e.table(a.Get.TableName)
		if err != nil {
			return nil, err
		}
		if err := t.checkKeyOf(a.Get.Key); err != nil {
			return nil, err
		}
		key := t.Keys.row(a.Get.Key)
		if err := onlyOnce(items, t, key); err != nil {
			return nil, err
		}
		r, exists := t.rows.get(key)
		m.read(t, nil, r.size, 2)
		size += r.size
		one := got{}
		if exists {
			if one.Item, err = of(projection, r); err != nil {
				return nil, err
			}
		}
		out.Responses = append(out.Responses, one)
	}
	if size > maxTransaction {
		return nil, attribute.Invalid("The aggregate size of the items in the transaction exceeds 4 MB")
	}
	out.ConsumedCapacity = m.report(readUnits)
	return out, nil
}
