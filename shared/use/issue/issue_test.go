package issue_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/reveal"
	"github.com/apppass/apppass/shared/use/revoke"
)

var alice = credential.Owner{Team: "TLOCAL", Person: "UALICE"}

// house is an issuer on an AWS of its own, with what its person is shown.
type house struct {
	*inprocess.Cloud
	*issue.Issuer
	store    *dynamo.Store
	accounts map[string]person.Account
	revealer *reveal.Revealer
	revoker  *revoke.Revoker

	mu       sync.Mutex
	offers   []issue.Offer
	problems []string
	// showing, if set, happens in place of showing a link.
	showing func() error
}

func newHouse(t *testing.T) *house {
	c := inprocess.New(t)
	h := &house{Cloud: c, store: c.Store(), accounts: map[string]person.Account{
		"UALICE": {Owner: alice, Email: "Alice@example.com", EmailConfirmed: true},
		"UBOB":   {Owner: credential.Owner{Team: "TLOCAL", Person: "UBOB"}, Email: "bob@example.com", EmailConfirmed: true},
	}}
	tables, sealed := dynamodb.NewFromConfig(c.Config), vault.NewSealed(secretsmanager.NewFromConfig(c.Config))
	background := queue.New(sqs.NewFromConfig(c.Config), c.Queue("background"))
	var pepper string
	for _, s := range c.Template.Secrets {
		if s.LogicalID == "PepperSecret" {
			pepper = s.Name
		}
	}
	h.Issuer = issue.New(issue.Ports{
		Store: h.store, Ledger: dynamo.NewLedger(tables, c.Table("ephemeral"), c.Clock.Now),
		People:   dynamo.NewPeople(tables, c.Table("credentials"), c.Table("audit")),
		Settings: dynamo.NewSettings(tables, c.Table("settings")), Directory: h,
		Peppers: vault.NewPeppers(secretsmanager.NewFromConfig(c.Config), pepper, c.Clock.Now),
		Vault:   sealed, Queue: background, Presenter: h,
	}, issue.Company{
		Team: "TLOCAL", Domains: []string{"example.com"}, Prefixes: []string{"app"}, SecretPrefix: "apppass/reveal/", Lease: time.Minute,
	}, c.Clock.Now)
	h.revealer = reveal.New(h.store, sealed, background, background, c.Clock.Now)
	h.revoker = revoke.New(h.store, background, c.Clock.Now)
	return h
}

func (h *house) Account(_ context.Context, id string) (person.Account, error) {
	a, ok := h.accounts[id]
	if !ok {
		return person.Account{Deleted: true}, nil
	}
	return a, nil
}

func (h *house) Link(_ context.Context, to job.Job, o issue.Offer) (job.Reply, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	place := job.Reply{ViewID: "V-of-" + to.ID}
	if h.showing != nil {
		return place, h.showing()
	}
	h.offers = append(h.offers, o)
	return place, nil
}

func (h *house) Problem(_ context.Context, _ job.Job, p *problem.Problem) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.problems = append(h.problems, p.Code())
	return nil
}

func (h *house) job(t *testing.T, id, who, application, label string) job.Job {
	t.Helper()
	j, err := job.New(id, job.Issue, job.IssueArgs{Application: application, Label: label})
	if err != nil {
		t.Fatal(err)
	}
	j.Person, j.Team = who, "TLOCAL"
	return j
}

// claim claims the newest offer and expects the error.
func (h *house) claim(t *testing.T, want error) reveal.Revealed {
	t.Helper()
	o := h.offers[len(h.offers)-1]
	l := o.Link
	// The owner presses the button. A door that is over is nothing that it could open.
	if err := h.store.OpenDoor(t.Context(), l.ID(), alice, o.Account.Login, h.Clock.Now().Add(link.DoorLife)); err != nil && !errors.Is(err, reveal.ErrLost) {
		t.Fatal(err)
	}
	got, err := h.revealer.Claim(t.Context(), reveal.Claim{ID: l.ID(), Proof: l.Proof(), Nonce: link.Nonce{1}})
	if !errors.Is(err, want) {
		t.Fatalf("claim: got %v, want %v", err, want)
	}
	return got
}

