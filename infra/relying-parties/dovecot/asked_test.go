package dovecot

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"sync"
	"testing"
)

// asked is what Dovecot sends to apppass.
type asked struct {
	Login, Password, Protocol, Session string
	ClientIP                           string `json:"client_ip"`
	key, kind                          string
}

// recorder answers as apppass does, lets one password in, and keeps what it was asked.
type recorder struct {
	*httptest.Server
	mu  sync.Mutex
	all []asked
}

func newRecorder(t *testing.T) *recorder {
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		a := asked{key: q.Header.Get("Authorization"), kind: q.Header.Get("Content-Type")}
		if err := json.NewDecoder(q.Body).Decode(&a); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, a)
		if a.Password == "good" {
			_, _ = w.Write([]byte(`{"ok":true,"login":"alice@example.com","person":"UALICE","credential_id":"c0","application":"thunderbird"}`))
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"ok":false,"reason":"malformed"}`))
	}))
	t.Cleanup(r.Close)
	return r
}

// last is the latest question, and how many there were.
func (r *recorder) last() (asked, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.all) == 0 {
		return asked{}, 0
	}
	return r.all[len(r.all)-1], len(r.all)
}

func TestWhatIsTypedReachesAppPassUnchanged(t *testing.T) {
	t.Parallel()
	api := newRecorder(t)
	s := start(t, options{apiURL: api.URL, extra: "auth_username_chars =\n"}) // Dovecot's default refuses most of these itself
	odd := []string{"plain", `: " \ % %u%w%% \u0000\n $2y$10$`, "  é=+&/ü 日本語 {}[]<>,;' - "}
	n := 0
	for i, p := range programs {
		for _, text := range odd {
			if _, got := p.signsIn(t, s, text, text+"!"); got != wrong {
				t.Errorf("%s, %q: got %q, want %q", p.name, text, got, wrong)
			}
			n++
			a, count := api.last()
			if count != n || a.Login != text || a.Password != text+"!" {
				t.Errorf("%s, %q: asked %d times in all, at last for %q with a password that is %v", p.name, text, count, a.Login, a.Password == text+"!")
			}
			if want := []string{"imap", "pop3", "smtp"}[i]; a.Protocol != want || a.ClientIP != "127.0.0.1" || a.Session == "" ||
				a.key != "Bearer local-mail-service-key" || a.kind != "application/json" {
				t.Errorf("%s: asked as %s from %s, session %q", p.name, a.Protocol, a.ClientIP, a.Session)
			}
		}
	}
}

func TestWhatNoAppPasswordCanBeDovecotRefusesItself(t *testing.T) {
	t.Parallel()
	api := newRecorder(t)
	s := start(t, options{apiURL: api.URL})
	each([]string{"a:b", `"alice"`, `a\b`, "%u", "é", "a lice", "a=b", "a&b"}, func(_ int, login string) {
		if _, got := programs[0].signsIn(t, s, login+"@example.com", "good"); got != wrong {
			t.Errorf("%q: got %q, want %q", login, got, wrong)
		}
	})
	s.tells(t, "alice@example.com", "good\tgood\x01", wrong)
	if _, n := api.last(); n > 0 {
		t.Errorf("asked %d times", n)
	}
}

func TestTheMailboxIsThePersonsHoweverTheLoginWasTyped(t *testing.T) {
	t.Parallel()
	s := start(t, options{apiURL: newRecorder(t).URL})
	c, got := programs[0].signsIn(t, s, "ALICE", "good")
	if got != in {
		t.Fatalf("got %q, want %q", got, in)
	}
	who, err := exec.CommandContext(t.Context(), "doveadm", "-c", s.path("dovecot.conf"), "-f", "flow", "who", "-1", "alice@example.com").CombinedOutput()
	if err != nil {
		t.Errorf("she has no session under her own name: %v, %s", err, who)
	}
	_ = c.Close()
}
