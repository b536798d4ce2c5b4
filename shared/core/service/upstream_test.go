package service_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/service"
)

// bridge is a service that lacks nothing.
func bridge() service.Service {
	return service.Service{
		ID: "office365", Protocols: []service.Protocol{service.IMAP, service.SMTP}, Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.25/32")},
		Keys: []service.Key{service.KeyOf("bridge-key", time.Unix(1, 0))},
		Upstream: &service.Upstream{
			Tenant: "example.onmicrosoft.com", ClientID: "11111111-2222-3333-4444-555555555555", Secret: "apppass/upstream/office365",
			Scope:     "https://outlook.office365.com/.default",
			Hosts:     map[service.Protocol]string{service.IMAP: "outlook.office365.com:993", service.SMTP: "smtp.office365.com:587"},
			Mailboxes: map[string]string{"alice@example.com": "Alice.Smith@example.onmicrosoft.com"},
		},
	}
}

func TestABridgeThatLacksSomethingIsNotUsed(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *service.Service, u *service.Upstream)
		want   error
	}{
		{"whole", func(*service.Service, *service.Upstream) {}, nil},
		{"no bridge, without networks", func(s *service.Service, _ *service.Upstream) { s.Upstream, s.Networks = nil, nil }, nil},
		{"a token endpoint without a tenant", func(_ *service.Service, u *service.Upstream) {
			u.Tenant, u.TokenURL = "", "https://login.example.com/token"
		}, nil},
		{"a token endpoint on this machine", func(_ *service.Service, u *service.Upstream) { u.TokenURL = "http://127.0.0.1:1/token" }, nil},
		{"imap only", func(s *service.Service, _ *service.Upstream) { s.Protocols = s.Protocols[:1] }, nil},
		{"no networks", func(s *service.Service, _ *service.Upstream) { s.Networks = nil }, service.ErrBridgeNetworks},
		{"every network", func(s *service.Service, _ *service.Upstream) {
			s.Networks = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}
		}, service.ErrBridgeNetworks},
		{"every network of IPv6 too", func(s *service.Service, _ *service.Upstream) {
			s.Networks = append(s.Networks, netip.MustParsePrefix("::/0"))
		}, service.ErrBridgeNetworks},
		{"no protocols", func(s *service.Service, _ *service.Upstream) { s.Protocols = nil }, service.ErrUpstream},
		{"pop3", func(s *service.Service, _ *service.Upstream) { s.Protocols = append(s.Protocols, service.POP3) }, service.ErrUpstream},
		{"pop3, with a host", func(s *service.Service, u *service.Upstream) {
			s.Protocols, u.Hosts[service.POP3] = append(s.Protocols, service.POP3), "outlook.office365.com:995"
		}, service.ErrUpstream},
		{"nothing", func(_ *service.Service, u *service.Upstream) { *u = service.Upstream{} }, service.ErrUpstream},
		{"no tenant", func(_ *service.Service, u *service.Upstream) { u.Tenant = "" }, service.ErrUpstream},
		{"no client", func(_ *service.Service, u *service.Upstream) { u.ClientID = "" }, service.ErrUpstream},
		{"no secret", func(_ *service.Service, u *service.Upstream) { u.Secret = "" }, service.ErrUpstream},
		{"no scope", func(_ *service.Service, u *service.Upstream) { u.Scope = "" }, service.ErrUpstream},
		{"two scopes", func(_ *service.Service, u *service.Upstream) { u.Scope += " openid" }, service.ErrUpstream},
		{"a host without its port", func(_ *service.Service, u *service.Upstream) { u.Hosts[service.IMAP] = "outlook.office365.com" }, service.ErrUpstream},
		{"a port that is none", func(_ *service.Service, u *service.Upstream) { u.Hosts[service.IMAP] = "outlook.office365.com:0" }, service.ErrUpstream},
		{"a token endpoint without TLS", func(_ *service.Service, u *service.Upstream) { u.TokenURL = "http://login.example.com/token" }, service.ErrUpstream},
		{"a token endpoint that only begins so", func(_ *service.Service, u *service.Upstream) { u.TokenURL = "http://127.0.0.1.example.com/" }, service.ErrUpstream},
		{"a token endpoint with a password", func(_ *service.Service, u *service.Upstream) { u.TokenURL = "https://a:b@login.example.com/" }, service.ErrUpstream},
		{"a login in capitals", func(_ *service.Service, u *service.Upstream) { u.Mailboxes["Bob@example.com"] = "bob@example.com" }, service.ErrUpstream},
		{"a mailbox that is empty", func(_ *service.Service, u *service.Upstream) { u.Mailboxes["bob@example.com"] = "" }, service.ErrUpstream},
		{"a mailbox with a control character", func(_ *service.Service, u *service.Upstream) { u.Mailboxes["bob@example.com"] = "bob\x01auth=" }, service.ErrUpstream},
		{"a mailbox with a space", func(_ *service.Service, u *service.Upstream) { u.Mailboxes["bob@example.com"] = "bob proxy=n" }, service.ErrUpstream},
	} {
		s := bridge()
		c.change(&s, s.Upstream)
		if err := s.Check(); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

func TestAMailboxIsTheLoginsOwnOrTheMappedOne(t *testing.T) {
	u := *bridge().Upstream
	for login, want := range map[string]string{
		"alice@example.com": "Alice.Smith@example.onmicrosoft.com", "bob@example.com": "bob@example.com", "ALICE@example.com": "ALICE@example.com", "": "",
	} {
		if got := u.Mailbox(login); got != want {
			t.Errorf("%q: got %q, want %q", login, got, want)
		}
	}
}

func TestTokensComeFromTheTenant(t *testing.T) {
	for _, c := range []struct{ tenant, tokenURL, want string }{
		{"example.onmicrosoft.com", "", "https://login.microsoftonline.com/example.onmicrosoft.com/oauth2/v2.0/token"},
		{"a/../b?c", "", "https://login.microsoftonline.com/a%2F..%2Fb%3Fc/oauth2/v2.0/token"},
		{"example.onmicrosoft.com", "https://login.microsoftonline.us/x", "https://login.microsoftonline.us/x"},
	} {
		if got := (service.Upstream{Tenant: c.tenant, TokenURL: c.tokenURL}).Endpoint(); got != c.want {
			t.Errorf("%q, %q: got %q, want %q", c.tenant, c.tokenURL, got, c.want)
		}
	}
}

func TestAKeyThatABridgeSharesIsNotTheBridges(t *testing.T) {
	own, shared := service.KeyOf("own", time.Unix(1, 0)), service.KeyOf("shared", time.Unix(1, 0))
	b, other := bridge(), bridge()
	other.ID = "another-bridge"
	for _, c := range []struct {
		name  string
		all   []service.Service
		wants []int // how many keys each has then
	}{
		{"a key of its own", []service.Service{with(b, own), {ID: "mail", Keys: []service.Key{shared}}}, []int{1, 1}},
		{"shared with a server", []service.Service{with(b, own, shared), {ID: "mail", Keys: []service.Key{shared}}}, []int{1, 1}},
		{"shared by two bridges", []service.Service{with(b, own, shared), with(other, shared)}, []int{1, 0}},
		{"shared by two servers", []service.Service{{ID: "mail", Keys: []service.Key{shared}}, {ID: "dav", Keys: []service.Key{shared}}}, []int{1, 1}},
		{"none", nil, nil},
	} {
		got := service.Fenced(c.all)
		for i, want := range c.wants {
			if len(got[i].Keys) != want {
				t.Errorf("%s: the service %s has %d keys, want %d", c.name, got[i].ID, len(got[i].Keys), want)
			}
		}
	}
}

func with(s service.Service, keys ...service.Key) service.Service {
	s.Keys = keys
	return s
}
