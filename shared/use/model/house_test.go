package model_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/reveal"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/rotate"
	"github.com/apppass/apppass/shared/use/sweep"
	"github.com/apppass/apppass/shared/use/verify"
)

// errDies is what a process meets in whose middle it dies.
var errDies = problem.Passing("live on", errors.New("it dies"))

// house is the use cases on the real adapter.
type house struct {
	*inprocess.Cloud
	tables    *dynamodb.Client
	store     *dynamo.Store
	people    *dynamo.People
	nudges    *dynamo.Nudges
	verifiers *dynamo.Verifiers
	peppers   pepper.Peppers

	mu     sync.Mutex
	sealed map[string][]byte // by the secret's name
}

func newHouse(t *testing.T) *house {
	c := inprocess.New(t)
	c.Config.HTTPClient = &http.Client{Transport: direct{c.Cloud}}
	peppers, err := pepper.Parse([]byte(`{"key":"` + strings.Repeat("k", 64) + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{
		Cloud: c, tables: dynamodb.NewFromConfig(c.Config), store: c.Store(), peppers: peppers,
		sealed: map[string][]byte{},
	}
	h.people = dynamo.NewPeople(h.tables, c.Table("credentials"), c.Table("audit"))
	h.nudges = dynamo.NewNudges(h.tables, c.Table("credentials"), c.Table("verifiers"))
	h.verifiers = dynamo.NewVerifiers(h.tables, dynamo.Tables{
		Credentials: c.Table("credentials"), Verifiers: c.Table("verifiers"), Ephemeral: c.Table("ephemeral"),
	})
	return h
}

// process is the use cases by one clock.
type process struct {
	*house
	ctx context.Context
	now func() time.Time
	// dies says that the process dies: as a link is shown, or before what is sealed is read.
	dies bool
	// shown is the link that it has shown; nil: none.
	shown *link.Link
}

// ticks sets the instants apart that one clock shows within a second.
var ticks atomic.Int64

func (h *house) process(ctx context.Context, seconds int64) *process {
	return &process{h, ctx, func() time.Time { return at(seconds).Add(time.Duration(ticks.Add(1)%999+1) * time.Millisecond) }, false, nil}
}

func (p *process) issuer() *issue.Issuer {
	return issue.New(issue.Ports{
		Store: p.store, Ledger: dynamo.NewLedger(p.tables, p.Table("ephemeral"), p.now), People: p.people, Settings: p, Directory: p, Peppers: p,
		Vault: p, Queue: p, Presenter: p,
	}, issue.Company{Team: "TLOCAL", Domains: []string{"example.com"}, Prefixes: []string{"app"}, SecretPrefix: "s/", Lease: time.Minute}, p.now)
}

func (p *process) revealer() *reveal.Revealer { return reveal.New(p.store, p, p, p, p.now) }
func (p *process) revoker() *revoke.Revoker   { return revoke.New(p.store, p, p.now) }
func (p *process) rotator() *rotate.Rotator   { return rotate.New(p.store, p.now) }
func (p *process) sweeper() *sweep.Sweeper    { return sweep.New(p.store, p, p, "TLOCAL") }

func (p *process) Policy(context.Context) (policy.Policy, error) {
	return policy.Policy{LinkLife: linkLife * time.Second, Grace: grace * time.Second}, nil
}

func (p *process) Catalog(context.Context) (catalog.Catalog, error) {
	return catalog.Catalog{{ID: "box", Name: "Box", Kind: catalog.Desktop, Tier: credential.General, Services: []string{"mail"}}}, nil
}

var mail = service.Service{ID: "mail", Name: "Mail", Protocols: []service.Protocol{service.IMAP, service.SMTP}}

func (p *process) Services(context.Context) ([]service.Service, error) {
	return []service.Service{mail}, nil
}

func (p *process) Account(_ context.Context, id string) (person.Account, error) {
	return person.Account{Owner: owner(id), Email: login(id), EmailConfirmed: true}, nil
}

func owner(id string) credential.Owner { return credential.Owner{Team: "TLOCAL", Person: id} }
func login(id string) string           { return strings.ToLower(id) + "@example.com" }

func (p *process) Current(context.Context) (pepper.Peppers, error) { return p.peppers, nil }

func (p *process) Create(_ context.Context, name string, sealed []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sealed[name] = sealed
	return nil
}

func (p *process) Read(_ context.Context, name string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dies {
		return nil, errDies
	}
	// It may be deleted by a clock that is ahead; that is another promise's to keep.
	return p.sealed[name], nil
}

func (p *process) Delete(context.Context, string) error                     { return nil }
func (p *process) Send(context.Context, job.Job, time.Duration) error       { return nil }
func (p *process) Problem(context.Context, job.Job, *problem.Problem) error { return nil }
func (p *process) Link(_ context.Context, _ job.Job, o issue.Offer) (job.Reply, error) {
	p.shown = &o.Link
	if p.dies {
		return job.Reply{}, errDies
	}
	return job.Reply{ViewID: "V"}, nil
}

// made is a password that was made, as it is typed.
type made struct {
	link     link.Link
	reveal   link.Reveal
	verifier credential.Verifier
	typed    string
	login    string
}

// take opens what the link seals, without using it.
func (p *process) take(l link.Link) (made, error) {
	r, err := p.store.Reveal(p.ctx, l.ID())
	if err != nil {
		return made{}, err
	}
	p.mu.Lock()
	sealed := p.sealed[r.Secret]
	p.mu.Unlock()
	typed, err := l.Open(sealed, r.Credential)
	if err != nil {
		return made{}, err
	}
	pw, err := password.Parse(typed, "app")
	if err != nil {
		return made{}, fmt.Errorf("what link %s seals is no password", l.ID())
	}
	return made{l, r, p.peppers.Issue(pw).Verifier, typed, r.Account.Login}, nil
}

// table is what a verification reads, read from the adapter in few requests.
type table struct {
	*dynamo.Verifiers
	entries map[credential.Verifier]credential.Entry
}

func (t table) Entry(_ context.Context, v credential.Verifier) (credential.Entry, error) {
	e, ok := t.entries[v]
	if !ok {
		return e, verify.ErrNone
	}
	return e, nil
}

func (table) NoteUses(context.Context, credential.Entry, []credential.Use) error { return nil }
func (table) Reject(context.Context, verify.Rejection) (bool, error)             { return false, nil }
func (table) Miss(context.Context, verify.Miss, int) (bool, bool, error)         { return true, false, nil }

// look reads what stands under all of these.
func (h *house) look(ctx context.Context, all []made) (table, error) {
	t := table{h.verifiers, map[credential.Verifier]credential.Entry{}}
	var keys []credential.Verifier
	for i, m := range all {
		if m.typed != "" {
			keys = append(keys, m.verifier)
		}
		if len(keys) < 100 && i < len(all)-1 || len(keys) == 0 {
			continue
		}
		found, err := h.verifiers.Entries(ctx, keys)
		if err != nil {
			return t, err
		}
		for _, e := range found {
			t.entries[e.Verifier] = e
		}
		keys = keys[:0]
	}
	return t, nil
}

// signsIn reports whether a password verifies.
func (p *process) signsIn(v *verify.Verifier, m made, from netip.Addr) (bool, error) {
	_, err := v.Verify(p.ctx, mail, verify.Request{Login: m.login, Password: m.typed, Protocol: service.IMAP, Client: from})
	if reason, ok := errors.AsType[verify.Reason](err); ok && reason != verify.Malformed && reason != verify.Mistyped {
		return false, nil
	}
	return err == nil, err
}

func (p *process) verifier(s verify.Store) *verify.Verifier {
	return verify.New(s, p, p, []string{"app"}, p.now, slog.New(slog.DiscardHandler))
}
