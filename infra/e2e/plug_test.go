package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/credential"
)

// step is a call of a function's, the n-th of its operation from when the plug is ready to be pulled.
type step struct {
	target, operation string
	n                 int
}

// pulls kills the function at a step, before the call takes effect or after.
func pulls(w *world.World, s step, after bool) {
	for range s.n - 1 {
		w.Breaks(drive.Fault{Target: s.target, Operation: s.operation, Kind: "delay", Times: 1, Delay: "0s"})
	}
	f := drive.Fault{Target: s.target, Operation: s.operation, Kind: "kill", Times: 1}
	if after {
		f.Delay = "1ms"
	}
	w.Breaks(f)
}

// each runs a test for every step, killed before and after.
func each(t *testing.T, steps []step, test func(t *testing.T, w *world.World, pull func())) {
	t.Parallel()
	for _, s := range steps {
		for _, after := range []bool{false, true} {
			when := map[bool]string{false: "before", true: "after"}[after]
			t.Run(fmt.Sprintf("%s %s %s %d", when, s.target, s.operation, s.n), func(t *testing.T) {
				t.Parallel()
				w := world.New(t)
				test(t, w, func() { pulls(w, s, after) })
			})
		}
	}
}

func TestTheWorkersPlugPulledWhileItIssues(t *testing.T) {
	each(t, []step{
		{"dynamodb", "UpdateItem", 1}, // the lease
		{"slack", "users.info", 1},
		{"dynamodb", "TransactWriteItems", 1},
		{"sqs", "SendMessage", 1}, // the secret's end
		{"secretsmanager", "CreateSecret", 1},
		{"dynamodb", "UpdateItem", 2}, // the locale
		{"dynamodb", "UpdateItem", 3}, // ready
		{"slack", "views.update", 1},
		{"dynamodb", "UpdateItem", 4}, // where it is shown
		{"dynamodb", "UpdateItem", 5}, // done
	}, func(t *testing.T, w *world.World, pull func()) {
		w.Alice.Types("/apppass new").Picks("Thunderbird").Sends()
		pull()
		comesBack(w)
		w.Eventually("the job is done", func() bool { return w.Messages("RequestsQueue") == 0 && w.Alice.Sees().HasLink() })
		w.Mail.Accepts(w.Alice, w.Alice.Sees().OpensLink().Reveals())
		w.OwnsOne(w.Alice)
		leavesNothing(w)
	})
}

// claimSteps are those up to which nothing is handed over, and handedOver those after which nobody can know whether it was seen.
var (
	claimSteps = []step{
		{"dynamodb", "GetItem", 1},
		{"dynamodb", "UpdateItem", 1}, // the knock
		{"dynamodb", "TransactWriteItems", 1},
		{"sqs", "SendMessage", 1}, // the secret's end
		{"secretsmanager", "GetSecretValue", 1},
	}
	handedOver = []step{
		{"dynamodb", "UpdateItem", 2}, // that it is fetched
		{"sqs", "SendMessage", 2},     // the word to the owner
	}
)

func TestTheClaimsPlugPulledAndTheTabAsksAgain(t *testing.T) {
	each(t, slices.Concat(claimSteps, handedOver), func(t *testing.T, w *world.World, pull func()) {
		tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
		settled(w)
		pull()
		if c, err := tab.Claim(t.Context()); err == nil && c.Status < http.StatusInternalServerError {
			t.Fatalf("the plug was not pulled: %d %s", c.Status, c.State)
		}
		other := w.Opens(tab.Address)
		pw := tab.Reveals()
		other.IsRefused(http.StatusGone, "used")
		w.Mail.Accepts(w.Alice, pw)
		w.OwnsOne(w.Alice)
		leavesNothing(w)
		w.Mail.Accepts(w.Alice, pw) // no sweep takes what was shown
	})
}

func TestTheClaimsPlugPulledAndNobodyAsksAgain(t *testing.T) {
	each(t, claimSteps, neverShownAfter)
}

func neverShownAfter(t *testing.T, w *world.World, pull func()) {
	tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
	settled(w)
	pull()
	if c, err := tab.Claim(t.Context()); err == nil && c.Status < http.StatusInternalServerError {
		t.Fatalf("the plug was not pulled: %d %s", c.Status, c.State)
	}
	w.Advance(16 * time.Minute)
	w.Eventually("nothing of it works", func() bool {
		return !slices.ContainsFunc(w.Owns(w.Alice), func(c credential.Credential) bool {
			return c.State == credential.Pending || c.State == credential.Active
		})
	})
	if c := tab.Claims(); c.Status != http.StatusGone {
		t.Errorf("the link: got %d %s", c.Status, c.State)
	}
	leavesNothing(w)
}

// neverShown is one such life, for who wants to see that all of it happens.
func neverShown(t *testing.T, w *world.World) {
	t.Helper()
	neverShownAfter(t, w, func() { pulls(w, step{"secretsmanager", "GetSecretValue", 1}, false) })
}

func TestTheWorkersPlugPulledWhileItRevokes(t *testing.T) {
	each(t, []step{
		{"dynamodb", "GetItem", 1},
		{"dynamodb", "TransactWriteItems", 1},
		{"dynamodb", "Query", 1}, // what is left
		{"slack", "response_url", 1},
	}, func(t *testing.T, w *world.World, pull func()) {
		pw := w.Alice.Makes("Thunderbird", "")
		w.Alice.Makes("CRM", "stays")
		scene := w.Alice.Types("/apppass revoke thunderbird")
		settled(w)
		pull()
		scene.Presses("revoke")
		comesBack(w)
		w.Alice.Awaits("the word that it is revoked", func(s *world.Scene) bool { return strings.Contains(s.Words(), "Revoked: Thunderbird") })
		w.Mail.Rejects(w.Alice, pw, "revoked")
		leavesNothing(w)
	})
}

func TestTheWorkersPlugPulledWhileItRevokesWhatIsUnread(t *testing.T) {
	each(t, []step{
		{"dynamodb", "GetItem", 2},
		{"dynamodb", "TransactWriteItems", 1},
		{"sqs", "SendMessage", 2}, // the first is the slack function's
	}, func(t *testing.T, w *world.World, pull func()) {
		tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
		w.Alice.Closes()
		scene := w.Alice.Types("/apppass revoke thunderbird")
		settled(w)
		pull()
		scene.Presses("revoke")
		comesBack(w)
		w.Alice.Awaits("the word that it is revoked", func(s *world.Scene) bool { return strings.Contains(s.Words(), "Revoked: Thunderbird") })
		if c := tab.Claims(); c.Status != http.StatusGone {
			t.Errorf("the link: got %d %s", c.Status, c.State)
		}
		leavesNothing(w)
	})
}

// settled waits until no job is under way, so that the next call is the one that is meant.
func settled(w *world.World) {
	w.Eventually("nothing is under way", func() bool { return w.Messages("RequestsQueue") == 0 })
}

// leavesNothing expects that after the time of every link no secret is left.
func leavesNothing(w *world.World) {
	w.Advance(16 * time.Minute)
	w.Eventually("no secret is left", func() bool { return len(sealed(w)) == 0 })
}

// comesBack waits until the worker is killed, and then until its message can be received again: nobody was left to shorten the queue's
// timeout of three minutes.
func comesBack(w *world.World) {
	w.Eventually("the worker is killed", func() bool {
		return slices.ContainsFunc(w.Logs(), func(line string) bool {
			return strings.HasPrefix(line, "worker ") && strings.Contains(line, "signal: killed")
		})
	})
	w.Advance(181 * time.Second)
}
