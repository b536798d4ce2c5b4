package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestALoginIsKickedAtOnceAndOnceMore(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	m.says("c1", "alice@example.com")
	if got, want := m.lasts(0, 30*time.Second, "alice@example.com"), []int{0, 6}; !slices.Equal(got, want) {
		t.Errorf("kicked after %v seconds, want %v", got, want)
	}
	// Another one of hers, while the first is told still.
	m.tells(page{Logins: []string{"alice@example.com"}, Next: "c2", Ends: []end{{"alice@example.com", "of alice@example.com"}, {"alice@example.com", "second"}}})
	if got, want := m.lasts(33*time.Second, 90*time.Second, "alice@example.com"), []int{33, 39}; !slices.Equal(got, want) {
		t.Errorf("kicked after %v seconds, want %v", got, want)
	}
	// A mark that comes again after it was not told for long is a new one.
	m.says("c3")
	m.lasts(93*time.Second, 190*time.Second, "alice@example.com")
	m.says("c4", "alice@example.com")
	if got, want := m.lasts(193*time.Second, 220*time.Second, "alice@example.com"), []int{193, 199}; !slices.Equal(got, want) {
		t.Errorf("kicked after %v seconds, want %v", got, want)
	}
}

func TestAKickIsTriedUntilItSucceeds(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(*mail){
		"doveadm is away":    func(m *mail) { m.broken = http.StatusServiceUnavailable },
		"the kick fails":     func(m *mail) { m.refuses["alice@example.com"] = `{"type":"exitCode","exitCode":75}` },
		"the command is bad": func(m *mail) { m.refuses["alice@example.com"] = `{"type":"unknownMethod"}` },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMail(t)
			m.says("c1", "alice@example.com")
			fail(m)
			m.lasts(0, 9*time.Second, "alice@example.com")
			m.says("c2") // it is told no more
			m.lasts(12*time.Second, 15*time.Second, "alice@example.com")
			if got := m.keeps(); got != "" {
				t.Errorf("the cursor %q is kept before the kick", got)
			}
			m.broken, m.refuses = 0, map[string]string{}
			if got := m.lasts(18*time.Second, 21*time.Second, "alice@example.com"); !slices.Equal(got, []int{18}) {
				t.Errorf("kicked after %v seconds, want 18", got)
			}
			if got := m.keeps(); got != "c2" {
				t.Errorf("got the cursor %q, want c2", got)
			}
			for _, line := range []string{"doveadm fails", "doveadm works again"} {
				if n := strings.Count(m.log.String(), line); n != 1 {
					t.Errorf("%q is logged %d times in\n%s", line, n, m.log.String())
				}
			}
		})
	}
}

func TestOneWhoCanNotBeKickedDoesNotHinderOthers(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	var all []string
	for i := range 2*batch + 1 {
		all = append(all, fmt.Sprintf("p%d@example.com", i))
	}
	m.refuses["p0@example.com"] = `{"type":"exitCode","exitCode":75}`
	m.refuses["p1@example.com"] = `{"type":"exitCode","exitCode":68}` // no sessions
	m.says("c1", all...)
	m.turn(t.Context(), time.Now())
	if !slices.Equal(m.kicks, all[2:]) {
		t.Errorf("%d of %d were kicked", len(m.kicks), len(all)-2)
	}
	if !slices.Equal(m.pending, all[:1]) {
		t.Errorf("got %v to be kicked still, want p0 alone", m.pending)
	}
}

func TestARestartMissesNothing(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	m.says("c1")
	m.lasts(0, 3*time.Second, "")
	m.restarts()
	m.says("c2", "alice@example.com")
	m.lasts(6*time.Second, 9*time.Second, "")
	if want := []string{"", "c1", "c1", "c2"}; !slices.Equal(m.polls, want) {
		t.Errorf("got the cursors %q, want %q", m.polls, want)
	}
	if m.kicked("alice@example.com") != 1 {
		t.Errorf("got %d kicks, want 1", m.kicked("alice@example.com"))
	}
}

