package password

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
)

// vectors is the specification in data: what another implementation has to come to.
type vectors struct {
	// Passwords are whole ones, with the forms in which people may type them.
	Passwords []struct {
		Format    string   `json:"format"`
		Canonical string   `json:"canonical"`
		Shown     string   `json:"shown"`
		Typed     []string `json:"typed"`
	} `json:"passwords"`
	// Refused are texts that are none, with the reason: "malformed" or "mistyped".
	Refused []struct {
		Typed  string `json:"typed"`
		Reason string `json:"reason"`
	} `json:"refused"`
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Passwords) == 0 || len(v.Refused) == 0 {
		t.Fatal("the vectors are empty")
	}
	return v
}

func TestVectors(t *testing.T) {
	v := readVectors(t)
	for _, p := range v.Passwords {
		for _, typed := range append(p.Typed, p.Shown, p.Canonical) {
			got, err := Parse(typed, "app", "mx")
			if err != nil {
				t.Errorf("Parse(%q): %v", typed, err)
				continue
			}
			if got.Reveal() != p.Canonical || got.Format().Name() != p.Format {
				t.Errorf("Parse(%q): got %q in the format %s, want %q in %s", typed, got.Reveal(), got.Format().Name(), p.Canonical, p.Format)
			}
			if shown := got.Format().Show("app", got.Reveal()); shown != p.Shown {
				t.Errorf("Show(%q): got %q, want %q", p.Canonical, shown, p.Shown)
			}
		}
	}
	reasons := map[string]error{"malformed": ErrMalformed, "mistyped": ErrMistyped}
	for _, r := range v.Refused {
		if _, err := Parse(r.Typed, "app", "mx"); !errors.Is(err, reasons[r.Reason]) || err == nil {
			t.Errorf("Parse(%q): got %v, want %s", r.Typed, err, r.Reason)
		}
	}
}

func TestEverySingleWrongCharacterIsNoticed(t *testing.T) {
	for _, f := range Formats {
		for range 20 {
			whole := New(f).Reveal()
			for i := range whole {
				for _, c := range []byte(f.Alphabet()) {
					if c == whole[i] {
						continue
					}
					changed := whole[:i] + string(c) + whole[i+1:]
					if _, err := Parse(changed); err == nil {
						t.Fatalf("%s: %q is accepted for %q", f.Name(), changed, whole)
					}
				}
			}
		}
	}
}

func TestEverySwapOfNeighboursIsNoticed(t *testing.T) {
	for _, f := range Formats {
		for range 2000 {
			whole := New(f).Reveal()
			for i := range len(whole) - 1 {
				if whole[i] == whole[i+1] {
					continue
				}
				changed := whole[:i] + string(whole[i+1]) + string(whole[i]) + whole[i+2:]
				if _, err := Parse(changed); err == nil {
					t.Fatalf("%s: %q is accepted for %q", f.Name(), changed, whole)
				}
			}
		}
	}
}

// The two tests above draw passwords; this one proves the same for all, by the arithmetic of the check.
func TestTheCheckCatchesEverySingleErrorAndEverySwap(t *testing.T) {
	for _, f := range Formats {
		q := len(f.alphabet)
		weight := 1
		for i := 1; i <= f.random; i++ {
			weight = weight * 3 % modulus
			for d := 1; d < q; d++ {
				if weight*d%modulus == 0 {
					t.Errorf("%s: a character at %d that is wrong by %d goes unnoticed", f.Name(), i, d)
				}
				// Neighbours v and v+d, swapped: the sum changes by (3^(i+1) - 3^i)·d.
				if i < f.random && (weight*3-weight)*d%modulus == 0 {
					t.Errorf("%s: swapping neighbours at %d that differ by %d goes unnoticed", f.Name(), i, d)
				}
			}
		}
		// A check of two characters is one number: another character, or the two swapped, is another number, unless they are equal.
		if q*q < modulus {
			t.Errorf("%s: two characters can't write every sum", f.Name())
		}
		swapAcross(t, f, weight)
	}
}

// swapAcross tries the swap of the last random character a with the first check character h: for each pair there is at most one sum that
// the rest could have, and after the swap the check must not fit it.
func swapAcross(t *testing.T, f Format, weight int) {
	q := len(f.alphabet)
	for a := range q {
		for h := range q {
			if a == h {
				continue
			}
			for l := range q {
				before, after := h*q+l, a*q+l
				if before >= modulus || after >= modulus {
					continue
				}
				// before = rest + weight·a; the swapped one is accepted if after = rest + weight·h.
				if ((after-before)-weight*(h-a))%modulus == 0 {
					t.Errorf("%s: swapping %c and %c over the border to the check %c goes unnoticed", f.Name(), f.alphabet[a], f.alphabet[h], f.alphabet[l])
				}
			}
		}
	}
}

