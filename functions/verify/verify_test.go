package main

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/shared/core/credential"
)

// asks is a request of the contract's, with one member other or more.
func asks(login, password string, change map[string]any) string {
	b := map[string]any{"login": login, "password": password, "client_ip": "198.51.100.23", "protocol": "imap"}
	for name, value := range change {
		b[name] = value
		if value == absent {
			delete(b, name)
		}
	}
	body, err := json.Marshal(b)
	if err != nil {
		panic(err) // maps of plain values
	}
	return string(body)
}

// absent leaves a member out.
const absent = "(absent)"

func TestEveryExampleIsAnswered(t *testing.T) {
	// The password of the example is published, so nobody has it.
	want := map[string]int{
		"verify.json": 401, "forward-auth.json": 401, "forward-auth-challenge.json": 401, "nginx-mail.json": 200, "revocations.json": 200,
	}
	const folder = "../../events/verify/"
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	for _, f := range files {
		text, err := os.ReadFile(folder + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		var e events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		answer, err := h.serve(t.Context(), e)
		if err != nil || answer.StatusCode != want[f.Name()] {
			t.Errorf("%s: got %d, want %d (0: nobody reads it), %v", f.Name(), answer.StatusCode, want[f.Name()], err)
		}
		delete(want, f.Name())
	}
	if len(want) > 0 {
		t.Errorf("there is no %v", want)
	}
}

func TestAGoodPasswordSignsIn(t *testing.T) {
	h := newHouse(t)
	pw := h.has("alice", active)
	want := map[string]any{"ok": true, "login": "alice@example.com", "person": "Ualice", "credential_id": credential.ID("alice"), "application": "crm"}
	for name, body := range map[string]string{
		"as it is shown":      asks("alice@example.com", pw, nil),
		"without its groups":  asks("alice@example.com", strings.ReplaceAll(pw, "-", ""), nil),
		"with spaces":         asks("alice@example.com", " "+strings.ReplaceAll(pw, "-", " ")+" ", nil),
		"without its prefix":  asks("alice@example.com", strings.TrimPrefix(pw, "app-"), nil),
		"another prefix":      asks("alice@example.com", "mx-"+strings.TrimPrefix(pw, "app-"), nil),
		"another case":        asks(" Alice@EXAMPLE.com ", pw, nil),
		"the service's hint":  asks("alice@example.com", pw, map[string]any{"service": "mail"}),
		"a long session":      asks("alice@example.com", pw, map[string]any{"session": strings.Repeat("s", 3000)}),
		"an unknown client":   asks("alice@example.com", pw, map[string]any{"client_ip": ""}),
		"IPv6":                asks("alice@example.com", pw, map[string]any{"client_ip": "2001:db8::1"}),
		"a mapped IPv4":       asks("alice@example.com", pw, map[string]any{"client_ip": "::ffff:198.51.100.23"}),
		"another protocol":    asks("alice@example.com", pw, map[string]any{"protocol": "smtp"}),
		"unknown members":     asks("alice@example.com", pw, map[string]any{"tls": true, "local": map[string]any{"port": 993}}),
		"white space":         "\n " + asks("alice@example.com", pw, nil) + "\n",
		"a null hint":         asks("alice@example.com", pw, map[string]any{"service": nil, "session": nil}),
		"escaped, as Lua may": strings.ReplaceAll(asks("alice@example.com", pw, nil), "@", `\u0040`),
	} {
		t.Run(name, func(t *testing.T) {
			status, got := h.ask(mailKey, body)
			if d := cmp.Diff(want, got); status != 200 || d != "" {
				t.Errorf("got %d (-want +got):\n%s", status, d)
			}
		})
	}
	for name, headers := range map[string]map[string]string{
		"HTML as content type": {"authorization": "Bearer " + mailKey, "content-type": "text/html"},
		"no content type":      {"authorization": "Bearer " + mailKey},
		"a lower-case scheme":  {"authorization": "bearer " + mailKey},
		"space around the key": {"authorization": "Bearer  " + mailKey + " "},
	} {
		if status, got := h.post(headers, asks("alice@example.com", pw, nil)); status != 200 {
			t.Errorf("%s: got %d %v", name, status, got)
		}
	}
}

func TestWrongCredentialsAre401WithTheirReason(t *testing.T) {
	h := newHouse(t)
	good := h.has("alice", active)
	mistyped := good[:len(good)-1] + map[bool]string{true: "3", false: "2"}[strings.HasSuffix(good, "2")]
	for _, c := range []struct{ name, login, password, protocol, key, reason string }{
		{"nothing", "alice@example.com", "", "imap", mailKey, "malformed"},
		{"another kind of password", "alice@example.com", "hunter2", "imap", mailKey, "malformed"},
		{"4,000 characters", "alice@example.com", strings.Repeat("x", 4000), "imap", mailKey, "malformed"},
		{"4,000 characters outside ASCII", "alice@example.com", strings.Repeat("ü", 4000), "imap", mailKey, "malformed"},
		{"NUL in the password", "alice@example.com", good + "\x00", "imap", mailKey, "malformed"},
		{"NUL in the login", "alice@example.com\x00", good, "imap", mailKey, "malformed"},
		{"no login", "", good, "imap", mailKey, "malformed"},
		{"a login of 256 octets", strings.Repeat("a", 244) + "@example.com", good, "imap", mailKey, "malformed"},
		{"a typo", "alice@example.com", mistyped, "imap", mailKey, "mistyped"},
		{"a well-formed other one", "alice@example.com", "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB", "imap", mailKey, "unknown"},
		{"not revealed", "bob@example.com", h.has("bob", pending), "imap", mailKey, "pending"},
		{"revoked", "carol@example.com", h.has("carol", revoked), "imap", mailKey, "revoked"},
		{"somebody else's", "bob@example.com", good, "imap", mailKey, "wrong_login"},
		{"a login of 255 octets", strings.Repeat("a", 243) + "@example.com", good, "imap", mailKey, "wrong_login"},
		{"no e-mail as login", "alice", good, "imap", mailKey, "wrong_login"},
		{"at another service", "alice@example.com", good, "http", intranetKey, "wrong_service"},
		{"by a protocol that the service does not speak", "alice@example.com", good, "http", mailKey, "wrong_protocol"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, got := h.ask(c.key, asks(c.login, c.password, map[string]any{"protocol": c.protocol}))
			if d := cmp.Diff(map[string]any{"ok": false, "reason": c.reason}, got); status != 401 || d != "" {
				t.Errorf("got %d (-want +got):\n%s", status, d)
			}
		})
	}
	h.Clock.Advance(time.Hour)
	if status, got := h.ask(mailKey, asks("alice@example.com", good, nil)); status != 401 || got["reason"] != "expired" {
		t.Errorf("an hour later: got %d %v", status, got)
	}
	if strings.Contains(h.log.String(), "hunter2") || strings.Contains(h.log.String(), good[4:]) {
		t.Errorf("a password is in the log:\n%s", &h.log)
	}
}

