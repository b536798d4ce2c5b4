package main

import (
	"encoding/base64"
	"net/netip"
	"testing"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/service"
)

func basic(login, pw string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+pw))
}

// intranets is an app password for the intranet.
func intranets(e *credential.Entry) { e.Services = []string{"intranet"} }

func TestAProxyAsksWithTheVisitorsOwnRequest(t *testing.T) {
	h := newHouse(t)
	pw := h.hasWith("alice", active, intranets)
	good := basic("alice@example.com", pw)
	with := func(name, value string) map[string]string {
		headers := map[string]string{"authorization": good, "x-apppass-key": intranetKey}
		headers[name] = value
		if value == absent {
			delete(headers, name)
		}
		return headers
	}
	for _, c := range []struct {
		name, path string
		headers    map[string]string
		status     int
	}{
		{"right", "/v1/forward-auth", with("x", "y"), 204},
		{"right, below", "/v1/forward-auth/wiki/start?page=1", with("x", "y"), 204},
		{"right, at an odd path", "/v1/forward-auth//a/../b/%2e%2e", with("x", "y"), 204},
		{"right, a scheme in small letters", "/v1/forward-auth", with("authorization", "basic "+good[6:]), 204},
		{"right, in another case", "/v1/forward-auth", with("authorization", basic("Alice@EXAMPLE.com", pw)), 204},
		{"what the proxy says of the request", "/v1/forward-auth", with("x-forwarded-uri", "/admin,/other"), 204},
		{"no credentials", "/v1/forward-auth", with("authorization", absent), 401},
		{"another scheme", "/v1/forward-auth", with("authorization", "Bearer "+pw), 401},
		{"a digest", "/v1/forward-auth", with("authorization", `Digest username="alice", realm="x"`), 401},
		{"no base64", "/v1/forward-auth", with("authorization", "Basic %%%"), 401},
		{"no colon", "/v1/forward-auth", with("authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("alice"))), 401},
		{"no password", "/v1/forward-auth", with("authorization", basic("alice@example.com", "")), 401},
		{"colons", "/v1/forward-auth", with("authorization", basic("alice@example.com", pw+":x")), 401},
		{"Latin-1", "/v1/forward-auth", with("authorization", basic("alic\xe9@example.com", pw)), 401},
		{"NUL", "/v1/forward-auth", with("authorization", basic("alice@example.com\x00", pw)), 401},
		{"another's", "/v1/forward-auth", with("authorization", basic("bob@example.com", pw)), 401},
		{"a wrong key", "/v1/forward-auth", with("x-apppass-key", "wrong"), 403},
		{"no key", "/v1/forward-auth", with("x-apppass-key", absent), 403},
		{"no key and no credentials", "/v1/forward-auth", map[string]string{}, 403},
		{"two credentials", "/v1/forward-auth", with("authorization", good+", "+good), 400},
		{"two keys", "/v1/forward-auth", with("x-apppass-key", intranetKey+","+intranetKey), 400},
		{"two clients", "/v1/forward-auth", with("x-apppass-client-ip", "192.0.2.1, 192.0.2.2"), 400},
		{"two of what does not exist", "/v1/forward-auth", with("x-apppass-login", "a,b"), 400},
		{"a neighbour of the path", "/v1/forward-authority", with("x", "y"), 404},
	} {
		answer := h.gets(c.path, c.headers)
		if answer.StatusCode != c.status || c.status != 404 && answer.Body != "" {
			t.Errorf("%s: got %d %q, want %d and no body", c.name, answer.StatusCode, answer.Body, c.status)
		}
		login, challenge := "", ""
		if c.status == 204 {
			login = "alice@example.com"
		}
		if c.status == 401 {
			challenge = `Basic realm="Example intranet", charset="UTF-8"`
		}
		if got := answer.Headers; got["x-apppass-login"] != login || got["www-authenticate"] != challenge || c.status != 404 && got["cache-control"] != "no-store" {
			t.Errorf("%s: got the headers %v", c.name, got)
		}
	}
	h.must(h.Faults.Add(throttled("GetItem", 2)))
	if answer := h.gets("/v1/forward-auth", with("x", "y")); answer.StatusCode != 503 || answer.Headers["retry-after"] == "" {
		t.Errorf("storage is away: got %d %v", answer.StatusCode, answer.Headers)
	}
}

func TestTheVisitorsAddressCountsOnlyWhereTheProxyWritesIt(t *testing.T) {
	h := newHouse(t)
	pw := h.hasWith("alice", active, func(e *credential.Entry) {
		intranets(e)
		e.Networks = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	})
	ask := func(what, client string, want int) {
		t.Helper()
		headers := map[string]string{"authorization": basic("alice@example.com", pw), "x-apppass-key": intranetKey, "x-apppass-client-ip": client}
		if answer := h.gets("/v1/forward-auth", headers); answer.StatusCode != want {
			t.Errorf("%s, %q: got %d, want %d", what, client, answer.StatusCode, want)
		}
	}
	ask("written by whomever", "198.51.100.7", 401)
	h.serves("intranet", func(s *service.Service) { s.TellsClient = true })
	ask("written by the proxy", "198.51.100.7", 204)
	ask("written by the proxy", "203.0.113.7", 401)
	ask("written by the proxy", "unknown", 401)
	ask("written by the proxy", "", 401)
}

func TestAProxyThatNeeds200GetsIt(t *testing.T) {
	h := newHouse(t)
	pw := h.hasWith("alice", active, intranets)
	h.serves("intranet", func(s *service.Service) { s.Answers200 = true })
	answer := h.gets("/v1/forward-auth", map[string]string{"authorization": basic("alice@example.com", pw), "x-apppass-key": intranetKey})
	if answer.StatusCode != 200 || answer.Headers["x-apppass-login"] != "alice@example.com" {
		t.Errorf("got %d %v", answer.StatusCode, answer.Headers)
	}
}

func TestAServiceAsksFromItsNetworksOnly(t *testing.T) {
	h := newHouse(t)
	pw := h.hasWith("alice", active, intranets)
	headers := map[string]string{"authorization": basic("alice@example.com", pw), "x-apppass-key": intranetKey}
	for network, want := range map[string]int{"192.0.2.0/24": 204, "198.51.100.0/24": 403} { // the house asks from 192.0.2.25
		h.serves("intranet", func(s *service.Service) { s.Networks = []netip.Prefix{netip.MustParsePrefix(network)} })
		if answer := h.gets("/v1/forward-auth", headers); answer.StatusCode != want {
			t.Errorf("%s: got %d, want %d", network, answer.StatusCode, want)
		}
	}
}
