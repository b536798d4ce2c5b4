package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/password"
)

// told is what a doctor has told somebody: the scene with only that message on it.
type told struct{ *world.Scene }

// asksDoctor asks a doctor and waits for what is found, which comes behind the word that it is looked for.
func asksDoctor(p *world.Person) told {
	p.Types("/apppass doctor")
	found := func(s *world.Scene) (m drive.Message, ok bool) {
		for i := len(s.Messages) - 1; i >= 0 && !strings.HasPrefix(s.Messages[i].Text, "I look at what your programs"); i-- {
			if s.Messages[i].Ephemeral {
				m, ok = s.Messages[i], true
			}
		}
		return m, ok
	}
	scene := p.Awaits("what the doctor finds", func(s *world.Scene) bool { _, ok := found(s); return ok })
	m, _ := found(scene)
	scene.Messages, scene.Views = []drive.Message{m}, nil
	return told{scene}
}

// names expects that all of these are said, in this order.
func (d told) names(t *testing.T, all ...string) {
	t.Helper()
	rest := d.Words()
	for _, one := range all {
		_, after, ok := strings.Cut(rest, one)
		if !ok {
			t.Errorf("%q is missing, or not in its place, in %s", one, d.Words())
			continue
		}
		rest = after
	}
}

// never expects that none of these is said.
func (d told) never(t *testing.T, all ...string) {
	t.Helper()
	for _, one := range all {
		if strings.Contains(d.Words(), one) {
			t.Errorf("%q is in %s", one, d.Words())
		}
	}
}

// mistyped is a password with one wrong character.
func mistyped(pw string) string {
	i := strings.IndexByte(pw, '-') + 1
	other := "A"
	if pw[i] == 'A' {
		other = "B"
	}
	return pw[:i] + other + pw[i+1:]
}

func TestTheDoctorNamesWhatIsWrongWithOnesOwn(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	ends := w.Alice.Types("/apppass new").Picks("Thunderbird").Labels("short").Ends("7 days").Submits().OpensLink().Reveals()
	w.Alice.Closes()
	w.Advance(8 * 24 * time.Hour)
	laptop := w.Alice.Makes("Thunderbird", "laptop")
	w.Mail.Accepts(w.Alice, laptop)
	gone := w.Alice.Makes("CRM", "gone")
	w.Alice.Types("/apppass revoke gone").Confirms()
	office := w.Alice.Types("/apppass new").Picks("Thunderbird").Labels("office").From("198.51.100.0/24").Submits().OpensLink().Reveals()
	w.Alice.Closes()
	scanner := w.Alice.Makes("Scanner or printer", "")
	w.Alice.Types("/apppass new").Picks("CRM").Labels("unread").Submits()
	w.Alice.Closes()

	for _, tries := range []func(){
		func() { w.Mail.Rejects(w.Alice, ends, "expired") },
		func() { w.Mail.Rejects(w.Alice, gone, "revoked") },
		func() { w.Mail.Rejects(w.Alice, office, "wrong_network") },
		func() { w.Mail.Rejects(w.Alice, scanner, "wrong_protocol") },
		func() { w.Intranet.Rejects(w.Alice, laptop, "wrong_service") },
		func() { w.Mail.Rejects(w.Bob, laptop, "wrong_login") },
	} {
		w.Advance(time.Second) // so that each is newer than the one before
		tries()
	}
	asksDoctor(w.Alice).names(t, "What keeps your programs out: 7",
		"Example mail, by IMAP, from 192.0.2.7", "Thunderbird · laptop was sent with a user name that is not yours. Your user name is alice@example.com",
		"Example intranet, by HTTP, from 192.0.2.7", "Thunderbird · laptop was sent to Example intranet, and it is not for that",
		"Scanner or printer is not for IMAP. Set the account to SMTP",
		"Thunderbird · office may be used from 198.51.100.0/24 only, and came from 192.0.2.7",
		"CRM · gone was sent, and it is revoked",
		"Thunderbird · short was sent, and its time is over",
		"CRM · unread was never opened",
		"mail.example.com, ports IMAP 993")
	// Nothing of it is Bob's, though it was his user name.
	asksDoctor(w.Bob).never(t, "Thunderbird", "laptop", "alice", "192.0.2.7")
}

