package dynamo_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/reveal"
)

func TestADoorThatStaysClosedSaysWhyToItsOwnerOnly(t *testing.T) {
	cloud := inprocess.New(t)
	store := dynamo.NewStore(dynamodb.NewFromConfig(cloud.Config), dynamo.Tables{
		Credentials: cloud.Table("credentials"), Verifiers: cloud.Table("verifiers"), Ephemeral: cloud.Table("ephemeral"), Audit: cloud.Table("audit"),
	})
	alice := credential.Owner{Team: "TLOCAL", Person: "UALICE"}
	const login, id = "alice@example.com", link.ID("tBP0fRPuL-bIRbLuFBr4HQ")
	d := issue.Draft{
		New: true, Person: person.Person{Owner: alice, Login: login, Gate: person.Gate{State: person.Open, Generation: 1}},
		Credential: credential.Credential{ID: "c0123456789abcdef", Owner: alice, Login: login, Application: "crm", State: credential.Pending, Verifier: "v", Reveal: string(id), Made: noon},
		Entry:      credential.Entry{Verifier: "v", Credential: "c0123456789abcdef", Owner: alice, Login: login, State: credential.EntryPending, Made: noon},
		Reveal: link.Reveal{
			ID: id, State: link.Preparing, Door: link.DoorClosed, Owner: alice, Gate: 1, Credential: "c0123456789abcdef", Verifier: "v",
			Account: link.Account{Login: login}, Expires: noon.Add(15 * time.Minute), Generation: 1,
		},
		Event: audit.New(noon, alice, alice.Person, audit.Issued),
	}
	d.Event.Job = "view:V1:1"
	ledger := dynamo.NewLedger(dynamodb.NewFromConfig(cloud.Config), cloud.Table("ephemeral"), func() time.Time { return noon })
	if _, err := ledger.Lease(t.Context(), d.Event.Job, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := store.Begin(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	open := func(id link.ID, who credential.Owner, at time.Time) error {
		return store.OpenDoor(t.Context(), id, who, login, at.Add(link.DoorLife))
	}
	expects := func(what string, err error, want *problem.Problem) {
		t.Helper()
		if p, _ := errors.AsType[*problem.Problem](err); !errors.Is(err, reveal.ErrLost) || p != want {
			t.Errorf("%s: got %v, want %v", what, err, want)
		}
	}
	expects("unknown", open("AAAAAAAAAAAAAAAAAAAAAA", alice, noon), link.ErrUnknown)
	expects("another's", open(id, credential.Owner{Team: "TLOCAL", Person: "UBOB"}, noon), nil)
	expects("another team's", open(id, credential.Owner{Team: "TOTHER", Person: "UALICE"}, noon), nil)
	expects("expired", open(id, alice, noon.Add(15*time.Minute)), link.ErrExpired)
	if err := store.Revoke(t.Context(), d.Credential, &d.Reveal, audit.New(noon, alice, alice.Person, audit.Revoked)); err != nil {
		t.Fatal(err)
	}
	expects("withdrawn", open(id, alice, noon), link.ErrVoid)
	expects("withdrawn, of another", open(id, credential.Owner{Team: "TLOCAL", Person: "UBOB"}, noon), nil)

	// What ran out is not withdrawn.
	over := noon.Add(15*time.Minute + 5*time.Second)
	d.Credential.ID, d.Entry.Credential, d.Reveal.Credential = "c1123456789abcdef", "c1123456789abcdef", "c1123456789abcdef"
	d.Credential.Verifier, d.Entry.Verifier, d.Reveal.Verifier = "w", "w", "w"
	d.Reveal.ID = "uBP0fRPuL-bIRbLuFBr4HQ"
	d.Credential.Reveal, d.New, d.Event = string(d.Reveal.ID), false, audit.New(noon, alice, alice.Person, audit.Issued)
	d.Event.Job = "view:V2:1"
	if _, err := ledger.Lease(t.Context(), d.Event.Job, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := store.Begin(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	if err := store.Expire(t.Context(), d.Reveal, audit.New(over, alice, "apppass", audit.Expired)); err != nil {
		t.Fatal(err)
	}
	expects("swept", open(d.Reveal.ID, alice, over), link.ErrExpired)
}
