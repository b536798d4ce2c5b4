package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/aws/sqs"
	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/password"
)

// toldAll waits until no word to an owner is under way.
func toldAll(w *world.World) {
	w.Eventually("no word to an owner is under way", func() bool {
		return w.Messages("RequestsQueue") == 0 && !slices.ContainsFunc(w.AWS.Queues().Messages(), func(m sqs.Message) bool {
			return !strings.Contains(m.Queue, "deadletters") && slices.ContainsFunc([]job.Kind{job.Used, job.Tried, job.Guessed}, func(k job.Kind) bool {
				return strings.Contains(m.Body, `"kind":"`+string(k)+`"`)
			})
		})
	})
}

// asksFrom asks from an address, and returns the status.
func asksFrom(w *world.World, p *world.Person, pw, protocol, address string) int {
	return w.Mail.AsksAs(drive.Login{Login: p.Email, Password: pw, Protocol: protocol, ClientIP: address}).Status
}

// heard is how many of a person's messages have a text.
func heard(p *world.Person, text string) (n int) {
	for _, m := range p.Sees().Messages {
		if strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}

// notice is the newest message with a text, once it is there.
func notice(p *world.Person, text string) drive.Message {
	var found drive.Message
	p.Awaits(text, func(s *world.Scene) bool {
		for _, m := range s.Messages {
			if strings.Contains(m.Text, text) {
				found = m
			}
		}
		return found.TS != ""
	})
	return found
}

const newNetwork = "was used from a new network"

func TestANetworkThatIsTheOwnersIsNoNewsAnyMore(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	w.Mail.Accepts(w.Alice, pw)
	asksFrom(w, w.Alice, pw, "imap", "203.0.113.7")
	question := notice(w.Alice, newNetwork)
	presses(t, w.Alice, question, "network_mine")
	says(w.Alice, "Thank you, I remember it: Thunderbird · laptop is used from 203.0.113.0/24.")
	if n := heard(w.Alice, newNetwork); n != 0 {
		t.Errorf("the question is still there %d times", n)
	}
	// Sixteen other ways of use are remembered, and so not this one.
	for n := range credential.MaxUses {
		asksFrom(w, w.Alice, pw, "imap", fmt.Sprintf("198.51.%d.7", n))
	}
	toldAll(w)
	c, asked := w.Owns(w.Alice)[0], heard(w.Alice, newNetwork)
	if !slices.Equal(c.Known, []string{"203.0.113.0/24"}) || slices.ContainsFunc(c.Uses, func(u credential.Use) bool { return u.Network == "203.0.113.0/24" }) || asked != credential.MaxUses {
		t.Errorf("remembered are %q, %d uses; and of %d networks she is asked", c.Known, len(c.Uses), asked)
	}
	if status := asksFrom(w, w.Alice, pw, "imap", "203.0.113.8"); status != http.StatusOK {
		t.Fatal(status)
	}
	// A rotation's password was never used from there, and it is no news either.
	w.Leaves(w.Alice, "trigger:1", job.Rotate, job.RotateArgs{Credential: w.Owns(w.Alice)[0].ID})
	renewed := w.Alice.Awaits("the new link", (*world.Scene).HasLink).OpensLink().Reveals()
	w.Mail.Accepts(w.Alice, renewed)
	if status := asksFrom(w, w.Alice, renewed, "imap", "203.0.113.99"); status != http.StatusOK {
		t.Fatal(status)
	}
	toldAll(w)
	if n := heard(w.Alice, newNetwork); n != asked {
		t.Errorf("she is asked again: %d times, and before %d", n, asked)
	}
}

func TestANetworkThatIsNotTheOwnersEndsTheAppPassword(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw, kept := w.Alice.Makes("Thunderbird", "laptop"), w.Alice.Makes("CRM", "")
	w.Mail.Accepts(w.Alice, pw)
	asksFrom(w, w.Alice, pw, "imap", "203.0.113.7")
	question := notice(w.Alice, newNetwork)
	presses(t, w.Alice, question, "network_not_mine")
	outcome := notice(w.Alice, "Revoked: Thunderbird · laptop.")
	w.Mail.Rejects(w.Alice, pw, "revoked")
	w.Mail.Accepts(w.Alice, kept)
	presses(t, w.Alice, outcome, "suggestion")
	if top := w.Alice.Sees().Top(); top.View.CallbackID != "new" {
		t.Errorf("what is offered opens %q", top.View.CallbackID)
	}
}

// What was true when the question was asked may not be so any more when it is answered.
func TestAnOldQuestionSaysWhatIsNowTheCase(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		action string
		change func(w *world.World) (works string)
		want   string
	}{
		"revoked, then yes": {"network_mine", revokedMeanwhile, "was revoked before. Nothing was changed now."},
		"revoked, then no":  {"network_not_mine", revokedMeanwhile, "was revoked before. Nothing was changed now."},
		"rotated, then no":  {"network_not_mine", rotatedMeanwhile, "was replaced since, and does not work any more."},
		"rotating, then no": {"network_not_mine", rotatingMeanwhile, "The old password of Thunderbird · laptop is ended."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			pw := w.Alice.Makes("Thunderbird", "laptop")
			w.Mail.Accepts(w.Alice, pw)
			asksFrom(w, w.Alice, pw, "imap", "203.0.113.7")
			question := notice(w.Alice, newNetwork)
			works := c.change(w)
			before := len(revocations(t, w, w.Alice.ID))
			presses(t, w.Alice, question, c.action)
			says(w.Alice, c.want)
			if works != "" {
				w.Mail.Accepts(w.Alice, works)
			}
			if after := len(revocations(t, w, w.Alice.ID)); name != "rotating, then no" && after != before {
				t.Errorf("%d revocations became %d", before, after)
			}
			if len(w.Owns(w.Alice)[0].Known) > 0 {
				t.Error("a network is remembered")
			}
		})
	}
}

