package contract

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s tableSuite) updates() []behaviour {
	return []behaviour{
		{"updates do what they say", s.updated},
		{"an update takes its values from the item as it was", s.atOnce},
		{"an update that can't be done changes nothing", s.impossibleUpdates},
		{"a malformed update is refused", s.badUpdates},
		{"an update makes an item that is not there", s.upsert},
		{"an update answers with what is asked for", s.returnValues},
	}
}

// update runs an update on an item of the table main.
func (s tableSuite) update(v *verdict, pk, sk, expression string, want types.ReturnValue) (item, error) {
	out, err := s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{
		TableName: s.name("main"), Key: with(pk, sk), UpdateExpression: &expression, ExpressionAttributeValues: used(expression), ReturnValues: want,
	})
	if err != nil {
		return nil, err
	}
	return out.Attributes, nil
}

// updatable is the item that updates are tried on.
var updatable = item{
	"s": text("x"), "n": number("10"), "l": list(text("0"), text("1"), text("2")), "m": object(item{"a": number("1"), "l": list(number("1"))}), "ss": texts("a", "b"), "ns": numbers("1"),
}

func (s tableSuite) updated(v *verdict) {
	for expression, changes := range map[string]item{
		"SET s = :a":                                               {"s": text("a")},
		"set fresh = :null":                                        {"fresh": null()},
		"SET n = n + :1":                                           {"n": number("11")},
		"SET n = n - :half":                                        {"n": number("7.5")},
		"SET n = :1 - n":                                           {"n": number("-9")},
		"SET fresh = if_not_exists(fresh, :a)":                     {"fresh": text("a")},
		"SET s = if_not_exists(s, :a)":                             {},
		"SET fresh = if_not_exists(fresh, :0) + :1":                {"fresh": number("1")},
		"SET n = if_not_exists(n, :0) + :1":                        {"n": number("11")},
		"SET l = list_append(l, :l)":                               {"l": list(text("0"), text("1"), text("2"), text("a"))},
		"SET l = list_append(:l, l)":                               {"l": list(text("a"), text("0"), text("1"), text("2"))},
		"SET fresh = list_append(if_not_exists(fresh, :none), :l)": {"fresh": list(text("a"))},
		"SET l[1] = :a":                                            {"l": list(text("0"), text("a"), text("2"))},
		"SET l[9] = :a":                                            {"l": list(text("0"), text("1"), text("2"), text("a"))},
		"SET l[9] = :a, l[5] = :c":                                 {"l": list(text("0"), text("1"), text("2"), text("c"), text("a"))},
		"SET m.b = :1, m.l[0] = :2":                                {"m": object(item{"a": number("1"), "b": number("1"), "l": list(number("2"))})},
		"SET s = m.a, fresh = l[2]":                                {"s": number("1"), "fresh": text("2")},
		"REMOVE s":                                                 {"s": nil},
		"REMOVE s, n, gone":                                        {"s": nil, "n": nil},
		"REMOVE l[0], l[2]":                                        {"l": list(text("1"))},
		"REMOVE l[9]":                                              {},
		"REMOVE m.a":                                               {"m": object(item{"l": list(number("1"))})},
		"REMOVE m.l[0]":                                            {"m": object(item{"a": number("1"), "l": list()})},
		"ADD n :1":                                                 {"n": number("11")},
		"ADD fresh :1":                                             {"fresh": number("1")},
		"ADD ss :ssb":                                              {"ss": texts("a", "b", "c")},
		"ADD fresh :ssb":                                           {"fresh": texts("b", "c")},
		"ADD ns :ns":                                               {"ns": numbers("1", "2.5", "3")},
		"DELETE ss :ssb":                                           {"ss": texts("a")},
		"DELETE ss :ss":                                            {"ss": nil},
		"DELETE gone :ss":                                          {},
		"SET s = :a REMOVE m ADD n :1 DELETE ss :ssb":              {"s": text("a"), "m": nil, "n": number("11"), "ss": texts("a")},
		"DELETE ss :ssb ADD n :1 REMOVE m SET s = :a":              {"s": text("a"), "m": nil, "n": number("11"), "ss": texts("a")},
	} {
		s.put(v, with("updated", expression, updatable))
		got, err := s.update(v, "updated", expression, expression, types.ReturnValueAllNew)
		v.must(err)
		want := with("updated", expression, updatable)
		for name, value := range changes {
			if want[name] = value; value == nil {
				delete(want, name)
			}
		}
		v.same(expression, got, want)
		v.same(expression+", read again", s.get(v, "updated", expression), want)
	}
}

func (s tableSuite) atOnce(v *verdict) {
	s.put(v, with("at once", "1", item{"a": text("A"), "b": text("B"), "l": list(text("0"), text("1"))}))
	got, err := s.update(v, "at once", "1", "SET a = b, b = a, c = l[0] REMOVE l[0]", types.ReturnValueAllNew)
	v.must(err)
	v.same("swapped", got, with("at once", "1", item{"a": text("B"), "b": text("A"), "c": text("0"), "l": list(text("1"))}))
}

