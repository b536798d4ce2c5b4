package link

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/password"
)

// vector is one link with all that is derived from it: what another implementation, like the page's, must come to.
type vector struct {
	Fragment   string `json:"fragment"`
	ID         string `json:"id"`
	Key        string `json:"key"` // hexadecimal
	Proof      string `json:"proof"`
	ProofHash  string `json:"proof_hash"` // hexadecimal
	Credential string `json:"credential_id"`
	Shown      string `json:"shown"`
	Sealed     string `json:"sealed"`
}

func vectors(t *testing.T) (links []vector, damaged []string) {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Links   []vector `json:"links"`
		Damaged []string `json:"damaged"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Links) == 0 || len(file.Damaged) == 0 {
		t.Fatal("the vectors are empty")
	}
	return file.Links, file.Damaged
}

func TestVectors(t *testing.T) {
	links, damaged := vectors(t)
	for _, v := range links {
		l, err := Parse(v.Fragment)
		if err != nil {
			t.Fatalf("Parse(%q): %v", v.Fragment, err)
		}
		key, proof := l.key(), l.Proof()
		hash := HashProof(proof)
		sealed, err := base64.RawURLEncoding.DecodeString(v.Sealed)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := l.Open(sealed, v.Credential)
		got := vector{
			Fragment: l.Fragment(), ID: string(l.ID()), Key: hex.EncodeToString(key[:]), Proof: base64.RawURLEncoding.EncodeToString(proof[:]),
			ProofHash: hex.EncodeToString(hash[:]), Credential: v.Credential, Shown: shown, Sealed: v.Sealed,
		}
		if got != v || err != nil {
			t.Errorf("got  %+v (%v)\nwant %+v", got, err, v)
		}
	}
	for _, fragment := range damaged {
		if _, err := Parse(fragment); !errors.Is(err, ErrDamaged) {
			t.Errorf("Parse(%q): got %v, want %v", fragment, err, ErrDamaged)
		}
	}
}

func TestEveryDamagedByteIsNoticed(t *testing.T) {
	fragment := New().Fragment()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range fragment {
		for _, c := range alphabet {
			if byte(c) == fragment[i] {
				continue
			}
			if changed := fragment[:i] + string(c) + fragment[i+1:]; parses(changed) {
				t.Fatalf("%q is taken for a link; it is %q with another character at %d", changed, fragment, i)
			}
		}
		if parses(fragment[:i]) {
			t.Fatalf("the first %d characters are taken for a link", i)
		}
	}
}

func parses(fragment string) bool {
	_, err := Parse(fragment)
	return err == nil
}

func TestASealOpensOnlyInItsPlace(t *testing.T) {
	l, pw := New(), password.New(password.General)
	sealed, err := l.Seal(pw, "app", "c1")
	if err != nil {
		t.Fatal(err)
	}
	if shown, err := l.Open(sealed, "c1"); err != nil || shown != pw.Format().Show("app", pw.Reveal()) {
		t.Errorf("it does not open under its own link: %v", err)
	}
	if _, err := l.Open(sealed, "c2"); err == nil {
		t.Error("it opens for another credential")
	}
	if _, err := New().Open(sealed, "c1"); err == nil {
		t.Error("it opens under another link")
	}
	sealed[0] ^= 1
	if _, err := l.Open(sealed, "c1"); err == nil {
		t.Error("it opens although it was changed")
	}
}

func TestALinkDoesNotPrintItsKey(t *testing.T) {
	l := New()
	key := l.key()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, printed := range []string{fmt.Sprintf(verb, l), fmt.Sprintf(verb, struct{ L Link }{l}), fmt.Sprintf(verb, struct{ l Link }{l})} {
			if strings.Contains(printed, l.Fragment()) || strings.Contains(printed, hex.EncodeToString(key[:])) || strings.Contains(printed, string(key[:])) {
				t.Errorf("%s prints the key: %s", verb, printed)
			}
		}
	}
	if _, err := json.Marshal(l); err == nil {
		t.Error("a link marshals")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "AA", New().Fragment()} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		l, err := Parse(fragment)
		if err == nil && l.Fragment() != fragment {
			t.Errorf("%q parses, and comes back as %q", fragment, l.Fragment())
		}
	})
}
