package main

import (
	"encoding/json"
	"net/url"
	"slices"
	"testing"
	"time"
)

func TestTheFeedTellsAServiceWhoseSessionsEnd(t *testing.T) {
	h := newHouse(t)
	ask := func(key, after string) (logins []string, next string, more bool) {
		t.Helper()
		answer := h.gets("/v1/revocations?after="+url.QueryEscape(after), map[string]string{"authorization": "Bearer " + key})
		var page struct {
			Logins *[]string
			Next   string
			More   bool
		}
		if err := json.Unmarshal([]byte(answer.Body), &page); err != nil || answer.StatusCode != 200 || page.Logins == nil || page.Next == "" {
			t.Fatalf("got %d %s, %v", answer.StatusCode, answer.Body, err)
		}
		return *page.Logins, page.Next, page.More
	}
	_, cursor, _ := ask(mailKey, "")
	h.has("alice", revoked)
	h.has("bob", active)
	h.Clock.Advance(3 * time.Second)
	logins, next, more := ask(mailKey, cursor)
	if !slices.Equal(logins, []string{"alice@example.com"}) || more || next <= cursor {
		t.Errorf("got %q, %s after %s, %v", logins, next, cursor, more)
	}
	if logins, _, _ := ask(intranetKey, cursor); len(logins) > 0 {
		t.Errorf("another service hears of %q", logins)
	}
	h.Clock.Advance(2 * time.Minute)
	_, next, _ = ask(mailKey, next)
	if logins, _, _ := ask(mailKey, next); len(logins) > 0 {
		t.Errorf("two minutes later it says %q", logins)
	}
	for what, c := range map[string]struct {
		key, after string
		status     int
	}{
		"a wrong key":           {"x", cursor, 403},
		"a cursor of another's": {mailKey, "yesterday", 400},
	} {
		if answer := h.gets("/v1/revocations?after="+c.after, map[string]string{"authorization": "Bearer " + c.key}); answer.StatusCode != c.status {
			t.Errorf("%s: got %d, want %d", what, answer.StatusCode, c.status)
		}
	}
	h.must(h.Faults.Add(throttled("Query", 2)))
	if answer := h.gets("/v1/revocations?after="+next, map[string]string{"authorization": "Bearer " + mailKey}); answer.StatusCode != 503 {
		t.Errorf("storage is away: got %d", answer.StatusCode)
	}
}
