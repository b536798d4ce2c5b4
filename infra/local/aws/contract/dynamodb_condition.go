package contract

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s tableSuite) conditions() []behaviour {
	return []behaviour{
		{"conditions are decided as documented", s.decided},
		{"AND binds stronger than OR, and NOT stronger than AND", s.precedence},
		{"a malformed condition is refused", s.badConditions},
		{"reserved words are no names", s.reservedWords},
		{"placeholders are used and defined", s.placeholders},
		{"a put is done only if its condition holds", s.conditionalPut},
		{"a failed condition tells the item if asked", s.toldItem},
	}
}

// conditioned is the item that conditions are tried on.
var conditioned = item{
	"s": text("banana"), "blank": text(""), "n": number("10"), "b": binary("\x01\x02\x03"), "t": truth(true), "nothing": null(),
	"l": list(text("a"), number("2"), object(item{"x": text("deep")})), "m": object(item{"x": number("1"), "y": list(number("7"))}),
	"ss": texts("a", "b"), "ns": numbers("1", "2.50"), "bs": binaries("x"), "s2": text("banana"), "umlaut": text("ü"),
}

// values is what conditions and updates may use as :name.
var values = item{
	":a": text("a"), ":an": text("an"), ":ban": text("ban"), ":banana": text("banana"), ":c": text("c"), ":empty": text(""),
	":1": number("1"), ":2": number("2"), ":half": number("2.5"), ":9": number("9"), ":10": number("1e1"), ":11": number("11"), ":100": number("100"), ":0": number("0"),
	":b1": binary("\x01"), ":b12": binary("\x01\x02"), ":b": binary("\x01\x02\x03"), ":true": truth(true), ":null": null(), ":x": binary("x"),
	":S": text("S"), ":N": text("N"), ":SS": text("SS"), ":M": text("M"), ":NULL": text("NULL"), ":Z": text("Z"),
	":ss": texts("b", "a"), ":m": object(item{"x": number("1.0"), "y": list(number("7"))}), ":l": list(text("a")), ":deep": text("deep"),
	":ssb": texts("b", "c"), ":ns": numbers("2.5", "3"), ":none": list(), ":7": number("7"), ":3": number("3"), ":6": number("6"),
}

// used is the values that an expression uses.
func used(expression string) item {
	var i item
	for _, word := range strings.FieldsFunc(expression, func(r rune) bool { return strings.ContainsRune(" ,()=<>+-", r) }) {
		if v, ok := values[word]; ok {
			if i == nil {
				i = item{}
			}
			i[word] = v
		}
	}
	return i
}

// decide reports conditions that don't come out as want.
func (s tableSuite) decide(v *verdict, pk string, want bool, conditions ...string) {
	s.put(v, with(pk, "1", conditioned))
	for _, c := range conditions {
		_, err := s.client.TransactWriteItems(v.ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{ConditionCheck: &types.ConditionCheck{
			TableName: s.name("main"), Key: with(pk, "1"), ConditionExpression: &c, ExpressionAttributeValues: used(c),
		}}}})
		failed := new(types.TransactionCanceledException)
		if err != nil && !errors.As(err, &failed) {
			v.errorf("%s: %v", c, err)
		} else if err == nil != want {
			v.errorf("%s: got %t, want %t", c, err == nil, want)
		}
	}
}

func (s tableSuite) decided(v *verdict) {
	s.decide(v, "true", true,
		"s = :banana", ":banana = s", "s = s2", "n = :10", "m = :m", "ss = :ss", "t = :true", "nothing = :null", "blank = :empty", "b = :b",
		"s <> :a", "n <> :9", "s <> :10", "gone <> :a", "s <> gone", "s > :a", "s < :c", "n > :9", "n < :100", "n >= :10", "n <= :10", "b > :b12", "b >= :b1",
		"l[0] = :a", "l[1] = :2", "l[2].x = :deep", "m.x = :1", "m.y[0] = :7",
		"n BETWEEN :9 AND :11", "s BETWEEN :ban AND :banana", "s IN (:a, :banana)", "n in (:10)", "l[1] In (:1, :2)",
		"attribute_exists(s)", "attribute_exists(m.y[0])", "attribute_exists(nothing)", "attribute_not_exists(gone)", "attribute_not_exists(l[3])", "attribute_not_exists(s.x)",
		"attribute_type(s, :S)", "attribute_type(n, :N)", "attribute_type(ss, :SS)", "attribute_type(m, :M)", "attribute_type(nothing, :NULL)",
		"begins_with(s, :ban)", "begins_with(b, :b12)", "begins_with(s, :empty)", "contains(s, :an)", "contains(ss, :a)", "contains(ns, :half)", "contains(bs, :x)",
		"contains(l, :a)", "contains(l, :2)", "contains(b, :b12)",
		"size(ss) = :2", "size(b) = :3", "size(l) = :3", "size(m) = :2", "size(s) = :6", "size(blank) = :0", "size(m.y) < :2", ":2 <= size(ns)", "size(s) BETWEEN :1 AND :9", "size(s) IN (:6)",
	)
	s.decide(v, "false", false,
		"s = :a", "n = :9", "s = :10", "gone = :a", "s = gone", "s <> :banana", "n <> :10", "s < :10", "n < :a", "gone < :a", "gone > :a", "t > :1", "n > :10", "n < :10",
		"n BETWEEN :a AND :c", "gone BETWEEN :1 AND :9", "s IN (:a, :c)", "gone IN (:a)", "l[3] = :a", "m.gone = :a",
		"attribute_exists(gone)", "attribute_exists(l[3])", "attribute_not_exists(s)", "attribute_type(s, :N)", "attribute_type(gone, :S)",
		"begins_with(s, :an)", "begins_with(n, :a)", "begins_with(gone, :a)", "contains(ss, :an)", "contains(s, :c)", "contains(gone, :a)", "contains(m, :a)", "contains(ns, :a)",
		"size(gone) = :1", "size(n) > :0", "size(t) > :0",
	)
}

