package main

import (
	"encoding/xml"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/service"
)

func readAutoconfig(t *testing.T, file []byte) emailProvider {
	t.Helper()
	var c clientConfig
	if err := xml.Unmarshal(file, &c); err != nil || c.Version != "1.1" {
		t.Fatalf("version %q: %v\n%s", c.Version, err, file)
	}
	return c.Provider
}

func TestAutoconfigNamesTheServers(t *testing.T) {
	server := func(p service.Protocol, port int, socket string) mailServer {
		return mailServer{p, "mx.example.org", port, socket, "%EMAILADDRESS%", "password-cleartext"}
	}
	for _, c := range []struct {
		ports    map[service.Protocol]int
		incoming []mailServer
		outgoing mailServer
	}{
		{
			map[service.Protocol]int{service.IMAP: 993, service.SMTP: 465},
			[]mailServer{server(service.IMAP, 993, "SSL")}, server(service.SMTP, 465, "SSL"),
		},
		{
			map[service.Protocol]int{service.POP3: 995, service.IMAP: 993, service.SMTP: 587, service.Sieve: 4190, service.DAV: 443},
			[]mailServer{server(service.IMAP, 993, "SSL"), server(service.POP3, 995, "SSL")}, server(service.SMTP, 587, "STARTTLS"),
		},
		{
			map[service.Protocol]int{service.POP3: 110, service.IMAP: 143, service.SMTP: 25},
			[]mailServer{server(service.IMAP, 143, "STARTTLS"), server(service.POP3, 110, "STARTTLS")}, server(service.SMTP, 25, "STARTTLS"),
		},
		{
			map[service.Protocol]int{service.IMAP: 10993, service.SMTP: 10465},
			[]mailServer{server(service.IMAP, 10993, "SSL")}, server(service.SMTP, 10465, "SSL"),
		},
	} {
		m := plain
		m.Ports = maps.Clone(c.ports)
		got := readAutoconfig(t, autoconfig(m))
		want := emailProvider{
			ID: "example.org", Domain: "example.org", DisplayName: "Example mail", DisplayShortName: "Example mail",
			Incoming: c.incoming, Outgoing: c.outgoing,
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%v (-want +got):\n%s", c.ports, d)
		}
	}
}

func TestAutoconfigHoldsAnyName(t *testing.T) {
	want(t, "the name", readAutoconfig(t, autoconfig(strange)).DisplayName, shownName)
}
