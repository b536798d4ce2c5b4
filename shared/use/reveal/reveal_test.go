package reveal_test

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	emulated "github.com/apppass/apppass/infra/local/aws/secretsmanager"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/reveal"
)

// house is a revealer on an AWS of its own, with links that wait in it.
type house struct {
	*inprocess.Cloud
	*reveal.Revealer
	sealed *vault.Sealed
}

func newHouse(t *testing.T) *house {
	c := inprocess.New(t)
	sealed := vault.NewSealed(secretsmanager.NewFromConfig(c.Config))
	background := queue.New(sqs.NewFromConfig(c.Config), c.Queue("background"))
	return &house{c, reveal.New(c.Store(), sealed, background, queue.New(sqs.NewFromConfig(c.Config), c.Queue("requests")), c.Clock.Now), sealed}
}

// offer stores a link that is ready, with the claim of who holds it.
func (h *house) offer(t *testing.T, id string) (link.Link, reveal.Claim, string) {
	t.Helper()
	l, pw, now := link.New(), password.New(password.General), h.Clock.Now()
	owner := credential.Owner{Team: "TLOCAL", Person: "U" + id}
	c := credential.Credential{
		ID: credential.ID(id), Owner: owner, Login: id + "@example.com", Application: "crm", Tier: credential.General, Services: []string{"mail"},
		State: credential.Pending, Verifier: credential.Verifier("v" + id), Reveal: string(l.ID()), Made: now,
	}
	d := issue.Draft{
		Person: person.Person{Owner: owner, Login: c.Login, Gate: person.Gate{State: person.Open, Generation: 1}}, New: true, Credential: c,
		Entry: credential.Entry{Verifier: c.Verifier, Pepper: 1, Credential: c.ID, Owner: owner, Login: c.Login, Services: c.Services, State: credential.EntryPending, Made: now},
		Reveal: link.Reveal{
			ID: l.ID(), ProofHash: link.HashProof(l.Proof()), Secret: "apppass/reveal/" + id, State: link.Preparing, Expires: now.Add(15 * time.Minute),
			Door: link.DoorNone, Generation: 1, Owner: owner, Gate: 1, Credential: c.ID, Verifier: c.Verifier,
		},
		Event: audit.New(now, owner, owner.Person, audit.Issued),
	}
	d.Event.Job = "view:" + id
	if _, err := h.ledger().Lease(t.Context(), d.Event.Job, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	sealed, err := l.Seal(pw, "app", c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Store().Begin(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	if err := h.sealed.Create(t.Context(), d.Reveal.Secret, sealed); err != nil {
		t.Fatal(err)
	}
	if err := h.Store().Ready(t.Context(), l.ID()); err != nil {
		t.Fatal(err)
	}
	return l, reveal.Claim{ID: l.ID(), Proof: l.Proof(), Nonce: link.Nonce{1}}, c.ID
}

// How many race; make race has more of both.
var (
	links    = flag.Int("links", 10, "links that are raced for")
	sessions = flag.Int("sessions", 40, "sessions that race for each")
)

func TestOfManySessionsOneWins(t *testing.T) {
	h := newHouse(t)
	for n := range *links {
		_, c, _ := h.offer(t, fmt.Sprint(n))
		var winners, losers atomic.Int32
		var all sync.WaitGroup
		for s := range *sessions {
			mine := c
			binary.BigEndian.PutUint32(mine.Nonce[:], uint32(s))
			all.Go(func() {
				switch _, err := h.Claim(t.Context(), mine); {
				case err == nil:
					winners.Add(1)
				case errors.Is(err, link.ErrUsed):
					losers.Add(1)
				default:
					t.Errorf("a session gets %v", err)
				}
			})
		}
		all.Wait()
		if winners.Load() != 1 || losers.Load() != int32(*sessions)-1 {
			t.Fatalf("link %d: %d sessions win and %d lose", n, winners.Load(), losers.Load())
		}
	}
}

func TestTheSessionThatWonMayFetchAgainForAMinute(t *testing.T) {
	h := newHouse(t)
	l, c, id := h.offer(t, "a")
	for range 3 {
		got, err := h.Claim(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Open(got.Sealed, id); err != nil {
			t.Error(err)
		}
		h.Clock.Advance(19 * time.Second)
	}
	h.Clock.Advance(5 * time.Second)
	if _, err := h.Claim(t.Context(), c); !errors.Is(err, link.ErrUsed) {
		t.Errorf("after a minute: got %v, want %v", err, link.ErrUsed)
	}
}

func TestALostAnswerLosesNothing(t *testing.T) {
	for _, f := range []faults.Fault{
		{Target: "dynamodb", Operation: "TransactWriteItems", Kind: faults.After},
		{Target: "dynamodb", Operation: "TransactWriteItems", Kind: faults.Before},
		{Target: "sqs", Operation: "SendMessage", Kind: faults.Before},
		{Target: "sqs", Operation: "SendMessage", Kind: faults.After},
		{Target: "secretsmanager", Operation: "GetSecretValue", Kind: faults.Before},
		{Target: "dynamodb", Operation: "GetItem", Kind: faults.Before},
	} {
		t.Run(f.Target+" "+string(f.Kind), func(t *testing.T) {
			h := newHouse(t)
			l, c, id := h.offer(t, "a")
			f.Times = 1
			if err := h.Faults.Add(f); err != nil {
				t.Fatal(err)
			}
			_, first := h.Claim(t.Context(), c)
			got, err := h.Claim(t.Context(), c)
			if err != nil {
				t.Fatalf("the first try gets %v, and the second %v", first, err)
			}
			if _, err := l.Open(got.Sealed, id); err != nil {
				t.Error(err)
			}
			stranger := c
			stranger.Nonce = link.Nonce{2}
			if _, err := h.Claim(t.Context(), stranger); !errors.Is(err, link.ErrUsed) {
				t.Errorf("another session gets %v, want %v", err, link.ErrUsed)
			}
		})
	}
}

func TestAWrongProofIsNoLink(t *testing.T) {
	h := newHouse(t)
	_, c, _ := h.offer(t, "a")
	wrong, absent := c, c
	wrong.Proof[0] ^= 1
	absent.ID = link.New().ID()
	for name, claim := range map[string]reveal.Claim{"a wrong proof": wrong, "an unknown id": absent} {
		if _, err := h.Claim(t.Context(), claim); !errors.Is(err, link.ErrUnknown) {
			t.Errorf("%s: got %v, want %v", name, err, link.ErrUnknown)
		}
		if err := h.Done(t.Context(), claim); !errors.Is(err, link.ErrUnknown) {
			t.Errorf("done with %s: got %v, want %v", name, err, link.ErrUnknown)
		}
	}
	// Neither burns nor locks it.
	if _, err := h.Claim(t.Context(), c); err != nil {
		t.Errorf("after a wrong proof: %v", err)
	}
}

func TestAnExpiredLinkSaysWhen(t *testing.T) {
	h := newHouse(t)
	_, c, _ := h.offer(t, "a")
	h.Clock.Advance(15*time.Minute + time.Second)
	_, err := h.Claim(t.Context(), c)
	ended, ok := errors.AsType[*reveal.Ended](err)
	if !ok || !errors.Is(err, link.ErrExpired) || ended.At.IsZero() {
		t.Errorf("got %v, want %v with its time", err, link.ErrExpired)
	}
}

func TestANewSecretThatCantBeFoundYetIsWaitedFor(t *testing.T) {
	h := newHouse(t)
	h.Secrets().Switch(switches(2))
	l, c, id := h.offer(t, "a")
	got, err := h.Claim(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Open(got.Sealed, id); err != nil {
		t.Error(err)
	}
}

func switches(hidden int) emulated.Switches { return emulated.Switches{HiddenReads: hidden} }

func (h *house) ledger() *dynamo.Ledger {
	return dynamo.NewLedger(dynamodb.NewFromConfig(h.Config), h.Table("ephemeral"), h.Clock.Now)
}
