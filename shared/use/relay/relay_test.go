package relay_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/relay"
)

var now = time.Unix(1_800_000_000, 0)

// giving gives one token, or fails.
type giving struct {
	token relay.Token
	err   error
	asked *int
}

func (g giving) Token(context.Context, service.Upstream) (relay.Token, error) {
	*g.asked++
	return g.token, g.err
}

func bridge() service.Service {
	return service.Service{
		ID: "mail", Protocols: []service.Protocol{service.IMAP}, Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.25/32")},
		Upstream: &service.Upstream{
			Tenant: "tenant", ClientID: "client", Secret: "apppass/upstream/mail", Scope: "scope", Hosts: map[service.Protocol]string{service.IMAP: "outlook.office365.com:993"},
			Mailboxes: map[string]string{"bob@example.com": "shared@example.com"},
		},
	}
}

func TestWhoWasLetInGetsTheirMailboxAndAToken(t *testing.T) {
	for login, mailbox := range map[string]string{"alice@example.com": "alice@example.com", "bob@example.com": "shared@example.com"} {
		var asked int
		r := relay.New(giving{token: relay.NewToken("the-token", now.Add(10*time.Minute+time.Millisecond)), asked: &asked}, func() time.Time { return now })
		got, err := r.Access(t.Context(), bridge(), login)
		if err != nil || got.Mailbox != mailbox || got.Token.Reveal() != "the-token" || got.Left != 10*time.Minute {
			t.Errorf("%s: got %+v, %v", login, got, err)
		}
	}
}

func TestNothingIsGivenWhereSomethingIsWrong(t *testing.T) {
	good := relay.NewToken("the-token", now.Add(time.Hour))
	failing := fmt.Errorf("%w: the provider is away", relay.ErrNoToken)
	for _, c := range []struct {
		name   string
		login  string
		change func(*service.Service)
		token  relay.Token
		err    error
		want   *problem.Problem
		asks   int
	}{
		{"no bridge", "alice@example.com", func(s *service.Service) { s.Upstream = nil }, good, nil, problem.ErrInternal, 0},
		{"no networks", "alice@example.com", func(s *service.Service) { s.Networks = nil }, good, nil, service.ErrBridgeNetworks, 0},
		{"no client", "alice@example.com", func(s *service.Service) { s.Upstream.ClientID = "" }, good, nil, service.ErrUpstream, 0},
		{"no login", "", func(*service.Service) {}, good, nil, relay.ErrMailbox, 0},
		{"a login with a control character", "a\x01auth=@example.com", func(*service.Service) {}, good, nil, relay.ErrMailbox, 0},
		{"a login with a space", "a b@example.com", func(*service.Service) {}, good, nil, relay.ErrMailbox, 0},
		{"no token", "alice@example.com", func(*service.Service) {}, relay.Token{}, failing, relay.ErrNoToken, 1},
		{"a token that is too long", "alice@example.com", func(*service.Service) {}, relay.NewToken(strings.Repeat("t", relay.MaxToken+1), now), nil, relay.ErrTooLong, 1},
	} {
		var asked int
		s := bridge()
		c.change(&s)
		got, err := relay.New(giving{c.token, c.err, &asked}, func() time.Time { return now }).Access(t.Context(), s, c.login)
		if problem.Of(err) != c.want || asked != c.asks || got.Token.Reveal() != "" {
			t.Errorf("%s: got %v, asked %d times, want %v, %d", c.name, err, asked, c.want, c.asks)
		}
		if err != nil && strings.Contains(err.Error(), "ttt") {
			t.Errorf("%s: the error quotes the token", c.name)
		}
	}
}

func TestATokenIsNotShown(t *testing.T) {
	a := relay.Access{Mailbox: "alice@example.com", Token: relay.NewToken("leaky-token", now)}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "access", a, "token", a.Token)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "access", a, "token", a.Token)
	text, err := json.Marshal(a)
	all := fmt.Sprintf("%v %+v %#v %s %q", a, a, a, a.Token, a.Token) + log.String() + string(text) + fmt.Sprint(err)
	if err == nil || strings.Contains(all, "leaky-token") {
		t.Errorf("it is shown: %v", err)
	}
	if _, err := json.Marshal(a.Token); err == nil || errors.Unwrap(err) == nil {
		t.Errorf("it is marshalled: %v", err)
	}
}
