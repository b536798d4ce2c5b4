package rig

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Cases holds the program that answers at base, "https://127.0.0.1:40003", to what every program has to do.
func (w *Web) Cases(base string) {
	visitor := w.visitor()
	for _, c := range []struct {
		name string
		run  func(t *testing.T, visit func(method, path string, header http.Header, body string) verdict)
	}{
		{"right", w.right}, {"wrong", w.wrong}, {"odd", w.odd}, {"forged", w.forged}, {"away", w.away}, {"many", w.many}, {"revoked meanwhile", w.meanwhile},
	} {
		w.t.Run(c.name, func(t *testing.T) {
			w.forget()
			c.run(t, func(method, path string, header http.Header, body string) verdict {
				return w.visit(t, visitor, method, base+path, header, body)
			})
		})
	}
}

// Untrusted holds the program to letting nobody in, and to calling no password wrong, where it can't tell apppass from somebody else.
func (w *Web) Untrusted(what, base string) {
	w.t.Helper()
	w.forget()
	w.later(w.t, what, w.visit(w.t, w.visitor(), http.MethodGet, base+"/", basic(w.world.Alice.Email, w.alice), ""))
	if asked, _ := w.forget(); len(asked) > 0 {
		w.t.Errorf("%s: the password went to who is not known", what)
	}
}

// in expects that the application was reached once, told of that login and of nothing else.
func (w *Web) in(t *testing.T, what string, got verdict, login string) heard {
	t.Helper()
	asked, reached := w.forget()
	if got.status != http.StatusOK || got.body != "hello "+login && got.body != "" || len(asked) != 1 || len(reached) != 1 {
		t.Errorf("%s: got %d %.80q, apppass asked %d times, the application reached %d times; want %s to be let in", what, got.status, got.body, len(asked), len(reached), login)
		return heard{header: http.Header{}}
	}
	for name, values := range reached[0].header {
		if strings.HasPrefix(strings.ReplaceAll(strings.ToLower(name), "_", "-"), "x-apppass") && (name != "X-Apppass-Login" || !slices.Equal(values, []string{login})) {
			t.Errorf("%s: the application is told %s: %q", what, name, values)
		}
	}
	if reached[0].header.Get("Authorization") != "" {
		t.Errorf("%s: the application is told the password", what)
	}
	q := asked[0]
	if q.method != http.MethodGet || q.uri != "/v1/forward-auth" || q.body != 0 || q.header.Get("Cookie") != "" || q.header.Get("Transfer-Encoding") != "" {
		t.Errorf("%s: apppass was asked %s %s, with %d octets, cookie %v", what, q.method, q.uri, q.body, q.header.Get("Cookie") != "")
	}
	for name, want := range map[string]string{"X-Apppass-Key": WebKey, "X-Apppass-Client-Ip": "127.0.0.1", "X-Apppass-Login": ""} {
		if values := q.header.Values(name); strings.Join(values, ",") != want {
			t.Errorf("%s: apppass was told %s %q, want %q", what, name, values, want)
		}
	}
	return reached[0]
}

// out expects that these credentials were called wrong.
func (w *Web) out(t *testing.T, what string, got verdict) []heard {
	t.Helper()
	asked, reached := w.forget()
	if got.status != http.StatusUnauthorized || len(reached) != 0 {
		t.Errorf("%s: got %d, the application was reached %d times; want 401 and 0", what, got.status, len(reached))
	}
	if len(got.challenges) != 1 || !strings.HasPrefix(got.challenges[0], `Basic realm="`) || !strings.HasSuffix(got.challenges[0], `", charset="UTF-8"`) {
		t.Errorf("%s: the challenge is %q", what, got.challenges)
	}
	return asked
}

// later expects that nobody was let in and nothing called wrong.
func (w *Web) later(t *testing.T, what string, got verdict) {
	t.Helper()
	if got.status != http.StatusServiceUnavailable || len(got.challenges) != 0 {
		t.Errorf("%s: got %d with the challenges %q, want 503 and none", what, got.status, got.challenges)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.reached) != 0 {
		t.Errorf("%s: the application was reached", what)
	}
}

type visit = func(method, path string, header http.Header, body string) verdict

