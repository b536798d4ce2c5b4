package main

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/service"
)

func TestNginxIsToldInItsOwnWords(t *testing.T) {
	h := newHouse(t)
	pw := h.hasWith("alice", active, func(e *credential.Entry) { e.Services = []string{"mail"} })
	h.serves("mail", func(s *service.Service) {
		s.Backends = map[service.Protocol]netip.AddrPort{
			service.IMAP: netip.MustParseAddrPort("192.0.2.10:143"), service.SMTP: netip.MustParseAddrPort("[2001:db8::10]:587"), service.POP3: netip.MustParseAddrPort("192.0.2.10:110"),
		}
	})
	with := func(change map[string]string) map[string]string {
		headers := map[string]string{
			"auth-method": "plain", "auth-user": "alice%40example.com", "auth-pass": pw, "auth-protocol": "imap", "auth-login-attempt": "1",
			"client-ip": "198.51.100.23", "x-apppass-key": mailKey,
		}
		for name, value := range change {
			headers[name] = value
		}
		return headers
	}
	ok := func(server, port string) map[string]string {
		return map[string]string{"auth-status": "OK", "auth-server": server, "auth-port": port, "auth-user": "alice@example.com"}
	}
	no := func(status, code string) map[string]string {
		said := map[string]string{"auth-status": status, "auth-wait": "2"}
		if code != "" {
			said["auth-error-code"] = code
		}
		return said
	}
	for _, c := range []struct {
		name   string
		change map[string]string
		fault  bool
		want   map[string]string
	}{
		{"imap", nil, false, ok("192.0.2.10", "143")},
		{"pop3", map[string]string{"auth-protocol": "pop3"}, false, ok("192.0.2.10", "110")},
		{"smtp", map[string]string{"auth-protocol": "smtp"}, false, ok("2001:db8::10", "587")},
		{"a password escaped as nginx does", map[string]string{"auth-pass": "%20" + pw}, false, ok("192.0.2.10", "143")},
		{"imap, wrong", map[string]string{"auth-pass": "hunter2"}, false, no("[AUTHENTICATIONFAILED] Authentication failed", "")},
		{"pop3, wrong", map[string]string{"auth-pass": "hunter2", "auth-protocol": "pop3"}, false, no("[AUTH] Authentication failed", "")},
		{"smtp, wrong", map[string]string{"auth-pass": "hunter2", "auth-protocol": "smtp"}, false, no("Authentication failed", "535 5.7.8")},
		{"half an escape", map[string]string{"auth-pass": "%2"}, false, no("[AUTHENTICATIONFAILED] Authentication failed", "")},
		{"a percent sign and a line", map[string]string{"auth-user": "alice%0d%0aAuth-Status:%20OK"}, false, no("[AUTHENTICATIONFAILED] Authentication failed", "")},
		{"imap, away", nil, true, no("[UNAVAILABLE] Try again later", "")},
		{"pop3, away", map[string]string{"auth-protocol": "pop3"}, true, no("[SYS/TEMP] Try again later", "")},
		{"smtp, away", map[string]string{"auth-protocol": "smtp"}, true, no("Try again later", "454 4.7.0")},
		{"a wrong key", map[string]string{"x-apppass-key": "x"}, false, no("[UNAVAILABLE] Try again later", "")},
		{"a protocol without a backend", map[string]string{"auth-protocol": "sieve"}, false, no("Try again later", "")},
		{"no protocol", map[string]string{"auth-protocol": ""}, false, no("Try again later", "")},
	} {
		if c.fault {
			h.must(h.Faults.Add(throttled("GetItem", 2)))
		}
		answer := h.gets("/v1/nginx-mail", with(c.change))
		got := map[string]string{}
		for name, value := range answer.Headers {
			if len(name) > 4 && name[:5] == "auth-" {
				got[name] = value
			}
		}
		if d := cmp.Diff(c.want, got); answer.StatusCode != 200 || answer.Body != "" || d != "" {
			t.Errorf("%s: got %d %q (-want +got):\n%s", c.name, answer.StatusCode, answer.Body, d)
		}
	}
}
