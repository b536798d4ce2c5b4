package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s tableSuite) queries() []behaviour {
	return []behaviour{
		{"a query finds by key conditions, in order", s.keyConditions},
		{"sort keys are ordered by their bytes or as numbers", s.sortOrder},
		{"a malformed key condition is refused", s.badKeyConditions},
		{"pages end with a key, also at the exact end", s.pages},
		{"a limit counts before the filter", s.limitBeforeFilter},
		{"a page has at most 1 MB", s.pageBytes},
		{"a query can count only, and project", s.selects},
		{"a bad starting key is refused", s.badStart},
		{"a bad query is refused", s.badQueries},
		{"a scan finds everything, by pages", s.scans},
	}
}

// find runs a query on the table main and shows the sort keys of what it finds.
func (s tableSuite) find(v *verdict, in *dynamodb.QueryInput) (string, *dynamodb.QueryOutput) {
	in.TableName = s.name("main")
	out, err := s.client.Query(v.ctx, in)
	v.must(err)
	if int(out.Count) != len(out.Items) && in.Select != types.SelectCount {
		v.errorf("got count %d of %d items", out.Count, len(out.Items))
	}
	return sortKeys(out.Items), out
}

func sortKeys(items []item) string {
	var keys []string
	for _, i := range items {
		if sk, ok := i["sk"].(*types.AttributeValueMemberS); ok {
			keys = append(keys, sk.Value)
		}
	}
	return strings.Join(keys, " ")
}

// partition is a query for all of a partition, with a further condition if there is one.
func partition(pk string, further ...string) *dynamodb.QueryInput {
	condition := strings.Join(append([]string{"pk = :pk"}, further...), " AND ")
	values := item{":pk": text(pk)}
	for _, word := range strings.FieldsFunc(condition, func(r rune) bool { return strings.ContainsRune(" ,()=<>", r) }) {
		if strings.HasPrefix(word, ":") && word != ":pk" {
			values[word] = text(word[1:])
		}
	}
	return &dynamodb.QueryInput{KeyConditionExpression: &condition, ExpressionAttributeValues: values}
}

// fill puts items of those sort keys, each with n, its number from 0.
func (s tableSuite) fill(v *verdict, pk string, sks ...string) {
	for n, sk := range sks {
		s.put(v, with(pk, sk, item{"n": number(fmt.Sprint(n))}))
	}
}

func (s tableSuite) keyConditions(v *verdict) {
	s.fill(v, "query", "b1", "a", "c", "b2", "b")
	s.fill(v, "query2", "x")
	for further, want := range map[string]string{
		"": "a b b1 b2 c", "sk = :b": "b", "sk = :none": "", "sk < :b1": "a b", "sk <= :b1": "a b b1", "sk > :b1": "b2 c", "sk >= :b1": "b1 b2 c", ":b1 < sk": "b2 c",
		"sk BETWEEN :a AND :b1": "a b b1", "begins_with(sk, :b)": "b b1 b2", "begins_with(sk, :bb)": "",
	} {
		conditions := []string{further}
		if further == "" {
			conditions = nil
		}
		for _, forward := range []bool{true, false} {
			in := partition("query", conditions...)
			in.ScanIndexForward = &forward
			keys := strings.Fields(want)
			if !forward {
				slices.Reverse(keys)
			}
			if got, _ := s.find(v, in); got != strings.Join(keys, " ") {
				v.errorf("%s, forward %t: got %s, want %v", further, forward, got, keys)
			}
		}
	}
	in := partition("query")
	in.KeyConditionExpression = aws.String("sk = :a AND #p = :pk")
	in.ExpressionAttributeNames = map[string]string{"#p": "pk"}
	in.ExpressionAttributeValues[":a"] = text("a")
	in.ConsistentRead = aws.Bool(true)
	if got, _ := s.find(v, in); got != "a" {
		v.errorf("with names, the other way round: got %s, want a", got)
	}
}

