package office365

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/relying-parties/rig"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/relay"
)

func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// refusing is what Entra says to a client secret that has ended, and what was sent with it.
func refusing(w http.ResponseWriter, r *http.Request) {
	says(401, "application/json", `{"error":"invalid_client","error_description":"AADSTS7000215: `+r.PostForm.Encode()+`","error_codes":[7000215]}`)(w, r)
}

// comesBack waits until a person is in again, who is told nothing but "later" until then: a failed fetch is remembered for two seconds.
func (b *bridge) comesBack(login, password string) {
	b.t.Helper()
	for _, p := range programs {
		b.Eventually(p.name+" works again", func() bool {
			c, got := p.signsIn(b.t, b, login, password)
			_ = c.Close()
			if got == wrong {
				b.t.Errorf("%s: a right password is called wrong", p.name)
			}
			return got == in
		})
	}
}

func TestTroubleOfEntrasIsNeverAWrongPassword(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	for name, trouble := range map[string]http.HandlerFunc{
		"slow":          func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"refusing":      refusing,
		"throttling":    says(429, "application/json", `{"error":"temporarily_unavailable"}`),
		"broken":        says(500, "text/html", "<html>"),
		"a page":        says(200, "text/html", "<html>Sign in to your account"),
		"another shape": says(200, "application/json", `{"token":"x"}`),
		"gone in between": func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = c.Close()
			}
		},
	} {
		before := b.entra.requests()
		b.entra.does(trouble)
		begun := time.Now()
		b.tells("alice@example.com", pw, later)
		if took := time.Since(begun); took > 2*4*time.Second {
			t.Errorf("two answers took %v", took)
		}
		b.Eventually("Entra is asked", func() bool {
			b.tells("alice@example.com", pw, later)
			return b.entra.requests() > before || t.Failed()
		})
		b.tells("alice@example.com", "hunter2", wrong)
		if t.Failed() {
			t.Fatalf("when Entra is %s", name)
		}
	}
	b.entra.does(nil)
	b.comesBack("alice@example.com", pw)
	// Whoever has a token needs Entra for nothing.
	b.entra.Close()
	b.tells("alice@example.com", pw, in)
}

func TestEntraThatIsAwayIsNeverAWrongPassword(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	b.entra.Close()
	b.tells("alice@example.com", pw, later)
	b.tells("alice@example.com", "hunter2", wrong)
}

func TestOffice365ThatIsAwayIsNeverAWrongPassword(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	b.tells("alice@example.com", pw, in)
	b.office.Away()
	b.tells("alice@example.com", pw, later)
	b.tells("alice@example.com", "hunter2", wrong)
}

// Dovecot makes no difference between a refusal without a response code and a wrong password; README.md says so.
func TestARefusedTokenIsWrongToDovecotUnlessItIsRefusedByAChallenge(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	b.tells("alice@example.com", pw, in)
	b.office.refusesAll(true, true)
	b.tells("alice@example.com", pw, later)
	b.office.refusesAll(true, false)
	b.tells("alice@example.com", pw, wrong)
	if !strings.Contains(b.Said(), "proxy dest auth failed") {
		t.Error("the log does not say whose fault it is")
	}
	b.office.refusesAll(false, false)
	b.tells("alice@example.com", pw, in)
}

func TestAMailboxThatIsNotGrantedStaysShut(t *testing.T) {
	t.Parallel()
	b := start(t)
	c, got := programs[0].signsIn(t, b, "carol@example.com", b.Carol.Makes("Thunderbird", ""))
	if answer := c.says("b SELECT INBOX"); got != in || answer != "b BAD User is authenticated but not connected." {
		t.Errorf("got %q, and SELECT INBOX: %q", got, answer)
	}
}

func TestATokenGoesToNobodyElse(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	other := rig.Front(t, b.APIURL) // with a CA that nobody here trusts
	impostor := newProvider(t, b.entra, other.CertFile, other.KeyFile)
	rig.Render(t, b.path("apppass-bridge.lua"), b.path("apppass-bridge.lua"), map[string]string{
		`port = "` + b.office.imap + `"`: `port = "` + impostor.imap + `"`, `port = "` + b.office.smtp + `"`: `port = "` + impostor.smtp + `"`,
	})
	b.reloads()
	b.tells("alice@example.com", pw, later)
	if opened, refused, _ := impostor.seen(); len(opened) > 0 || refused > 0 {
		t.Errorf("a token was sent under a certificate that is not trusted: %q, %d", opened, refused)
	}
	if n := b.entra.requests(); n != 1 {
		t.Errorf("%d tokens were fetched, want one", n)
	}
}

func TestTroubleOfOursIsNeverAWrongPassword(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	for name, begin := range map[string]func(){
		"apppass is away":                   b.api.Away,
		"apppass is slow":                   b.api.Hangs,
		"a proxy in between says HTML":      b.api.SaysHTML,
		"apppass says 503":                  func() { b.api.Says(http.StatusServiceUnavailable) },
		"the service key is refused":        func() { b.write("apppass.key", "a-key-that-is-none", 0o640); b.api.Works() },
		"the service key is another's":      func() { b.write("apppass.key", "local-intranet-service-key", 0o640); b.api.Works() },
		"the service key is missing":        func() { b.write("apppass.key", "", 0o640); b.api.Works() },
		"Secrets Manager is away":           func() { b.Breaks(drive.Fault{Target: "secretsmanager", Kind: "before", Times: 1000}) },
		"Entra gives a token of 7 kB and 1": func() { b.entra.gives(time.Hour, relay.MaxToken+1) },
	} {
		b.entra.gives(time.Hour, 1800)
		begin()
		b.tells("alice@example.com", pw, later)
		b.Mends()
		b.api.Works()
		b.write("apppass.key", bridgeKey+"\n", 0o640)
		if name == "Entra gives a token of 7 kB and 1" {
			b.Advance(2 * time.Hour) // that it is forgotten
			b.entra.gives(time.Hour, 1800)
		}
		b.comesBack("alice@example.com", pw)
		if t.Failed() {
			t.Fatalf("when %s", name)
		}
		b.Advance(2 * time.Hour) // in new processes, which know no token
	}
}

// longMailbox is of 254 octets (RFC 5321 §4.5.3.1).
var longMailbox = strings.Repeat("m", 64) + "@" + strings.Repeat("d.", 93) + "com"

func TestTheLongestTokenGetsThrough(t *testing.T) {
	t.Parallel()
	b := start(t, func(s *service.Service) {
		// Beside the longest names that there are.
		s.Upstream.Mailboxes["alice@example.com"] = longMailbox
	})
	b.office.granted = []string{longMailbox}
	pw := b.Alice.Makes("Thunderbird", "")
	b.entra.gives(time.Hour, relay.MaxToken-2)
	b.tells("alice@example.com", pw, in)
	if token := b.entra.tokens()[0]; len(token) < relay.MaxToken-2 || len(token) > relay.MaxToken {
		t.Errorf("the token has %d bytes", len(token))
	}
}