func TestWhereThereIsMoreItIsReadAtOnce(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	pages := map[string]string{
		"":   `{"logins":["a@example.com"],"ends":[{"login":"a@example.com","mark":"a"}],"next":"c1","more":true}`,
		"c1": `{"logins":["b@example.com"],"ends":[{"login":"b@example.com","mark":"b"}],"next":"c 2&","more":true}`,
		// A feed that stands still is asked again at the next poll.
		"c 2&": `{"logins":["c@example.com"],"ends":[{"login":"c@example.com","mark":"c"}],"next":"c 2&","more":true}`,
	}
	m.answers(func(cursor string) (int, string) { return http.StatusOK, pages[cursor] })
	m.turn(t.Context(), time.Now())
	if want := []string{"a@example.com", "b@example.com", "c@example.com"}; !slices.Equal(m.kicks, want) {
		t.Errorf("got %v, want %v", m.kicks, want)
	}
}

func TestAFeedThatFailsIsAskedMoreSlowly(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	m.says("c1")
	m.lasts(0, 0, "")
	m.answers(func(string) (int, string) { return http.StatusServiceUnavailable, "" })
	m.lasts(3*time.Second, 5*time.Minute, "")
	// After 3, 6, 12, 24, 30, 30 … seconds.
	if n := len(m.polls); n < 12 || n > 14 {
		t.Errorf("it is asked %d times in 5 minutes", n)
	}
	m.says("c2", "alice@example.com")
	if m.lasts(5*time.Minute, 6*time.Minute, "alice@example.com"); m.polls[len(m.polls)-1] != "c2" || m.kicked("alice@example.com") == 0 {
		t.Errorf("it did not go on from its cursor: %q", m.polls)
	}
	for _, line := range []string{"the feed fails", "the feed works again"} {
		if n := strings.Count(m.log.String(), line); n != 1 {
			t.Errorf("%q is logged %d times in\n%s", line, n, m.log.String())
		}
	}
}

func TestOnlyAPageOfTheFeedIsOne(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]struct {
		status int
		text   string
	}{
		"HTML":           {200, "<!doctype html>"},
		"nothing":        {200, ""},
		"another object": {200, "{}"},
		"no cursor":      {200, `{"logins":["alice@example.com"]}`},
		"no logins":      {200, `{"next":"c9"}`},
		"an error":       {503, `{"logins":["alice@example.com"],"next":"c9"}`},
		"a redirect":     {302, `{"logins":["alice@example.com"],"next":"c9"}`},
		"a bad request":  {400, `{"ok":false,"error":"other"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMail(t)
			m.says("c1")
			m.lasts(0, 0, "")
			m.answers(func(string) (int, string) { return bad.status, bad.text })
			m.lasts(3*time.Second, 6*time.Second, "")
			if m.cursor != "c1" || len(m.kicks) > 0 || m.keeps() != "c1" {
				t.Errorf("got the cursor %q and the kicks %v", m.cursor, m.kicks)
			}
		})
	}
}

func TestACursorThatIsNotKnownIsGivenUpAndTold(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	m.write("cursor", "nonsense")
	m.restarts()
	m.answers(func(cursor string) (int, string) {
		if cursor == "nonsense" {
			return http.StatusBadRequest, `{"ok":false,"error":"feed.cursor"}`
		}
		return http.StatusOK, `{"logins":[],"next":"c1"}`
	})
	m.turn(t.Context(), time.Now())
	if m.keeps() != "c1" || !strings.Contains(m.log.String(), "sessions may be open") {
		t.Errorf("got the cursor %q and the log %s", m.keeps(), m.log.String())
	}
}

func TestANewKeyNeedsNoRestartAndNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	m.says("c1", "alice@example.com")
	m.write("key", "a-revoked-key")
	m.write("password", "a-former-password")
	m.turn(t.Context(), time.Unix(1_800_000_000, 0))
	m.write("key", "the-service-key")
	m.turn(t.Context(), time.Unix(1_800_000_010, 0))
	m.write("password", "the-doveadm-password")
	m.turn(t.Context(), time.Unix(1_800_000_020, 0))
	if m.kicked("alice@example.com") == 0 {
		t.Error("the new secrets are not used")
	}
	for _, s := range []string{"the-service-key", "a-revoked-key", "the-doveadm-password", "a-former-password"} {
		if strings.Contains(m.log.String(), s) {
			t.Error("a secret is logged")
		}
	}
}
