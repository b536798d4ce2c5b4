package feed_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/feed"
)

// shelf keeps revocations as a table does, sorted by position.
type shelf struct {
	all    map[string]string // position → login
	broken error
	reads  int
}

func (s *shelf) Revocations(_ context.Context, service, after string) ([]feed.Revocation, error) {
	s.reads++
	if service != "mail" || after == "" {
		return nil, fmt.Errorf("asked for %q after %q", service, after)
	}
	var found []feed.Revocation
	for position, login := range s.all {
		if position > after {
			found = append(found, feed.Revocation{Position: position, Login: login})
		}
	}
	slices.SortFunc(found, func(a, b feed.Revocation) int { return strings.Compare(a.Position, b.Position) })
	return found[:min(len(found), feed.Most)], s.broken
}

var begun = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func TestWhoAsksAgainAndAgainMissesNothing(t *testing.T) {
	now, s := begun, &shelf{all: map[string]string{feed.Position(begun.Add(-time.Hour), "c0"): "old@example.com"}}
	f := feed.New(s, func() time.Time { return now })
	page, err := f.Since(t.Context(), "mail", "")
	if err != nil || page.Logins == nil || len(page.Logins) > 0 || page.More || s.reads > 0 {
		t.Fatalf("without a cursor: got %+v, %v after %d reads", page, err, s.reads)
	}
	heard := map[string]bool{}
	poll := func() {
		t.Helper()
		var err error
		if page, err = f.Since(t.Context(), "mail", page.Next); err != nil {
			t.Fatal(err)
		}
		for _, l := range page.Logins {
			heard[l] = true
		}
	}
	now = now.Add(3 * time.Second)
	s.all[feed.Position(now, "c1")] = "alice@example.com"
	s.all[feed.Position(now, "c2")] = "alice@example.com" // two passwords of hers
	poll()
	if !slices.Equal(page.Logins, []string{"alice@example.com"}) {
		t.Errorf("got %q", page.Logins)
	}
	// Committed late, behind a later one that was read already.
	now = now.Add(30 * time.Second)
	s.all[feed.Position(now, "c3")] = "carol@example.com"
	poll()
	now = now.Add(25 * time.Second)
	s.all[feed.Position(now.Add(-50*time.Second), "c4")] = "bob@example.com"
	poll()
	if !heard["bob@example.com"] || !heard["carol@example.com"] || heard["old@example.com"] {
		t.Errorf("heard of %v", heard)
	}
	now = now.Add(2 * time.Minute)
	poll() // from the last cursor on
	poll()
	if len(page.Logins) > 0 {
		t.Errorf("minutes later it still says %q", page.Logins)
	}
}

func TestAllOfAGreatNumberIsReadInPages(t *testing.T) {
	now, s := begun, &shelf{all: map[string]string{}}
	f := feed.New(s, func() time.Time { return now })
	page, err := f.Since(t.Context(), "mail", "")
	if err != nil {
		t.Fatal(err)
	}
	const people = 2*feed.Most + 7
	for n := range people {
		s.all[feed.Position(begun.Add(time.Duration(n)*time.Millisecond), "c")] = fmt.Sprintf("p%04d@example.com", n)
	}
	now = now.Add(3 * time.Second)
	heard, more := map[string]bool{}, []bool{}
	for range 3 {
		if page, err = f.Since(t.Context(), "mail", page.Next); err != nil {
			t.Fatal(err)
		}
		more = append(more, page.More)
		for _, l := range page.Logins {
			heard[l] = true
		}
		now = now.Add(time.Second)
	}
	if len(heard) != people || !slices.Equal(more, []bool{true, true, false}) {
		t.Errorf("heard of %d of %d, and whether there is more: %v", len(heard), people, more)
	}
	// What was written while the pages were read comes next.
	s.all[feed.Position(begun.Add(4*time.Second), "c")] = "late@example.com"
	if page, err = f.Since(t.Context(), "mail", page.Next); err != nil || page.More == false && !slices.Contains(page.Logins, "late@example.com") {
		t.Errorf("got %d logins, %v", len(page.Logins), err)
	}
}

func TestACursorOfSomethingElseIsRefused(t *testing.T) {
	f := feed.New(&shelf{}, func() time.Time { return begun })
	for _, cursor := range []string{"x", "-1", "1~", "~", "~1", "1.5", strings.Repeat("1", 65), "99999999999999999999", "1 "} {
		if _, err := f.Since(t.Context(), "mail", cursor); !errors.Is(err, feed.ErrCursor) {
			t.Errorf("%q: got %v, want %v", cursor, err, feed.ErrCursor)
		}
	}
	for _, cursor := range []string{"0", "1795600800000", "1795600800000~1795600790000#c1"} {
		if _, err := f.Since(t.Context(), "mail", cursor); err != nil {
			t.Errorf("%q: got %v", cursor, err)
		}
	}
	broken := feed.New(&shelf{broken: problem.ErrUnavailable}, func() time.Time { return begun })
	if _, err := broken.Since(t.Context(), "mail", "0"); !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