func TestNewIsOfItsTier(t *testing.T) {
	for _, f := range Formats {
		for range 2000 {
			s := New(f).Reveal()
			if len(s) != f.Len() || !f.complete(s[:f.random]) || isMark(s[0]) || isMark(s[len(s)-1]) {
				t.Fatalf("%s: %q lacks a class, or begins or ends with a symbol", f.Name(), s)
			}
		}
	}
}

func TestAPasswordShowsItselfToNobody(t *testing.T) {
	pw := New(General)
	secret := pw.Reveal()
	var logged bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&logged, nil))
	log.Info("x", "p", pw, "in", struct{ P Password }{pw}, "any", []any{pw, &pw})
	outputs := []string{logged.String(), fmt.Sprint(fmt.Errorf("%w: %v", errors.ErrUnsupported, pw))}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		for _, it := range []any{pw, &pw, struct{ P Password }{pw}, struct{ p Password }{pw}, []Password{pw}, map[string]Password{"": pw}} {
			outputs = append(outputs, fmt.Sprintf(verb, it))
		}
	}
	for _, out := range outputs {
		if strings.Contains(out, secret) || strings.Contains(out, fmt.Sprintf("%x", secret)) {
			t.Errorf("the characters are in %q", out)
		}
	}
	if _, err := json.Marshal(pw); err == nil {
		t.Error("it marshals as JSON")
	}
	if _, err := xml.Marshal(pw); err == nil {
		t.Error("it marshals as XML")
	}
	if err := gob.NewEncoder(&bytes.Buffer{}).Encode(pw); err == nil {
		t.Error("it encodes as gob")
	}
}

func TestWithin(t *testing.T) {
	general, compact := New(General), New(Compact)
	shown := general.Format().Show("app", general.Reveal())
	for text, want := range map[string]bool{
		shown:                               true,
		"new " + shown:                      true,
		general.Reveal():                    true,
		strings.ReplaceAll(shown, "-", " "): true,
		compact.Reveal():                    true,
		"laptop " + compact.Reveal():        true,
		"(" + shown + ")":                   true,
		"it is " + shown + ", thanks":       true,
		"it is " + shown + ".":              true,
		"pw:" + shown:                       true,
		"pw=" + shown:                       true,
		"it is " + strings.ReplaceAll(shown, "-", " ") + " I think": true,
		strings.ReplaceAll(shown, "-", "\u2013"):                    true,
		"2026-11-25 12:00 printer 4711":                             false,
		"https://example.com/a/long/path?with=query":                false,
		"":                                   false,
		"my old scanner on the second floor": false,
		"new Thunderbird":                    false,
		"Donaudampfschifffahrtsg":            false,
		"c0123456789abcdef":                  false,
	} {
		if got := Within(text, "app"); got != want {
			t.Errorf("Within(%d characters, like %q): got %v, want %v", len(text), strings.Map(mask, text), got, want)
		}
	}
}

func mask(r rune) rune {
	if slices.Contains([]rune(" -"), r) {
		return r
	}
	return 'x'
}

func TestValidPrefix(t *testing.T) {
	for s, want := range map[string]bool{"app": true, "mx": true, "ACME": true, "a": false, "abcde": false, "a1": false, "": false, "äb": false} {
		if got := ValidPrefix(s); got != want {
			t.Errorf("ValidPrefix(%q): got %v, want %v", s, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	v := readVectors(f)
	for _, p := range v.Passwords {
		f.Add(p.Shown)
	}
	for _, r := range v.Refused {
		f.Add(r.Typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		pw, err := Parse(typed, "app")
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrMistyped) {
				t.Fatalf("Parse(%q): %v", typed, err)
			}
			return
		}
		again, err := Parse(pw.Format().Show("app", pw.Reveal()), "app")
		if err != nil || again.Reveal() != pw.Reveal() || again.Format().Name() != pw.Format().Name() {
			t.Fatalf("Parse(%q) gives %q, which does not read as itself: %v", typed, pw.Reveal(), err)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for _, f := range Formats {
		b.Run(f.Name(), func(b *testing.B) {
			for b.Loop() {
				New(f)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	pw := New(General)
	shown := pw.Format().Show("app", pw.Reveal())
	for b.Loop() {
		if _, err := Parse(shown, "app"); err != nil {
			b.Fatal(err)
		}
	}
}
