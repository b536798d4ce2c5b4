package expression_test

import (
	"testing"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
	"github.com/apppass/apppass/infra/local/aws/dynamodb/expression"
)

const fuzzedItem = `{"a":{"S":"x"},"l":{"L":[{"S":"0"},{"M":{"b":{"N":"2"}}}]},"m":{"M":{"b":{"S":"y"},"l":{"L":[]}}},"n":{"N":"1"},"ss":{"SS":["a","b"]}}`

// FuzzExpressions parses a text as every kind of expression and uses what comes out: nothing may panic, and an item must stay as it is.
func FuzzExpressions(f *testing.F) {
	for _, seed := range []string{
		"a = :s AND NOT (n < :n OR begins_with(a, :s))", "a IN (:s, n) AND n BETWEEN :n AND :n", "size(m.l[0].b) >= :n", "attribute_type(#a, :t)", "contains(ss, :s)",
		"SET a = :s, l[1].b = if_not_exists(m.b, :n) + :n REMOVE l[0], m.l ADD n :n DELETE ss :ss", "SET l = list_append(l, :l)", "SET l[9] = l[0], l[3] = m",
		"a, m.b, l[0], l[1].b", "a = :s AND begins_with(n, :s)", "((a = :s))", "NOT NOT NOT a = :s", "a[", "#", ":", "SET a = list_append(list_append(", "a.b.c[0][1]",
	} {
		f.Add(seed)
	}
	item, err := attribute.ParseItem(fuzzedItem)
	if err != nil {
		f.Fatal(err)
	}
	values, err := attribute.ParseItem(`{":s":{"S":"x"},":n":{"N":"1"},":t":{"S":"N"},":ss":{"SS":["a"]},":l":{"L":[{"S":"z"}]}}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := expression.NewPlaceholders(map[string]string{"#a": "a", "#b": "b"}, values)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := expression.ParseCondition(expression.ConditionKind, text, p); err == nil {
			if c.Holds(item) && c.Names() == nil {
				t.Logf("%q holds without any attribute", text)
			}
			c.Holds(nil)
		}
		if u, err := expression.ParseUpdate(text, p); err == nil {
			for _, i := range []attribute.Item{item, {}} {
				if after, err := u.Apply(i); err == nil {
					u.Changed(after)
				}
			}
		}
		if projection, err := expression.ParseProjection(text, p); err == nil {
			if once := projection.Of(item); len(once) > len(item) {
				t.Errorf("%q leaves more than there is: %v", text, once)
			}
		}
		_, _ = expression.ParseKeyConditions(text, p) // nothing can be done with it here
		if string(item.Append(nil)) != fuzzedItem {
			t.Fatalf("%q changed the item to %s", text, item.Append(nil))
		}
	})
}
