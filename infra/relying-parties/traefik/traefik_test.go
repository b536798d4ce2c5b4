package traefik

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
)

// hop is the Caddy that runs, and what goes from it to apppass.
type hop struct {
	*rig.Process
	t     *testing.T
	api   *rig.API
	url   string
	heard chan http.Header
}

func start(t *testing.T, w *world.World) *hop {
	t.Helper()
	caddy := rig.Needs(t, "caddy", "caddy")
	stack, err := url.Parse(w.APIURL)
	if err != nil {
		t.Fatal(err)
	}
	h := &hop{t: t, heard: make(chan http.Header, 100)}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(stack) }}
	between := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h.heard <- r.Header.Clone()
		forward.ServeHTTP(rw, r)
	}))
	t.Cleanup(between.Close)
	h.api = rig.Front(t, between.URL)

	dir, port := t.TempDir(), rig.Port(t)
	file := rig.Render(t, "Caddyfile", filepath.Join(dir, "Caddyfile"), map[string]string{
		"http://:9180": "http://:" + port, "https://verify.apppass.example.com": h.api.URL, "/etc/ssl/certs/ca-certificates.crt": h.api.CAFile,
	})
	env := filepath.Join(dir, "apppass.env")
	if err := os.WriteFile(env, []byte("APPPASS_KEY="+rig.WebKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.Process = rig.Start(t, "env", "HOME="+dir, caddy, "run", "--config", file, "--adapter", "caddyfile", "--envfile", env)
	h.Listens(port)
	h.url = "http://127.0.0.1:" + port
	return h
}

// asks asks as Traefik does: with the visitor's Authorization, his address, and here what he forges too.
func (h *hop) asks(login, password string, more map[string]string) *http.Response {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/some//page/../x?y=z", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	if login != "" {
		r.SetBasicAuth(login, password)
	}
	r.Header.Set("X-Forwarded-For", "192.0.2.7")
	r.Header.Set("X-Forwarded-Uri", "/some/page")
	for name, value := range more {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatalf("ask the hop: %v", err)
	}
	_ = answer.Body.Close()
	return answer
}

// says expects an answer, and all that belongs to it.
func (h *hop) says(want int, what, login, password string) {
	h.t.Helper()
	begun := time.Now()
	got := h.asks(login, password, nil)
	if took := time.Since(begun); took > 6*time.Second {
		h.t.Errorf("%s: it takes %v", what, took)
	}
	who, challenge, retry := got.Header.Get("X-Apppass-Login"), got.Header.Get("Www-Authenticate"), got.Header.Get("Retry-After")
	if got.StatusCode != want || (who != "") != (want < 300) || strings.HasPrefix(challenge, "Basic ") != (want == 401) || (retry != "") != (want == 503) {
		h.t.Errorf("%s: got %d for %q, challenge %q, Retry-After %q, want %d", what, got.StatusCode, who, challenge, retry, want)
	}
}

func TestTheHopPassesOnVerdictsOnly(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	rig.StoreLifetime(t, w, 1, time.Hour)
	h := start(t, w)
	alice, bob := w.Alice.Makes("Legacy system", ""), w.Bob.Makes("CRM", "")
	w.Intranet.Accepts(w.Alice, alice) // the function has started

	h.says(200, "before it is revoked", "bob@example.com", bob)
	w.Bob.Types("/apppass revoke crm").Confirms()
	h.says(401, "a revoked one", "bob@example.com", bob)
	h.says(200, "a right one", "alice@example.com", alice)
	h.says(401, "an unknown one", "alice@example.com", rig.Unknown())
	h.says(401, "a mistyped one", "alice@example.com", rig.Mistyped(alice))
	h.says(401, "somebody else's", "bob@example.com", alice)
	h.says(401, "none", "", "")
	h.says(401, "an odd one", "alice@example.com", `p: " \ % é = + & and spaces `)

	for what, is := range map[string]func(){
		"away": h.api.Away, "slow": h.api.Hangs, "HTML": h.api.SaysHTML, "200": h.bare(200), "204": h.bare(204), "302": h.bare(302), "400": h.bare(400), "403": h.bare(403),
		"429": h.bare(429), "500": h.bare(500), "503": h.bare(503),
	} {
		is()
		h.says(503, what, "alice@example.com", alice)
	}
	h.api.Works()
	h.says(200, "when it is back", "alice@example.com", alice)
	w.Advance(2 * time.Hour)
	w.Eventually("the functions have started again", func() bool { return w.Intranet.Asks(w.Alice, alice).Reason == "expired" })
	h.says(401, "an expired one", "alice@example.com", alice)
	if strings.Contains(h.Said(), alice) || strings.Contains(h.Said(), rig.WebKey) {
		t.Error("there is a password or the key in Caddy's log")
	}
}

func (h *hop) bare(status int) func() { return func() { h.api.Says(status) } }

func TestAVisitorForgesNothing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	h := start(t, w)
	alice := w.Alice.Makes("Legacy system", "")
	w.Intranet.Accepts(w.Alice, alice) // the function has started
	got := h.asks("alice@example.com", alice, map[string]string{
		"X-Apppass-Login": "root", "X-Apppass-Key": "another", "X-Apppass-Client-IP": "203.0.113.9", "X-Apppass-Other": "x", "Cookie": "session=1",
	})
	if who := got.Header.Get("X-Apppass-Login"); got.StatusCode != 200 || who != "alice@example.com" {
		t.Errorf("a right one: got %d for %q", got.StatusCode, who)
	}
	header := <-h.heard
	for name, want := range map[string]string{"X-Apppass-Login": "", "X-Apppass-Key": rig.WebKey, "X-Apppass-Client-Ip": "192.0.2.7", "X-Apppass-Other": "", "Cookie": ""} {
		if values := header.Values(name); strings.Join(values, ",") != want {
			t.Errorf("%s: apppass is told %d values, or another than meant", name, len(values))
		}
	}
	got = h.asks("alice@example.com", rig.Unknown(), map[string]string{"X-Apppass-Login": "root"})
	if who := got.Header.Get("X-Apppass-Login"); got.StatusCode != 401 || who != "" {
		t.Errorf("with a wrong password and a forged login: got %d for %q", got.StatusCode, who)
	}
}