func TestTheDoctorNamesWhatIsNobodys(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	w.Mail.Rejects(w.Alice, "hunter2", "malformed")
	w.Advance(time.Second)
	w.Mail.Rejects(w.Alice, mistyped(pw), "mistyped")
	w.Advance(time.Second)
	w.Mail.Rejects(w.Alice, "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB", "unknown")
	w.Advance(time.Second)
	guess := func() int {
		made := password.New(password.General)
		return w.Mail.AsksAs(drive.Login{
			Login: w.Alice.Email, Password: made.Format().Show("app", made.Reveal()), Protocol: "smtp", ClientIP: "203.0.113.9",
		}).Status
	}
	tries := 0
	for guess() != http.StatusTooManyRequests {
		if tries++; tries > 20 {
			t.Fatal("nobody is told to stop guessing")
		}
	}
	asksDoctor(w.Alice).names(t, "What keeps your programs out: 4",
		"Example mail, by SMTP, from 203.0.113.0/24", "Somebody guesses", "You can't be locked out by this", "Up to 10 different ones",
		"Example mail, by IMAP, from 192.0.2.7", "none that is known here",
		"A character of the app password is wrong",
		"What was sent is no app password")
	w.Mail.Accepts(w.Alice, pw)
	// What has signed in since is fine; the guessing is elsewhere.
	w.Eventually("it is noted", func() bool {
		return strings.Contains(asksDoctor(w.Alice).Words(), "This was refused, and is fine now")
	})
	asksDoctor(w.Alice).names(t, "What keeps your programs out: 1", "Somebody guesses", "This was refused, and is fine now")
}

func TestTheDoctorShowsNothingOfAnybodyElse(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	hers, his := w.Alice.Makes("Thunderbird", "hers"), w.Bob.Makes("CRM", "his")
	w.Mail.Rejects(w.Alice, mistyped(hers), "mistyped")
	w.Mail.Rejects(w.Alice, his, "wrong_login") // with her user name
	w.Mail.AsksAs(drive.Login{Login: w.Bob.Email, Password: "hunter2", Protocol: "smtp", ClientIP: "198.51.100.8"})
	d := asksDoctor(w.Bob)
	d.names(t, "What keeps your programs out: 2", "no app password")
	d.names(t, "CRM · his was sent with a user name that is not yours. Your user name is bob@example.com")
	d.never(t, "alice", "hers", "A character of the app password is wrong")
	d = asksDoctor(w.Alice)
	d.names(t, "What keeps your programs out: 1", "A character of the app password is wrong")
	d.never(t, "bob", "his was", "198.51.100.8")
	asksDoctor(w.Carol).names(t, "You never had an app password here")
}

func TestWhereNothingHasComeTheWayIsShown(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	d := asksDoctor(w.Alice)
	d.names(t, "Nothing that came with your user name was refused", "nothing of it has come to us", "User name: alice@example.com",
		"Example mail: mail.example.com, ports IMAP 993, POP3 995, SMTP 465", "Test-NetConnection mail.example.com -Port 993", "nc -vz mail.example.com 993", "nc -vz mail.example.com 465")
	d.never(t, "The last sign-in", "intranet")
	w.Mail.Accepts(w.Alice, pw)
	says(w.Alice, "is in use")
	w.Eventually("it is noted", func() bool {
		return strings.Contains(asksDoctor(w.Alice).Words(), "The last sign-in was good: Thunderbird · laptop at Example mail, by IMAP, from 192.0.2.7")
	})
	// A week later what was refused is forgotten.
	w.Mail.Rejects(w.Alice, "hunter2", "malformed")
	asksDoctor(w.Alice).names(t, "no app password")
	w.Advance(7*24*time.Hour + time.Minute)
	asksDoctor(w.Alice).names(t, "Nothing that came with your user name was refused")
}

