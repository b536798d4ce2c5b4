package contract

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s tableSuite) indexes() []behaviour {
	return []behaviour{
		{"an index has the items that have its keys", s.sparse},
		{"an index has the attributes projected into it", s.projected},
		{"an index is paged over equal keys", s.equalKeys},
		{"an index follows its items", s.follows},
		{"an index answers no consistent reads", s.inconsistent},
		{"an index's starting key has the keys of both", s.indexStart},
		{"an index can be scanned", s.indexScan},
	}
}

// due is a query of the index state.
func (s tableSuite) due(state string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: s.name("main"), IndexName: aws.String("state"), KeyConditionExpression: aws.String("#s = :s"),
		ExpressionAttributeNames: map[string]string{"#s": "state"}, ExpressionAttributeValues: item{":s": text(state)},
	}
}

// comes waits until a query finds the items of those sort keys, in their order.
func (s tableSuite) comes(v *verdict, in *dynamodb.QueryInput, want string) (out *dynamodb.QueryOutput) {
	got := ""
	v.eventually(want+" in the index", func() bool {
		got, out = s.find(v, in)
		return got == want
	})
	return out
}

func (s tableSuite) sparse(v *verdict) {
	state := func(due ...string) item {
		i := item{"state": text("sparse")}
		if len(due) > 0 {
			i["due"] = number(due[0])
		}
		return i
	}
	s.put(v, with("sparse", "late", state("100")), with("sparse", "early", state("9")), with("sparse", "stateless", item{"due": number("1")}), with("sparse", "never", state()), with("sparse", "debt", state("-1")))
	s.comes(v, s.due("sparse"), "debt early late")
	in := s.due("sparse")
	*in.KeyConditionExpression += " AND due <= :now"
	in.ExpressionAttributeValues[":now"] = number("9")
	in.ScanIndexForward = aws.Bool(false)
	s.comes(v, in, "early debt")
}

func (s tableSuite) projected(v *verdict) {
	whole := with("part", "1", item{"state": text("projected"), "due": number("1"), "note": text("n"), "other": text("o"), "kind": text("projected")})
	s.put(v, whole)
	out := s.comes(v, s.due("projected"), "1")
	v.same("INCLUDE", out.Items[0], with("part", "1", item{"state": text("projected"), "due": number("1"), "note": text("n")}))
	all := &dynamodb.QueryInput{IndexName: aws.String("kind"), KeyConditionExpression: aws.String("kind = :k"), ExpressionAttributeValues: item{":k": text("projected")}}
	v.same("ALL", s.comes(v, all, "1").Items[0], whole)
	for _, change := range []func(*dynamodb.QueryInput){
		func(in *dynamodb.QueryInput) { in.Select = types.SelectAllAttributes },
		func(in *dynamodb.QueryInput) { in.ProjectionExpression = aws.String("other") },
	} {
		in := s.due("projected")
		change(in)
		_, err := s.client.Query(v.ctx, in)
		v.refused(err, "ValidationException")
	}
}

func (s tableSuite) equalKeys(v *verdict) {
	for n := range 7 {
		s.put(v, with(fmt.Sprintf("equal %d", n%3), fmt.Sprint(n), item{"state": text("equal"), "due": number("5")}))
	}
	v.eventually("seven in the index", func() bool { _, out := s.find(v, s.due("equal")); return out.Count == 7 })
	for _, forward := range []bool{true, false} {
		for limit := range int32(8) {
			in := s.due("equal")
			in.Limit, in.ScanIndexForward = aws.Int32(limit+1), &forward
			seen := map[string]bool{}
			pages := dynamodb.NewQueryPaginator(s.client, in)
			for pages.HasMorePages() {
				page, err := pages.NextPage(v.ctx)
				v.must(err)
				for _, sk := range strings.Fields(sortKeys(page.Items)) {
					if seen[sk] {
						v.errorf("by %d: got %s twice", limit+1, sk)
					}
					seen[sk] = true
				}
			}
			if len(seen) != 7 {
				v.errorf("by %d, forward %t: got %d, want 7", limit+1, forward, len(seen))
			}
		}
	}
}

func (s tableSuite) follows(v *verdict) {
	s.put(v, with("follow", "1", item{"state": text("follow"), "due": number("1"), "note": text("old")}))
	s.comes(v, s.due("follow"), "1")
	_, err := s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{
		TableName: s.name("main"), Key: with("follow", "1"), UpdateExpression: aws.String("SET note = :n"), ExpressionAttributeValues: item{":n": text("new")},
	})
	v.must(err)
	v.eventually("the new note", func() bool {
		_, out := s.find(v, s.due("follow"))
		return len(out.Items) == 1 && showValue(out.Items[0]["note"]) == `"new"`
	})
	_, err = s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{
		TableName: s.name("main"), Key: with("follow", "1"), UpdateExpression: aws.String("SET #s = :s"),
		ExpressionAttributeNames: map[string]string{"#s": "state"}, ExpressionAttributeValues: item{":s": text("followed")},
	})
	v.must(err)
	s.comes(v, s.due("followed"), "1")
	s.comes(v, s.due("follow"), "")
	_, err = s.client.DeleteItem(v.ctx, &dynamodb.DeleteItemInput{TableName: s.name("main"), Key: with("follow", "1")})
	v.must(err)
	s.comes(v, s.due("followed"), "")
}

func (s tableSuite) inconsistent(v *verdict) {
	in := s.due("any")
	in.ConsistentRead = aws.Bool(true)
	_, err := s.client.Query(v.ctx, in)
	v.refused(err, "ValidationException")
	_, err = s.client.Scan(v.ctx, &dynamodb.ScanInput{TableName: s.name("main"), IndexName: aws.String("kind"), ConsistentRead: aws.Bool(true)})
	v.refused(err, "ValidationException")
}

func (s tableSuite) indexStart(v *verdict) {
	for _, sk := range []string{"1", "2"} {
		s.put(v, with("index start", sk, item{"state": text("started"), "due": number(sk)}))
	}
	in := s.due("started")
	in.Limit = aws.Int32(1)
	out := s.comes(v, in, "1")
	want := with("index start", "1", item{"state": text("started"), "due": number("1")})
	v.same("the last key", out.LastEvaluatedKey, want)
	for _, bad := range []item{with("index start", "1"), {"state": text("started"), "due": number("1")}, with("index start", "1", item{"state": text("other"), "due": number("1")}), with("index start", "1", item{"state": text("started"), "due": text("1")})} {
		in.ExclusiveStartKey = bad
		_, err := s.client.Query(v.ctx, in)
		v.refused(err, "ValidationException")
	}
}

func (s tableSuite) indexScan(v *verdict) {
	s.put(v, with("index scan", "1", item{"kind": text("scanned")}), with("index scan", "2"))
	v.eventually("one of two", func() bool {
		out, err := s.client.Scan(v.ctx, &dynamodb.ScanInput{
			TableName: s.name("main"), IndexName: aws.String("kind"), FilterExpression: aws.String("pk = :pk"), ExpressionAttributeValues: item{":pk": text("index scan")},
		})
		v.must(err)
		return sortKeys(out.Items) == "1"
	})
}
