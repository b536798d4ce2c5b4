package reconcile_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/reconcile"
)

// house is a reconciler on an AWS of its own, a list of Slack's, and what came of it.
type house struct {
	*inprocess.Cloud
	*reconcile.Reconciler
	t      *testing.T
	team   string
	list   []reconcile.Member
	broken map[int]error // by page
	queued []job.Job
	looks  []string
	asked  []reconcile.Question
	absent [][]string
}

// perPage is how many people a page has.
const perPage = 10

func newHouse(t *testing.T) *house {
	c := inprocess.New(t)
	h := &house{Cloud: c, t: t, team: "TLOCAL", broken: map[int]error{}}
	tables := dynamodb.NewFromConfig(c.Config)
	h.Reconciler = reconcile.New(reconcile.Ports{
		Store: dynamo.NewRolls(tables, c.Table("credentials"), c.Table("ephemeral")), Roster: h,
		Ledger: dynamo.NewLedger(tables, c.Table("ephemeral"), c.Clock.Now), Settings: dynamo.NewSettings(tables, c.Table("settings")), Queue: h, Show: h,
	}, "TLOCAL", time.Minute, c.Clock.Now)
	return h
}

func (h *house) Team(context.Context) (string, error) { return h.team, nil }

func (h *house) Members(_ context.Context, cursor string) ([]reconcile.Member, string, error) {
	n := 0
	if cursor != "" {
		if _, err := fmt.Sscanf(cursor, "page %d", &n); err != nil {
			return nil, "", err
		}
	}
	if err := h.broken[n]; err != nil {
		return nil, "", err
	}
	until, next := min((n+1)*perPage, len(h.list)), ""
	if until < len(h.list) {
		next = fmt.Sprint("page ", n+1)
	}
	return h.list[n*perPage : until], next, nil
}

func (h *house) Send(_ context.Context, j job.Job, _ time.Duration) error {
	if j.Kind == job.Account {
		h.looks = append(h.looks, j.ID+" "+j.Team+"/"+j.Person)
	} else {
		h.queued = append(h.queued, j)
	}
	return nil
}

func (h *house) TooMany(_ context.Context, q reconcile.Question) error {
	h.asked = append(h.asked, q)
	return nil
}

func (h *house) Absent(_ context.Context, _ string, ids []string) error {
	h.absent = append(h.absent, ids)
	return nil
}

func name(n int) string { return fmt.Sprintf("U%03d", n) }

// knows makes so many people known here, and known to Slack.
func (h *house) knows(count int) {
	h.t.Helper()
	store, now := h.Store(), h.Clock.Now()
	ledger := dynamo.NewLedger(dynamodb.NewFromConfig(h.Config), h.Table("ephemeral"), h.Clock.Now)
	for n := range count {
		who := person.Person{Owner: credential.Owner{Team: "TLOCAL", Person: name(n)}, Login: name(n) + "@example.com", Gate: person.Gate{State: person.Open, Generation: 1}}
		e := audit.New(now, who.Owner, who.Owner.Person, audit.Issued)
		e.Job = "view:" + name(n)
		c := credential.Credential{
			ID: credential.ID(e.Job), Owner: who.Owner, Login: who.Login, Application: "crm", Services: []string{"mail"}, State: credential.Pending,
			Verifier: credential.Verifier("v" + name(n)), Reveal: string(link.New().ID()), Made: now,
		}
		_, err := ledger.Lease(h.t.Context(), e.Job, now.Add(time.Minute))
		if err == nil {
			err = store.Begin(h.t.Context(), issue.Draft{
				Person: who, New: true, Credential: c, Event: e, Entry: credential.Entry{Verifier: c.Verifier, Owner: who.Owner, State: credential.EntryPending},
				Reveal: link.Reveal{ID: link.ID(c.Reveal), State: link.Preparing, Owner: who.Owner, Expires: now.Add(time.Hour), Generation: 1},
			}, nil)
		}
		if err != nil {
			h.t.Fatal(err)
		}
		h.list = append(h.list, reconcile.Member{ID: name(n)})
	}
}

// night is the time of the tick that begins a run.
var night = time.Date(2026, 11, 25, 2, 17, 30, 0, time.UTC)

// run does the job of a night and all that follow from it, and returns the first error.
func (h *house) run(at time.Time) error {
	h.t.Helper()
	j, due, err := reconcile.Due("TLOCAL", at)
	if err != nil || !due {
		h.t.Fatalf("at %v nothing is due: %v", at, err)
	}
	h.queued = append(h.queued, j)
	for len(h.queued) > 0 {
		next := h.queued[0]
		h.queued = h.queued[1:]
		if err := h.Reconcile(h.t.Context(), next); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) runs() {
	h.t.Helper()
	if err := h.run(night); err != nil {
		h.t.Fatal(err)
	}
}

// page is the job that reads a page, from 0.
func (h *house) page(n int) job.Job {
	h.t.Helper()
	id, args := "schedule:reconcile:2026-11-25", job.ReconcileArgs{Run: "2026-11-25", Page: n}
	if n > 0 {
		id, args.Cursor = fmt.Sprint(id, ":", n), fmt.Sprint("page ", n)
	}
	j, err := job.New(id, job.Reconcile, args)
	if err != nil {
		h.t.Fatal(err)
	}
	return j
}

// nothing expects that nobody is looked at, and that nothing is told.
func (h *house) nothing() {
	h.t.Helper()
	if len(h.looks)+len(h.asked)+len(h.absent) > 0 {
		h.t.Errorf("looked at %q, asked %v, told %q", h.looks, h.asked, h.absent)
	}
}
