package dovecot

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
	"github.com/apppass/apppass/shared/core/password"
)

// shaped is what has the shape of an app password, good or not, as people and devices send it.
func shaped(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../../shared/core/password/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Passwords []struct{ Shown, Canonical string }
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range vectors.Passwords {
		all = append(all, p.Shown, p.Canonical)
	}
	if len(all) < 6 {
		t.Fatalf("only %d vectors", len(all))
	}
	for _, f := range password.Formats {
		a := f.Alphabet() + f.Alphabet()
		for i := 0; i < len(f.Alphabet()); i += f.Len() { // each symbol once
			all = append(all, a[i:i+f.Len()])
		}
	}
	u := unknownPassword()
	bare := strings.ReplaceAll(u, "-", "")
	return append(all, u, mistypedPassword(), bare, bare[len("app"):], strings.ReplaceAll(u, "-", " "), "App"+u[len("app"):], strings.ToUpper(u),
		u[:len(u)-1], u+"x", u[:len("app-12345-")], "app-"+strings.Repeat("0", 25), strings.Repeat("7", 22), "app "+strings.Repeat("Z", 300))
}

// unshaped is what may be the real account's password: "real" is.
func unshaped() []string {
	all := []string{
		"real", "apple pie 4711", "app", "apppass", "correct horse battery staple", strings.Repeat("7", 23), strings.Repeat("7", 25) + "ä",
		strings.Repeat("7", 29) + "!", strings.Repeat("7", 24) + "_", "my-app-Xk7mQ",
	}
	for _, lookalike := range "01IOilo" {
		all = append(all, strings.Repeat("7", 21)+string(lookalike), strings.Repeat("7", 24)+string(lookalike), strings.Repeat("7", 29)+string(lookalike))
	}
	return all
}

// somebody is one of many people: apppass says "later" to who tries more than ten unknown passwords.
func somebody(i int) string { return fmt.Sprintf("p%d@example.com", i) }

// ldap is the configuration of a passdb behind the fragment's.
func ldap(t *testing.T, d *directory) string {
	t.Helper()
	rig.NeedsFile(t, "/usr/lib/dovecot/modules/auth/libauthdb_ldap.so", "dovecot-ldap")
	file := t.TempDir() + "/ldap.conf"
	if err := os.WriteFile(file, []byte(d.conf()), 0o600); err != nil {
		t.Fatal(err)
	}
	return "passdb {\n  driver = ldap\n  args = " + file + "\n}\n"
}

func TestNothingFallsThroughToTheRealAccount(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	d := newDirectory(t, "real")
	s := start(t, options{apiURL: api.URL, caFile: api.CAFile, extra: ldap(t, d)})
	right := w.Alice.Makes("Thunderbird", "")
	s.tells(t, "alice@example.com", right, in)
	each(append(shaped(t), unshaped()...), func(i int, pw string) {
		if _, got := programs[0].signsIn(t, s, somebody(i), pw); got != wrong {
			t.Errorf("a password of %d characters: got %q, want %q", len(pw), got, wrong)
		}
	})
	api.Away()
	s.tells(t, "alice@example.com", right, later)
	s.tells(t, "alice@example.com", "real", later)
	if b := d.Binds(); len(b) > 0 {
		t.Errorf("the directory was asked %d times: %v", len(b), b)
	}
}

func TestWhatIsNoAppPasswordGoesOnWhereTheAdministratorWantsIt(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	d := newDirectory(t, "real")
	s := start(t, options{apiURL: api.URL, caFile: api.CAFile, extra: ldap(t, d), othersGoOn: true})
	right := w.Alice.Makes("Thunderbird", "")
	refused := func(want verdict) {
		t.Helper()
		each(shaped(t), func(i int, pw string) {
			if _, got := programs[0].signsIn(t, s, somebody(i), pw); got != want {
				t.Errorf("a password of %d characters in the shape of ours: got %q, want %q", len(pw), got, want)
			}
		})
	}
	refused(wrong)
	s.tells(t, "alice@example.com", right, in)
	api.Away()
	refused(later)
	s.tells(t, "alice@example.com", right, later)
	if b := d.Binds(); len(b) > 0 {
		t.Errorf("the directory was asked %d times: %v", len(b), b)
	}

	// apppass is away still: it is not asked about others.
	asked := api.Requests()
	s.tells(t, "alice@example.com", "real", in)
	each(unshaped()[1:], func(_ int, pw string) {
		if _, got := programs[0].signsIn(t, s, "bob@example.com", pw); got != wrong {
			t.Errorf("%q: got %q, want %q", pw, got, wrong)
		}
	})
	if api.Requests() != asked {
		t.Error("apppass was asked about what is none of its passwords")
	}
	if b := d.Binds(); len(b) != len(programs)+len(unshaped())-1 || !slices.Contains(b, "alice@example.com") || !slices.Contains(b, "bob@example.com") {
		t.Errorf("the directory was asked %d times: %v", len(b), b)
	}
}