func TestAWrongRequestIsTheOperatorsErrorAndNoVerdict(t *testing.T) {
	h := newHouse(t)
	good := h.has("alice", active)
	full := asks("alice@example.com", good, nil)
	with := func(member string, value any) string {
		return asks("alice@example.com", good, map[string]any{member: value})
	}
	for _, c := range []struct {
		name, key, body string
		status          int
		code            string
	}{
		{"no JSON", mailKey, "login=alice", 400, "verify.body"},
		{"an HTML page", mailKey, "<html><body>hello</body></html>", 400, "verify.body"},
		{"nothing", mailKey, "", 400, "verify.body"},
		{"half of it", mailKey, full[:len(full)-1], 400, "verify.body"},
		{"two of it", mailKey, full + full, 400, "verify.body"},
		{"null", mailKey, "null", 400, "verify.body"},
		{"a list", mailKey, "[]", 400, "verify.body"},
		{"an empty object", mailKey, "{}", 400, "verify.body"},
		{"a megabyte", mailKey, with("session", strings.Repeat("x", 1<<20)), 400, "verify.body"},
		{"a byte more than 16 kB", mailKey, full + strings.Repeat(" ", 16<<10+1-len(full)), 400, "verify.body"},
		{"no login", mailKey, with("login", absent), 400, "verify.body"},
		{"no password", mailKey, with("password", absent), 400, "verify.body"},
		{"no client", mailKey, with("client_ip", absent), 400, "verify.body"},
		{"no protocol", mailKey, with("protocol", absent), 400, "verify.body"},
		{"a null login", mailKey, with("login", nil), 400, "verify.body"},
		{"a number as login", mailKey, with("login", 7), 400, "verify.body"},
		{"a list as password", mailKey, with("password", []string{good}), 400, "verify.body"},
		{"an object as service", mailKey, with("service", map[string]any{}), 400, "verify.body"},
		{"a number as session", mailKey, with("session", 7), 400, "verify.body"},
		{"a client that is no address", mailKey, with("client_ip", "localhost"), 400, "verify.client_ip"},
		{"a client with its port", mailKey, with("client_ip", "198.51.100.23:993"), 400, "verify.client_ip"},
		{"several clients", mailKey, with("client_ip", "198.51.100.23, 10.0.0.1"), 400, "verify.client_ip"},
		{"an unknown protocol", mailKey, with("protocol", "gopher"), 400, "verify.protocol"},
		{"an empty protocol", mailKey, with("protocol", ""), 400, "verify.protocol"},
		{"a protocol in capitals", mailKey, with("protocol", "IMAP"), 400, "verify.protocol"},
		{"another service's name", mailKey, with("service", "intranet"), 403, "verify.service"},
		{"a wrong key", mailKey + "x", full, 403, "verify.service_key"},
		{"no key", "", full, 403, "verify.service_key"},
		{"two keys", mailKey + "," + intranetKey, full, 403, "verify.service_key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, got := h.ask(c.key, c.body)
			if status != c.status || got["error"] != c.code {
				t.Errorf("got %d %v, want %d %s", status, got, c.status, c.code)
			}
		})
	}
	for name, headers := range map[string]map[string]string{
		"no authorization": {}, "Basic": {"authorization": "Basic " + mailKey}, "only the key": {"authorization": mailKey},
	} {
		if status, got := h.post(headers, full); status != 403 {
			t.Errorf("%s: got %d %v, want 403", name, status, got)
		}
	}
	if strings.Contains(h.log.String(), good) {
		t.Errorf("the password is in the log:\n%s", &h.log)
	}
}

