package contract

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
)

func (s tableSuite) transactions() []behaviour {
	return []behaviour{
		{"a transaction does all of its four kinds", s.allKinds},
		{"a cancelled transaction does nothing and tells why, action by action", s.cancelled},
		{"an impossible update cancels its transaction", s.cancelledByUpdate},
		{"an item is in a transaction once", s.onceInTransaction},
		{"a transaction has 1 to 100 actions", s.transactionSize},
		{"a transaction has at most 4 MB", s.transactionBytes},
		{"a repeated token does nothing again", s.repeatedToken},
		{"a token is bound to its transaction", s.boundToken},
		{"transactions keep each other out", s.isolation},
		{"a transactional read answers in the order of its keys", s.transactionalRead},
	}
}

func (s tableSuite) transact(ctx context.Context, token *string, actions ...types.TransactWriteItem) error {
	_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: actions, ClientRequestToken: token})
	return err
}

func (s tableSuite) putAction(i item, condition ...string) types.TransactWriteItem {
	p := &types.Put{TableName: s.name("main"), Item: i, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld}
	if len(condition) > 0 {
		p.ConditionExpression = &condition[0]
	}
	return types.TransactWriteItem{Put: p}
}

func (s tableSuite) updateAction(key item, expression string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: s.name("main"), Key: key, UpdateExpression: &expression, ExpressionAttributeValues: used(expression),
	}}
}

func (s tableSuite) deleteAction(key item) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{TableName: s.name("main"), Key: key}}
}

func (s tableSuite) checkAction(key item, condition string) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: s.name("main"), Key: key, ConditionExpression: &condition}}
}

func (s tableSuite) allKinds(v *verdict) {
	s.put(v, with("kinds", "update", item{"a": number("1")}), with("kinds", "delete"), with("kinds", "check"))
	v.must(s.transact(v.ctx, nil,
		s.putAction(with("kinds", "put"), "attribute_not_exists(pk)"), s.updateAction(with("kinds", "update"), "ADD a :1"),
		s.deleteAction(with("kinds", "delete")), s.checkAction(with("kinds", "check"), "attribute_exists(pk)"),
		types.TransactWriteItem{Put: &types.Put{TableName: s.name("single"), Item: item{"pk": text("kinds")}}},
	))
	v.same("put", s.get(v, "kinds", "put"), with("kinds", "put"))
	v.same("updated", s.get(v, "kinds", "update"), with("kinds", "update", item{"a": number("2")}))
	v.same("checked", s.get(v, "kinds", "check"), with("kinds", "check"))
	if got := s.get(v, "kinds", "delete"); got != nil {
		v.errorf("not deleted: %s", show(got))
	}
	out, err := s.client.GetItem(v.ctx, &dynamodb.GetItemInput{TableName: s.name("single"), Key: item{"pk": text("kinds")}, ConsistentRead: aws.Bool(true)})
	v.must(err)
	v.same("in the other table", out.Item, item{"pk": text("kinds")})
}

// reasons is an error's cancellation reasons: codes, with the items that came with them.
func (v *verdict) reasons(err error) string {
	failed := new(types.TransactionCanceledException)
	if !errors.As(err, &failed) {
		v.fatalf("got %v, want a TransactionCanceledException", err)
	}
	var all []string
	for _, r := range failed.CancellationReasons {
		reason := aws.ToString(r.Code)
		if r.Item != nil {
			reason += show(r.Item)
		}
		all = append(all, reason)
	}
	return strings.Join(all, ", ")
}

