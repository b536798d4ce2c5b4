package contract

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s tableSuite) batches() []behaviour {
	return []behaviour{
		{"a batch reads what is there", s.batchGet},
		{"a batch reads 1 to 100 keys, each once", s.badBatchGet},
		{"a batch writes and deletes", s.batchWrite},
		{"a batch writes 1 to 25 items, each once", s.badBatchWrite},
	}
}

func (s tableSuite) batchGet(v *verdict) {
	s.put(v, with("batch", "1", item{"a": text("x"), "b": text("y")}), with("batch", "2", item{"a": text("z")}))
	out, err := s.client.BatchGetItem(v.ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		*s.name("main"): {
			Keys: []map[string]types.AttributeValue{with("batch", "1"), with("batch", "none"), with("batch", "2")}, ConsistentRead: aws.Bool(true),
			ProjectionExpression: aws.String("#a"), ExpressionAttributeNames: map[string]string{"#a": "a"},
		},
		*s.name("single"): {Keys: []map[string]types.AttributeValue{{"pk": text("batch none")}}},
	}})
	v.must(err)
	var got []string
	for _, i := range out.Responses[*s.name("main")] {
		got = append(got, show(i))
	}
	slices.Sort(got)
	if want := show(item{"a": text("x")}) + show(item{"a": text("z")}); strings.Join(got, "") != want {
		v.errorf("got %v, want %s in any order", got, want)
	}
	if none, ok := out.Responses[*s.name("single")]; !ok || len(none) > 0 {
		v.errorf("got %v (%t), want none of a table that has none", none, ok)
	}
	if len(out.UnprocessedKeys) > 0 {
		v.errorf("left undone: %v", out.UnprocessedKeys)
	}
}

func (s tableSuite) badBatchGet(v *verdict) {
	get := func(table *string, keys ...map[string]types.AttributeValue) error {
		_, err := s.client.BatchGetItem(v.ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{*table: {Keys: keys}}})
		return err
	}
	var keys []map[string]types.AttributeValue
	for n := range 101 {
		keys = append(keys, with("batch", strconv.Itoa(n)))
	}
	v.must(get(s.name("main"), keys[:100]...))
	v.refused(get(s.name("main"), keys...), "ValidationException")
	v.refused(get(s.name("main"), keys[0], keys[0]), "ValidationException")
	v.refused(get(s.name("main"), []map[string]types.AttributeValue{}...), "ValidationException")
	v.refused(get(s.name("main"), item{"pk": text("x")}), "ValidationException")
	v.refused(get(s.name("main"), with("", "x")), "ValidationException")
	v.refused(get(s.name("none"), keys[0]), "ResourceNotFoundException")
	_, err := s.client.BatchGetItem(v.ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{}})
	v.refused(err, "ValidationException")
}

func putRequest(i item) types.WriteRequest {
	return types.WriteRequest{PutRequest: &types.PutRequest{Item: i}}
}

func deleteRequest(key item) types.WriteRequest {
	return types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}}
}

func (s tableSuite) writeBatch(v *verdict, requests ...types.WriteRequest) (*dynamodb.BatchWriteItemOutput, error) {
	return s.client.BatchWriteItem(v.ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{*s.name("main"): requests}})
}

func (s tableSuite) batchWrite(v *verdict) {
	s.put(v, with("writes", "old"))
	out, err := s.writeBatch(v, putRequest(with("writes", "new", item{"a": text("x")})), deleteRequest(with("writes", "old")), deleteRequest(with("writes", "none")))
	v.must(err)
	if len(out.UnprocessedItems) > 0 {
		v.errorf("left undone: %v", out.UnprocessedItems)
	}
	v.same("put", s.get(v, "writes", "new"), with("writes", "new", item{"a": text("x")}))
	if got := s.get(v, "writes", "old"); got != nil {
		v.errorf("not deleted: %s", show(got))
	}
}

func (s tableSuite) badBatchWrite(v *verdict) {
	var requests []types.WriteRequest
	for n := range 26 {
		requests = append(requests, putRequest(with("bad writes", strconv.Itoa(n))))
	}
	for _, bad := range [][]types.WriteRequest{
		requests, {}, {requests[0], requests[0]}, {requests[0], deleteRequest(with("bad writes", "0"))}, {{}}, {putRequest(item{"pk": text("x")})}, {putRequest(with("", "x"))},
	} {
		_, err := s.writeBatch(v, bad...)
		v.refused(err, "ValidationException")
	}
	if got := s.get(v, "bad writes", "0"); got != nil {
		v.errorf("it did part of it: %s", show(got))
	}
	_, err := s.writeBatch(v, requests[:25]...)
	v.must(err)
}