// claims claims a link for a session that never fetches what it seals.
func (h *house) claims(t *testing.T, r link.Reveal) {
	t.Helper()
	now := h.Clock.Now()
	for _, err := range []error{
		h.store.OpenDoor(t.Context(), r.ID, alice, r.Account.Login, now.Add(link.DoorLife)), h.store.Knock(t.Context(), r.ID, link.Nonce{1}),
		h.store.Claim(t.Context(), r, link.Nonce{1}, audit.New(now, alice, alice.Person, audit.Revealed)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (h *house) credentials(t *testing.T) []credential.Credential {
	t.Helper()
	all, err := h.store.Credentials(t.Context(), alice)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheSameJobTwiceIssuesOnce(t *testing.T) {
	h := newHouse(t)
	for range 3 {
		if err := h.Issue(t.Context(), h.job(t, "view:V1:h", "UALICE", "thunderbird", "laptop")); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.offers) != 1 || len(h.credentials(t)) != 1 {
		t.Fatalf("%d links were shown for %d credentials, want one for one", len(h.offers), len(h.credentials(t)))
	}
	got := h.claim(t, nil)
	if _, err := h.offers[0].Link.Open(got.Sealed, got.Reveal.Credential); err != nil {
		t.Error(err)
	}
	if c := h.credentials(t)[0]; c.State != credential.Active || c.Label != "laptop" || c.Login != "alice@example.com" {
		t.Errorf("got %+v", c)
	}
}

func TestARunThatFailsAnywhereIsMadeGoodByTheNext(t *testing.T) {
	operations := map[string][]string{
		"dynamodb": {"UpdateItem", "GetItem", "Query", "TransactWriteItems"}, "secretsmanager": {"GetSecretValue", "CreateSecret"}, "sqs": {"SendMessage"},
	}
	for target, names := range operations {
		for _, operation := range names {
			for _, kind := range []faults.Kind{faults.Before, faults.After, faults.Throttle} {
				t.Run(fmt.Sprintf("%s %s %s", target, operation, kind), func(t *testing.T) {
					h := newHouse(t)
					// The n-th call of the operation fails, for every n there is.
					for n := range 8 {
						j := h.job(t, fmt.Sprintf("view:V%d:h", n), "UALICE", "thunderbird", fmt.Sprint(n))
						h.fail(t, target, operation, kind, n, j)
					}
					for _, c := range h.credentials(t) {
						if c.State != credential.Active {
							t.Errorf("credential %q is %s", c.Label, c.State)
						}
					}
				})
			}
		}
	}
}

// fail issues with a fault at the n-th call of an operation, tries again until it is done, and claims what was shown.
func (h *house) fail(t *testing.T, target, operation string, kind faults.Kind, n int, j job.Job) {
	t.Helper()
	before := len(h.offers)
	for range n {
		h.add(t, faults.Fault{Target: target, Operation: operation, Kind: faults.Delay, Times: 1})
	}
	h.add(t, faults.Fault{Target: target, Operation: operation, Kind: kind, Times: 1})
	for attempt := 1; ; attempt++ {
		err := h.Issue(t.Context(), j)
		if err == nil {
			break
		}
		if attempt == 3 {
			t.Fatalf("call %d: the third run still fails: %v", n+1, err)
		}
		h.Faults.Clear()
		h.Clock.Advance(2 * time.Minute) // a lease that could not be released ends
	}
	h.Faults.Clear()
	if len(h.offers) == before {
		t.Fatalf("call %d: no link was shown", n+1)
	}
	for _, o := range h.offers[before : len(h.offers)-1] {
		if _, err := h.revealer.Claim(t.Context(), reveal.Claim{ID: o.Link.ID(), Proof: o.Link.Proof()}); !errors.Is(err, link.ErrVoid) {
			t.Errorf("call %d: a link that was shown before the last: got %v, want %v", n+1, err, link.ErrVoid)
		}
	}
	h.claim(t, nil)
}

func (h *house) add(t *testing.T, f faults.Fault) {
	t.Helper()
	if err := h.Faults.Add(f); err != nil {
		t.Fatal(err)
	}
}

func TestARetryNeverKillsWhatWasRead(t *testing.T) {
	h := newHouse(t)
	j := h.job(t, "view:V1:h", "UALICE", "thunderbird", "")
	h.add(t, faults.Fault{Target: "dynamodb", Operation: "UpdateItem", Kind: faults.Delay, Times: 3}) // the lease, the locale and T2
	h.add(t, faults.Fault{Target: "dynamodb", Operation: "UpdateItem", Kind: faults.Before, Times: 1})
	if err := h.Issue(t.Context(), j); err == nil {
		t.Fatal("the run does not fail where it should: at finishing")
	}
	h.claim(t, nil)
	h.Clock.Advance(2 * time.Minute)
	if err := h.Issue(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	if len(h.offers) != 1 {
		t.Errorf("%d links were shown, want the one that was claimed", len(h.offers))
	}
	if c := h.credentials(t); len(c) != 1 || c[0].State != credential.Active {
		t.Errorf("got %+v", c)
	}
}

func TestSlackAwayMeansAnotherLinkLater(t *testing.T) {
	h := newHouse(t)
	j := h.job(t, "view:V1:h", "UALICE", "thunderbird", "")
	h.showing = func() error { return &job.Later{After: 7 * time.Second, Err: problem.ErrUnavailable} }
	err := h.Issue(t.Context(), j)
	if later, ok := errors.AsType[*job.Later](err); !ok || later.After != 7*time.Second {
		t.Fatalf("got %v, want to be told to wait", err)
	}
	h.showing = nil
	if err := h.Issue(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	h.claim(t, nil)
	if len(h.credentials(t)) != 1 {
		t.Errorf("%d credentials", len(h.credentials(t)))
	}
}

func TestRevokedBeforeTheRetryStaysRevoked(t *testing.T) {
	h := newHouse(t)
	j := h.job(t, "view:V1:h", "UALICE", "thunderbird", "")
	h.showing = func() error { return problem.ErrUnavailable }
	if err := h.Issue(t.Context(), j); err == nil {
		t.Fatal("it does not fail")
	}
	h.showing = nil
	if _, err := h.revoker.Revoke(t.Context(), revoke.Request{Owner: alice, Credential: credential.ID(j.ID), Job: "trigger:1"}); err != nil {
		t.Fatal(err)
	}
	if err := h.Issue(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	if len(h.offers) != 0 || !slices.Equal(h.problems, []string{"credential.ended"}) {
		t.Errorf("%d links were shown and the problems %v", len(h.offers), h.problems)
	}
}

func TestWhoMayNotHaveOneIsToldWhy(t *testing.T) {
	account := func(change func(*person.Account)) person.Account {
		a := person.Account{Owner: alice, Email: "alice@example.com", EmailConfirmed: true}
		change(&a)
		return a
	}
	for name, c := range map[string]struct {
		account person.Account
		want    string
	}{
		"deleted":          {account(func(a *person.Account) { a.Deleted = true }), "person.not_employee"},
		"a bot":            {account(func(a *person.Account) { a.Bot = true }), "person.not_employee"},
		"a stranger":       {account(func(a *person.Account) { a.Stranger = true }), "person.not_employee"},
		"of another team":  {account(func(a *person.Account) { a.Owner.Team = "TOTHER" }), "person.not_employee"},
		"a guest":          {account(func(a *person.Account) { a.Guest = true }), "person.guest"},
		"not confirmed":    {account(func(a *person.Account) { a.EmailConfirmed = false }), "person.email"},
		"without address":  {account(func(a *person.Account) { a.Email = "" }), "person.email"},
		"of another place": {account(func(a *person.Account) { a.Email = "alice@example.org" }), "person.email"},
		"with a subdomain": {account(func(a *person.Account) { a.Email = "alice@example.com.evil.test" }), "person.email"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.accounts["UALICE"] = c.account
			if err := h.Issue(t.Context(), h.job(t, "view:V1:h", "UALICE", "thunderbird", "")); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(h.problems, []string{c.want}) || len(h.offers) != 0 {
				t.Errorf("got the problems %v and %d links, want %s", h.problems, len(h.offers), c.want)
			}
		})
	}
}

func TestAnAddressIsNeverTakenOver(t *testing.T) {
	h := newHouse(t)
	if err := h.Issue(t.Context(), h.job(t, "view:V1:h", "UALICE", "thunderbird", "")); err != nil {
		t.Fatal(err)
	}
	// Bob gets Alice's address in Slack.
	bob := h.accounts["UBOB"]
	bob.Email = "alice@example.com"
	h.accounts["UBOB"] = bob
	if err := h.Issue(t.Context(), h.job(t, "view:V2:h", "UBOB", "thunderbird", "")); err != nil {
		t.Fatal(err)
	}
	// Alice's own changes.
	moved := h.accounts["UALICE"]
	moved.Email = "alice.new@example.com"
	h.accounts["UALICE"] = moved
	for _, view := range []string{"view:V3:h", "view:V4:h"} {
		if err := h.Issue(t.Context(), h.job(t, view, "UALICE", "thunderbird", "")); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"person.held", "person.held", "person.held"}; !slices.Equal(h.problems, want) || len(h.offers) != 1 {
		t.Errorf("got the problems %v and %d links, want %v and one", h.problems, len(h.offers), want)
	}
	// What was offered before she was held can't be claimed either.
	h.claim(t, link.ErrHeld)
}

func TestAJobForNothingIsRefusedForGood(t *testing.T) {
	for name, c := range map[string]struct{ application, label, want string }{
		"an unknown application": {"telnet", "", catalog.ErrUnknown.Code()},
		"a long label":           {"crm", strings.Repeat("x", 61), "label.long"},
		"a hidden mark":          {"crm", "lap\u202etop", "label.characters"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			if err := h.Issue(t.Context(), h.job(t, "view:V1:h", "UALICE", c.application, c.label)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(h.problems, []string{c.want}) {
				t.Errorf("got the problems %v, want %s", h.problems, c.want)
			}
		})
	}
}