func revokedMeanwhile(w *world.World) string {
	w.Alice.Types("/apppass revoke laptop").Confirms()
	w.Advance(2 * time.Second) // times are whole seconds
	return ""
}

func rotatingMeanwhile(w *world.World) string {
	w.Advance(2 * time.Second)
	w.Leaves(w.Alice, "trigger:1", job.Rotate, job.RotateArgs{Credential: w.Owns(w.Alice)[0].ID})
	return w.Alice.Awaits("the new link", (*world.Scene).HasLink).OpensLink().Reveals()
}

func rotatedMeanwhile(w *world.World) string {
	renewed := rotatingMeanwhile(w)
	w.Advance(25 * time.Hour)
	w.Eventually("the former one is ended", func() bool { return w.Owns(w.Alice)[0].Former.Verifier == "" })
	return renewed
}

func TestTheOwnerHearsOnceThatAnOldPasswordIsTried(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("Thunderbird", "laptop")
	renewed := rotatingMeanwhile(w)
	w.Advance(25 * time.Hour)
	for range 3 {
		w.Mail.Rejects(w.Alice, old, "superseded")
	}
	calm := notice(w.Alice, "Something still sends the old password of Thunderbird · laptop: from 192.0.2.7, by IMAP.")
	presses(t, w.Alice, calm, "doctor")
	w.Alice.Awaits("what the doctor finds", func(s *world.Scene) bool { return len(s.Views) > 0 && has(s, "What keeps your programs out") })
	w.Alice.Closes()
	// Not for each protocol, hour, day, or week.
	for _, later := range []time.Duration{time.Hour, 24 * time.Hour, 8 * 24 * time.Hour} {
		w.Advance(later)
		asksFrom(w, w.Alice, old, "smtp", "192.0.2.8")
		toldAll(w)
	}
	if n := heard(w.Alice, "Something still sends"); n != 1 {
		t.Errorf("she is told %d times, want once", n)
	}
	asksFrom(w, w.Alice, old, "imap", "203.0.113.7")
	says(w.Alice, "from 203.0.113.7, by IMAP. It was not let in")
	w.Alice.Types("/apppass revoke laptop").Confirms()
	w.Mail.Rejects(w.Alice, renewed, "revoked")
	over := notice(w.Alice, "Something still sends your app password Thunderbird · laptop, which is revoked")
	presses(t, w.Alice, over, "suggestion")
	if top := w.Alice.Sees().Top(); top.View.CallbackID != "new" {
		t.Errorf("what is offered opens %q", top.View.CallbackID)
	}
}

func TestWhoHasLeftHearsNothing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Bob.Makes("Thunderbird", "laptop")
	w.Bob.Becomes(map[string]any{"deleted": true})
	w.Eventually("it is refused", func() bool { return w.Mail.Asks(w.Bob, pw).Reason == "revoked" })
	guesses(t, w, w.Bob)
	toldAll(w)
	if n := heard(w.Bob, "Something still sends") + heard(w.Bob, "Many wrong app passwords"); n > 0 {
		t.Errorf("he is told %d times", n)
	}
	if n := w.Messages("BackgroundDeadLetters"); n > 0 {
		t.Errorf("%d letters are dead", n)
	}
}

// guesses sends unknown passwords with a login until there are too many.
func guesses(t *testing.T, w *world.World, p *world.Person) {
	t.Helper()
	for range 20 {
		made := password.New(password.General)
		if asksFrom(w, p, made.Format().Show("app", made.Reveal()), "imap", "203.0.113.66") == http.StatusTooManyRequests {
			return
		}
	}
	t.Fatal("nobody is told to stop guessing")
}

func TestTheOwnerHearsOnceADayThatSomebodyGuesses(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	guesses(t, w, w.Alice)
	calm := notice(w.Alice, "Many wrong app passwords have come with your user name from 203.0.113.66, by IMAP.")
	w.Mail.Accepts(w.Alice, pw)
	presses(t, w.Alice, calm, "doctor")
	w.Alice.Awaits("what the doctor finds", func(s *world.Scene) bool { return len(s.Views) > 0 && has(s, "Somebody guesses") })
	w.Advance(20 * time.Minute) // functions start anew, and remember nothing
	guesses(t, w, w.Alice)
	toldAll(w)
	if n := heard(w.Alice, "Many wrong app passwords"); n != 1 {
		t.Errorf("she is told %d times, want once", n)
	}
	// A login that is nobody's concerns nobody.
	nobody := *w.Alice
	nobody.Email = "nobody@example.com"
	guesses(t, w, &nobody)
	toldAll(w)
	for _, p := range []*world.Person{w.Alice, w.Bob, w.Carol} {
		if n := heard(p, "Many wrong app passwords"); n != map[string]int{w.Alice.ID: 1}[p.ID] {
			t.Errorf("%s is told %d times", p.ID, n)
		}
	}
}
