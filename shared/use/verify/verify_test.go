package verify_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

// ports answers a verification from memory and counts what it is asked.
type ports struct {
	entries  map[credential.Verifier]credential.Entry
	services []service.Service
	peppers  pepper.Peppers
	broken   error
	reads    int
	looks    int // at the services
	written  []string
	writes   error
	full     bool
	kept     bool // another rejection of the minute and kind
}

func (p *ports) Entry(_ context.Context, v credential.Verifier) (credential.Entry, error) {
	p.reads++
	e, ok := p.entries[v]
	if !ok && p.broken == nil {
		return e, verify.ErrNone
	}
	return e, p.broken
}

func (p *ports) Entries(_ context.Context, vs []credential.Verifier) ([]credential.Entry, error) {
	p.reads++
	var found []credential.Entry
	for _, v := range vs {
		if e, ok := p.entries[v]; ok {
			found = append(found, e)
		}
	}
	return found, p.broken
}

func (p *ports) did(what ...any) error {
	p.written = append(p.written, fmt.Sprint(what...))
	return p.writes
}

func (p *ports) Rekey(_ context.Context, e credential.Entry, to pepper.Keyed) error {
	return p.did("rekey ", e.Credential, " to ", to.Version)
}

func (p *ports) NoteUses(_ context.Context, e credential.Entry, uses []credential.Use) error {
	for v, stored := range p.entries {
		if stored.Credential == e.Credential && p.writes == nil {
			stored.Uses = uses
			p.entries[v] = stored
		}
	}
	return p.did("uses ", len(uses))
}

func (p *ports) Miss(_ context.Context, m verify.Miss, limit int) (counted, full bool, err error) {
	return !p.full, p.full, p.did("miss ", m.Login, " ", m.Network, " ", limit)
}

func (p *ports) Reject(_ context.Context, r verify.Rejection) (kept bool, err error) {
	return !p.kept && p.writes == nil, p.did("reject ", r.Login, " ", r.Network, " ", string(r.Reason))
}

func (p *ports) Send(_ context.Context, j job.Job, _ time.Duration) error {
	return p.did(j.Kind, " ", j.ID, " ", string(j.Args))
}

func (p *ports) Services(context.Context) ([]service.Service, error) {
	p.looks++
	return p.services, p.broken
}

func (p *ports) Current(context.Context) (pepper.Peppers, error) { return p.peppers, nil }

const key = "mail-key"

