package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/problem"
)

// action is one write of a transaction, and what it means if its condition does not hold.
type action struct {
	write  types.TransactWriteItem
	failed error
}

// put writes a whole item on a condition.
func put(table string, it any, condition string, values item, failed error) (action, error) {
	marshalled, err := attributevalue.MarshalMap(it)
	if err != nil {
		return action{}, fmt.Errorf("marshal %T: %w", it, err)
	}
	return action{types.TransactWriteItem{Put: &types.Put{
		TableName: &table, Item: marshalled, ConditionExpression: &condition,
		ExpressionAttributeNames: names(condition), ExpressionAttributeValues: orNil(values),
	}}, failed}, nil
}

// marshal is a value as it is stored.
func marshal(value any) (types.AttributeValue, error) {
	a, err := attributevalue.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("marshal %T: %w", value, err)
	}
	return a, nil
}

// update changes attributes of an item on a condition.
func update(table string, k item, change, condition string, values item, failed error) action {
	return action{types.TransactWriteItem{Update: &types.Update{
		TableName: &table, Key: k, UpdateExpression: &change, ConditionExpression: &condition,
		ExpressionAttributeNames: names(change + " " + condition), ExpressionAttributeValues: orNil(values),
	}}, failed}
}

// remove deletes an item on a condition.
func remove(table string, k item, condition string, values item, failed error) action {
	return action{types.TransactWriteItem{Delete: &types.Delete{
		TableName: &table, Key: k, ConditionExpression: &condition,
		ExpressionAttributeNames: names(condition), ExpressionAttributeValues: orNil(values),
	}}, failed}
}

// check demands a condition of an item that stays as it is.
func check(table string, k item, condition string, values item, failed error) action {
	return action{types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &table, Key: k, ConditionExpression: &condition,
		ExpressionAttributeNames: names(condition), ExpressionAttributeValues: orNil(values),
	}}, failed}
}

const (
	absent = "attribute_not_exists(pk)"
	// conflicts is how often a transaction is tried that another one is in the way of.
	conflicts = 5
)

// transact writes all actions or none. The error is the failed error of the first action whose condition does not hold, or wraps
// [problem.ErrUnavailable].
func transact(ctx context.Context, client *dynamodb.Client, actions ...action) error {
	for attempt := 1; ; attempt++ {
		conflict, err := try(ctx, client, actions)
		if !conflict || attempt == conflicts {
			return err
		}
		select {
		case <-time.After(time.Duration(attempt) * time.Duration(10+rand.IntN(20)) * time.Millisecond):
		case <-ctx.Done():
			return problem.Passing("write the transaction", ctx.Err())
		}
	}
}

// try is one attempt of [transact]. conflict reports that it failed for no more than another transaction in its way.
func try(ctx context.Context, client *dynamodb.Client, actions []action) (conflict bool, err error) {
	writes := make([]types.TransactWriteItem, len(actions))
	for i, a := range actions {
		writes[i] = a.write
	}
	_, err = client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return false, problem.Passing("write the transaction", err)
	}
	for i, reason := range cancelled.CancellationReasons {
		switch aws.ToString(reason.Code) {
		case "None":
		case "ConditionalCheckFailed":
			return false, actions[i].failed
		case "TransactionConflict":
			conflict = true
		}
	}
	return conflict, problem.Passing("write the transaction", err)
}

// write does an update by itself, with the same meaning of its condition.
func write(ctx context.Context, client *dynamodb.Client, a action) error {
	_, err := writeOrSee(ctx, client, a)
	return err
}

// writeOrSee is [write]; where the condition does not hold, found is the item as it is.
func writeOrSee(ctx context.Context, client *dynamodb.Client, a action) (found item, err error) {
	u := a.write.Update
	_, err = client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: u.TableName, Key: u.Key, UpdateExpression: u.UpdateExpression, ConditionExpression: u.ConditionExpression,
		ExpressionAttributeNames: u.ExpressionAttributeNames, ExpressionAttributeValues: u.ExpressionAttributeValues,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return failed.Item, a.failed
	}
	return nil, problem.Passing("update "+*u.TableName, err)
}

func conditionFailed(err error) bool {
	_, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	return ok
}

func orNil(values item) item {
	if len(values) == 0 {
		return nil
	}
	return values
}

// names resolves the #name placeholders of expressions: each stands for the attribute of that name. Reserved words need them.
func names(expression string) map[string]string {
	var found map[string]string
	for i := 0; i < len(expression); i++ {
		if expression[i] != '#' {
			continue
		}
		end := i + 1
		for end < len(expression) && (expression[end] == '_' || expression[end] >= 'a' && expression[end] <= 'z') {
			end++
		}
		if found == nil {
			found = map[string]string{}
		}
		found[expression[i:end]] = expression[i+1 : end]
		i = end
	}
	return found
}