func (s tableSuite) impossibleUpdates(v *verdict) {
	there := with("impossible", "1", updatable, item{"big": number(strings.Repeat("9", 38)), "huge": number("9" + strings.Repeat("0", 125))})
	s.put(v, there)
	for _, bad := range []string{
		"SET s = gone", "SET n = s + :1", "SET n = gone + :1", "SET l = list_append(s, :l)", "SET l = list_append(gone, :l)", "SET gone.a = :a", "SET s.a = :a", "SET m[0] = :a", "SET l.a = :a",
		"SET m.gone.a = :a", "REMOVE gone.a", "ADD s :1", "ADD n :ss", "ADD ss :ns", "DELETE s :ss", "DELETE ns :ss", "SET big = big + :half", "SET n = huge + huge", "SET due = :a", "SET kind = :empty", "SET state = :1",
	} {
		_, err := s.update(v, "impossible", "1", bad, "")
		if err == nil {
			v.errorf("it does %q", bad)
			continue
		}
		v.refused(err, "ValidationException")
	}
	v.same("unchanged", s.get(v, "impossible", "1"), there)
}

func (s tableSuite) badUpdates(v *verdict) {
	for _, bad := range []string{
		"", "s = :a", "SET", "SET s", "SET s =", "SET s = :a,", "SET s = :a SET n = :1", "SET s = :a, s = :c", "SET m = :m, m.a = :1", "SET l[0] = :a REMOVE l[0]", "SET l[0] = :a, l.a = :a",
		"SET s = :undefined", "SET name = :a", "SET #s = :a", "SET s = size(l)", "SET s = attribute_exists(s)", "SET s = unknown(s)", "SET s = if_not_exists(s)", "SET s = if_not_exists(:a, :c)",
		"SET s = list_append(:l)", "SET s = list_append(l, :a)", "SET n = n + :a", "SET n = n * :1", "SET n = n + :1 + :1", "SET :a = s", "SET s <> :a", "REMOVE", "REMOVE s = :a", "REMOVE :a",
		"ADD s :a", "ADD n", "ADD n = :1", "ADD n s", "ADD l :l", "DELETE ss", "DELETE ss :a", "DELETE n :1", "DELETE ss ss", "SET pk = :a", "REMOVE sk", "ADD pk :1", "TRUNCATE s", "SET s = :a REMOVE s",
	} {
		_, err := s.update(v, "updates", "bad", bad, "")
		if err == nil {
			v.errorf("it takes %q", bad)
			continue
		}
		v.refused(err, "ValidationException")
	}
	if got := s.get(v, "updates", "bad"); got != nil {
		v.errorf("it made %s", show(got))
	}
}

func (s tableSuite) upsert(v *verdict) {
	for sk, expression := range map[string]string{"set": "SET a = :1", "add": "ADD a :1", "remove": "REMOVE a", "delete": "DELETE a :ss"} {
		_, err := s.update(v, "upsert", sk, expression, "")
		v.must(err)
		want := with("upsert", sk)
		if sk == "set" || sk == "add" {
			want["a"] = number("1")
		}
		v.same(expression, s.get(v, "upsert", sk), want)
	}
	_, err := s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{TableName: s.name("main"), Key: with("upsert", "nothing")})
	v.must(err)
	v.same("no expression", s.get(v, "upsert", "nothing"), with("upsert", "nothing"))
}

func (s tableSuite) returnValues(v *verdict) {
	before := item{"a": number("1"), "m": object(item{"x": number("1"), "y": number("2")}), "b": text("x")}
	after := item{"a": number("2"), "m": object(item{"x": number("3"), "y": number("2")}), "c": text("c")}
	const expression = "SET a = :2, m.x = :3, c = :c REMOVE b"
	for want, attributes := range map[types.ReturnValue]item{
		"":                          nil,
		types.ReturnValueNone:       nil,
		types.ReturnValueAllOld:     with("returns", "1", before),
		types.ReturnValueAllNew:     with("returns", "1", after),
		types.ReturnValueUpdatedOld: {"a": number("1"), "m": object(item{"x": number("1")}), "b": text("x")},
		types.ReturnValueUpdatedNew: {"a": number("2"), "m": object(item{"x": number("3")}), "c": text("c")},
	} {
		s.put(v, with("returns", "1", before))
		got, err := s.update(v, "returns", "1", expression, want)
		v.must(err)
		v.same("update, "+string(want), got, attributes)
	}
	for want, attributes := range map[types.ReturnValue]item{types.ReturnValueAllOld: nil, types.ReturnValueUpdatedOld: nil, types.ReturnValueUpdatedNew: {"a": number("2")}} {
		got, err := s.update(v, "returns", "fresh "+string(want), "SET a = :2", want)
		v.must(err)
		v.same("made, "+string(want), got, attributes)
	}
	put := &dynamodb.PutItemInput{TableName: s.name("main"), Item: with("returns", "put", before), ReturnValues: types.ReturnValueAllOld}
	out, err := s.client.PutItem(v.ctx, put)
	v.must(err)
	v.same("a first put", out.Attributes, nil)
	out, err = s.client.PutItem(v.ctx, put)
	v.must(err)
	v.same("a second put", out.Attributes, put.Item)
	put.ReturnValues = types.ReturnValueAllNew
	_, err = s.client.PutItem(v.ctx, put)
	v.refused(err, "ValidationException")
	_, err = s.client.DeleteItem(v.ctx, &dynamodb.DeleteItemInput{TableName: s.name("main"), Key: with("returns", "put"), ReturnValues: types.ReturnValueUpdatedOld})
	v.refused(err, "ValidationException")
	_, err = s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{TableName: s.name("main"), Key: with("returns", "put"), ReturnValues: "SOME"})
	v.refused(err, "ValidationException")
}
