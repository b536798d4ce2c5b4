package leave_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/leave"
	"github.com/apppass/apppass/shared/use/revoke"
)

var alice = credential.Owner{Team: "TLOCAL", Person: "UALICE"}

// house is a leaver on an AWS of its own, and what Slack says.
type house struct {
	*inprocess.Cloud
	*leave.Leaver
	t      *testing.T
	store  *dynamo.Store
	people *dynamo.People
	slack  map[string]person.Account
	// before, if set, happens before an app password is ended.
	before func(id string) error
	ended  []string
}

func newHouse(t *testing.T, step leave.Step) *house {
	c := inprocess.New(t)
	tables := dynamodb.NewFromConfig(c.Config)
	h := &house{
		Cloud: c, t: t, store: c.Store(), people: dynamo.NewPeople(tables, c.Table("credentials"), c.Table("audit")),
		slack: map[string]person.Account{"UALICE": {Owner: alice, Email: "alice@example.com", EmailConfirmed: true}},
	}
	revoker := revoke.New(h.store, queue.New(sqs.NewFromConfig(c.Config), c.Queue("background")), c.Clock.Now)
	h.Leaver = leave.New(leave.Ports{
		People: h.people, Credentials: h.store, Directory: h, Settings: dynamo.NewSettings(tables, c.Table("settings")),
		End: func(ctx context.Context, owner credential.Owner, id string, why person.Reason) error {
			if h.before != nil {
				if err := h.before(id); err != nil {
					return err
				}
			}
			_, err := revoker.Revoke(ctx, revoke.Request{Owner: owner, Credential: id, Job: "left:" + id, Actor: "apppass", Reason: string(why)})
			if err == nil {
				h.ended = append(h.ended, id)
			}
			return err
		},
	}, leave.Company{Team: "TLOCAL", Domains: []string{"example.com"}}, step, c.Clock.Now)
	return h
}

func (h *house) Account(_ context.Context, id string) (person.Account, error) {
	a, ok := h.slack[id]
	if !ok {
		return person.Account{Owner: credential.Owner{Person: id}, Unknown: true}, nil
	}
	return a, nil
}

// says changes what Slack says of Alice.
func (h *house) says(change func(a *person.Account)) {
	a := h.slack["UALICE"]
	change(&a)
	h.slack["UALICE"] = a
}

var whole = leave.Step{Most: 200, Time: time.Minute}

// draft is the beginning of an app password of Alice's, with its link.
func (h *house) draft(n int, generation int) issue.Draft {
	now := h.Clock.Now()
	who := person.Person{Owner: alice, Login: "alice@example.com", Gate: person.Gate{State: person.Open, Generation: max(generation, 1)}}
	name := fmt.Sprintf("view:V%d:%d", n, generation)
	c := credential.Credential{
		ID: credential.ID(name), Owner: alice, Login: who.Login, Application: "thunderbird", Tier: credential.General, Services: []string{"mail"},
		State: credential.Pending, Verifier: credential.Verifier("v-" + name), Reveal: string(link.New().ID()), Made: now,
	}
	e := audit.New(now, alice, alice.Person, audit.Issued)
	e.Credential, e.Job = c.ID, name
	return issue.Draft{
		Person: who, New: generation == 0, Credential: c, Event: e,
		Entry: credential.Entry{
			Verifier: c.Verifier, Pepper: 1, Credential: c.ID, Owner: alice, Login: who.Login, Application: c.Application, Services: c.Services,
			State: credential.EntryPending, Made: now,
		},
		Reveal: link.Reveal{
			ID: link.ID(c.Reveal), Secret: "apppass/reveal/" + name, State: link.Preparing, Expires: now.Add(15 * time.Minute), Door: link.DoorNone,
			Generation: 1, Owner: alice, Gate: who.Gate.Generation, Credential: c.ID, Verifier: c.Verifier, Made: now,
			Account: link.Account{Login: who.Login, Application: "Thunderbird"},
		},
	}
}

// begins begins an app password, and expects the error.
func (h *house) begins(d issue.Draft) error {
	h.t.Helper()
	ledger := dynamo.NewLedger(dynamodb.NewFromConfig(h.Config), h.Table("ephemeral"), h.Clock.Now)
	if _, err := ledger.Lease(h.t.Context(), d.Event.Job, h.Clock.Now().Add(time.Minute)); err != nil {
		h.t.Fatal(err)
	}
	return h.store.Begin(h.t.Context(), d, nil)
}

func (h *house) claims(d issue.Draft) error {
	return h.store.Claim(h.t.Context(), d.Reveal, link.Nonce{1}, audit.New(h.Clock.Now(), alice, alice.Person, audit.Revealed))
}

// has gives Alice so many app passwords that work, and one whose link nobody has opened. The first begins her.
func (h *house) has(works int) (all []issue.Draft) {
	h.t.Helper()
	for n := range works + 1 {
		d := h.draft(n, min(n, 1))
		err := h.begins(d)
		if err == nil {
			err = h.store.Ready(h.t.Context(), d.Reveal.ID)
		}
		if err == nil && n < works {
			err = h.claims(d)
		}
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

func (h *house) looks() leave.Found {
	h.t.Helper()
	f, err := h.Look(h.t.Context(), job.Job{ID: "event:Ev1", Kind: job.Account, Person: alice.Person, Team: alice.Team})
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// told looks, and says that what was found is told.
func (h *house) told() leave.Found {
	h.t.Helper()
	f := h.looks()
	if err := h.Told(h.t.Context(), f); err != nil {
		h.t.Fatal(err)
	}
	return f
}

func (h *house) decides(generation int, admit bool) leave.Found {
	h.t.Helper()
	j, err := job.New("trigger:1", job.Decide, job.DecideArgs{Person: alice.Person, Generation: generation, Admit: admit})
	if err != nil {
		h.t.Fatal(err)
	}
	j.Person, j.Team = "UCAROL", "TLOCAL"
	f, err := h.Decide(h.t.Context(), j)
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// gate expects Alice's gate to be so.
func (h *house) gate(state person.GateState, generation int, known bool) {
	h.t.Helper()
	who, err := h.people.Person(h.t.Context(), alice)
	if err != nil || who.Gate.State != state || who.Gate.Generation != generation || who.Known != known {
		h.t.Errorf("the gate is %+v, known %v (%v), want %s at %d, known %v", who.Gate, who.Known, err, state, generation, known)
	}
}

// live expects so many app passwords of Alice's to be live.
func (h *house) live(want int) {
	h.t.Helper()
	all, err := h.store.Credentials(h.t.Context(), alice)
	if err != nil {
		h.t.Fatal(err)
	}
	n := len(slices.DeleteFunc(all, func(c credential.Credential) bool {
		return c.State != credential.Active && c.State != credential.Pending
	}))
	if n != want {
		h.t.Errorf("%d are live, want %d", n, want)
	}
}
