package main

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/relay"
)

const (
	bridgeKey   = "local-bridge-service-key"
	accessToken = "leaky-access-token"
)

// provider is the token endpoint of a mail provider.
type provider struct {
	*httptest.Server
	requests atomic.Int64
	token    string
	status   atomic.Int64
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{token: accessToken}
	p.status.Store(http.StatusOK)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.requests.Add(1)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(int(p.status.Load()))
		_, _ = w.Write([]byte(`{"token_type":"Bearer","expires_in":3600,"access_token":"` + p.token + `"}`))
	}))
	t.Cleanup(p.Close)
	return p
}

// bridges makes mail a bridge with a key of its own, and people's app passwords for mail good for it.
func (h *house) bridges(p *provider, change func(s *service.Service)) {
	h.t.Helper()
	_, err := secretsmanager.NewFromConfig(h.Config).CreateSecret(h.t.Context(), &secretsmanager.CreateSecretInput{
		Name: aws.String("apppass/upstream/mail"), SecretString: aws.String("leaky-client-secret"),
	})
	h.must(err)
	h.serves("mail", func(s *service.Service) {
		s.Protocols, s.Networks = service.Bridged, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
		s.Keys = []service.Key{service.KeyOf(bridgeKey, h.Clock.Now())}
		s.Upstream = &service.Upstream{
			ClientID: "client-1", Secret: "apppass/upstream/mail", Scope: "https://outlook.office365.com/.default", TokenURL: p.URL,
			Hosts:     map[service.Protocol]string{service.IMAP: "outlook.office365.com:993", service.SMTP: "smtp.office365.com:587"},
			Mailboxes: map[string]string{"bob@example.com": "shared@example.com"},
		}
		change(s)
	})
}

func whole(*service.Service) {}

func TestABridgeGetsATokenWithItsYes(t *testing.T) {
	h, p := newHouse(t), newProvider(t)
	alices, bobs := h.has("alice", active), h.has("bob", active)
	h.bridges(p, whole)
	for _, c := range []struct{ person, pw, protocol, mailbox string }{
		{"alice", alices, "imap", "alice@example.com"}, {"alice", alices, "smtp", "alice@example.com"}, {"bob", bobs, "imap", "shared@example.com"},
	} {
		status, got := h.ask(bridgeKey, asks(c.person+"@EXAMPLE.com", c.pw, map[string]any{"protocol": c.protocol}))
		want := map[string]any{
			"ok": true, "login": c.person + "@example.com", "person": "U" + c.person, "credential_id": credential.ID(c.person), "application": "crm",
			"upstream": map[string]any{"mech": "xoauth2", "user": c.mailbox, "access_token": accessToken, "expires_in": got["upstream"].(map[string]any)["expires_in"]},
		}
		if d := cmp.Diff(want, got); status != 200 || d != "" {
			t.Errorf("%s by %s: got %d (-want +got):\n%s", c.person, c.protocol, status, d)
		}
		if left, _ := got["upstream"].(map[string]any)["expires_in"].(float64); left < 3500 || left > 3600 {
			t.Errorf("the token is said to be good for %v s", left)
		}
	}
	if n := p.requests.Load(); n != 1 {
		t.Errorf("%d tokens were fetched, want one", n)
	}
	h.expects401(bobs, "wrong_login")
	h.expects401("hunter2", "malformed")
	h.expects401(nobodys(), "unknown")
	if n := p.requests.Load(); n != 1 {
		t.Errorf("a token was fetched for who was not let in")
	}
	if log := h.log.String(); strings.Contains(log, "leaky") {
		t.Error("a token or the client secret is in the log")
	}
}

// expects401 expects that a password of Alice's is refused at the bridge.
func (h *house) expects401(pw, reason string) {
	h.t.Helper()
	status, got := h.ask(bridgeKey, asks("alice@example.com", pw, nil))
	if d := cmp.Diff(map[string]any{"ok": false, "reason": reason}, got); status != 401 || d != "" {
		h.t.Errorf("got %d (-want +got):\n%s", status, d)
	}
}

func TestATokenThatCantBeHadIsAskMeLater(t *testing.T) {
	h, p := newHouse(t), newProvider(t)
	pw := h.has("alice", active)
	h.bridges(p, whole)
	p.status.Store(http.StatusUnauthorized)
	status, got := h.ask(bridgeKey, asks("alice@example.com", pw, nil))
	if status != 503 || got["error"] != "relay.no_token" {
		t.Errorf("got %d %v", status, got)
	}
	h.expects401(nobodys(), "unknown")
	p.status.Store(http.StatusOK)
	h.Clock.Advance(2 * time.Second)
	p.token = strings.Repeat("t", relay.MaxToken+1)
	if status, got := h.ask(bridgeKey, asks("alice@example.com", pw, nil)); status != 503 || got["error"] != "relay.too_long" {
		t.Errorf("a token that is too long: got %d %v", status, got["error"])
	}
	p.token = p.token[1:]
	h.Clock.Advance(time.Hour - time.Minute) // Alice's lives for an hour
	if status, got := h.ask(bridgeKey, asks("alice@example.com", pw, nil)); status != 200 {
		t.Errorf("the longest token: got %d %v", status, got["error"])
	}
	if log := h.log.String(); strings.Contains(log, "leaky") || strings.Contains(log, "ttt") {
		t.Error("a token or the client secret is in the log")
	}
}

