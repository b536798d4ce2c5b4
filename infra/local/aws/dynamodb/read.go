package dynamodb

import (
	"encoding/json"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
	"github.com/apppass/apppass/infra/local/aws/dynamodb/expression"
)

// projected is the part of an item that a read asks for.
type projected struct {
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
}

func (p projected) parse() (*expression.Projection, error) {
	placeholders, err := expression.NewPlaceholders(p.ExpressionAttributeNames, nil)
	if err != nil {
		return nil, err
	}
	var projection *expression.Projection
	if p.ProjectionExpression != nil {
		if projection, err = expression.ParseProjection(*p.ProjectionExpression, placeholders); err != nil {
			return nil, err
		}
	}
	return projection, placeholders.Unused(p.ProjectionExpression != nil)
}

// of is a row's JSON, or the part of it that the projection leaves.
func of(projection *expression.Projection, r row) (json.RawMessage, error) {
	if projection == nil {
		return json.RawMessage(r.text), nil
	}
	item, err := r.item()
	if err != nil {
		return nil, err
	}
	return projection.Of(item).Append(nil), nil
}

// factor is what a read counts of its units.
func factor(consistent bool) float64 {
	if consistent {
		return 1
	}
	return 0.5
}

type (
	getItemRequest struct {
		TableName string
		Key       attribute.Item
		projected
		ConsistentRead         bool
		ReturnConsumedCapacity string
	}
	got struct {
		Item             json.RawMessage `json:",omitempty"`
		ConsumedCapacity *consumed       `json:",omitempty"`
	}
)

func (e *Engine) getItem(in *getItemRequest) (*got, error) {
	m, err := newMeter(in.ReturnConsumedCapacity)
	if err != nil {
		return nil, err
	}
	projection, err := in.parse()
	if err != nil {
		return nil, err
	}
	t, err := e.table(in.TableName)
	if err != nil {
		return nil, err
	}
	if err := t.checkKeyOf(in.Key); err != nil {
		return nil, err
	}
	r, exists := t.rows.get(t.Keys.row(in.Key))
	m.read(t, nil, r.size, factor(in.ConsistentRead))
	out := &got{ConsumedCapacity: m.one()}
	if exists {
		out.Item, err = of(projection, r)
	}
	return out, err
}
