package dynamodb

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// What a transaction may be at most.
const (
	maxActions     = 100
	maxTransaction = 4 << 20 // bytes, of its items
	maxToken       = 36
)

// tokenLife is how long a ClientRequestToken is known.
const tokenLife = 10 * time.Minute

// token is what a ClientRequestToken stood for.
type token struct {
	hash  string
	until time.Time
}

type (
	transactWriteItemsRequest struct {
		TransactItems               []action
		ClientRequestToken          string
		ReturnConsumedCapacity      string
		ReturnItemCollectionMetrics string
	}
	// action is exactly one of its members.
	action struct {
		Put            *put     `json:",omitempty"`
		Update         *update  `json:",omitempty"`
		Delete         *removal `json:",omitempty"`
		ConditionCheck *removal `json:",omitempty"`
	}
	transacted struct {
		ConsumedCapacity []consumed `json:",omitempty"`
	}
	// reason is why an action ended a transaction, or that it did not (None).
	reason struct {
		Code    string
		Message string          `json:",omitempty"`
		Item    json.RawMessage `json:",omitempty"`
	}
)

func (e *Engine) transactWriteItems(in *transactWriteItemsRequest) (*transacted, error) {
	m, err := newMeter(in.ReturnConsumedCapacity)
	if err := first(err, oneOf("returnItemCollectionMetrics", in.ReturnItemCollectionMetrics, "NONE", "SIZE"), checkActions(len(in.TransactItems))); err != nil {
		return nil, err
	}
	writes := make([]*write, len(in.TransactItems))
	items := map[string]bool{}
	for i, a := range in.TransactItems {
		if writes[i], err = e.prepareAction(a); err != nil {
			return nil, err
		}
		if err := onlyOnce(items, writes[i].table, writes[i].key); err != nil {
			return nil, err
		}
	}
	hash, replay, err := e.known(in)
	if err != nil {
		return nil, err
	}
	if replay {
		for _, w := range writes {
			r, _ := w.table.rows.get(w.key)
			m.read(w.table, nil, r.size, 2)
		}
		return &transacted{m.report(readUnits)}, nil
	}
	changes, err := e.runAll(writes)
	if err != nil {
		return nil, err
	}
	if err := e.commit(changes, in.ClientRequestToken, token{hash, e.clock.Now().Add(tokenLife)}); err != nil {
		return nil, err
	}
	for _, c := range changes {
		m.write(c, 2)
	}
	return &transacted{m.report(writeUnits)}, nil
}

func checkActions(n int) error {
	if n < 1 || n > maxActions {
		return constraint(strconv.Itoa(n)+" actions", "transactItems", "Member must have length less than or equal to 100, greater than or equal to 1")
	}
	return nil
}

// onlyOnce refuses a second action on an item.
func onlyOnce(seen map[string]bool, t *table, key string) error {
	item := t.Name + "\x00" + key
	if seen[item] {
		return attribute.Invalid("Transaction request cannot include multiple operations on one item")
	}
	seen[item] = true
	return nil
}

func (e *Engine) prepareAction(a action) (*write, error) {
	n := 0
	for _, given := range []bool{a.Put != nil, a.Update != nil, a.Delete != nil, a.ConditionCheck != nil} {
		if given {
			n++
		}
	}
	switch {
	case n != 1:
		return nil, attribute.Invalid("TransactItems can only contain one of Check, Put, Update or Delete")
	case a.Put != nil:
		return e.preparePut(a.Put)
	case a.Update != nil:
		if a.Update.UpdateExpression == nil {
			return nil, missing("transactItems.update.updateExpression")
		}
		return e.prepareUpdate(a.Update)
	case a.Delete != nil:
		return e.prepareDelete(a.Delete)
	}
	return e.prepareCheck(a.ConditionCheck)
}

// known tells whether the request is the repetition of one that was done, and what its token stands for.
func (e *Engine) known(in *transactWriteItemsRequest) (hash string, replay bool, err error) {
	name := in.ClientRequestToken
	if len(name) > maxToken {
		return "", false, constraint(name, "clientRequestToken", "Member must have length less than or equal to 36")
	}
	now := e.clock.Now()
	for name, t := range e.tokens {
		if !now.Before(t.until) {
			delete(e.tokens, name)
		}
	}
	canonical, err := json.Marshal(in.TransactItems)
	if err != nil {
		return "", false, fmt.Errorf("hash a transaction: %w", err)
	}
	sum := sha256.Sum256(canonical)
	hash = base64.RawStdEncoding.EncodeToString(sum[:])
	t, replay := e.tokens[name]
	if replay && t.hash != hash {
		return "", false, refuse("IdempotentParameterMismatchException", "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical")
	}
	return hash, replay, nil
}

// runAll makes every change, or tells of each action why or that it did not stand in the way.
func (e *Engine) runAll(writes []*write) ([]*change, error) {
	changes := make([]*change, len(writes))
	reasons := make([]reason, len(writes))
	cancelled := false
	size := 0
	for i, w := range writes {
		c, err := w.run()
		if reasons[i], err = reasonOf(err); err != nil {
			return nil, err
		}
		if reasons[i].Code != "None" {
			cancelled = true
			continue
		}
		changes[i] = c
		size += max(c.old.size, c.new.size)
	}
	if e.switches.Conflicts > 0 {
		e.switches.Conflicts--
		reasons[0] = reason{Code: "TransactionConflict", Message: "Transaction is ongoing for the item"}
		cancelled = true
	}
	if cancelled {
		return nil, cancellation(reasons)
	}
	if size > maxTransaction {
		return nil, attribute.Invalid("The aggregate size of the items in the transaction exceeds 4 MB")
	}
	return changes, nil
}

// reasonOf turns an action's refusal into its reason. An error of the engine's own stays one.
func reasonOf(err error) (reason, error) {
	var refused *awsjson.Error
	switch {
	case err == nil:
		return reason{Code: "None"}, nil
	case !errors.As(err, &refused):
		return reason{}, err
	}
	_, name, _ := strings.Cut(refused.Type, "#")
	if name == "ValidationException" {
		return reason{Code: "ValidationError", Message: refused.Message}, nil
	}
	item, _ := refused.Fields["Item"].(json.RawMessage)
	return reason{strings.TrimSuffix(name, "Exception"), refused.Message, item}, nil
}

func cancellation(reasons []reason) error {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = r.Code
	}
	err := refuse("TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons ["+strings.Join(codes, ", ")+"]")
	err.Fields = map[string]any{"CancellationReasons": reasons}
	return err
}