func (s tableSuite) cancelled(v *verdict) {
	s.put(v, with("cancelled", "there", item{"a": text("x")}))
	silent := s.putAction(with("cancelled", "there"), "attribute_not_exists(pk)")
	silent.Put.ReturnValuesOnConditionCheckFailure = ""
	for want, actions := range map[string][]types.TransactWriteItem{
		"None, ConditionalCheckFailed" + show(with("cancelled", "there", item{"a": text("x")})) + ", None": {
			s.putAction(with("cancelled", "1")), s.putAction(with("cancelled", "there"), "attribute_not_exists(pk)"), s.deleteAction(with("cancelled", "2")),
		},
		"ConditionalCheckFailed, ConditionalCheckFailed": {silent, s.checkAction(with("cancelled", "none"), "attribute_exists(pk)")},
		"None, ConditionalCheckFailed":                   {s.updateAction(with("cancelled", "1"), "SET a = :a"), s.putAction(with("cancelled", "none"), "attribute_exists(pk)")},
	} {
		if got := v.reasons(s.transact(v.ctx, nil, actions...)); got != want {
			v.errorf("got reasons %s, want %s", got, want)
		}
	}
	if got := s.get(v, "cancelled", "1"); got != nil {
		v.errorf("half of it was done: %s", show(got))
	}
}

func (s tableSuite) cancelledByUpdate(v *verdict) {
	s.put(v, with("cancelling", "1", item{"a": text("x")}))
	err := s.transact(v.ctx, nil, s.putAction(with("cancelling", "2")), s.updateAction(with("cancelling", "1"), "ADD a :1"))
	if got, want := v.reasons(err), "None, ValidationError"; got != want {
		v.errorf("got reasons %s, want %s", got, want)
	}
	if got := s.get(v, "cancelling", "2"); got != nil {
		v.errorf("half of it was done: %s", show(got))
	}
}

func (s tableSuite) onceInTransaction(v *verdict) {
	key := with("twice", "1")
	for _, actions := range [][]types.TransactWriteItem{
		{s.putAction(key), s.putAction(key)}, {s.checkAction(key, "attribute_not_exists(pk)"), s.putAction(key)}, {s.updateAction(key, "SET a = :a"), s.deleteAction(key)},
	} {
		v.refused(s.transact(v.ctx, nil, actions...), "ValidationException")
	}
	both := s.putAction(key)
	both.Delete = s.deleteAction(key).Delete
	v.refused(s.transact(v.ctx, nil, both), "ValidationException")
	v.refused(s.transact(v.ctx, nil, types.TransactWriteItem{}), "ValidationException")
}

func (s tableSuite) transactionSize(v *verdict) {
	var actions []types.TransactWriteItem
	for n := range 101 {
		actions = append(actions, s.putAction(with("many", strconv.Itoa(n))))
	}
	v.refused(s.transact(v.ctx, nil, actions...), "ValidationException")
	v.must(s.transact(v.ctx, nil, actions[:100]...))
	v.refused(s.transact(v.ctx, nil, []types.TransactWriteItem{}...), "ValidationException")
}

func (s tableSuite) transactionBytes(v *verdict) {
	var actions []types.TransactWriteItem
	for n := range 11 {
		actions = append(actions, s.putAction(with("bytes", strconv.Itoa(n), item{"a": text(strings.Repeat("x", 399<<10))})))
	}
	v.refused(s.transact(v.ctx, nil, actions...), "ValidationException")
	v.must(s.transact(v.ctx, nil, actions[:10]...))
}

func (s tableSuite) repeatedToken(v *verdict) {
	token := aws.String(s.prefix[len(s.prefix)-16:] + "-once")
	for range 3 {
		v.must(s.transact(v.ctx, token, s.updateAction(with("token", "1"), "ADD a :1"), s.putAction(with("token", "2"), "attribute_not_exists(pk)")))
	}
	v.same("added once", s.get(v, "token", "1"), with("token", "1", item{"a": number("1")}))
	v.must(s.transact(v.ctx, aws.String(*token+"-2"), s.updateAction(with("token", "1"), "ADD a :1")))
	v.same("added under another token", s.get(v, "token", "1"), with("token", "1", item{"a": number("2")}))
}

func (s tableSuite) boundToken(v *verdict) {
	token := aws.String(s.prefix[len(s.prefix)-16:] + "-bound")
	v.must(s.transact(v.ctx, token, s.putAction(with("bound", "1"))))
	v.refused(s.transact(v.ctx, token, s.putAction(with("bound", "2"))), "IdempotentParameterMismatchException")
	if got := s.get(v, "bound", "2"); got != nil {
		v.errorf("it did %s", show(got))
	}
	v.refused(s.transact(v.ctx, aws.String(strings.Repeat("x", 37)), s.putAction(with("bound", "3"))), "ValidationException")
}