func (s tableSuite) precedence(v *verdict) {
	s.decide(v, "precedes", true,
		"s = :banana OR s = :banana AND s = :a",
		"NOT s = :a AND NOT s = :c",
		"NOT s = :banana OR s = :banana",
		"not (s = :a or s = :c)",
		"NOT NOT s = :banana",
		"s = :a AND s = :c OR s = :banana",
		"n BETWEEN :9 AND :11 AND s = :banana",
		"NOT gone = :a", "NOT gone BETWEEN :1 AND :2", "NOT contains(s, :c) AND NOT attribute_exists(gone)",
		"NOT s IN (:a, :c)",
	)
	s.decide(v, "precedes not", false,
		"(s = :banana OR s = :banana) AND s = :a",
		"NOT s = :banana AND s = :banana",
		"NOT (s = :a OR s = :banana)",
		"NOT n BETWEEN :9 AND :11 OR s = :a",
		"NOT NOT s = :a",
	)
}

// refusedConditions reports conditions that a put takes.
func (s tableSuite) refusedConditions(v *verdict, conditions ...string) {
	for _, c := range conditions {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: with("bad", "condition"), ConditionExpression: &c, ExpressionAttributeValues: used(c)})
		if failed := new(types.ConditionalCheckFailedException); err == nil || errors.As(err, &failed) {
			v.errorf("it takes %q", c)
			continue
		}
		v.refused(err, "ValidationException")
	}
}

func (s tableSuite) badConditions(v *verdict) {
	s.refusedConditions(v,
		"", " ", "s", ":a", "s =", "= :a", "s = :a AND", "s = :a s = :a", "s == :a", "s != :a", "s = :a,", "(s = :a", "s = :a)", "()", "((s = :a))", "NOT", "s = 1", "s = 'a'",
		"s BETWEEN :a", "s BETWEEN :a AND", "s BETWEEN :a OR :c", "s BETWEEN :c AND :a", "s BETWEEN :1 AND :a", "s IN :a", "s IN ()", "s IN (:a", "s NOT IN (:a)", "s[0 = :a", "s[] = :a", "s[:a] = :a",
		".s = :a", "s. = :a", "s.[0] = :a", "_s = :a", "s$ = :a", "#s = :a", "s = #", "s = :", "attribute_exists(s) = :a", "attribute_exists()", "attribute_exists(s, s2)", "attribute_exists(:a)",
		"ATTRIBUTE_EXISTS(s)", "unknown(s)", "begins_with(s)", "begins_with(s, :1)", "begins_with(s, :ss)", "begins_with s, :a", "contains(s)", "size(s)", "size(s) = size()", "size(:1) = :1",
		"attribute_type(s, :Z)", "attribute_type(s, :1)", "if_not_exists(s, :a) = :a", "s = list_append(l, :l)", "s = attribute_exists(s)", "s < :ss", "s > :true", "s <= :null", "s >= :m",
		"s = s", "s + :1 = :2", "s = :undefined", "SET s = :a", strings.Repeat("s = :a OR ", 450)+"s = :a",
		"s IN ("+strings.Repeat(":a, ", 100)+":a)",
	)
}

