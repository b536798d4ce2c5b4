package person_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
)

func TestWhoMayHaveAppPasswords(t *testing.T) {
	ours := []string{"example.com", "Example.ORG"}
	for _, c := range []struct {
		name    string
		change  func(a *person.Account)
		domains []string
		guests  bool
		want    error
	}{
		{"an employee", func(*person.Account) {}, ours, false, nil},
		{"of another domain of the company", func(a *person.Account) { a.Email = "alice@example.org" }, ours, false, nil},
		{"in capitals", func(a *person.Account) { a.Email = "Alice@EXAMPLE.com" }, ours, false, nil},
		{"any domain", func(a *person.Account) { a.Email = "alice@elsewhere.example" }, nil, false, nil},
		{"a guest, where guests may", func(a *person.Account) { a.Guest = true }, ours, true, nil},

		{"a leaver", func(a *person.Account) { a.Deleted = true }, ours, true, person.ErrNotEmployee},
		{"a bot", func(a *person.Account) { a.Bot = true }, ours, true, person.ErrNotEmployee},
		{"a stranger", func(a *person.Account) { a.Stranger = true }, ours, true, person.ErrNotEmployee},
		{"of another team", func(a *person.Account) { a.Owner.Team = "TOTHER" }, ours, true, person.ErrNotEmployee},
		{"of no team", func(a *person.Account) { a.Owner.Team = "" }, ours, true, person.ErrNotEmployee},
		{"nobody", func(a *person.Account) { a.Owner.Person = "" }, ours, true, person.ErrNotEmployee},
		{"a guest", func(a *person.Account) { a.Guest = true }, ours, false, person.ErrGuest},
		{"an unconfirmed address", func(a *person.Account) { a.EmailConfirmed = false }, ours, false, person.ErrEmail},
		{"an unconfirmed address, any domain", func(a *person.Account) { a.EmailConfirmed = false }, nil, false, person.ErrEmail},
		{"of another domain", func(a *person.Account) { a.Email = "alice@elsewhere.example" }, ours, false, person.ErrEmail},
		{"of a domain below", func(a *person.Account) { a.Email = "alice@mail.example.com" }, ours, false, person.ErrEmail},
		{"of a domain that ends so", func(a *person.Account) { a.Email = "alice@notexample.com" }, ours, false, person.ErrEmail},
		{"two domains", func(a *person.Account) { a.Email = "alice@elsewhere.example@example.com" }, ours, false, person.ErrEmail},
		{"two domains, ours first", func(a *person.Account) { a.Email = "alice@example.com@elsewhere.example" }, ours, false, person.ErrEmail},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := person.Account{Owner: credential.Owner{Team: "TLOCAL", Person: "UALICE"}, Email: "alice@example.com", EmailConfirmed: true}
			c.change(&a)
			if got := a.Check("TLOCAL", c.domains, c.guests); !errors.Is(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestWhatIsAnAddress(t *testing.T) {
	for email, ok := range map[string]bool{
		"alice@example.com": true, " alice@example.com ": true, "o'brien+x@example.com": true, "jürgen@example.com": true,
		strings.Repeat("a", 242) + "@example.com": true,
		"": false, "alice": false, "@example.com": false, "alice@": false, "@": false, "a@b@example.com": false,
		"al ice@example.com": false, "alice@exam\nple.com": false, "alice\x00@example.com": false, "alice\x7f@example.com": false,
		strings.Repeat("a", 243) + "@example.com": false,
	} {
		a := person.Account{Owner: credential.Owner{Team: "TLOCAL", Person: "UALICE"}, Email: email, EmailConfirmed: true}
		if got := a.Check("TLOCAL", nil, false); (got == nil) != ok || got != nil && !errors.Is(got, person.ErrEmail) {
			t.Errorf("%.40q: got %v", email, got)
		}
	}
}

func TestALoginIsTheAddressInLowerCase(t *testing.T) {
	for email, want := range map[string]string{"Alice.B@Example.COM": "alice.b@example.com", " alice@example.com\n": "alice@example.com", "": ""} {
		if got := (person.Account{Email: email}).Login(); got != want {
			t.Errorf("%q: got %q, want %q", email, got, want)
		}
	}
}
