package freeradius

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
)

// users is the second kind of password. Whoever was asked about Bob's app password in place of apppass would let him in.
const users = `carol@example.com Cleartext-Password := "app of the day"
dave@example.com Cleartext-Password := "correct horse battery"
bob@example.com Cleartext-Password := "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"
`

// bobs is well-formed and not apppass's; it is one of password/testdata/vectors.json.
const bobs = "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"

func TestAnAppPasswordNeverFallsThrough(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, api, 1, "apppass-by-shape")
	alice := w.Alice.Makes("Legacy system", "")
	w.Intranet.Accepts(w.Alice, alice) // the function has started
	s.wants(accept, "an app password", "alice@example.com", alice)
	s.wants(accept, "a password of another kind", "dave@example.com", "correct horse battery")
	s.wants(reject, "a wrong one of another kind", "dave@example.com", "correct horse")
	s.wants(reject, "what looks like an app password, and users would accept", "bob@example.com", bobs)
	s.wants(reject, "what begins like one, and users would accept", "carol@example.com", "app of the day")
	n := api.Requests()
	s.wants(accept, "another kind again", "dave@example.com", "correct horse battery")
	if api.Requests() != n {
		t.Error("apppass is told a password of another kind")
	}
	for what, is := range map[string]func(){"away": api.Away, "503": says(api, 503)} {
		is()
		s.wants(silent, what, "bob@example.com", bobs)
		s.wants(accept, what+", another kind", "dave@example.com", "correct horse battery")
	}
}

func TestTheShapeIsThatOfAppPasswords(t *testing.T) {
	policy, err := os.ReadFile("policy.d/apppass")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`&User-Password =~ /(\^.*)/i\)`).FindSubmatch(policy)
	if m == nil {
		t.Fatal("policy.d/apppass has no shape")
	}
	shape := regexp.MustCompile("(?i)" + string(m[1]))
	text, err := os.ReadFile("../../../shared/core/password/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Passwords []struct {
			Canonical, Shown string
			Typed            []string
		}
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors.Passwords) == 0 {
		t.Fatal("there are no vectors")
	}
	for _, p := range vectors.Passwords {
		for _, typed := range append(p.Typed, p.Canonical, p.Shown, p.Canonical[:len(p.Canonical)-1]+"7") {
			// The company's prefix is app; mx is the vectors' second.
			if typed = strings.Replace(typed, "mx", "app", 1); !shape.MatchString(typed) {
				t.Errorf("%q is not seen to be an app password", typed)
			}
		}
	}
	for _, other := range []string{"", "hunter2", "apple pie", "correct horse battery staple", strings.Repeat("a", 23), strings.Repeat("O", 25), "0" + strings.Repeat("a", 24)} {
		if shape.MatchString(other) {
			t.Errorf("%q is taken for an app password", other)
		}
	}
}
