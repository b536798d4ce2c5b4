package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
)

func TestRevokedPasswordIsRefusedAtTheNextCheck(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink().Reveals()
	w.Mail.Accepts(w.Alice, pw)
	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	w.Mail.Rejects(w.Alice, pw, "revoked")
}

func TestAPasswordWorksOnlyOnceItWasRevealed(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	tab := w.Alice.Types("/apppass new").Picks("CRM").Labels("newsletter").Submits().OpensLink()
	if list := w.Alice.Types("/apppass list").Words(); !strings.Contains(list, "Not revealed yet") || !strings.Contains(list, "CRM · newsletter") {
		t.Errorf("the list says %s", list)
	}
	pw := tab.Reveals()
	if !strings.HasPrefix(pw, "app-") || len(pw) != len("app-")+6*5+5 {
		t.Errorf("a sensitive password has %d characters", len(pw))
	}
	w.Mail.Accepts(w.Alice, pw)
	w.Intranet.Accepts(w.Alice, pw)
	if list := w.Alice.Types("/apppass list").Words(); !strings.Contains(list, "Works") {
		t.Errorf("the list says %s", list)
	}
}

func TestALinkIsForOneTab(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	first := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
	second := w.Opens(first.Address)
	pw := first.Reveals()
	second.IsRefused(http.StatusGone, "used")
	if again := first.Reveals(); again != pw {
		t.Error("the same tab gets something else at its second fetch")
	}
	w.Advance(61 * time.Second)
	first.IsRefused(http.StatusGone, "used")
	w.Eventually("the secret is deleted", func() bool { return len(sealed(w)) == 0 })
	w.Mail.Accepts(w.Alice, pw)
}

func TestDoneDeletesTheSecretAtOnce(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
	tab.Reveals()
	for range 2 {
		if status, err := tab.Done(t.Context()); status != http.StatusNoContent || err != nil {
			t.Fatalf("done: %d, %v", status, err)
		}
	}
	w.Eventually("the secret is deleted", func() bool { return len(sealed(w)) == 0 })
}

func TestAnUnreadLinkEnds(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
	w.Advance(15*time.Minute + 6*time.Second)
	tab.IsRefused(http.StatusGone, "expired")
	w.Eventually("the secret is deleted", func() bool { return len(sealed(w)) == 0 })
}

func TestRevokingAnUnreadLinkVoidsIt(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
	w.Alice.Closes()
	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	tab.IsRefused(http.StatusGone, "void")
	w.Eventually("the secret is deleted", func() bool { return len(sealed(w)) == 0 })
}

func TestNobodySignsInWithWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	mail := w.Alice.Makes("Thunderbird", "")
	intranet := w.Bob.Makes("Data analysis", "")
	w.Mail.Rejects(w.Bob, mail, "wrong_login")
	w.Intranet.Rejects(w.Alice, mail, "wrong_service")
	w.Mail.Rejects(w.Bob, intranet, "wrong_service")
	w.Mail.Rejects(w.Alice, mail[:len(mail)-1]+"!", "malformed")
	w.Mail.Rejects(w.Alice, strings.ToLower(mail), lower(mail))
	w.Mail.Rejects(w.Alice, "correct horse battery staple", "malformed")
	w.Mail.Accepts(w.Alice, strings.ReplaceAll(mail, "-", " "))
	w.Mail.Accepts(w.Alice, strings.TrimPrefix(mail, "app-"))
	if list := w.Bob.Types("/apppass list").Words(); strings.Contains(list, "Thunderbird") {
		t.Errorf("Bob sees what is Alice's: %s", list)
	}
}

// lower is why a password in lower case is refused: it may have become the form of none, or a typo.
func lower(pw string) string {
	if strings.ContainsAny(strings.ToLower(pw)[len("app-"):], "ilo01") {
		return "malformed"
	}
	return "mistyped"
}

// sealed is the names of the sealed passwords that are stored.
func sealed(w *world.World) []string {
	var names []string
	for _, v := range w.AWS.Secrets().Values() {
		if strings.Contains(v.Name, "/reveal/") {
			names = append(names, v.Name)
		}
	}
	return names
}