func (s tableSuite) sortOrder(v *verdict) {
	s.fill(v, "order", "é", "z", "a", "B", "a b", "aa", "🙂", "~")
	if got, _ := s.find(v, partition("order")); got != "B a a b aa z ~ é 🙂" {
		v.errorf("got %s", got)
	}
	for _, n := range []string{"10", "9", "-1", "0", "-10", "1.5", "1e20", "-1.5", "1e-20", "100"} {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("typed"), Item: item{"pk": binary("order"), "sk": number(n)}})
		v.must(err)
	}
	out, err := s.client.Query(v.ctx, &dynamodb.QueryInput{
		TableName: s.name("typed"), KeyConditionExpression: aws.String("pk = :pk AND sk > :low"), ExpressionAttributeValues: item{":pk": binary("order"), ":low": number("-10")},
	})
	v.must(err)
	var got []string
	for _, i := range out.Items {
		got = append(got, showValue(i["sk"]))
	}
	if want := "-1.5 -1 0 0.00000000000000000001 1.5 9 10 100 100000000000000000000"; strings.Join(got, " ") != want {
		v.errorf("got %v, want %s", got, want)
	}
}

func (s tableSuite) badKeyConditions(v *verdict) {
	for _, bad := range []string{
		"", "pk", "sk = :a", "pk > :a", "pk <> :a", "begins_with(pk, :a)", "pk = :a AND n = :1", "pk = :a AND sk <> :a", "pk = :a AND contains(sk, :a)", "pk = :a OR sk = :a", "NOT pk = :a",
		"pk = :a AND NOT sk = :a", "pk = :a AND sk IN (:a)", "pk = :a AND attribute_exists(sk)", "pk = :a AND sk > :a AND sk < :c", "pk = :a AND pk = :a", "pk = :1", "pk = :a AND sk = :1",
		"pk = :empty", "pk = :a AND sk = :empty", "pk = sk", "pk.x = :a", "pk = :a AND size(sk) = :1", "pk = :a AND sk BETWEEN :c AND :a", "pk = :undefined", "pk = :a AND begins_with(sk, :1)",
	} {
		_, err := s.client.Query(v.ctx, &dynamodb.QueryInput{TableName: s.name("main"), KeyConditionExpression: &bad, ExpressionAttributeValues: used(bad)})
		if err == nil {
			v.errorf("it takes %q", bad)
			continue
		}
		v.refused(err, "ValidationException")
	}
	_, err := s.client.Query(v.ctx, &dynamodb.QueryInput{
		TableName: s.name("single"), KeyConditionExpression: aws.String("pk = :a AND sk = :a"), ExpressionAttributeValues: item{":a": text("a")},
	})
	v.refused(err, "ValidationException")
}

func (s tableSuite) pages(v *verdict) {
	s.fill(v, "pages", "1", "2", "3", "4", "5", "6")
	for _, forward := range []bool{true, false} {
		for limit, want := range map[int32]string{1: "1|2|3|4|5|6|", 2: "1 2|3 4|5 6|", 3: "1 2 3|4 5 6|", 4: "1 2 3 4|5 6", 6: "1 2 3 4 5 6|", 7: "1 2 3 4 5 6"} {
			in := partition("pages")
			in.Limit, in.ScanIndexForward = &limit, &forward
			var pages []string
			for len(pages) < 10 {
				got, out := s.find(v, in)
				pages = append(pages, got)
				if out.LastEvaluatedKey == nil {
					break
				}
				if len(out.LastEvaluatedKey) != 2 {
					v.errorf("got key %s", show(out.LastEvaluatedKey))
				}
				in.ExclusiveStartKey = out.LastEvaluatedKey
			}
			if !forward {
				want = strings.NewReplacer("1", "6", "2", "5", "3", "4", "4", "3", "5", "2", "6", "1").Replace(want)
			}
			if got := strings.Join(pages, "|"); got != want {
				v.errorf("by %d, forward %t: got %s, want %s", limit, forward, got, want)
			}
		}
	}
	in := partition("pages")
	in.ExclusiveStartKey = with("pages", "3")
	_, err := s.client.DeleteItem(v.ctx, &dynamodb.DeleteItemInput{TableName: s.name("main"), Key: with("pages", "3")})
	v.must(err)
	if got, _ := s.find(v, in); got != "4 5 6" {
		v.errorf("behind a deleted item: got %s, want 4 5 6", got)
	}
}