func (w *Web) right(t *testing.T, visit visit) {
	alice, carol := w.world.Alice.Email, w.world.Carol.Email
	bare := strings.ReplaceAll(strings.TrimPrefix(w.alice, "app-"), "-", "")
	for what, header := range map[string]http.Header{
		"as shown": basic(alice, w.alice), "sensitive": basic(alice, w.sensitive), "bare": basic(alice, bare),
		"with spaces": basic(alice, strings.ReplaceAll(w.alice, "-", " ")), "login in capitals": basic(strings.ToUpper(alice), w.alice),
		"scheme in small letters": {"Authorization": {"b" + basic(alice, w.alice).Get("Authorization")[1:]}},
	} {
		w.in(t, what, visit(http.MethodGet, "/", header, ""), alice)
	}
	w.in(t, "another person", visit(http.MethodGet, "/", basic(carol, w.carol), ""), carol)
	for _, c := range []struct {
		method, path string
		body         int
	}{
		{http.MethodHead, "/", 0}, {http.MethodPost, "/form", 100_000}, {http.MethodPut, "/file", 500_000}, {http.MethodDelete, "/a", 0}, {http.MethodOptions, "/a", 0},
		{"PROPFIND", "/dav/", 20}, {http.MethodGet, "/v1/verify?a=%26&b=1%2F2", 0}, {http.MethodGet, "/caf%C3%A9/x%20y?q", 0}, {http.MethodGet, "/?/../x", 0},
	} {
		header := basic(alice, w.alice)
		header.Set("Cookie", "session=1")
		got := w.in(t, c.method+" "+c.path, visit(c.method, c.path, header, strings.Repeat("x", c.body)), alice)
		if got.method != c.method || got.uri != c.path || got.body != c.body || got.header.Get("Cookie") != "session=1" {
			t.Errorf("the application got %s %s with %d octets, want %s %s with %d", got.method, got.uri, got.body, c.method, c.path, c.body)
		}
	}
	// Authorization is asked about each time; nothing is remembered.
	for range 2 {
		w.in(t, "again", visit(http.MethodGet, "/", basic(alice, w.alice), ""), alice)
	}
}

func (w *Web) wrong(t *testing.T, visit visit) {
	alice := w.world.Alice.Email
	for what, header := range map[string]http.Header{
		"unknown": basic(alice, Unknown()), "mistyped": basic(alice, Mistyped(w.alice)), "revoked": basic(alice, w.revoked),
		"expired": basic(w.world.Bob.Email, w.expired), "for the mail server": basic(alice, w.foreign), "Carol's": basic(alice, w.carol),
		"none": {}, "bearer": {"Authorization": {"Bearer " + w.alice}}, "no base64": {"Authorization": {"Basic ***"}}, "Basic alone": {"Authorization": {"Basic"}},
		"no password": basic(alice, ""), "no login": basic("", w.alice), "nothing": basic("", ""), "the service's key": {"X-Apppass-Key": {WebKey}},
	} {
		w.out(t, what, visit(http.MethodGet, "/", header, ""))
		w.out(t, what+", with a body", visit(http.MethodPost, "/", header, strings.Repeat("x", 1000)))
	}
}

func (w *Web) odd(t *testing.T, visit visit) {
	for what, c := range map[string][2]string{
		"marks": {w.world.Alice.Email, `: " \ % é = + & ' # ? ; , $x ${x} {x} <x> %41 %`}, "quotes in the login": {`"a b"@example.com`, "x"}, "umlaut in the login": {"älice@example.com", "x"},
		"long": {w.world.Alice.Email, strings.Repeat("a:", 2000)}, "lines": {w.world.Alice.Email, "a\r\nX-Apppass-Login: alice@example.com\r\n"}, "NUL": {"a\x00b", "a\x00b"},
	} {
		header := basic(c[0], c[1])
		asked := w.out(t, what, visit(http.MethodGet, "/", header, ""))
		if len(asked) != 1 || asked[0].header.Get("Authorization") != header.Get("Authorization") {
			t.Errorf("%s: apppass was asked %d times, or about something else than what the visitor sent", what, len(asked))
		}
	}
}