func newPorts(t testing.TB) *ports {
	peppers, err := pepper.Parse([]byte(`{"versions":[{"id":1,"key":"` + strings.Repeat("o", 32) + `","state":"readable"},{"id":2,"key":"` + strings.Repeat("n", 32) + `","state":"issuing"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return &ports{
		peppers: peppers, entries: map[credential.Verifier]credential.Entry{},
		services: []service.Service{
			{ID: "mail", Protocols: []service.Protocol{service.IMAP, service.SMTP}, Domain: "example.com", Keys: []service.Key{service.KeyOf(key, time.Time{})}},
			{ID: "wiki", Protocols: []service.Protocol{service.HTTP}, Keys: []service.Key{service.KeyOf("wiki-key", time.Time{})}},
		},
	}
}

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func (p *ports) verifier() *verify.Verifier {
	return p.verifierAt(func() time.Time { return now })
}

// mail is the first of the services.
func (p *ports) mail() service.Service { return p.services[0] }

// stores keeps an entry for a new password, changed as wanted, and returns the password as it is typed.
func (p *ports) stores(old bool, change func(*credential.Entry)) string {
	pw := password.New(password.General)
	e := credential.Entry{
		Credential: "c1", Owner: credential.Owner{Team: "T", Person: "UALICE"}, Login: "alice@example.com", Application: "crm",
		Services: []string{"mail"}, State: credential.EntryActive,
	}
	change(&e)
	keyed := p.peppers.Issue(pw)
	if old {
		keyed = p.peppers.Older(pw)[0]
	}
	e.Pepper = keyed.Version
	p.entries[keyed.Verifier] = e
	return pw.Format().Show("app", pw.Reveal())
}

func TestVerdicts(t *testing.T) {
	good := verify.Request{Login: "alice@example.com", Protocol: service.IMAP}
	for name, c := range map[string]struct {
		entry   func(*credential.Entry)
		request func(*verify.Request)
		want    error
		reads   int
	}{
		"good":                     {nil, nil, nil, 1},
		"login in another case":    {nil, func(r *verify.Request) { r.Login = "Alice@Example.COM" }, nil, 1},
		"login by local part":      {nil, func(r *verify.Request) { r.Login = "alice" }, nil, 1},
		"another's name":           {nil, func(r *verify.Request) { r.Service = "wiki" }, verify.ErrService, 0},
		"no protocol":              {nil, func(r *verify.Request) { r.Protocol = "telnet" }, verify.ErrProtocol, 0},
		"empty login":              {nil, func(r *verify.Request) { r.Login = "" }, verify.Malformed, 0},
		"long login":               {nil, func(r *verify.Request) { r.Login = strings.Repeat("a", 256) }, verify.Malformed, 0},
		"login that is no UTF-8":   {nil, func(r *verify.Request) { r.Login = "alice\xff" }, verify.Malformed, 0},
		"login with NUL":           {nil, func(r *verify.Request) { r.Login = "alice\x00" }, verify.Malformed, 0},
		"empty password":           {nil, func(r *verify.Request) { r.Password = "" }, verify.Malformed, 0},
		"long password":            {nil, func(r *verify.Request) { r.Password = strings.Repeat("a", 4000) }, verify.Malformed, 0},
		"an ordinary password":     {nil, func(r *verify.Request) { r.Password = "hunter2" }, verify.Malformed, 0},
		"a typo":                   {nil, func(r *verify.Request) { r.Password = typo(r.Password) }, verify.Mistyped, 0},
		"nobody's":                 {nil, func(r *verify.Request) { r.Password = nobodys() }, verify.Unknown, 2},
		"pending":                  {state(credential.EntryPending), nil, verify.Pending, 1},
		"revoked":                  {state(credential.EntryRevoked), nil, verify.Revoked, 1},
		"expired":                  {state(credential.EntryExpired), nil, verify.Expired, 1},
		"ends later":               {ends(credential.EntrySuperseded, now.Add(time.Second)), nil, nil, 1},
		"ends now":                 {ends(credential.EntrySuperseded, now), nil, verify.Superseded, 1},
		"expires later":            {func(e *credential.Entry) { e.Expires = now.Add(time.Second) }, nil, nil, 1},
		"expires now":              {func(e *credential.Entry) { e.Expires = now }, nil, verify.Expired, 1},
		"another's login":          {nil, func(r *verify.Request) { r.Login = "bob@example.com" }, verify.WrongLogin, 1},
		"for another service":      {func(e *credential.Entry) { e.Services = []string{"wiki"} }, nil, verify.WrongService, 1},
		"a protocol of another":    {nil, func(r *verify.Request) { r.Protocol = service.HTTP }, verify.WrongProtocol, 1},
		"a narrowed protocol":      {func(e *credential.Entry) { e.Protocols = []service.Protocol{service.SMTP} }, nil, verify.WrongProtocol, 1},
		"revoked and another's":    {state(credential.EntryRevoked), func(r *verify.Request) { r.Login = "bob@example.com" }, verify.Revoked, 1},
		"from its network":         {networks("192.0.2.0/24"), from("192.0.2.7"), nil, 1},
		"from one of its networks": {networks("192.0.2.0/24", "2001:db8::/32"), from("2001:db8::1"), nil, 1},
		"from another network":     {networks("192.0.2.0/24"), from("198.51.100.7"), verify.WrongNetwork, 1},
		"from nowhere":             {networks("192.0.2.0/24"), nil, verify.WrongNetwork, 1},
		"another's, elsewhere":     {networks("192.0.2.0/24"), func(r *verify.Request) { r.Login = "bob@example.com" }, verify.WrongLogin, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPorts(t)
			v := p.verifier()
			r := good
			r.Password = p.stores(false, or(c.entry))
			orRequest(c.request)(&r)
			got, err := v.Verify(t.Context(), p.mail(), r)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if p.reads != c.reads {
				t.Errorf("got %d reads, want %d", p.reads, c.reads)
			}
			want := verify.Accepted{Login: "alice@example.com", Person: "UALICE", Credential: "c1", Application: "crm"}
			if err == nil && got != want || err != nil && got != (verify.Accepted{}) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestAnOlderPepperIsFound(t *testing.T) {
	p := newPorts(t)
	r := verify.Request{Login: "alice", Protocol: service.IMAP, Password: p.stores(true, func(*credential.Entry) {})}
	if _, err := p.verifier().Verify(t.Context(), p.mail(), r); err != nil {
		t.Fatal(err)
	}
	if p.reads != 2 {
		t.Errorf("got %d reads, want 2", p.reads)
	}
}

func TestTroubleOfOursIsNeverARejection(t *testing.T) {
	p := newPorts(t)
	v := p.verifier()
	r := verify.Request{Login: "alice", Protocol: service.IMAP, Password: nobodys()}
	if _, err := v.Verify(t.Context(), p.mail(), r); !errors.Is(err, verify.Unknown) {
		t.Fatal(err)
	}
	p.broken = fmt.Errorf("away: %w", problem.ErrUnavailable)
	_, err := v.Verify(t.Context(), p.mail(), r)
	if _, rejected := errors.AsType[verify.Reason](err); rejected || !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("got %v, want trouble that passes", err)
	}
}

func TestServicesAreReadSeldom(t *testing.T) {
	p := newPorts(t)
	clock := now
	c := verify.NewCache(p, func() time.Time { return clock })
	ask := func(key string, want error, looks int) {
		t.Helper()
		p.looks = 0
		_, err := c.Asker(t.Context(), key, netip.Addr{})
		if !errors.Is(err, want) || p.looks != looks {
			t.Errorf("at %v: got %v with %d looks, want %v with %d", clock.Sub(now), err, p.looks, want, looks)
		}
	}
	away := fmt.Errorf("away: %w", problem.ErrUnavailable)
	ask(key, nil, 1)
	ask(key, nil, 0)
	ask("new", verify.ErrServiceKey, 0) // just read
	clock = clock.Add(time.Second)
	ask("new", verify.ErrServiceKey, 1)
	ask("new", verify.ErrServiceKey, 0) // once a second
	p.services[0].Keys = append(p.services[0].Keys, service.KeyOf("new", time.Time{}))
	clock = clock.Add(time.Second)
	ask("new", nil, 1)
	clock = clock.Add(9 * time.Second)
	ask(key, nil, 0)
	p.services[0].Keys = p.services[0].Keys[1:]
	clock = clock.Add(time.Second)
	ask(key, verify.ErrServiceKey, 1) // a key is gone within ten seconds
	p.broken = away
	clock = clock.Add(30 * time.Second)
	ask("new", nil, 1) // a minute on what was read
	ask("newer", problem.ErrUnavailable, 0)
	clock = clock.Add(30 * time.Second)
	ask("new", problem.ErrUnavailable, 1)
	p.broken = nil
	clock = clock.Add(time.Second)
	ask("new", nil, 1)
}

func or(change func(*credential.Entry)) func(*credential.Entry) {
	if change == nil {
		return func(*credential.Entry) {}
	}
	return change
}

func orRequest(change func(*verify.Request)) func(*verify.Request) {
	if change == nil {
		return func(*verify.Request) {}
	}
	return change
}

func state(s credential.EntryState) func(*credential.Entry) {
	return func(e *credential.Entry) { e.State = s }
}

func ends(s credential.EntryState, at time.Time) func(*credential.Entry) {
	return func(e *credential.Entry) { e.State, e.Ends = s, at }
}

func networks(all ...string) func(*credential.Entry) {
	return func(e *credential.Entry) {
		for _, n := range all {
			e.Networks = append(e.Networks, netip.MustParsePrefix(n))
		}
	}
}

func from(address string) func(*verify.Request) {
	return func(r *verify.Request) { r.Client = netip.MustParseAddr(address) }
}

func nobodys() string {
	pw := password.New(password.General)
	return pw.Format().Show("app", pw.Reveal())
}

// typo changes one character.
func typo(pw string) string {
	if pw[5] == '2' {
		return pw[:5] + "3" + pw[6:]
	}
	return pw[:5] + "2" + pw[6:]
}
