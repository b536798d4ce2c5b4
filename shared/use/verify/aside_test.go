package verify_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

var office = netip.MustParseAddr("203.0.113.7")

func TestAUseIsToldAndNotedAndThenLeftAlone(t *testing.T) {
	p := newPorts(t)
	v := p.verifier()
	r := verify.Request{Login: "alice", Protocol: service.IMAP, Password: p.stores(false, func(e *credential.Entry) { e.Made = now }), Client: office}
	for _, c := range []struct {
		what   string
		change func()
		want   []string
	}{
		{"the first", func() {}, []string{
			`used use:c1:1795608000:203.0.113.0/24 {"credential":"c1","first":true,"service":"mail","protocol":"imap","network":"203.0.113.0/24","address":"203.0.113.7","made":1795608000}`, "uses 1",
		}},
		{"the same again", func() {}, nil},
		{"a neighbour", func() { r.Client = netip.MustParseAddr("203.0.113.9") }, nil},
		{"by another protocol", func() { r.Protocol = service.SMTP }, []string{"uses 2"}},
		{"from elsewhere", func() { r.Client = netip.MustParseAddr("2001:db8::1") }, []string{
			`used use:c1:1795608000:2001:db8::/48 {"credential":"c1","first":false,"service":"mail","protocol":"smtp","network":"2001:db8::/48","address":"2001:db8::1","made":1795608000}`, "uses 3",
		}},
		{"from nobody knows where", func() { r.Client = netip.Addr{} }, []string{"uses 4"}},
	} {
		p.written = nil
		c.change()
		if _, err := v.Verify(t.Context(), p.mail(), r); err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		if !slices.Equal(p.written, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.what, p.written, c.want)
		}
	}
}

func TestWhatIsDoneBesideTheAnswerIsNeverInItsWay(t *testing.T) {
	for name, c := range map[string]struct {
		old   bool
		state credential.EntryState
		pw    func(good string) string
		want  error
		did   []string
	}{
		"a first use": {false, credential.EntryActive, nil, nil, []string{"used"}}, // untold, so not noted
		"an old key":  {true, credential.EntryActive, nil, nil, []string{"rekey"}},
		"rejected":    {false, credential.EntryRevoked, nil, verify.Revoked, []string{"reject"}},
		"mistyped":    {false, credential.EntryActive, typo, verify.Mistyped, []string{"reject"}},
		"unknown":     {false, credential.EntryActive, func(string) string { return nobodys() }, verify.Unknown, []string{"miss"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPorts(t)
			pw := p.stores(c.old, func(e *credential.Entry) { e.State = c.state })
			if c.pw != nil {
				pw = c.pw(pw)
			}
			p.writes = fmt.Errorf("away: %w", problem.ErrUnavailable)
			_, err := p.verifier().Verify(t.Context(), p.mail(), verify.Request{Login: "alice", Protocol: service.IMAP, Password: pw, Client: office})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			var did []string
			for _, w := range p.written {
				did = append(did, strings.Fields(w)[0])
			}
			if !slices.Equal(did, c.did) {
				t.Errorf("it did %q, want %q", p.written, c.did)
			}
		})
	}
}

func TestAnOlderPepperIsLeftBehind(t *testing.T) {
	p := newPorts(t)
	r := verify.Request{Login: "alice", Protocol: service.IMAP, Password: p.stores(true, func(*credential.Entry) {})}
	if _, err := p.verifier().Verify(t.Context(), p.mail(), r); err != nil || !slices.Equal(p.written, []string{"rekey c1 to 2"}) {
		t.Errorf("got %v and %q", err, p.written)
	}
	p = newPorts(t)
	r.Password = p.stores(true, func(e *credential.Entry) {
		e.State, e.Ends = credential.EntrySuperseded, now.Add(time.Hour)
	})
	if _, err := p.verifier().Verify(t.Context(), p.mail(), r); err != nil || slices.Contains(p.written, "rekey c1 to 2") {
		t.Errorf("one that ends anyway: got %v and %q", err, p.written)
	}
}

func TestARejectionIsKeptForItsOwner(t *testing.T) {
	p := newPorts(t)
	v := p.verifier()
	pw := p.stores(false, func(*credential.Entry) {})
	ask := func(login, password string, want error, written ...string) {
		t.Helper()
		p.written = nil
		_, err := v.Verify(t.Context(), p.mail(), verify.Request{Login: login, Password: password, Protocol: service.IMAP, Client: office})
		if !errors.Is(err, want) || !slices.Equal(p.written, written) {
			t.Errorf("got %v and %q, want %v and %q", err, p.written, want, written)
		}
	}
	ask("bob", pw, verify.WrongLogin, "reject alice@example.com 203.0.113.0/24 wrong_login") // whose it is
	ask("bob", pw, verify.WrongLogin)                                                        // once a minute
	ask("Bob", typo(pw), verify.Mistyped, "reject bob@example.com 203.0.113.0/24 mistyped")  // nobody's
	ask("bob", "hunter2", verify.Malformed, "reject bob@example.com 203.0.113.0/24 malformed")
	// What is no login is kept nowhere: it may be a password.
	ask("", "hunter2", verify.Malformed)
	ask(pw, pw, verify.WrongLogin) // it is hers, and once a minute
	ask(typo(pw), typo(pw), verify.Mistyped)
	ask(typo(pw)+"@example.com", "hunter2", verify.Malformed)
	ask(nobodys(), nobodys(), verify.Unknown)
	ask(strings.Repeat("a", 256), "hunter2", verify.Malformed)
}

func TestARightPasswordIsNeverThrottledAndUnknownOnesAre(t *testing.T) {
	p := newPorts(t)
	v := p.verifier()
	pw := p.stores(false, func(*credential.Entry) {})
	ask := func(password string) error {
		_, err := v.Verify(t.Context(), p.mail(), verify.Request{Login: "alice", Password: password, Protocol: service.IMAP, Client: office})
		return err
	}
	if err := ask(nobodys()); !errors.Is(err, verify.Unknown) || !slices.Equal(p.written, []string{"miss alice@example.com 203.0.113.0/24 10"}) {
		t.Errorf("got %v and %q", err, p.written)
	}
	p.full, p.written = true, nil
	for range 3 {
		err := ask(nobodys())
		many, ok := errors.AsType[*verify.TooMany](err)
		if !ok || many.After != 15*time.Minute || problem.Of(err).Kind() != problem.TooMany {
			t.Errorf("got %v", err)
		}
	}
	if len(p.written) != 2 { // and the word to whose login it is
		t.Errorf("what is known to be throttled was asked for: %q", p.written)
	}
	if err := ask(pw); err != nil {
		t.Errorf("the right one: got %v", err)
	}
}

func TestAFloodWritesABoundedNumberOfItems(t *testing.T) {
	for name, address := range map[string]func(n int) netip.Addr{
		"from one network": func(int) netip.Addr { return office },
		"from everywhere":  func(n int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 1}) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPorts(t)
			v := p.verifier()
			for n := range 20_000 {
				r := verify.Request{Login: fmt.Sprintf("p%d", n), Password: "hunter2", Protocol: service.IMAP, Client: address(n)}
				if n%2 == 0 {
					r.Password = nobodys()
				}
				if _, err := v.Verify(t.Context(), p.mail(), r); !errors.Is(err, verify.Unknown) && !errors.Is(err, verify.Malformed) {
					t.Fatalf("got %v", err)
				}
			}
			if most := map[string]int{"from one network": 64, "from everywhere": 512}[name]; len(p.written) != most {
				t.Errorf("%d items were written, want %d", len(p.written), most)
			}
		})
	}
}