// Each transfer takes from one account what it gives to another, if nobody came between its reading and its writing. Whoever reads both at
// once sees no transfer half done.
func (s tableSuite) isolation(v *verdict) {
	s.put(v, with("account", "0", item{"n": number("100")}), with("account", "1", item{"n": number("0")}))
	var transfers errgroup.Group
	for range 8 {
		transfers.Go(func() error {
			for done := 0; done < 10; {
				err := s.transfer(v)
				if failed := new(types.TransactionCanceledException); err == nil {
					done++
				} else if !errors.As(err, &failed) {
					return err
				}
			}
			return nil
		})
	}
	var failed error
	over := make(chan struct{})
	go func() {
		failed = transfers.Wait()
		close(over)
	}()
	for whole := true; whole; {
		select {
		case <-over:
			whole = false
		default:
			whole = s.sumIs(v, 100)
		}
	}
	<-over
	v.must(failed)
	v.same("one", s.get(v, "account", "0"), with("account", "0", item{"n": number("20")}))
	v.same("other", s.get(v, "account", "1"), with("account", "1", item{"n": number("80")}))
}

// sumIs reads both accounts in a transaction, which may be refused while one of them is being written.
func (s tableSuite) sumIs(v *verdict, want int) bool {
	var both []types.TransactGetItem
	for _, sk := range []string{"0", "1"} {
		both = append(both, types.TransactGetItem{Get: &types.Get{TableName: s.name("main"), Key: with("account", sk)}})
	}
	out, err := s.client.TransactGetItems(v.ctx, &dynamodb.TransactGetItemsInput{TransactItems: both})
	if failed := new(types.TransactionCanceledException); errors.As(err, &failed) {
		return true
	}
	v.must(err)
	sum := 0
	for _, r := range out.Responses {
		n, err := strconv.Atoi(showValue(r.Item["n"]))
		v.must(err)
		sum += n
	}
	if sum != want {
		v.errorf("a transfer was seen half done: the sum is %d, want %d", sum, want)
	}
	return sum == want
}

func (s tableSuite) transfer(v *verdict) error {
	var actions []types.TransactWriteItem
	for _, sk := range []string{"0", "1"} {
		out, err := s.client.GetItem(v.ctx, &dynamodb.GetItemInput{TableName: s.name("main"), Key: with("account", sk), ConsistentRead: aws.Bool(true)})
		if err != nil {
			return err
		}
		n, ok := out.Item["n"].(*types.AttributeValueMemberN)
		if !ok {
			return fmt.Errorf("account %s has %s", sk, show(out.Item))
		}
		a := s.updateAction(with("account", sk), map[string]string{"0": "SET n = n - :1", "1": "SET n = n + :1"}[sk])
		a.Update.ConditionExpression = aws.String("n = :seen")
		a.Update.ExpressionAttributeValues[":seen"] = n
		actions = append(actions, a)
	}
	return s.transact(v.ctx, nil, actions...)
}

func (s tableSuite) transactionalRead(v *verdict) {
	s.put(v, with("read", "1", item{"a": text("x"), "b": text("y")}))
	get := func(sk string) types.TransactGetItem {
		return types.TransactGetItem{Get: &types.Get{TableName: s.name("main"), Key: with("read", sk)}}
	}
	part := get("1")
	part.Get.ProjectionExpression = aws.String("a")
	out, err := s.client.TransactGetItems(v.ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{get("none"), part}})
	v.must(err)
	if len(out.Responses) != 2 || out.Responses[0].Item != nil {
		v.fatalf("got %v", out.Responses)
	}
	v.same("the second", out.Responses[1].Item, item{"a": text("x")})
	_, err = s.client.TransactGetItems(v.ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{get("1"), get("1")}})
	v.refused(err, "ValidationException")
}
