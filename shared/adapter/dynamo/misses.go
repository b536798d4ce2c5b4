package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/verify"
)

// rejectionLife is how long a rejection is kept for the owner.
const rejectionLife = 7 * 24 * time.Hour

type rejectionItem struct {
	base
	At         int64  `dynamodbav:"at"`
	Service    string `dynamodbav:"service"`
	Protocol   string `dynamodbav:"protocol"`
	Reason     string `dynamodbav:"reason"`
	Network    string `dynamodbav:"network,omitempty"`
	Address    string `dynamodbav:"address,omitempty"`
	Credential string `dynamodbav:"credential,omitempty"`
	Expiration int64  `dynamodbav:"expiration"`
}

func newRejection(k item, r verify.Rejection) rejectionItem {
	return rejectionItem{
		base: at(k), At: r.At.Unix(), Service: r.Service, Protocol: string(r.Protocol), Reason: string(r.Reason), Network: r.Network,
		Address: r.Address, Credential: r.Credential, Expiration: r.At.Add(rejectionLife).Unix(),
	}
}

// Reject keeps a rejection, see [verify.Store].
func (s *Verifiers) Reject(ctx context.Context, r verify.Rejection) (kept bool, err error) {
	attributes, err := attributevalue.MarshalMap(newRejection(rejectedKey(r), r))
	if err != nil {
		return false, fmt.Errorf("marshal a rejection: %w", err)
	}
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.tables.Ephemeral, Item: attributes, ConditionExpression: aws.String(absent)})
	if conditionFailed(err) {
		return false, nil
	}
	return err == nil, problem.Passing("put into "+s.tables.Ephemeral, err)
}

// Miss counts an unknown password, see [verify.Store].
func (s *Verifiers) Miss(ctx context.Context, m verify.Miss, limit int) (counted, full bool, err error) {
	k := throttleKey(m)
	values, err := attributevalue.MarshalMap(newRejection(k, m.Rejection))
	if err != nil {
		return false, false, fmt.Errorf("marshal a miss: %w", err)
	}
	change, set := "ADD misses :marks SET ", item{
		":marks": &types.AttributeValueMemberBS{Value: [][]byte{m.Mark[:]}}, ":mark": &types.AttributeValueMemberB{Value: m.Mark[:]}, ":limit": number(int64(limit)),
	}
	separator := ""
	for name, value := range values {
		if name != "pk" && name != "sk" {
			change += separator + "#" + name + " = :" + name
			set[":"+name], separator = value, ", "
		}
	}
	_, err = s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Ephemeral, Key: k, UpdateExpression: &change,
		ConditionExpression:      aws.String("attribute_not_exists(misses) OR size(misses) < :limit AND NOT contains(misses, :mark)"),
		ExpressionAttributeNames: names(change), ExpressionAttributeValues: set,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	if !ok {
		return err == nil, false, problem.Passing("update "+s.tables.Ephemeral, err)
	}
	var old struct {
		Misses [][]byte `dynamodbav:"misses"`
	}
	if _, err := read(failed.Item, &old); err != nil {
		return false, false, err
	}
	return false, len(old.Misses) >= limit, nil
}
