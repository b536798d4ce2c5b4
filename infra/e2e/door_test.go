package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/credential"
)

// asks claims until the owner is asked for a number, and returns it.
func asks(w *world.World, tab *world.Tab) string {
	var digits string
	w.Eventually("the page shows a number", func() bool {
		c := tab.Claims()
		digits = c.Digits
		return c.Status == http.StatusAccepted
	})
	return digits
}

func says(p *world.Person, what string) {
	p.Awaits(what, func(s *world.Scene) bool { return strings.Contains(s.Words(), what) })
}

func TestACopiedLinkAsksItsOwnerForTheNumber(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().CopiesLink()
	digits := asks(w, tab)
	if again := asks(w, tab); again != digits {
		t.Errorf("the same session is shown %s and then %s", digits, again)
	}
	w.Alice.Taps(digits)
	says(w.Alice, "The browser shows the password now")
	w.Mail.Accepts(w.Alice, tab.Reveals())
}

func TestTheLinkSaysThatItWasOpenedUntilItIsRevealed(t *testing.T) {
	t.Parallel()
	for name, closed := range map[string]bool{"in the form": false, "in a direct message": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			w.Alice.Types("/apppass new").Picks("Thunderbird").Sends()
			if closed {
				w.Alice.Closes()
			}
			tab := w.Alice.Awaits("the link", (*world.Scene).HasLink).OpensLink()
			says(w.Alice, "The link was opened")
			w.Alice.Sees().OpensLink() // it still leads there
			pw := tab.Reveals()
			says(w.Alice, "was revealed and works now")
			if words := w.Alice.Sees().Words(); strings.Contains(words, "The link was opened") {
				t.Errorf("it still says so: %s", words)
			}
			w.Mail.Accepts(w.Alice, pw)
		})
	}
}

func TestAWrongTapWithdrawsEverything(t *testing.T) {
	t.Parallel()
	for name, tap := range map[string]func(digits string) string{
		"that wasn't me": func(string) string { return "" },
		"another number": func(digits string) string { return "other than " + digits },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			tab := w.Alice.Types("/apppass new").Picks("CRM").Submits().OpensLink()
			w.Alice.Closes()
			digits := asks(w, tab)
			if tap(digits) == "" {
				w.Alice.Taps("")
			} else {
				w.Alice.TapsOther(digits)
			}
			says(w.Alice, "is revoked")
			tab.IsRefused(http.StatusGone, "void")
			if all := w.Owns(w.Alice); len(all) != 1 || all[0].State != credential.Revoked {
				t.Errorf("she owns %+v", all)
			}
			leavesNothing(w)
		})
	}
}

func TestTheNumberLetsOneSessionIn(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	first := w.Alice.Types("/apppass new").Picks("CRM").Submits().OpensLink()
	digits := asks(w, first)
	says(w.Alice, "Which number does it show?")
	second := w.Opens(first.Address)
	// A second asker voids both numbers, and the owner hears of it.
	second.IsRefused(http.StatusForbidden, "refused")
	says(w.Alice, "Two browsers")
	w.Alice.Taps(digits)
	says(w.Alice, "This question is over")
	// The first asks anew.
	w.Mail.Accepts(w.Alice, first.Reveals())
	second.IsRefused(http.StatusGone, "used")
}

func TestAScannerThatWasFirstNeedsTheOwnersTap(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	scene := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits()
	scanner := scene.CopiesLink()
	asking := make(chan drive.Claimed)
	go func() {
		c, err := scanner.Claim(t.Context())
		if err != nil {
			t.Errorf("the scanner: %v", err)
		}
		asking <- c
	}()
	w.Eventually("the scanner has knocked", func() bool { return strings.Contains(strings.Join(w.Calls("reveal"), " "), "dynamodb UpdateItem") })
	alice := scene.OpensLink() // now the door would open, but two hold the link
	asks(w, alice)
	if c := <-asking; c.Status == http.StatusOK {
		t.Fatal("the scanner has the password")
	}
	w.Mail.Accepts(w.Alice, alice.Reveals())
	scanner.IsRefused(http.StatusGone, "used")
}

func TestBobsPressOpensNoDoorOfAlices(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	scene := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits()
	w.Alice.Becomes(map[string]any{"email": "alice.new@example.com"})
	tab := scene.OpensLink() // with another address than the link was made for
	digits := asks(w, tab)
	w.Alice.Taps(digits)
	says(w.Alice, "is revoked")
	tab.IsRefused(http.StatusGone, "void")
}

func TestAGuessIsSlowAndToldOnce(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
	guess := w.Opens(tab.Address)
	guess.Guessing = true
	for range 3 {
		begun := time.Now()
		guess.IsRefused(http.StatusNotFound, "unknown")
		if took := time.Since(begun); took < 400*time.Millisecond {
			t.Errorf("a guess is answered in %v", took)
		}
	}
	says(w.Alice, "does not have the whole link")
	w.Mail.Accepts(w.Alice, tab.Reveals())
	if n := strings.Count(w.Alice.Sees().Words(), "does not have the whole link"); n > 2 { // text and block of one message
		t.Errorf("it is told %d times", n)
	}
}

func TestAMangledLinkIsCutAndTold(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().CopiesLink()
	tab.Mangled = true
	asks(w, tab)
	says(w.Alice, "was changed on its way")
	w.Advance(2*time.Minute + time.Second)
	tab.IsRefused(http.StatusGone, "expired")
	leavesNothing(w)
}

func TestNothingOfALinkIsLeftInSlackOnceItIsUsed(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	inView := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
	inView.Reveals()
	w.Alice.Awaits("that the view has changed", func(s *world.Scene) bool { return !s.HasLink() && strings.Contains(s.Words(), "works now") })
	w.Alice.Closes()

	w.Alice.Types("/apppass new").Picks("Thunderbird").Sends()
	w.Alice.Closes()
	w.Alice.Awaits("the link", (*world.Scene).HasLink).OpensLink().Reveals()
	w.Alice.Awaits("that the message has changed", func(s *world.Scene) bool { return !s.HasLink() && strings.Contains(s.Words(), "works now") })
}
