package contract

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s tableSuite) items() []behaviour {
	return []behaviour{
		{"an item of every type comes back", s.everyType},
		{"numbers are exact to 38 digits and come back normalised", s.exactNumbers},
		{"numbers out of range are refused", s.badNumbers},
		{"a set has elements, and each once", s.badSets},
		{"an item needs its keys, of their types", s.badKeys},
		{"a key text is not empty", s.emptyKeys},
		{"a key has a largest size", s.longKeys},
		{"400 KB is the largest item", s.largestItem},
		{"32 levels are the deepest item", s.deepestItem},
		{"a projection leaves what it names", s.projections},
		{"a bad projection is refused", s.badProjections},
		{"a delete tells what was there, and of nothing succeeds", s.deletes},
	}
}

func (s tableSuite) everyType(v *verdict) {
	i := with("types", "1", item{
		"s": text("x \"quoted\" \\ ü € 🙂 \n\t\u0001"), "empty": text(""), "n": number("1"), "b": binary("\x00\xff"), "t": truth(true), "f": truth(false), "null": null(),
		"l": list(text("a"), number("2"), list(), object(item{})), "m": object(item{"a": object(item{"b c.d": null()})}),
		"ss": texts("b", "a", ""), "ns": numbers("10", "9", "-1"), "bs": binaries("b", "a"),
	})
	s.put(v, i)
	v.same("the item", s.get(v, "types", "1"), i)
	s.put(v, with("types", "1"))
	v.same("replaced", s.get(v, "types", "1"), with("types", "1"))
	if got := s.get(v, "types", "none"); got != nil {
		v.errorf("got %s, want nothing", show(got))
	}
}

func (s tableSuite) exactNumbers(v *verdict) {
	digits := strings.Repeat("1234567890", 4)[:38]
	for sent, want := range map[string]string{
		"1": "1", "-0": "0", "0.0": "0", "007": "7", "1.50": "1.5", "1e3": "1000", "1.5E-2": "0.015", "-12.30e1": "-123", "+4": "4", ".5": "0.5",
		digits: digits, "0." + digits: "0." + digits, "-" + digits: "-" + digits, "12345678901234567890": "12345678901234567890",
		"9.9999999999999999999999999999999999999e125": strings.Repeat("9", 38) + strings.Repeat("0", 88), "1e-130": "0." + strings.Repeat("0", 129) + "1",
	} {
		s.put(v, with("numbers", sent, item{"n": number(sent)}))
		v.same(sent, s.get(v, "numbers", sent), with("numbers", sent, item{"n": number(want)}))
	}
}

// refusedValues reports values that a put takes.
func (s tableSuite) refusedValues(v *verdict, values ...types.AttributeValue) {
	for _, bad := range values {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: with("bad", "1", item{"a": bad})})
		if err == nil {
			v.errorf("it takes %s", showValue(bad))
			continue
		}
		v.refused(err, "ValidationException")
	}
}

func (s tableSuite) badNumbers(v *verdict) {
	s.refusedValues(v, number(""), number("x"), number("1x"), number("1e"), number("--1"), number("1,5"), number("NaN"), number("Infinity"),
		number("1e126"), number("-1e126"), number("1e-131"), number(strings.Repeat("1", 39)), number("1."+strings.Repeat("1", 38)))
}

func (s tableSuite) badSets(v *verdict) {
	s.refusedValues(v, texts(), numbers(), binaries(), texts("a", "a"), numbers("1", "1.0"), binaries("a", "a"), list(texts()), object(item{"a": numbers()}))
}

func (s tableSuite) badKeys(v *verdict) {
	for _, bad := range []item{{"pk": text("x")}, {"sk": text("x")}, {"pk": text("x"), "sk": number("1")}, {"pk": binary("x"), "sk": text("x")}} {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: bad})
		v.refused(err, "ValidationException")
	}
	for _, bad := range []item{{"pk": text("x")}, {"pk": text("x"), "sk": number("1")}, with("x", "x", item{"more": text("x")})} {
		_, err := s.client.GetItem(v.ctx, &dynamodb.GetItemInput{TableName: s.name("main"), Key: bad})
		v.refused(err, "ValidationException")
		_, err = s.client.DeleteItem(v.ctx, &dynamodb.DeleteItemInput{TableName: s.name("main"), Key: bad})
		v.refused(err, "ValidationException")
		_, err = s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{TableName: s.name("main"), Key: bad})
		v.refused(err, "ValidationException")
	}
	for _, bad := range []item{{"state": number("1")}, {"due": text("1")}, {"kind": null()}, {"kind": text("")}} {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: with("x", "x", bad)})
		v.refused(err, "ValidationException")
	}
}