func TestTroubleOfOursIsAskMeLater(t *testing.T) {
	h := newHouse(t)
	good := h.has("alice", active)
	for _, kind := range []faults.Kind{faults.Throttle, faults.Before, faults.After} {
		h.must(h.Faults.Add(faults.Fault{Target: "dynamodb", Operation: "GetItem", Kind: kind, Times: 2})) // both attempts
		if status, got := h.ask(mailKey, asks("alice@example.com", good, nil)); status != 503 || got["error"] != "problem.unavailable" {
			t.Errorf("%s: got %d %v", kind, status, got)
		}
	}
	// What needs no storage is still told.
	h.must(h.Faults.Add(faults.Fault{Target: "dynamodb", Kind: faults.Before, Times: 1}))
	if status, _ := h.ask(mailKey, asks("alice@example.com", "hunter2", nil)); status != 401 {
		t.Errorf("malformed, without storage: got %d", status)
	}
}

func TestOtherMethodsAndPathsAreNotServed(t *testing.T) {
	h := newHouse(t)
	for route, want := range map[string]int{"GET /v1/verify": 405, "POST /v1/verify/": 404, "POST /": 404} {
		var e events.APIGatewayV2HTTPRequest
		e.RequestContext.HTTP.Method, e.RawPath, _ = strings.Cut(route, " ")
		if answer, err := h.serve(t.Context(), e); err != nil || answer.StatusCode != want {
			t.Errorf("%s: got %d, %v, want %d", route, answer.StatusCode, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(asks("alice@example.com", "x", nil)))
	f.Add([]byte(`{"login":"\u0000","password":"","client_ip":"::","protocol":"imap","session":null}`))
	f.Add([]byte(asks("alice@example.com", "x", map[string]any{"client_ip": "::ffff:198.51.100.23"})))
	f.Add([]byte(`{"login":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, session, err := decode(text)
		switch {
		case err == nil && !json.Valid(text):
			t.Errorf("%q is taken for JSON", text)
		case len(session) > maxSession:
			t.Errorf("a session of %d octets would be logged", len(session))
		case err == nil && r.Client.Is4In6():
			t.Errorf("the client %v is not unmapped", r.Client)
		case err != nil && !errors.Is(err, errBody) && !errors.Is(err, errClientIP):
			t.Errorf("%q: got %v", text, err)
		}
	})
}
