package dynamo_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/remember"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/rotate"
)

var hers = credential.Owner{Team: "TLOCAL", Person: "UALICE"}

// owned is a store in which Alice has so many app passwords that work.
func owned(t *testing.T, n int) (c *inprocess.Cloud, store *dynamo.Store, ids []string) {
	t.Helper()
	c = inprocess.New(t)
	store = c.Store()
	now := c.Clock.Now()
	ledger := dynamo.NewLedger(dynamodb.NewFromConfig(c.Config), c.Table("ephemeral"), c.Clock.Now)
	for i := range n {
		job := fmt.Sprintf("view:V%d:1", i)
		v := credential.Verifier("v-" + job)
		one := credential.Credential{
			ID: credential.ID(job), Owner: hers, Login: "alice@example.com", Application: "thunderbird", Services: []string{"mail"},
			State: credential.Pending, Verifier: v, Reveal: string(link.New().ID()), Made: now,
		}
		d := issue.Draft{
			New: i == 0, Person: person.Person{Owner: hers, Login: one.Login, Gate: person.Gate{State: person.Open, Generation: 1}}, Credential: one,
			Entry: credential.Entry{Verifier: v, Credential: one.ID, Owner: hers, Login: one.Login, State: credential.EntryPending, Made: now},
			Reveal: link.Reveal{
				ID: link.ID(one.Reveal), Secret: job, State: link.Preparing, Door: link.DoorNone, Owner: hers, Gate: 1, Credential: one.ID, Verifier: v,
				Account: link.Account{Login: one.Login}, Expires: now.Add(15 * time.Minute), Generation: 1, Made: now,
			},
			Event: audit.New(now, hers, hers.Person, audit.Issued),
		}
		d.Event.Job = job
		_, err := ledger.Lease(t.Context(), job, now.Add(time.Minute))
		for _, next := range []func() error{
			func() error { return store.Begin(t.Context(), d, nil) },
			func() error { return store.Ready(t.Context(), d.Reveal.ID) },
			func() error {
				return store.Claim(t.Context(), d.Reveal, link.Nonce{1}, audit.New(now, hers, hers.Person, audit.Revealed))
			},
		} {
			if err == nil {
				err = next()
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, one.ID)
	}
	return c, store, ids
}

func owns(t *testing.T, store *dynamo.Store, id string) credential.Credential {
	t.Helper()
	c, err := store.Credential(t.Context(), hers, id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNetworksAreRememberedWhoeverComesAtTheSameTime(t *testing.T) {
	t.Parallel()
	c, store, ids := owned(t, 1)
	r := remember.New(store, c.Clock.Now)
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			network := remember.Network{Owner: hers, Credential: ids[0], Network: fmt.Sprintf("192.0.%d.0/24", n), Job: fmt.Sprint(n)}
			for errors.Is(remembers(t, r, network), remember.ErrChanged) {
			}
		})
	}
	all.Wait()
	got := owns(t, store, ids[0]).Known
	slices.Sort(got)
	if want := []string{"192.0.0.0/24", "192.0.1.0/24", "192.0.2.0/24", "192.0.3.0/24"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// Once more is nothing; and only of one's own, and of what works.
	events := len(c.DynamoDB().Dump()[c.Table("audit")])
	if err := remembers(t, r, remember.Network{Owner: hers, Credential: ids[0], Network: got[0], Job: "again"}); err != nil {
		t.Error(err)
	}
	other := credential.Owner{Team: "TLOCAL", Person: "UBOB"}
	if err := remembers(t, r, remember.Network{Owner: other, Credential: ids[0], Network: "x", Job: "his"}); !errors.Is(err, credential.ErrNotFound) {
		t.Errorf("another's: got %v", err)
	}
	if now := len(c.DynamoDB().Dump()[c.Table("audit")]); now != events {
		t.Errorf("%d events became %d", events, now)
	}
	for n := range credential.MaxKnown {
		if err := remembers(t, r, remember.Network{Owner: hers, Credential: ids[0], Network: fmt.Sprint(n), Job: "more"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := owns(t, store, ids[0]).Known; len(got) != credential.MaxKnown || got[0] != "0" {
		t.Errorf("got %q", got)
	}
	if err := store.NoteTried(t.Context(), owns(t, store, ids[0]), []string{"7 x"}); err != nil {
		t.Fatal(err)
	}
	if err := store.NoteTried(t.Context(), credential.Credential{ID: ids[0], Owner: hers}, []string{"8 y"}); err != nil || !slices.Equal(owns(t, store, ids[0]).Tried, []string{"7 x"}) {
		t.Errorf("what others have noted is overwritten: %v, %q", err, owns(t, store, ids[0]).Tried)
	}
	if err := store.Revoke(t.Context(), owns(t, store, ids[0]), nil, event(c, "end")); err != nil {
		t.Fatal(err)
	}
	if err := remembers(t, r, remember.Network{Owner: hers, Credential: ids[0], Network: "x", Job: "late"}); err != nil || slices.Contains(owns(t, store, ids[0]).Known, "x") {
		t.Errorf("of what has ended: %v, %q", err, owns(t, store, ids[0]).Known)
	}
}

func remembers(t *testing.T, r *remember.Rememberer, n remember.Network) error {
	_, err := r.Remember(t.Context(), n)
	return err
}

func event(c *inprocess.Cloud, job string) audit.Event {
	e := audit.New(c.Clock.Now(), hers, hers.Person, audit.Revoked)
	e.Job = job
	return e
}

func TestARotationIsAskedForOnceAndWakesTheReminders(t *testing.T) {
	t.Parallel()
	c, store, ids := owned(t, 2)
	asker := rotate.NewAsker(store, c.Clock.Now)
	asked := c.Clock.Now()
	by := time.Unix(asked.AddDate(0, 0, 14).Unix(), 0)
	r := rotate.Request{Owner: hers, Credential: ids[0], By: by, Actor: "arn:x", Job: "admin:1"}
	for range 2 {
		if got, err := asker.Ask(t.Context(), r, asked); err != nil || !got.Nudges.RotateBy.Equal(by) {
			t.Fatalf("got %v, %v", got.Nudges.RotateBy, err)
		}
	}
	got := owns(t, store, ids[0])
	if !got.Nudges.RotateBy.Equal(by) || got.Nudges.Wake.After(c.Clock.Now()) || !owns(t, store, ids[1]).Nudges.RotateBy.IsZero() {
		t.Errorf("stored is %+v", got.Nudges)
	}
	if _, err := asker.Ask(t.Context(), r, asked.Add(-time.Hour)); !errors.Is(err, rotate.ErrOver) {
		t.Errorf("what was made after the request: got %v", err)
	}
	if err := store.Revoke(t.Context(), got, nil, event(c, "end")); err != nil {
		t.Fatal(err)
	}
	if _, err := asker.Ask(t.Context(), r, asked); !errors.Is(err, rotate.ErrOver) {
		t.Errorf("what has ended: got %v", err)
	}
	r.Owner.Person = "UBOB"
	if _, err := asker.Ask(t.Context(), r, asked); !errors.Is(err, credential.ErrNotFound) {
		t.Errorf("another's: got %v", err)
	}
}

func TestOfSeveralTheOutcomeIsWhatIsStored(t *testing.T) {
	t.Parallel()
	c, store, ids := owned(t, 4)
	revoker := revoke.New(store, queue.New(sqs.NewFromConfig(c.Config), c.Queue("background")), c.Clock.Now)
	if err := store.Revoke(t.Context(), owns(t, store, ids[3]), nil, event(c, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	m := revoke.Many{Owner: hers, Credentials: []string{ids[0], ids[1], ids[3], "c0000000000000000"}, Job: "view:V:1", Actor: "UADMIN", Reason: "admin"}
	if err := c.Faults.Add(faults.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: faults.Before, Times: 1}); err != nil {
		t.Fatal(err)
	}
	if o, err := revoker.Several(t.Context(), store, m); err == nil || o.Revoked != nil {
		t.Errorf("while one can't be revoked: got %+v, %v", o, err)
	}
	expects := func(o revoke.Outcome, err error, revoked, before, left int) {
		t.Helper()
		if err != nil || len(o.Revoked) != revoked || len(o.Before) != before || len(o.Left) != left {
			t.Errorf("got %d revoked, %d before, %d left, %v; want %d, %d, %d", len(o.Revoked), len(o.Before), len(o.Left), err, revoked, before, left)
		}
	}
	o, err := revoker.Outcome(t.Context(), store, m)
	expects(o, err, 1, 1, 1)
	for range 2 { // also at a delivery after
		o, err = revoker.Several(t.Context(), store, m)
		expects(o, err, 2, 1, 0)
	}
	if owns(t, store, ids[2]).State != credential.Active {
		t.Error("one that was not named is ended")
	}
	m.Owner.Person = "UBOB"
	m.Credentials = []string{ids[2]}
	o, err = revoker.Several(t.Context(), store, m)
	expects(o, err, 0, 0, 0)
	if owns(t, store, ids[2]).State != credential.Active {
		t.Error("another's is ended")
	}
}

func TestALoginIsOfWhomItIsBoundTo(t *testing.T) {
	t.Parallel()
	c, _, _ := owned(t, 1)
	people := dynamo.NewPeople(dynamodb.NewFromConfig(c.Config), c.Table("credentials"), c.Table("audit"))
	for login, want := range map[string]credential.Owner{"alice@example.com": hers, "bob@example.com": {}} {
		if got, err := people.Owner(t.Context(), login); got != want || err != nil {
			t.Errorf("%s: got %+v, %v", login, got, err)
		}
	}
}