func (s tableSuite) emptyKeys(v *verdict) {
	for _, key := range []item{with("", "x"), with("x", "")} {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: key})
		v.refused(err, "ValidationException")
		_, err = s.client.GetItem(v.ctx, &dynamodb.GetItemInput{TableName: s.name("main"), Key: key})
		v.refused(err, "ValidationException")
		_, err = s.client.DeleteItem(v.ctx, &dynamodb.DeleteItemInput{TableName: s.name("main"), Key: key})
		v.refused(err, "ValidationException")
	}
	_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("typed"), Item: item{"pk": binary(""), "sk": number("1")}})
	v.refused(err, "ValidationException")
}

func (s tableSuite) longKeys(v *verdict) {
	s.put(v, with(strings.Repeat("p", 2048), strings.Repeat("s", 1024)))
	for _, key := range []item{with(strings.Repeat("p", 2049), "s"), with("p", strings.Repeat("s", 1025))} {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: key})
		v.refused(err, "ValidationException")
		_, err = s.client.GetItem(v.ctx, &dynamodb.GetItemInput{TableName: s.name("main"), Key: key})
		v.refused(err, "ValidationException")
	}
}

func (s tableSuite) largestItem(v *verdict) {
	overhead := len("pk"+"large"+"sk"+"1") + len("a")
	put := func(size int) error {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: with("large", "1", item{"a": text(strings.Repeat("x", size))})})
		return err
	}
	v.must(put(400<<10 - overhead))
	v.refused(put(400<<10-overhead+1), "ValidationException")
	_, err := s.client.UpdateItem(v.ctx, &dynamodb.UpdateItemInput{
		TableName: s.name("main"), Key: with("large", "1"), UpdateExpression: aws.String("SET b = :b"), ExpressionAttributeValues: item{":b": text("")},
	})
	v.refused(err, "ValidationException")
}

func (s tableSuite) deepestItem(v *verdict) {
	deep := func(levels int) types.AttributeValue {
		inner := text("x")
		for range levels {
			inner = list(inner)
		}
		return inner
	}
	s.put(v, with("deep", "1", item{"a": deep(32)}))
	s.refusedValues(v, deep(33))
}

func (s tableSuite) projections(v *verdict) {
	s.put(v, with("projected", "1", item{
		"a": text("x"), "b": object(item{"c": number("1"), "d": list(text("0"), text("1"), text("2"))}), "name": text("n"), "dotted.name": null(),
	}))
	for expression, want := range map[string]item{
		"a":              {"a": text("x")},
		"a, nothing":     {"a": text("x")},
		"b.c":            {"b": object(item{"c": number("1")})},
		"b.d[2], b.d[0]": {"b": object(item{"d": list(text("0"), text("2"))})},
		"b.d[9]":         {},
		"b.gone":         {},
		"a.b":            {},
		"pk":             {"pk": text("projected")},
		"#n, #d":         {"name": text("n"), "dotted.name": null()},
		"b.#c":           {"b": object(item{"c": number("1")})},
	} {
		in := &dynamodb.GetItemInput{TableName: s.name("main"), Key: with("projected", "1"), ProjectionExpression: &expression}
		for placeholder, name := range map[string]string{"#n": "name", "#d": "dotted.name", "#c": "c"} {
			if strings.Contains(expression, placeholder) {
				if in.ExpressionAttributeNames == nil {
					in.ExpressionAttributeNames = map[string]string{}
				}
				in.ExpressionAttributeNames[placeholder] = name
			}
		}
		out, err := s.client.GetItem(v.ctx, in)
		v.must(err)
		v.same(expression, out.Item, want)
	}
}

func (s tableSuite) badProjections(v *verdict) {
	for _, bad := range []string{"", "a,", "a b", "a, a", "a, a.b", "b[0], b.c", "name", "a.status", "#undefined", ":v", "a[-1]", "a[x]", "a..b", "size(a)"} {
		_, err := s.client.GetItem(v.ctx, &dynamodb.GetItemInput{TableName: s.name("main"), Key: with("projected", "1"), ProjectionExpression: &bad})
		if err == nil {
			v.errorf("it takes %q", bad)
			continue
		}
		v.refused(err, "ValidationException")
	}
	_, err := s.client.GetItem(v.ctx, &dynamodb.GetItemInput{TableName: s.name("main"), Key: with("projected", "1"), ExpressionAttributeNames: map[string]string{"#n": "name"}})
	v.refused(err, "ValidationException")
}

func (s tableSuite) deletes(v *verdict) {
	s.put(v, with("deleted", "1", item{"a": text("x")}))
	in := &dynamodb.DeleteItemInput{TableName: s.name("main"), Key: with("deleted", "1"), ReturnValues: types.ReturnValueAllOld}
	out, err := s.client.DeleteItem(v.ctx, in)
	v.must(err)
	v.same("what was deleted", out.Attributes, with("deleted", "1", item{"a": text("x")}))
	out, err = s.client.DeleteItem(v.ctx, in)
	v.must(err)
	if out.Attributes != nil || s.get(v, "deleted", "1") != nil {
		v.errorf("deleted again: got %s and %s", show(out.Attributes), show(s.get(v, "deleted", "1")))
	}
}
