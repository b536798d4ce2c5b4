package contract

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s tableSuite) capacities() []behaviour {
	return []behaviour{
		{"reads cost by 4 KB, half if not consistent", s.readCapacity},
		{"writes cost by 1 KB, and for each index", s.writeCapacity},
		{"transactions cost double", s.transactionCapacity},
		{"a query costs what it reads together", s.queryCapacity},
	}
}

// cost shows consumed capacity: the sum and, where told, the table's and the index state's.
func cost(c *types.ConsumedCapacity) string {
	if c == nil {
		return "nothing told"
	}
	shown := fmt.Sprint(aws.ToFloat64(c.CapacityUnits))
	if c.Table != nil {
		shown += fmt.Sprintf(" = table %v", aws.ToFloat64(c.Table.CapacityUnits))
	}
	if i, ok := c.GlobalSecondaryIndexes["state"]; ok {
		shown += fmt.Sprintf(" + state %v", aws.ToFloat64(i.CapacityUnits))
	}
	return shown
}

func (v *verdict) costs(what string, c *types.ConsumedCapacity, want string) {
	if got := cost(c); got != want {
		v.errorf("%s: got %s, want %s", what, got, want)
	}
}

func sized(sk string, kilobytes int) item {
	return with("cost", sk, item{"a": text(strings.Repeat("x", kilobytes<<10-50))})
}

