package freeradius

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
)

const (
	accept = "Access-Accept"
	reject = "Access-Reject"
	silent = ""
)

// asked is a request as it comes to apppass.
type asked struct {
	login, password string
	header          http.Header
}

// listener hears what goes to apppass.
type listener struct {
	URL string

	mu    sync.Mutex
	heard []asked
}

// listens stands between the TLS front and apppass.
func listens(t *testing.T, w *world.World) *listener {
	t.Helper()
	target, err := url.Parse(w.APIURL)
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		login, password, _ := r.BasicAuth()
		l.mu.Lock()
		l.heard = append(l.heard, asked{login, password, r.Header.Clone()})
		l.mu.Unlock()
		forward.ServeHTTP(rw, r)
	}))
	t.Cleanup(s.Close)
	l.URL = s.URL
	return l
}

// forget returns what was heard since the last time.
func (l *listener) forget() []asked {
	l.mu.Lock()
	defer l.mu.Unlock()
	heard := l.heard
	l.heard = nil
	return heard
}

func udpPort(t *testing.T) string {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, port, _ := net.SplitHostPort(c.LocalAddr().String())
	return port
}

// wants expects what a gateway is told.
func (s *server) wants(want, what, login, password string, more ...string) {
	s.t.Helper()
	if got := s.asks(login, password, more...); got != want {
		s.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// keepsQuiet expects that the server has said nothing of what is secret.
func (s *server) keepsQuiet(secrets ...string) {
	s.t.Helper()
	for _, secret := range append(secrets, rig.WebKey) {
		if strings.Contains(s.Said(), secret) {
			s.t.Error("there is a password or a key in FreeRADIUS's log")
		}
	}
}

func TestOnlyARightAppPasswordSignsIn(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	rig.StoreLifetime(t, w, 1, time.Hour)
	l := listens(t, w)
	s := start(t, rig.Front(t, l.URL), 1, "")
	alice, sensitive := w.Alice.Makes("Legacy system", ""), w.Alice.Makes("Automation script", "")
	w.Intranet.Accepts(w.Alice, alice) // the function has started
	carol, foreign := w.Carol.Makes("Legacy system", ""), w.Alice.Makes("Thunderbird", "")

	for what, typed := range map[string]string{
		"as it is shown": alice, "without its groups": strings.ReplaceAll(alice, "-", ""), "with spaces": " " + strings.ReplaceAll(alice, "-", " "),
		"of the sensitive tier": sensitive,
	} {
		s.wants(accept, what, "alice@example.com", typed)
	}
	if code, name := s.says("auth", " Alice@EXAMPLE.com ", alice); code != accept || name != "alice@example.com" {
		t.Errorf("a login in another case: got %q for %q", code, name)
	}
	for what, c := range map[string][2]string{
		"an unknown one":            {"alice@example.com", rig.Unknown()},
		"a mistyped one":            {"alice@example.com", rig.Mistyped(alice)},
		"somebody else's":           {"alice@example.com", carol},
		"that of another service":   {"alice@example.com", foreign},
		"somebody who is not there": {"mallory@example.com", alice},
		"no login":                  {"", alice},
		"another kind of password":  {"alice@example.com", "hunter2"},
	} {
		s.wants(reject, what, c[0], c[1])
	}

	bob := w.Bob.Makes("Legacy system", "")
	s.wants(accept, "before it is revoked", "bob@example.com", bob)
	w.Bob.Types("/apppass revoke legacy-system").Confirms()
	s.wants(reject, "a revoked one", "bob@example.com", bob)
	w.Advance(2 * time.Hour)
	w.Eventually("the functions have started again", func() bool { return w.Intranet.Asks(w.Alice, alice).Reason == "expired" })
	s.wants(reject, "an expired one", "alice@example.com", alice)
	s.keepsQuiet(alice, sensitive, bob, carol, foreign)
}

func TestWithoutAVerdictThereIsNoAnswer(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, api, 1, "")
	alice := w.Alice.Makes("Legacy system", "")
	w.Intranet.Accepts(w.Alice, alice) // the function has started
	s.wants(accept, "at first", "alice@example.com", alice)
	bad := []struct {
		what string
		is   func()
	}{
		{"away", api.Away}, {"slow", api.Hangs}, {"HTML", api.SaysHTML}, {"200", says(api, 200)}, {"302", says(api, 302)}, {"400", says(api, 400)}, {"403", says(api, 403)},
		{"429", says(api, 429)}, {"503", says(api, 503)},
	}
	for _, b := range bad {
		b.is()
		if s.waits = "2"; b.what == "slow" {
			s.waits = "5"
		}
		s.wants(silent, b.what+", a right one", "alice@example.com", alice)
	}
	for _, b := range []func(){api.Away, says(api, 503)} {
		b()
		s.wants(silent, "trouble, a wrong one", "alice@example.com", rig.Unknown())
	}
	api.Works()
	s.waits = "4"
	s.wants(accept, "when it is back", "alice@example.com", alice)
	s.keepsQuiet(alice)
}

func says(api *rig.API, status int) func() { return func() { api.Says(status) } }

func TestAnImpostorIsNotBelieved(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	impostor := rig.Front(t, w.APIURL)
	impostor.CAFile = rig.Front(t, w.APIURL).CAFile // that of another CA
	s := start(t, impostor, 1, "")
	alice := w.Alice.Makes("Legacy system", "")
	s.wants(silent, "with another CA's certificate", "alice@example.com", alice)
	if n := impostor.Requests(); n != 0 {
		t.Errorf("it was told %d times", n)
	}
}

func TestWhatIsTypedArrivesAndForgesNothing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	l := listens(t, w)
	s := start(t, rig.Front(t, l.URL), 1, "")
	alice := w.Alice.Makes("Legacy system", "")
	w.Intranet.Accepts(w.Alice, alice) // the function has started
	for _, c := range [][2]string{
		{"alice@example.com", `p: " \ % é = + & and spaces `}, {`"o'b é \%s=+&"@example.com`, alice}, {"a b@example.com", "x"}, {"alice@example.com", "a,b;c\r\nX-Apppass-Key: x"},
		{"alice@example.com\r\nX-Apppass-Login", alice}, {"%{User-Password}", "%{User-Name}%{exec:/bin/false}"}, {strings.Repeat("a", 200), strings.Repeat("x", 127)},
	} {
		l.forget()
		s.wants(reject, "odd", c[0], c[1])
		heard := l.forget()
		if len(heard) != 1 || heard[0].login != c[0] || heard[0].password != c[1] {
			t.Errorf("%q with a password of %d octets arrives otherwise, %d times", c[0], len(c[1]), len(heard))
		}
	}
	// What can't be an app password's is not asked about.
	for _, c := range [][2]string{{"alice@example.com:x", alice}, {"alice@example.com\r\nX-Apppass-Login: root", alice}, {"alice@example.com\x00", alice}, {"alice@example.com", ""}} {
		s.wants(reject, "impossible", c[0], c[1])
	}
	if heard := l.forget(); len(heard) != 0 {
		t.Errorf("apppass is asked %d times about what is none", len(heard))
	}

	for line, want := range map[string]string{
		`Calling-Station-Id = "192.0.2.7"`:                                     "192.0.2.7",
		`Calling-Station-Id = "2001:db8::7"`:                                   "2001:db8::7",
		`Calling-Station-Id = "02-00-00-00-00-01"`:                             "",
		`Calling-Station-Id = "02:00:00:00:00:01"`:                             "",
		`Calling-Station-Id = "192.0.2.7\r\nX-Apppass-Key: local-mail"`:        "",
		`NAS-IP-Address = 192.0.2.1`:                                           "",
		`REST-HTTP-Header = "X-Apppass-Client-IP: 192.0.2.8"`:                  "",
		`Reply-Message = "x", Framed-IP-Address = 192.0.2.9, State = 0x6f6b6b`: "",
	} {
		s.wants(accept, line, "alice@example.com", alice, line)
		heard := l.forget()
		if len(heard) != 1 {
			t.Fatalf("%s: apppass is asked %d times", line, len(heard))
		}
		h := heard[0].header
		if got := h.Get("X-Apppass-Client-IP"); got != want {
			t.Errorf("%s: the client is said to be %q, want %q", line, got, want)
		}
		for name, values := range h {
			if strings.HasPrefix(name, "X-Apppass-") && (len(values) != 1 || name != "X-Apppass-Client-Ip" && name != "X-Apppass-Key") {
				t.Errorf("%s: apppass is told %s %d times", line, name, len(values))
			}
		}
		if h.Get("X-Apppass-Key") != rig.WebKey {
			t.Errorf("%s: the key is another", line)
		}
	}
}