func (s tableSuite) limitBeforeFilter(v *verdict) {
	s.fill(v, "filter", "1", "2", "3", "4", "5")
	in := partition("filter")
	in.Limit = aws.Int32(2)
	in.FilterExpression = aws.String("n >= :n")
	in.ExpressionAttributeValues[":n"] = number("3")
	for n, want := range []struct {
		found   string
		scanned int32
		more    bool
	}{{"", 2, true}, {"4", 2, true}, {"5", 1, false}} {
		got, out := s.find(v, in)
		if got != want.found || out.ScannedCount != want.scanned || out.LastEvaluatedKey != nil != want.more {
			v.errorf("page %d: got %q of %d, more %t, want %q of %d, more %t", n, got, out.ScannedCount, out.LastEvaluatedKey != nil, want.found, want.scanned, want.more)
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

func (s tableSuite) pageBytes(v *verdict) {
	for _, sk := range []string{"1", "2", "3", "4", "5"} {
		s.put(v, with("bulk", sk, item{"a": text(strings.Repeat("x", 300<<10)), "n": number(sk)}))
	}
	in := partition("bulk")
	in.ProjectionExpression = aws.String("sk")
	first, out := s.find(v, in)
	if first != "1 2 3" || out.LastEvaluatedKey == nil {
		v.errorf("got %s, more %t, want 1 2 3 and more", first, out.LastEvaluatedKey != nil)
	}
	in.ExclusiveStartKey = out.LastEvaluatedKey
	if second, out := s.find(v, in); second != "4 5" || out.LastEvaluatedKey != nil {
		v.errorf("then got %s, more %t, want 4 5 and no more", second, out.LastEvaluatedKey != nil)
	}
}

func (s tableSuite) selects(v *verdict) {
	s.fill(v, "select", "1", "2", "3")
	in := partition("select")
	in.Select = types.SelectCount
	if _, out := s.find(v, in); out.Count != 3 || out.ScannedCount != 3 || out.Items != nil {
		v.errorf("count: got %d of %d, and %v", out.Count, out.ScannedCount, out.Items)
	}
	in = partition("select", "sk = :2")
	in.ProjectionExpression = aws.String("n")
	if _, out := s.find(v, in); len(out.Items) != 1 || show(out.Items[0]) != "{n:1}" {
		v.errorf("projection: got %v", out.Items)
	}
	for _, bad := range []types.Select{types.SelectAllAttributes, types.SelectCount, types.SelectAllProjectedAttributes} {
		in.TableName, in.Select = s.name("main"), bad
		_, err := s.client.Query(v.ctx, in)
		v.refused(err, "ValidationException")
	}
	in.Select, in.ProjectionExpression = types.SelectSpecificAttributes, nil
	_, err := s.client.Query(v.ctx, in)
	v.refused(err, "ValidationException")
}

func (s tableSuite) badStart(v *verdict) {
	s.fill(v, "start", "1", "2", "3")
	for _, start := range []item{{"pk": text("start")}, {"pk": text("start"), "sk": number("1")}, with("start", "1", item{"more": text("x")}), with("elsewhere", "1"), with("start", "1")} {
		in := partition("start", "sk > :2")
		in.TableName, in.ExclusiveStartKey = s.name("main"), start
		_, err := s.client.Query(v.ctx, in)
		v.refused(err, "ValidationException")
	}
	_, err := s.client.Scan(v.ctx, &dynamodb.ScanInput{TableName: s.name("main"), ExclusiveStartKey: item{"pk": text("start")}})
	v.refused(err, "ValidationException")
}

func (s tableSuite) badQueries(v *verdict) {
	for _, change := range []func(*dynamodb.QueryInput){
		func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(0) },
		func(in *dynamodb.QueryInput) { in.KeyConditionExpression = nil },
		func(in *dynamodb.QueryInput) { in.IndexName = aws.String("none") },
		func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String("pk = :pk") },
		func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String("attribute_exists(sk)") },
		func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String("n >") },
		func(in *dynamodb.QueryInput) { in.Select = "SOME" },
		func(in *dynamodb.QueryInput) { in.ExpressionAttributeValues[":unused"] = text("x") },
	} {
		in := partition("bad query")
		in.TableName = s.name("main")
		change(in)
		_, err := s.client.Query(v.ctx, in)
		v.refused(err, "ValidationException")
	}
}
