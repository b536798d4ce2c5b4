package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
)

func TestTheOwnerHearsOfTheFirstUseOnce(t *testing.T) {
	t.Parallel()
	for name, closed := range map[string]bool{"where the link was": false, "in a message, as the form is closed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			pw := w.Alice.Types("/apppass new").Picks("Thunderbird").Labels("laptop").Submits().OpensLink().Reveals()
			says(w.Alice, "was revealed and works now")
			if closed {
				w.Alice.Closes()
			}
			for range 3 {
				w.Mail.Accepts(w.Alice, pw)
			}
			says(w.Alice, "is in use: Thunderbird · laptop")
			scene := w.Alice.Sees()
			if n := len(scene.Views); n != map[bool]int{false: 1, true: 0}[closed] || strings.Count(scene.Words(), "The first time was from 192.0.2.7, by IMAP") != map[bool]int{false: 1, true: 2}[closed] {
				t.Errorf("she sees %s", scene.Words()) // a message's text is there twice
			}
			scene.Presses("revoke")
			w.Eventually("it is revoked by that press", func() bool { return w.Mail.Asks(w.Alice, pw).Reason == "revoked" })
		})
	}
}

func TestTheOwnerHearsOfANewNetworkOnce(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "")
	w.Mail.Accepts(w.Alice, pw)
	says(w.Alice, "is in use")
	for _, client := range []string{"192.0.2.99", "2001:db8::7", "2001:db8:0:1::8", "192.0.2.7"} {
		if v := w.Mail.AsksAs(drive.Login{Login: w.Alice.Email, Password: pw, Protocol: "smtp", ClientIP: client}); v.Status != http.StatusOK {
			t.Fatalf("from %s: got %d %s", client, v.Status, v.Reason)
		}
	}
	says(w.Alice, "from a new network: 2001:db8::7, by SMTP")
	settled(w)
	if n := strings.Count(w.Alice.Sees().Words(), "new network"); n != 2 {
		t.Errorf("it is said %d times, want once, in a message's text and its block", n)
	}
}
