package verify_test

import (
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

func (p *ports) verifierAt(clock func() time.Time) *verify.Verifier {
	return verify.New(p, p, p, []string{"app"}, clock, slog.New(slog.DiscardHandler))
}

func TestAWordIsLeftWhereAPasswordThatIsOverStillComes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*credential.Entry)
		reason verify.Reason
		said   bool
	}{
		"revoked":             {func(e *credential.Entry) { e.State = credential.EntryRevoked }, verify.Revoked, true},
		"expired":             {func(e *credential.Entry) { e.State = credential.EntryExpired }, verify.Expired, true},
		"over, not swept yet": {func(e *credential.Entry) { e.Expires = now }, verify.Expired, true},
		"rotated away":        {func(e *credential.Entry) { e.State, e.Ends = credential.EntrySuperseded, now }, verify.Superseded, true},
		"not opened":          {func(e *credential.Entry) { e.State = credential.EntryPending }, verify.Pending, false},
		"for another service": {func(e *credential.Entry) { e.Services = []string{"wiki"} }, verify.WrongService, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPorts(t)
			r := verify.Request{Login: "alice", Protocol: service.IMAP, Client: office}
			r.Password = p.stores(false, func(e *credential.Entry) { e.Made = now.Add(-time.Hour); c.change(e) })
			want := []string{"reject alice@example.com 203.0.113.0/24 " + string(c.reason)}
			if c.said {
				want = append(want, `tried tried:c1:1795604400:203.0.113.0/24 {"credential":"c1","made":1795604400,"reason":"`+string(c.reason)+
					`","service":"mail","protocol":"imap","network":"203.0.113.0/24","address":"203.0.113.7"}`)
			}
			if _, err := p.verifier().Verify(t.Context(), p.mail(), r); !errors.Is(err, c.reason) || !slices.Equal(p.written, want) {
				t.Errorf("got %v and\n%q, want\n%q", err, p.written, want)
			}
		})
	}
}

func TestAPhoneThatIsStuckLeavesOneWordADay(t *testing.T) {
	p := newPorts(t)
	at := now
	v := p.verifierAt(func() time.Time { return at })
	r := verify.Request{Login: "alice", Protocol: service.IMAP, Client: office, Password: p.stores(false, func(e *credential.Entry) { e.State = credential.EntryRevoked })}
	ask := func() (rejects, words int) {
		t.Helper()
		p.written = nil
		if _, err := v.Verify(t.Context(), p.mail(), r); !errors.Is(err, verify.Revoked) {
			t.Fatal(err)
		}
		for _, w := range p.written {
			if w[:6] == "reject" {
				rejects++
			} else {
				words++
			}
		}
		return rejects, words
	}
	for minute := range 24 * 60 {
		if _, words := ask(); words != map[bool]int{true: 1}[minute == 0 || at.Equal(now.Truncate(24*time.Hour).Add(24*time.Hour))] {
			t.Fatalf("after %d minutes: %d words", minute, words)
		}
		at = at.Add(time.Minute)
	}
	r.Client = netip.MustParseAddr("2001:db8::1")
	if rejects, words := ask(); rejects != 1 || words != 1 {
		t.Errorf("from elsewhere: %d rejections and %d words", rejects, words)
	}
	// What could not be queued is left at the next minute.
	r.Client, p.writes = netip.MustParseAddr("192.0.2.1"), problem.ErrUnavailable
	ask()
	at, p.writes = at.Add(time.Minute), nil
	if _, words := ask(); words != 1 {
		t.Errorf("after trouble: %d words", words)
	}
	// Another process has kept it, and so has left the word.
	r.Client, p.kept = netip.MustParseAddr("198.51.100.1"), true
	if _, words := ask(); words != 0 {
		t.Errorf("what another process has kept: %d words", words)
	}
}

func TestOfManyUnknownPasswordsOneWordIsLeft(t *testing.T) {
	p := newPorts(t)
	at := now
	v := p.verifierAt(func() time.Time { return at })
	p.full = true
	ask := func(login string) {
		t.Helper()
		p.written = nil
		_, err := v.Verify(t.Context(), p.mail(), verify.Request{Login: login, Protocol: service.IMAP, Client: office, Password: nobodys()})
		if !errors.Is(err, verify.ErrTooMany) {
			t.Fatal(err)
		}
	}
	ask("alice")
	if len(p.written) != 2 || p.written[1] != `guessed guessed:ff8d9819fc0e12bf:203.0.113.0/24:2026-11-25 `+
		`{"login":"alice@example.com","service":"mail","protocol":"imap","network":"203.0.113.0/24","address":"203.0.113.7"}` {
		t.Errorf("got %q", p.written)
	}
	at = at.Add(15 * time.Minute)
	if ask("alice"); len(p.written) != 1 {
		t.Errorf("in the next window: got %q", p.written)
	}
	if ask("bob"); len(p.written) != 2 {
		t.Errorf("another login: got %q", p.written)
	}
	at = at.Add(24 * time.Hour)
	if ask("alice"); len(p.written) != 2 {
		t.Errorf("the next day: got %q", p.written)
	}
}
