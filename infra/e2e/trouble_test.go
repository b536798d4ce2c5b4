package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
)

func TestStorageAwayIsLaterNotWrong(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "")
	w.Mail.Accepts(w.Alice, pw)
	w.Breaks(drive.Fault{Target: "dynamodb", Kind: "before"})
	if v := w.Mail.Asks(w.Alice, pw); v.Status != http.StatusServiceUnavailable || v.OK || v.Reason != "" || v.Error == "" {
		t.Errorf("with storage away: got %+v, want 503", v)
	}
	w.Mends()
	w.Mail.Accepts(w.Alice, pw)
}

func TestTheQueueKeepsWhatStorageCantTake(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.Types("/apppass new").Picks("Thunderbird").Sends()
	// Three attempts by the SDK, twice: the first run fails, and the second.
	w.Breaks(drive.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: "before", Times: 6})
	pw := w.Alice.Awaits("the link", (*world.Scene).HasLink).OpensLink().Reveals()
	w.Mail.Accepts(w.Alice, pw)
	w.OwnsOne(w.Alice)
}

func TestSlackAwaySlowAndBusy(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]drive.Fault{
		"away":             {Target: "slack", Operation: "views.update", Kind: "before", Times: 2},
		"answers get lost": {Target: "slack", Operation: "views.update", Kind: "after", Times: 1},
		"slow":             {Target: "slack", Operation: "views.update", Kind: "delay", Times: 1, Delay: "2s"},
		"busy":             {Target: "slack", Operation: "views.update", Kind: "throttle", Times: 2},
		"users.info away":  {Target: "slack", Operation: "users.info", Kind: "before", Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			form := w.Alice.Types("/apppass new").Picks("Thunderbird")
			w.Breaks(f)
			form.Sends()
			var pw string
			// A lost answer leaves a link on the screen that the retry makes void: its owner opens the newer one.
			w.Eventually("a link can be revealed", func() bool {
				tab := w.Alice.Awaits("the link", (*world.Scene).HasLink).OpensLink()
				got, err := tab.Reveal(t.Context())
				pw = got
				return err == nil
			})
			w.Mail.Accepts(w.Alice, pw)
			w.OwnsOne(w.Alice)
		})
	}
}

func TestAClosedFormMeansADirectMessage(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.Types("/apppass new").Picks("Thunderbird").Sends()
	w.Alice.Closes()
	scene := w.Alice.Awaits("the link", (*world.Scene).HasLink)
	m := scene.Last()
	if m.Ephemeral || strings.Contains(m.Text, "/r/open") {
		t.Errorf("the message is ephemeral (%v), or its text has a link: %q", m.Ephemeral, m.Text)
	}
	w.Mail.Accepts(w.Alice, scene.OpensLink().Reveals())
}

func TestAJobThatFailsAlwaysIsToldAndKept(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Breaks(drive.Fault{Target: "secretsmanager", Operation: "CreateSecret", Kind: "before"})
	w.Alice.Types("/apppass new").Picks("Thunderbird").Sends()
	for tries := 1; tries <= 5; tries++ {
		w.Eventually(fmt.Sprintf("try %d fails", tries), func() bool {
			return strings.Count(strings.Join(w.Logs(), "\n"), "has to come again") == tries
		})
		w.Advance(20 * time.Second) // the pause before the next
	}
	w.Alice.Awaits("the word that it failed", func(s *world.Scene) bool { return strings.Contains(s.Words(), "could not be done") })
	w.Eventually("the job is with the dead letters", func() bool {
		w.Advance(time.Minute)
		return w.Messages("RequestsDeadLetters") == 1
	})
}
