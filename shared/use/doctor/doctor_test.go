package doctor_test

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/doctor"
	"github.com/apppass/apppass/shared/use/verify"
)

var (
	now   = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	alice = credential.Owner{Team: "TLOCAL", Person: "UALICE"}
	mail  = service.Service{ID: "mail", Name: "Example mail", Host: "mail.example.com", Protocols: []service.Protocol{service.IMAP, service.SMTP}}
	wiki  = service.Service{ID: "wiki", Name: "Wiki", Protocols: []service.Protocol{service.HTTP}}
)

// files is what a doctor can read; what is in broken can't be.
type files struct {
	who     person.Person
	has     []credential.Credential
	refused map[string][]diagnosis.Rejection
	more    bool
	offers  []service.Service
	broken  string
	read    []string
}

func newFiles(has ...credential.Credential) *files {
	return &files{who: person.Person{Owner: alice, Login: "alice@example.com"}, has: has, refused: map[string][]diagnosis.Rejection{}, offers: []service.Service{wiki, mail}}
}

func (f *files) look(at string) error {
	f.read = append(f.read, at)
	if strings.Contains(f.broken, at) {
		return fmt.Errorf("%s: %w", at, problem.ErrUnavailable)
	}
	return nil
}

func (f *files) Person(context.Context, credential.Owner) (person.Person, error) {
	if err := f.look("person"); err != nil {
		return person.Person{}, err
	}
	return f.who, nil
}

func (f *files) Credentials(context.Context, credential.Owner) ([]credential.Credential, error) {
	if err := f.look("credentials"); err != nil {
		return nil, err
	}
	return slices.Clone(f.has), nil
}

func (f *files) Rejections(_ context.Context, login string, since time.Time, most int) ([]diagnosis.Rejection, bool, error) {
	if since != now.Add(-7*24*time.Hour) || most != 200 {
		return nil, false, fmt.Errorf("asked since %v, for %d", since, most)
	}
	if err := f.look("rejections"); err != nil {
		return nil, false, err
	}
	return slices.Clone(f.refused[login]), f.more, nil
}

func (f *files) Services(context.Context) ([]service.Service, error) {
	if err := f.look("services"); err != nil {
		return nil, err
	}
	return f.offers, nil
}

func (f *files) diagnose() diagnosis.Diagnosis {
	return doctor.New(f, f, f, func() time.Time { return now }).Diagnose(context.Background(), alice)
}

// has is an app password for mail that works; change makes it another one.
func has(id string, change func(*credential.Credential)) credential.Credential {
	c := credential.Credential{
		ID: id, Owner: alice, Login: "alice@example.com", Application: "thunderbird", Services: []string{"mail"}, State: credential.Active,
		Made: now.AddDate(0, 0, -30), Activated: now.AddDate(0, 0, -30),
	}
	if change != nil {
		change(&c)
	}
	return c
}

// refused is a rejection at mail by IMAP, from the office, so long ago.
func refused(ago time.Duration, cause diagnosis.Cause, change func(*diagnosis.Rejection)) diagnosis.Rejection {
	r := diagnosis.Rejection{
		At: now.Add(-ago), Service: "mail", Protocol: service.IMAP, Cause: cause, Network: "203.0.113.0/24", Address: "203.0.113.7",
	}
	if change != nil {
		change(&r)
	}
	return r
}

func sent(id string) func(*diagnosis.Rejection) {
	return func(r *diagnosis.Rejection) { r.Credential = id }
}

// of is the address from which something of the person's comes, by its network.
var of = map[string]string{"203.0.113.0/24": "203.0.113.7", "192.0.2.0/24": "192.0.2.7"}

func use(p service.Protocol, network string, ago time.Duration) credential.Use {
	return credential.Use{Service: "mail", Protocol: p, Network: network, Address: of[network], At: now.Add(-ago)}
}

// brief is a finding in one line.
func brief(f diagnosis.Finding) string {
	line := fmt.Sprint(f.Cause)
	if f.Times > 0 {
		line += fmt.Sprint(" at ", f.Service.ID, " by ", f.Protocol, " from ", cmp.Or(f.Address, f.Network), ", ", f.Times, "×")
	}
	if f.Credential != nil {
		line += " of " + f.Credential.ID
	}
	if f.Instead != nil {
		line += ", use " + f.Instead.ID
	}
	for _, state := range []struct {
		says string
		is   bool
	}{{", mended", f.Mended()}, {", unsure", f.Unsure()}, {", leaked", f.Leaked}, {", overtaken", f.Overtaken()}} {
		if state.is {
			line += state.says
		}
	}
	return line
}