func TestADoctorsButtonsHelp(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	gone := w.Alice.Makes("CRM", "gone")
	w.Alice.Types("/apppass revoke gone").Confirms()
	w.Mail.Rejects(w.Alice, gone, "revoked")
	asksDoctor(w.Alice).Presses("suggestion")
	if form := w.Alice.Sees().Top(); form.View.CallbackID != "new" {
		t.Errorf("New opens %q", form.View.CallbackID)
	}
	w.Alice.Closes()
	asksDoctor(w.Alice).Presses("show")
	says(w.Alice, "CRM · gone")

	laptop := w.Alice.Makes("Thunderbird", "laptop")
	w.Mail.Accepts(w.Alice, laptop)
	w.Mail.AsksAs(drive.Login{Login: w.Bob.Email, Password: laptop, Protocol: "imap", ClientIP: "203.0.113.9"})
	d := asksDoctor(w.Alice)
	d.names(t, "from 203.0.113.9", "somebody else has this app password: revoke it")
	d.Presses("revoke")
	w.Eventually("it is revoked by that press", func() bool { return w.Mail.Asks(w.Alice, laptop).Reason == "revoked" })

	answer := asksDoctor(w.Alice).Presses("try_browser")
	page, err := http.Get(answer.URL)
	if err != nil || page.StatusCode != http.StatusOK || !strings.HasSuffix(answer.URL, "/r/open") {
		t.Fatalf("%s: %v, %v", answer.URL, page, err)
	}
	_ = page.Body.Close()
}

func TestOurOwnTroubleIsNamed(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]drive.Fault{
		"all of storage":        {Target: "dynamodb", Kind: "before"},
		"what is asked at once": {Target: "dynamodb", Operation: "Query", Kind: "throttle"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			w.Alice.Makes("Thunderbird", "laptop")
			w.Mail.Rejects(w.Alice, "hunter2", "malformed")
			settled(w)
			w.Breaks(f)
			d := asksDoctor(w.Alice)
			d.names(t, "We have trouble of our own just now", "Nothing was changed", "Try /apppass doctor again", "Reference")
			d.never(t, "Nothing that came", "You never had", "None of your app passwords")
			w.Mends()
			asksDoctor(w.Alice).names(t, "What keeps your programs out: 1", "no app password")
		})
	}
}

func TestADoctorSpeaksOnePersonsLanguage(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.Becomes(map[string]any{"locale": "de-DE"})
	w.Alice.Makes("Thunderbird", "laptop")
	w.Mail.Rejects(w.Alice, "hunter2", "malformed")
	w.Alice.Types("/apppass doctor")
	says(w.Alice, "Was gesendet wurde, ist kein App-Passwort")
}

// The laptop signs in on and on; what is on two other devices is locked out as before.
func TestTheDoctorCallsNothingMendedThatIsLockedOut(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	laptop, old, phone := w.Alice.Makes("Thunderbird", "laptop"), w.Alice.Makes("CRM", "old"), w.Alice.Makes("iOS Mail", "phone")
	w.Alice.Types("/apppass revoke old").Confirms()
	from := func(address, pw string, status int) {
		t.Helper()
		if v := w.Mail.AsksAs(drive.Login{Login: w.Alice.Email, Password: pw, Protocol: "imap", ClientIP: address}); v.Status != status {
			t.Fatalf("from %s: got %d %s", address, v.Status, v.Reason)
		}
	}
	from("203.0.113.20", laptop, http.StatusOK)
	w.Advance(time.Minute)
	from("203.0.113.77", old, http.StatusUnauthorized)
	w.Advance(time.Second)
	from("203.0.113.99", mistyped(phone), http.StatusUnauthorized)
	d := asksDoctor(w.Alice)
	d.names(t, "What keeps your programs out: 2")
	d.never(t, "may be fine by now")
	w.Advance(2 * time.Hour)
	from("203.0.113.20", laptop, http.StatusOK)
	w.Eventually("it is noted", func() bool {
		return strings.Contains(asksDoctor(w.Alice).Words(), "has signed in since, with Thunderbird · laptop")
	})
	d = asksDoctor(w.Alice)
	d.names(t, "What keeps your programs out: 2", "from 203.0.113.99 (203.0.113.0/24)", "from 203.0.113.77 (203.0.113.0/24)", "CRM · old was sent, and it is revoked")
	d.never(t, "is fine now")
	from("203.0.113.99", phone, http.StatusOK)
	w.Eventually("the phone is mended", func() bool {
		return strings.Contains(asksDoctor(w.Alice).Words(), "This was refused, and is fine now: iOS Mail · phone has signed in there since.")
	})
	asksDoctor(w.Alice).names(t, "What keeps your programs out: 1")
}