func (w *Web) forged(t *testing.T, visit visit) {
	alice := w.world.Alice.Email
	forged := func(h http.Header) http.Header {
		for _, name := range []string{"X-Apppass-Login", "x-apppass-key", "X-APPPASS-Client-IP", "X-Apppass-Person", "X-Apppass-Whatever-May-Come", "X_Apppass_Login", "X-Apppass_Login"} {
			h[name] = []string{"bob@example.com", "192.0.2.1"}
		}
		h["X-Forwarded-For"], h["X-Forwarded-User"] = []string{"192.0.2.1"}, []string{"bob@example.com"}
		return h
	}
	w.in(t, "right", visit(http.MethodGet, "/", forged(basic(alice, w.alice)), ""), alice)
	w.out(t, "wrong", visit(http.MethodGet, "/", forged(basic(alice, Unknown())), ""))
	w.out(t, "none", visit(http.MethodGet, "/", forged(http.Header{}), ""))
	two := visit(http.MethodGet, "/", http.Header{"Authorization": {basic("bob@example.com", "x").Get("Authorization"), basic(alice, w.alice).Get("Authorization")}}, "")
	if _, reached := w.forget(); two.status < 400 || len(reached) != 0 {
		t.Errorf("with two Authorizations: got %d, the application was reached %d times", two.status, len(reached))
	}
}

func (w *Web) away(t *testing.T, visit visit) {
	header, wrong := basic(w.world.Alice.Email, w.alice), basic(w.world.Alice.Email, Unknown())
	for _, c := range []struct {
		what  string
		begin func()
	}{
		{"away", w.API.Away}, {"slow", w.API.Hangs}, {"a page of somebody's", w.API.SaysHTML},
		{"503", func() { w.API.Says(503) }}, {"429", func() { w.API.Says(429) }}, {"500", func() { w.API.Says(500) }}, {"502", func() { w.API.Says(502) }},
		{"403", func() { w.API.Says(403) }}, {"400", func() { w.API.Says(400) }}, {"404", func() { w.API.Says(404) }}, {"200", func() { w.API.Says(200) }}, {"204", func() { w.API.Says(204) }}, {"302", func() { w.API.Says(302) }},
	} {
		c.begin()
		for _, h := range []http.Header{header, wrong} {
			begun := time.Now()
			w.later(t, c.what, visit(http.MethodGet, "/", h, ""))
			if took := time.Since(begun); took > soon {
				t.Errorf("%s: the visitor waits for %v", c.what, took)
			}
		}
		w.API.Works()
		w.in(t, "after "+c.what, visit(http.MethodGet, "/", header, ""), w.world.Alice.Email)
	}
	// A connection that is kept may have ended meanwhile.
	w.API.Away()
	w.API.Works()
	w.in(t, "after a restart", visit(http.MethodGet, "/", header, ""), w.world.Alice.Email)
}

func (w *Web) many(t *testing.T, visit visit) {
	wrong := Unknown()
	var all sync.WaitGroup
	for n := range 60 {
		all.Go(func() {
			who, pw, want := w.world.Alice, w.alice, "200 hello "+w.world.Alice.Email
			switch n % 3 {
			case 1:
				who, pw, want = w.world.Carol, w.carol, "200 hello "+w.world.Carol.Email
			case 2:
				pw, want = wrong, "401"
			}
			got := visit(http.MethodGet, "/", basic(who.Email, pw), "")
			// A machine that is busy with other tests may make apppass slow: then it is later, and never another's verdict.
			for again := 0; got.status == http.StatusServiceUnavailable && again < 5; again++ {
				got = visit(http.MethodGet, "/", basic(who.Email, pw), "")
			}
			if s := fmt.Sprintf("%d %s", got.status, got.body); !strings.HasPrefix(s, want) {
				t.Errorf("among many: got %.80q, want %q", s, want)
			}
		})
	}
	all.Wait()
}

func (w *Web) meanwhile(t *testing.T, visit visit) {
	header := basic(w.world.Carol.Email, w.carol)
	w.in(t, "before", visit(http.MethodGet, "/", header, ""), w.world.Carol.Email)
	w.world.Carol.Types("/apppass revoke legacy system").Confirms()
	w.out(t, "after", visit(http.MethodGet, "/", header, ""))
}