func (s tableSuite) readCapacity(v *verdict) {
	s.put(v, sized("r1", 1), sized("r4", 4), sized("r5", 5))
	for _, c := range []struct {
		sk         string
		consistent bool
		want       string
	}{{"r1", true, "1"}, {"r1", false, "0.5"}, {"r4", true, "1"}, {"r5", true, "2"}, {"r5", false, "1"}, {"none", true, "1"}, {"none", false, "0.5"}} {
		in := &dynamodb.GetItemInput{
			TableName: s.name("main"), Key: with("cost", c.sk), ConsistentRead: &c.consistent, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal, ProjectionExpression: aws.String("pk"),
		}
		out, err := s.client.GetItem(v.ctx, in)
		v.must(err)
		v.costs(fmt.Sprintf("%s, consistent %t", c.sk, c.consistent), out.ConsumedCapacity, c.want)
	}
	in := &dynamodb.GetItemInput{TableName: s.name("main"), Key: with("cost", "r5"), ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes}
	out, err := s.client.GetItem(v.ctx, in)
	v.must(err)
	v.costs("by index", out.ConsumedCapacity, "1 = table 1")
	in.ReturnConsumedCapacity = types.ReturnConsumedCapacityNone
	out, err = s.client.GetItem(v.ctx, in)
	v.must(err)
	v.costs("none", out.ConsumedCapacity, "nothing told")
	batch, err := s.client.BatchGetItem(v.ctx, &dynamodb.BatchGetItemInput{
		RequestItems:           map[string]types.KeysAndAttributes{*s.name("main"): {Keys: []map[string]types.AttributeValue{with("cost", "r1"), with("cost", "r5"), with("cost", "none")}, ConsistentRead: aws.Bool(true)}},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	v.must(err)
	if len(batch.ConsumedCapacity) != 1 || cost(&batch.ConsumedCapacity[0]) != "4" {
		v.errorf("a batch of 1 KB, 5 KB and nothing: got %v, want 4", batch.ConsumedCapacity)
	}
}

func (s tableSuite) writeCapacity(v *verdict) {
	put := func(what string, i item, want string) {
		out, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: i, ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes})
		v.must(err)
		v.costs(what, out.ConsumedCapacity, want)
	}
	indexed := func(kilobytes int, state, note string) item {
		i := sized("w", kilobytes)
		i["state"], i["due"], i["note"] = text(state), number("1"), text(note)
		i["a"] = text(strings.Repeat("x", kilobytes<<10-200))
		return i
	}
	put("1 KB", sized("w", 1), "1 = table 1")
	put("3 KB", sized("w", 3), "3 = table 3")
	put("1 KB over 3 KB", sized("w", 1), "3 = table 3")
	put("into the index", indexed(1, "one", "n"), "2 = table 1 + state 1")
	put("nothing new for the index", indexed(2, "one", "n"), "2 = table 2")
	put("a new note in the index", indexed(2, "one", "m"), "3 = table 2 + state 1")
	put("another key in the index", indexed(2, "two", "m"), "4 = table 2 + state 2")
	put("out of the index", sized("w", 1), "3 = table 2 + state 1")
	out, err := s.client.DeleteItem(v.ctx, &dynamodb.DeleteItemInput{TableName: s.name("main"), Key: with("cost", "w"), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
	v.must(err)
	v.costs("a delete", out.ConsumedCapacity, "1")
	out, err = s.client.DeleteItem(v.ctx, &dynamodb.DeleteItemInput{TableName: s.name("main"), Key: with("cost", "w"), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
	v.must(err)
	v.costs("a delete of nothing", out.ConsumedCapacity, "1")
	updated, err := s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{
		TableName: s.name("main"), Key: with("cost", "u"), UpdateExpression: aws.String("SET a = :a"), ExpressionAttributeValues: item{":a": text(strings.Repeat("x", 1500))},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	v.must(err)
	v.costs("an update to 1.5 KB", updated.ConsumedCapacity, "2")
}

func (s tableSuite) transactionCapacity(v *verdict) {
	s.put(v, sized("t5", 5))
	out, err := s.client.TransactWriteItems(v.ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems:          []types.TransactWriteItem{s.putAction(sized("t1", 1)), s.putAction(sized("t2", 2)), s.checkAction(with("cost", "t none"), "attribute_not_exists(pk)")},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	v.must(err)
	if len(out.ConsumedCapacity) != 1 || cost(&out.ConsumedCapacity[0]) != "8" {
		v.errorf("writes of 1 KB, 2 KB and a check: got %v, want 8", out.ConsumedCapacity)
	}
	read, err := s.client.TransactGetItems(v.ctx, &dynamodb.TransactGetItemsInput{
		TransactItems:          []types.TransactGetItem{{Get: &types.Get{TableName: s.name("main"), Key: with("cost", "t5")}}, {Get: &types.Get{TableName: s.name("main"), Key: with("cost", "t none")}}},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	v.must(err)
	if len(read.ConsumedCapacity) != 1 || cost(&read.ConsumedCapacity[0]) != "6" {
		v.errorf("reads of 5 KB and of nothing: got %v, want 6", read.ConsumedCapacity)
	}
}

func (s tableSuite) queryCapacity(v *verdict) {
	for _, sk := range []string{"1", "2", "3", "4", "5"} {
		i := sized(sk, 1)
		i["pk"], i["state"], i["due"] = text("cost together"), text("cost together"), number(sk)
		s.put(v, i)
	}
	in := partition("cost together")
	in.ReturnConsumedCapacity, in.ConsistentRead = types.ReturnConsumedCapacityTotal, aws.Bool(true)
	_, out := s.find(v, in)
	v.costs("five of 1 KB", out.ConsumedCapacity, "2")
	in.Limit, in.ConsistentRead = aws.Int32(4), nil
	_, out = s.find(v, in)
	v.costs("four of them, not consistently", out.ConsumedCapacity, "0.5")
	in.Limit, in.FilterExpression = nil, aws.String("attribute_exists(nothing)")
	_, out = s.find(v, in)
	v.costs("all of them filtered away", out.ConsumedCapacity, "1")
	index := s.due("cost together")
	s.comes(v, index, "1 2 3 4 5")
	index.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes
	_, out = s.find(v, index)
	v.costs("the index, which has little of each", out.ConsumedCapacity, "0.5 = table 0 + state 0.5")
}