func (s tableSuite) reservedWords(v *verdict) {
	s.refusedConditions(v, "name = :a", "Status = :a", "STATE = :a", "m.value = :a", "attribute_exists(ttl)", "size(data) = :1", "s = owner", "user IN (:a)", "s = :a AND zone = :a")
	_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{
		TableName: s.name("main"), Item: with("reserved", "1"), ConditionExpression: aws.String("attribute_not_exists(#n)"), ExpressionAttributeNames: map[string]string{"#n": "name"},
	})
	v.must(err)
}

func (s tableSuite) placeholders(v *verdict) {
	for _, in := range []dynamodb.PutItemInput{
		{ConditionExpression: aws.String("s <> :a"), ExpressionAttributeValues: item{":a": text("a"), ":unused": text("a")}},
		{ConditionExpression: aws.String("s <> :a"), ExpressionAttributeValues: item{":b": text("a")}},
		{ConditionExpression: aws.String("#s <> :a"), ExpressionAttributeValues: item{":a": text("a")}},
		{ConditionExpression: aws.String("s <> :a"), ExpressionAttributeValues: item{":a": text("a")}, ExpressionAttributeNames: map[string]string{"#s": "s"}},
		{ConditionExpression: aws.String("attribute_exists(s)"), ExpressionAttributeNames: map[string]string{"s": "s"}},
		{ConditionExpression: aws.String("s <> :a"), ExpressionAttributeValues: item{"a": text("a")}},
		{ConditionExpression: aws.String("s <> :a"), ExpressionAttributeValues: item{":a": texts()}},
		{ExpressionAttributeValues: item{":a": text("a")}},
		{ExpressionAttributeNames: map[string]string{"#s": "s"}},
	} {
		in.TableName, in.Item = s.name("main"), with("placeholders", "1")
		_, err := s.client.PutItem(v.ctx, &in)
		if err == nil {
			v.errorf("it takes %s with %v and %s", aws.ToString(in.ConditionExpression), in.ExpressionAttributeNames, show(in.ExpressionAttributeValues))
			continue
		}
		v.refused(err, "ValidationException")
	}
}

func (s tableSuite) conditionalPut(v *verdict) {
	put := func(a string) error {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{
			TableName: s.name("main"), Item: with("conditional", "1", item{"a": text(a)}), ConditionExpression: aws.String("attribute_not_exists(pk)"),
		})
		return err
	}
	v.must(put("first"))
	v.refused(put("second"), "ConditionalCheckFailedException")
	v.same("what is kept", s.get(v, "conditional", "1"), with("conditional", "1", item{"a": text("first")}))
	_, err := s.client.DeleteItem(v.ctx, &dynamodb.DeleteItemInput{
		TableName: s.name("main"), Key: with("conditional", "1"), ConditionExpression: aws.String("a = :a"), ExpressionAttributeValues: item{":a": text("second")},
	})
	v.refused(err, "ConditionalCheckFailedException")
	_, err = s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{
		TableName: s.name("main"), Key: with("conditional", "none"), ConditionExpression: aws.String("attribute_exists(pk)"), UpdateExpression: aws.String("REMOVE a"),
	})
	v.refused(err, "ConditionalCheckFailedException")
	if got := s.get(v, "conditional", "none"); got != nil {
		v.errorf("a failed update made %s", show(got))
	}
}

func (s tableSuite) toldItem(v *verdict) {
	there := with("told", "1", item{"a": text("x")})
	s.put(v, there)
	all := types.ReturnValuesOnConditionCheckFailureAllOld
	no := aws.String("attribute_exists(a) AND attribute_not_exists(a)")
	for _, c := range []struct {
		sk   string
		tell types.ReturnValuesOnConditionCheckFailure
		want item
	}{{"1", all, there}, {"1", types.ReturnValuesOnConditionCheckFailureNone, nil}, {"1", "", nil}, {"none", all, nil}} {
		_, put := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: with("told", c.sk), ConditionExpression: no, ReturnValuesOnConditionCheckFailure: c.tell})
		_, update := s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{
			TableName: s.name("main"), Key: with("told", c.sk), ConditionExpression: no, UpdateExpression: aws.String("REMOVE a"), ReturnValuesOnConditionCheckFailure: c.tell,
		})
		_, remove := s.client.DeleteItem(v.ctx, &dynamodb.DeleteItemInput{TableName: s.name("main"), Key: with("told", c.sk), ConditionExpression: no, ReturnValuesOnConditionCheckFailure: c.tell})
		for operation, err := range map[string]error{"put": put, "update": update, "delete": remove} {
			failed := new(types.ConditionalCheckFailedException)
			if !errors.As(err, &failed) {
				v.errorf("%s: got %v", operation, err)
				continue
			}
			v.same(operation+" of "+c.sk+", told "+string(c.tell), failed.Item, c.want)
		}
	}
}
