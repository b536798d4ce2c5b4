package dynamodb

import (
	"encoding/json"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
	"github.com/apppass/apppass/infra/local/aws/dynamodb/expression"
)

// What single writes and the actions of a transaction have in common.
type (
	conditional struct {
		TableName                           string
		ConditionExpression                 *string
		ExpressionAttributeNames            map[string]string
		ExpressionAttributeValues           map[string]attribute.Value
		ReturnValuesOnConditionCheckFailure string
	}
	put struct {
		conditional
		Item attribute.Item
	}
	update struct {
		conditional
		Key              attribute.Item
		UpdateExpression *string
	}
	removal struct {
		conditional
		Key attribute.Item
	}
)

// write is one item's write that was found well-formed.
type write struct {
	table     *table
	key       string
	keyItem   attribute.Item
	condition *expression.Condition
	tellOld   bool // if the condition fails
	// after makes the new item of the old one, nil for none.
	after func(before attribute.Item) (attribute.Item, error)
	// update is set for UpdateItem only.
	update *expression.Update
}

// prepare checks what all writes have in common; parse takes the operation's own expressions.
func (e *Engine) prepare(c *conditional, parse func(*expression.Placeholders) error, expressions bool) (*write, error) {
	if err := oneOf("returnValuesOnConditionCheckFailure", c.ReturnValuesOnConditionCheckFailure, "NONE", "ALL_OLD"); err != nil {
		return nil, err
	}
	p, err := expression.NewPlaceholders(c.ExpressionAttributeNames, c.ExpressionAttributeValues)
	if err != nil {
		return nil, err
	}
	w := &write{tellOld: c.ReturnValuesOnConditionCheckFailure == "ALL_OLD"}
	if err := parse(p); err != nil {
		return nil, err
	}
	if c.ConditionExpression != nil {
		if w.condition, err = expression.ParseCondition(expression.ConditionKind, *c.ConditionExpression, p); err != nil {
			return nil, err
		}
	}
	if err := p.Unused(expressions || c.ConditionExpression != nil); err != nil {
		return nil, err
	}
	w.table, err = e.table(c.TableName)
	return w, err
}

func noExpression(*expression.Placeholders) error { return nil }

func (e *Engine) preparePut(in *put) (*write, error) {
	if in.Item == nil {
		return nil, missing("item")
	}
	w, err := e.prepare(&in.conditional, noExpression, false)
	if err != nil {
		return nil, err
	}
	if err := w.table.checkItem(in.Item); err != nil {
		return nil, err
	}
	w.after = func(attribute.Item) (attribute.Item, error) { return in.Item, nil }
	return w.at(in.Item.Only(w.table.Keys.names()...)), nil
}

func (e *Engine) prepareDelete(in *removal) (*write, error) {
	w, err := e.prepare(&in.conditional, noExpression, false)
	if err != nil {
		return nil, err
	}
	w.after = func(attribute.Item) (attribute.Item, error) { return nil, nil }
	return w.at(in.Key), w.table.checkKeyOf(in.Key)
}

// prepareCheck is for the ConditionCheck of a transaction.
func (e *Engine) prepareCheck(in *removal) (*write, error) {
	if in.ConditionExpression == nil {
		return nil, missing("conditionExpression")
	}
	w, err := e.prepare(&in.conditional, noExpression, false)
	if err != nil {
		return nil, err
	}
	w.after = func(before attribute.Item) (attribute.Item, error) { return before, nil }
	return w.at(in.Key), w.table.checkKeyOf(in.Key)
}

func (e *Engine) prepareUpdate(in *update) (*write, error) {
	var u *expression.Update
	w, err := e.prepare(&in.conditional, func(p *expression.Placeholders) (err error) {
		if in.UpdateExpression != nil {
			u, err = expression.ParseUpdate(*in.UpdateExpression, p)
		}
		return err
	}, in.UpdateExpression != nil)
	if err != nil {
		return nil, err
	}
	if err := w.table.checkKeyOf(in.Key); err != nil {
		return nil, err
	}
	if u == nil {
		u = &expression.Update{}
	}
	for _, p := range u.Paths() {
		if _, isKey := in.Key[p.Top()]; isKey {
			return nil, attribute.Invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", p.Top())
		}
	}
	w.update = u
	w.after = func(before attribute.Item) (attribute.Item, error) {
		if before == nil {
			before = in.Key
		}
		after, err := u.Apply(before)
		if err != nil {
			return nil, err
		}
		return after, w.table.checkUpdated(after)
	}
	return w.at(in.Key), nil
}

func (w *write) at(key attribute.Item) *write {
	w.keyItem = key
	w.key = w.table.Keys.row(key)
	return w
}

func (t *table) checkKeyOf(key attribute.Item) error {
	if key == nil {
		return missing("key")
	}
	return t.Keys.checkKey(key)
}

// checkUpdated refuses what an update made that the table can't have.
func (t *table) checkUpdated(item attribute.Item) error {
	if item.Size() > maxItem {
		return attribute.Invalid("Item size to update has exceeded the maximum allowed size")
	}
	return first(t.checkIndexed(item), item.CheckDepth())
}

// run decides the condition and makes the change, which is not yet true.
func (w *write) run() (*change, error) {
	old, exists := w.table.rows.get(w.key)
	var before attribute.Item
	if exists {
		var err error
		if before, err = old.item(); err != nil {
			return nil, err
		}
	}
	if !w.condition.Holds(before) {
		return nil, w.conditionFailed(old, exists)
	}
	after, err := w.after(before)
	if err != nil {
		return nil, err
	}
	return w.table.change(w.key, old, before, after), nil
}

// conditionFailed is the refusal, with the item if it was asked for.
func (w *write) conditionFailed(old row, exists bool) *awsjson.Error {
	err := refuse("ConditionalCheckFailedException", "The conditional request failed")
	if w.tellOld && exists {
		err.Fields = map[string]any{"Item": json.RawMessage(old.text)}
	}
	return err
}
