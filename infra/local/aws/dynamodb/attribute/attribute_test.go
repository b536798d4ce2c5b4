package attribute_test

import (
	"bytes"
	"cmp"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// numbers draws numbers that DynamoDB takes, as a caller might write them.
var numbers = rapid.StringMatching(`-?[0-9]{1,15}(\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?`)

func parse(t *rapid.T, text string) attribute.Number {
	n, err := attribute.ParseNumber(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

func exact(t *rapid.T, text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%s is no number", text)
	}
	return r
}

func TestNumbersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := numbers.Draw(t, "a"), numbers.Draw(t, "b")
		n, m := parse(t, a), parse(t, b)
		if exact(t, n.String()).Cmp(exact(t, a)) != 0 {
			t.Fatalf("%s became %s", a, n)
		}
		if again := parse(t, n.String()); again != n {
			t.Fatalf("%s became %s", n, again)
		}
		key := func(n attribute.Number) []byte {
			return attribute.Value{Type: attribute.N, Text: n.String()}.Key(nil)
		}
		if got, want := bytes.Compare(key(n), key(m)), exact(t, a).Cmp(exact(t, b)); got != want {
			t.Fatalf("the keys of %s and %s compare as %d, want %d", a, b, got, want)
		}
		if sum, err := n.Plus(m); err == nil && exact(t, sum.String()).Cmp(new(big.Rat).Add(exact(t, a), exact(t, b))) != 0 {
			t.Fatalf("%s + %s = %s", a, b, sum)
		}
		if difference, err := n.Minus(m); err == nil && exact(t, difference.String()).Cmp(new(big.Rat).Sub(exact(t, a), exact(t, b))) != 0 {
			t.Fatalf("%s - %s = %s", a, b, difference)
		}
	})
}

func TestKeysOfTextsAreInOrderAndNoneBeginsWithAnother(t *testing.T) {
	texts := rapid.Custom(func(t *rapid.T) string {
		return string(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 2, 'a', 0xfe, 0xff}), 0, 6).Draw(t, "bytes"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := texts.Draw(t, "a"), texts.Draw(t, "b")
		v, w := attribute.Value{Type: attribute.B, Text: a}, attribute.Value{Type: attribute.B, Text: b}
		if got, want := bytes.Compare(v.Key(nil), w.Key(nil)), cmp.Compare(a, b); got != want {
			t.Fatalf("the keys of %q and %q compare as %d, want %d", a, b, got, want)
		}
		if a != b && bytes.HasPrefix(v.Key(nil), w.Key(nil)) {
			t.Fatalf("the key of %q begins with that of %q", a, b)
		}
		if got, want := bytes.HasPrefix(v.Key(nil), w.KeyPrefix(nil)), strings.HasPrefix(a, b); got != want {
			t.Fatalf("%q begins with %q: got %t", a, b, got)
		}
	})
}

func FuzzParseItem(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":{"S":"x\u00fc\n"},"b":{"N":"-1.5e3"},"c":{"B":"AA=="}}`, `{"a":{"L":[{"M":{"b":{"NULL":true}}},{"BOOL":false}]}}`,
		`{"a":{"SS":["b","a"]},"b":{"NS":["1"]},"c":{"BS":["AA=="]}}`, `{"a":{"S":"`, `{"a"}`, `{"a":{"S":"\ud800"}}`, strings.Repeat(`{"a":{"M":`, 40),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		item, err := attribute.ParseItem(text)
		if err != nil {
			return
		}
		written := string(item.Append(nil))
		again, err := attribute.ParseItem(written)
		if err != nil || !again.Equal(item) || again.Size() != item.Size() {
			t.Fatalf("%s was written as %s, which reads as %v (%v)", text, written, again, err)
		}
		if !item.Clone().Equal(item) || item.CheckDepth() != nil {
			t.Fatalf("%s: clone %v, depth %d", text, item.Clone(), item.Depth())
		}
	})
}

func TestSizesAreAWSs(t *testing.T) {
	for item, want := range map[string]int{
		`{"a":{"S":"é"}}`: 3, `{"ab":{"B":"AAAA"}}`: 5, `{"a":{"BOOL":true}}`: 2, `{"a":{"NULL":true}}`: 2, `{"a":{"N":"0"}}`: 2, `{"a":{"N":"12345"}}`: 5, `{"a":{"N":"-12345"}}`: 6,
		`{"a":{"N":"1000000"}}`: 3, `{"a":{"L":[]}}`: 4, `{"a":{"L":[{"S":"x"},{"S":"y"}]}}`: 8, `{"a":{"M":{"k":{"S":"v"}}}}`: 7, `{"a":{"SS":["x","yy"]}}`: 4,
	} {
		i, err := attribute.ParseItem(item)
		if err != nil {
			t.Fatal(err)
		}
		if got := i.Size(); got != want {
			t.Errorf("%s: got %d, want %d", item, got, want)
		}
	}
}