func briefs(d diagnosis.Diagnosis) []string {
	all := []string{}
	for _, f := range d.Findings {
		all = append(all, brief(f))
	}
	return all
}

func TestEachCauseIsNamed(t *testing.T) {
	const there = " at mail by imap from 203.0.113.7, 1×"
	for name, c := range map[string]struct {
		has     func(*credential.Credential)
		refused func(*diagnosis.Rejection)
		cause   diagnosis.Cause
		want    string
	}{
		"no app password at all": {nil, nil, diagnosis.Malformed, "malformed" + there},
		"a typo":                 {nil, nil, diagnosis.Mistyped, "mistyped" + there},
		"nobody's":               {nil, func(r *diagnosis.Rejection) { r.Passwords = 2 }, diagnosis.Unknown, "unknown at mail by imap from 203.0.113.0/24, 1×"},
		"many of nobody's":       {nil, func(r *diagnosis.Rejection) { r.Passwords, r.Full = 10, true }, diagnosis.Unknown, "guessed at mail by imap from 203.0.113.0/24, 1×"},
		"not opened": {
			func(c *credential.Credential) { c.State, c.Activated = credential.Pending, time.Time{} }, sent("c1"), diagnosis.Pending, "pending" + there + " of c1",
		},
		"revoked":         {func(c *credential.Credential) { c.State = credential.Revoked }, sent("c1"), diagnosis.Revoked, "revoked" + there + " of c1"},
		"expired":         {func(c *credential.Credential) { c.State = credential.Expired }, sent("c1"), diagnosis.Expired, "expired" + there + " of c1"},
		"replaced":        {nil, sent("c1"), diagnosis.Superseded, "superseded" + there + " of c1"},
		"another service": {nil, func(r *diagnosis.Rejection) { r.Service, r.Protocol, r.Credential = "wiki", service.HTTP, "c1" }, diagnosis.WrongService, "wrong_service at wiki by http from 203.0.113.7, 1× of c1"},
		"another protocol": {
			func(c *credential.Credential) { c.Protocols = []service.Protocol{service.SMTP} }, sent("c1"), diagnosis.WrongProtocol, "wrong_protocol" + there + " of c1",
		},
		"a protocol of nobody's": {nil, func(r *diagnosis.Rejection) { r.Protocol, r.Credential = service.POP3, "c1" }, diagnosis.WrongProtocol, "not_offered at mail by pop3 from 203.0.113.7, 1× of c1"},
		"a protocol at a service that is gone": {
			nil, func(r *diagnosis.Rejection) { r.Service, r.Credential = "gone", "c1" }, diagnosis.WrongProtocol, "wrong_protocol at gone by imap from 203.0.113.7, 1× of c1",
		},
		"another network": {
			func(c *credential.Credential) { c.Networks = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }, sent("c1"), diagnosis.WrongNetwork,
			"wrong_network" + there + " of c1, leaked",
		},
		"another login":       {nil, sent("c1"), diagnosis.WrongLogin, "wrong_login" + there + " of c1, leaked"},
		"what nobody knows":   {nil, nil, diagnosis.Other, "other" + there},
		"from no known place": {nil, func(r *diagnosis.Rejection) { r.Network, r.Address, r.Credential = "", "", "c1" }, diagnosis.WrongLogin, "wrong_login at mail by imap from , 1× of c1"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFiles(has("c1", c.has))
			f.refused["alice@example.com"] = []diagnosis.Rejection{refused(time.Hour, c.cause, c.refused)}
			d := f.diagnose()
			if got := briefs(d); !slices.Equal(got, []string{c.want}) || d.Trouble != nil || d.Login != "alice@example.com" {
				t.Errorf("got %q of %q (%v), want %q", got, d.Login, d.Trouble, c.want)
			}
		})
	}
}

// A reason that verification gives and a doctor does not know would be "for a reason that I don't know".
func TestEveryReasonIsACause(t *testing.T) {
	for _, r := range []verify.Reason{
		verify.Malformed, verify.Mistyped, verify.Unknown, verify.Pending, verify.Revoked, verify.Expired, verify.Superseded, verify.WrongLogin,
		verify.WrongService, verify.WrongProtocol, verify.WrongNetwork,
	} {
		if got := diagnosis.Known(string(r)); string(got) != string(r) {
			t.Errorf("%s: got %s", r, got)
		}
	}
	if got := diagnosis.Known("newer"); got != diagnosis.Other {
		t.Errorf("got %s", got)
	}
}