func TestABridgeThatIsNotFencedIsNotServed(t *testing.T) {
	for code, change := range map[string]func(s *service.Service){
		"service.bridge_networks": func(s *service.Service) { s.Networks = nil },
		"service.upstream":        func(s *service.Service) { s.Upstream.ClientID = "" },
	} {
		h, p := newHouse(t), newProvider(t)
		pw := h.has("alice", active)
		h.bridges(p, whole)
		var stored service.Service
		h.serves("mail", func(s *service.Service) { stored = *s })
		change(&stored)
		settings := dynamo.NewSettings(dynamodb.NewFromConfig(h.Config), h.Table("settings"))
		if err := settings.PutService(t.Context(), stored, false); problem.Of(err).Code() != code {
			t.Errorf("stored: got %v, want %s", err, code)
		}
		// By hand, as no code of ours stores it.
		remove := map[string]string{"service.bridge_networks": "networks", "service.upstream": "upstream.client_id"}[code]
		_, err := dynamodb.NewFromConfig(h.Config).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String(h.Table("settings")), Key: h.key("service", "mail"), UpdateExpression: aws.String("REMOVE " + remove),
		})
		h.must(err)
		h.Clock.Advance(10 * time.Second)
		for _, tried := range []string{pw, nobodys()} {
			if status, got := h.ask(bridgeKey, asks("alice@example.com", tried, nil)); status != 403 || got["error"] != code {
				t.Errorf("got %d %v, want 403 %s", status, got, code)
			}
		}
		if n := p.requests.Load(); n > 0 {
			t.Errorf("%d tokens were fetched", n)
		}
	}
}

func TestABridgeSharesItsKeyWithNobody(t *testing.T) {
	h, p := newHouse(t), newProvider(t)
	pw := h.has("alice", active)
	h.bridges(p, whole)
	settings := dynamo.NewSettings(dynamodb.NewFromConfig(h.Config), h.Table("settings"))
	all, err := settings.Services(t.Context())
	h.must(err)
	for _, s := range all {
		if s.ID == "mail" {
			s.Keys = append(s.Keys, service.KeyOf(intranetKey, h.Clock.Now()))
			if err := settings.PutService(t.Context(), s, false); problem.Of(err) != service.ErrBridgeKey {
				t.Errorf("the intranet's key: got %v, want %v", err, service.ErrBridgeKey)
			}
		}
	}
	// The other way round, which takes the key from the bridge.
	h.serves("intranet", func(s *service.Service) {
		s.Keys = append(s.Keys, service.KeyOf(bridgeKey, h.Clock.Now()))
		s.Protocols = append(s.Protocols, service.IMAP)
	})
	status, got := h.ask(bridgeKey, asks("alice@example.com", pw, nil))
	if _, ok := got["upstream"]; ok || status != 401 || got["reason"] != "wrong_service" {
		t.Errorf("got %d %v", status, got["reason"])
	}
	if status, got := h.ask(bridgeKey, asks("alice@example.com", pw, map[string]any{"service": "mail"})); status != 403 || got["error"] != "verify.service" {
		t.Errorf("who says whom he thinks to be: got %d %v", status, got["error"])
	}
	if n := p.requests.Load(); n > 0 {
		t.Errorf("%d tokens were fetched", n)
	}
}

func TestABridgeAsksInOneWayOnly(t *testing.T) {
	h, p := newHouse(t), newProvider(t)
	pw := h.has("alice", active)
	h.bridges(p, whole)
	answer := h.gets("/v1/forward-auth", map[string]string{"authorization": basic("alice@example.com", pw), "x-apppass-key": bridgeKey})
	if answer.StatusCode != 503 || answer.Body != "" {
		t.Errorf("as a proxy: got %d %q", answer.StatusCode, answer.Body)
	}
	answer = h.gets("/v1/nginx-mail", map[string]string{
		"auth-method": "plain", "auth-user": "alice%40example.com", "auth-pass": pw, "auth-protocol": "imap", "client-ip": "198.51.100.23", "x-apppass-key": bridgeKey,
	})
	if answer.StatusCode != 200 || answer.Headers["auth-status"] != "[UNAVAILABLE] Try again later" {
		t.Errorf("as nginx: got %d %q", answer.StatusCode, answer.Headers["auth-status"])
	}
	// Whose sessions have to end it may ask.
	if answer := h.gets("/v1/revocations", map[string]string{"authorization": "Bearer " + bridgeKey}); answer.StatusCode != 200 {
		t.Errorf("the feed: got %d", answer.StatusCode)
	}
	if n := p.requests.Load(); n > 0 {
		t.Errorf("%d tokens were fetched", n)
	}
}

func TestABridgeAsksFromItsNetworksOnly(t *testing.T) {
	h, p := newHouse(t), newProvider(t)
	pw := h.has("alice", active)
	h.bridges(p, func(s *service.Service) { s.Networks = []netip.Prefix{netip.MustParsePrefix("192.0.2.26/32")} })
	if status, got := h.ask(bridgeKey, asks("alice@example.com", pw, nil)); status != 403 || got["error"] != "verify.network" {
		t.Errorf("got %d %v", status, got)
	}
}
