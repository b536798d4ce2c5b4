package postfix

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
)

func TestOnlyARightAppPasswordSignsIn(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	rig.StoreLifetime(t, w, 1, time.Hour)
	s := start(t, rig.Front(t, w.APIURL), "")
	alice, scanner := w.Alice.Makes("Thunderbird", ""), w.Alice.Makes("Scanner or printer", "")
	w.Mail.Accepts(w.Alice, alice) // the function has started
	carol := w.Carol.Makes("Thunderbird", "")

	c := s.tells(in, "a right one", "alice@example.com", alice)
	for _, line := range []string{"MAIL FROM:<alice@example.com>", "RCPT TO:<bob@example.org>"} {
		if got := c.says(line); !strings.HasPrefix(got, "250 ") {
			t.Errorf("who has signed in says %q: got %q", line, got)
		}
	}
	c, _ = s.connects(s.submission, true)
	c.says("MAIL FROM:<alice@example.com>")
	if got := c.says("RCPT TO:<bob@example.org>"); !strings.HasPrefix(got, "554 5.7.1 ") {
		t.Errorf("who has not signed in hands in mail: got %q", got)
	}
	s.tells(in, "a login in another case", "Alice@Example.com", alice)
	s.tells(in, "without its groups", "alice@example.com", strings.ReplaceAll(alice, "-", ""))
	s.tells(in, "another one", "alice@example.com", scanner)
	s.tells(wrong, "an unknown one", "alice@example.com", rig.Unknown())
	s.tells(wrong, "a mistyped one", "alice@example.com", rig.Mistyped(alice))
	s.tells(wrong, "somebody else's", "alice@example.com", carol)
	s.tells(wrong, "that of another service", "alice@example.com", w.Alice.Makes("Data analysis", ""))
	s.tells(wrong, "another kind of password", "alice@example.com", "hunter2")

	bob := w.Bob.Makes("Thunderbird", "")
	s.tells(in, "before it is revoked", "bob@example.com", bob)
	w.Bob.Types("/apppass revoke thunderbird").Confirms()
	s.tells(wrong, "a revoked one", "bob@example.com", bob)
	w.Advance(2 * time.Hour)
	w.Eventually("the functions have started again", func() bool { return w.Mail.Asks(w.Alice, alice).Reason == "expired" })
	s.tells(wrong, "an expired one", "alice@example.com", alice)
	s.keepsQuiet(alice, scanner, bob, carol)
}

func TestNobodySignsInOnPort25OrWithoutTLS(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	s := start(t, rig.Front(t, w.APIURL), "")
	if _, offers := s.connects(s.submission, false); strings.Contains(offers, "AUTH") || !strings.Contains(offers, "STARTTLS") {
		t.Errorf("without TLS it offers %q", offers)
	}
	if _, offers := s.connects(s.submission, true); !strings.Contains(offers, "AUTH PLAIN LOGIN") {
		t.Errorf("with TLS it offers %q", offers)
	}
	for _, secure := range []bool{false, true} {
		if _, offers := s.connects(s.port25, secure); strings.Contains(offers, "AUTH") {
			t.Errorf("port 25 offers %q", offers)
		}
	}
}

// Postfix has no other word for it: Dovecot says "temp", and Postfix does not read that. README.md says so.
func TestWithoutAVerdictNobodyIsInAndPostfixSays535(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, api, "")
	alice := w.Alice.Makes("Thunderbird", "")
	w.Mail.Accepts(w.Alice, alice) // the function has started
	s.tells(in, "at first", "alice@example.com", alice)
	for what, is := range map[string]func(){
		"away": api.Away, "slow": api.Hangs, "HTML": api.SaysHTML, "503": func() { api.Says(503) }, "403": func() { api.Says(403) },
	} {
		is()
		s.tells(wrong, what, "alice@example.com", alice)
	}
	api.Works()
	s.tells(in, "when it is back", "alice@example.com", alice)
	if !strings.Contains(s.dovecot.Said(), "no verdict") {
		t.Error("Dovecot's log does not tell trouble from a wrong password")
	}
	s.keepsQuiet(alice)
}

// others would let Bob in with what has the shape of an app password.
const others = `bob@example.com:{PLAIN}app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB
dave@example.com:{PLAIN}correct horse battery
`

func TestAnAppPasswordNeverFallsThrough(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, api, others)
	const bobs = "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"
	w.Mail.Asks(w.Bob, bobs) // the function has started
	s.tells(in, "a password of another kind", "dave@example.com", "correct horse battery")
	s.tells(wrong, "one that looks like an app password", "bob@example.com", bobs)
	for what, is := range map[string]func(){"away": api.Away, "503": func() { api.Says(503) }} {
		is()
		s.tells(wrong, what, "bob@example.com", bobs)
	}
	s.tells(in, "a password of another kind, without apppass", "dave@example.com", "correct horse battery")
}

func TestWhatIsTypedArrives(t *testing.T) {
	t.Parallel()
	type asked struct {
		Login, Password, Protocol string
		ClientIP                  string `json:"client_ip"`
	}
	heard := make(chan asked, 1)
	apppass := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var a asked
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
			t.Errorf("the body: %v", err)
		}
		heard <- a
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"ok":false,"reason":"malformed"}`))
	}))
	t.Cleanup(apppass.Close)
	s := start(t, rig.Front(t, apppass.URL), "")
	for _, want := range []asked{
		{Login: "alice@example.com", Password: `p: " \ % é = + & and spaces `}, {Login: `o'b-s=+&@example.com`, Password: `app-x"`}, {Login: "alice@example.com", Password: `{"ok":true} %{user}`},
	} {
		want.Protocol, want.ClientIP = "smtp", "127.0.0.1"
		s.tells(wrong, "odd", want.Login, want.Password)
		select {
		case got := <-heard:
			if got != want {
				t.Errorf("%q with a password of %d octets arrives otherwise", want.Login, len(want.Password))
			}
		case <-time.After(patience):
			t.Fatalf("apppass is not asked about %q", want.Login)
		}
	}
}