func TestWhatNobodyHasOpenedIsFoundWithoutARejection(t *testing.T) {
	f := newFiles(
		has("c1", func(c *credential.Credential) {
			c.State, c.Activated, c.Made = credential.Pending, time.Time{}, now.Add(-time.Minute)
		}),
		has("c2", func(c *credential.Credential) {
			c.State, c.Activated, c.Ended = credential.Expired, time.Time{}, now.Add(-time.Hour)
		}),
		has("c3", func(c *credential.Credential) { // too long ago
			c.State, c.Activated, c.Ended = credential.Expired, time.Time{}, now.Add(-8*24*time.Hour)
		}),
		has("c4", func(c *credential.Credential) { c.State, c.Ended = credential.Expired, now.Add(-time.Hour) }), // it was opened
		has("c5", nil),
	)
	if got, want := briefs(f.diagnose()), []string{"unopened of c1", "unread of c2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	f.refused["alice@example.com"] = []diagnosis.Rejection{refused(time.Second, diagnosis.Pending, sent("c1"))}
	want := []string{"pending at mail by imap from 203.0.113.7, 1× of c1", "unread of c2"}
	if got := briefs(f.diagnose()); !slices.Equal(got, want) {
		t.Errorf("tried too: got %q, want %q", got, want)
	}
}

func TestAnotherOneThatWouldDoIsNamed(t *testing.T) {
	f := newFiles(
		has("c1", nil),
		has("c2", func(c *credential.Credential) { c.Services = []string{"wiki"}; c.State = credential.Revoked }),
		has("c3", func(c *credential.Credential) {
			c.Services, c.Protocols = []string{"wiki"}, []service.Protocol{service.DAV}
		}),
		has("c4", func(c *credential.Credential) { c.Services = []string{"mail", "wiki"} }),
	)
	f.refused["alice@example.com"] = []diagnosis.Rejection{refused(time.Hour, diagnosis.WrongService, func(r *diagnosis.Rejection) {
		r.Service, r.Protocol, r.Credential = "wiki", service.HTTP, "c1"
	})}
	if got, want := briefs(f.diagnose()), []string{"wrong_service at wiki by http from 203.0.113.7, 1× of c1, use c4"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNothingOfAnybodyElseIsShown(t *testing.T) {
	bobs := has("c9", func(c *credential.Credential) { c.Owner.Person = "UBOB" })
	strangers := has("c8", func(c *credential.Credential) { c.Owner.Team = "TOTHER" })
	f := newFiles(bobs, strangers)
	f.refused["alice@example.com"] = []diagnosis.Rejection{
		refused(time.Hour, diagnosis.Revoked, sent("c9")), refused(time.Hour, diagnosis.WrongLogin, sent("c7")),
	}
	f.refused["bob@example.com"] = []diagnosis.Rejection{refused(time.Hour, diagnosis.Mistyped, nil)}
	if d := f.diagnose(); len(d.Findings) > 0 || d.Live || d.Last != nil {
		t.Errorf("got %q, %+v", briefs(d), d)
	}
	// A profile under her id that is another team's is not hers.
	f.who = person.Person{Owner: credential.Owner{Team: "TOTHER", Person: "UALICE"}, Login: "bob@example.com"}
	if d := f.diagnose(); len(d.Findings) > 0 || d.Login != "" || d.Trouble != nil {
		t.Errorf("another team's: got %q of %q", briefs(d), d.Login)
	}
}

func TestWhoNeverHadOneIsAskedForNoRejections(t *testing.T) {
	f := newFiles()
	f.who.Login = ""
	if d := f.diagnose(); d.Login != "" || len(d.Findings) > 0 || d.Live || d.Trouble != nil || len(d.Services) != 2 || slices.Contains(f.read, "rejections") {
		t.Errorf("got %+v after %q", d, f.read)
	}
}

func TestWhereNothingWasRefusedWhatWorksIsNamed(t *testing.T) {
	f := newFiles(
		has("c1", func(c *credential.Credential) {
			c.Uses = []credential.Use{use(service.IMAP, "192.0.2.0/24", 2*time.Hour)}
		}),
		has("c2", func(c *credential.Credential) {
			c.Uses = []credential.Use{use(service.SMTP, "192.0.2.0/24", time.Hour)}
		}),
	)
	d := f.diagnose()
	if len(d.Findings) > 0 || !d.Live || d.Last == nil || d.Last.Protocol != service.SMTP || d.With.ID != "c2" {
		t.Errorf("got %+v", d)
	}
	if len(d.Services) != 1 || d.Services[0].ID != "mail" {
		t.Errorf("the way to %+v, want it to mail, for which her own are", d.Services)
	}
}
