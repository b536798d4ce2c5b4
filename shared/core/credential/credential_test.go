package credential_test

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/apppass/apppass/shared/core/credential"
)

// walk holds a table of transitions to what is true of every life: it begins at begin, can end, and does not come back.
func walk[S ~string](t *testing.T, transitions map[S][]S, begin S, ends []S) {
	t.Helper()
	reached := map[S]bool{}
	var visit func(s S)
	visit = func(s S) {
		if reached[s] {
			return
		}
		reached[s] = true
		for _, next := range transitions[s] {
			visit(next)
		}
	}
	visit(begin)
	for s, next := range transitions {
		if !reached[s] {
			t.Errorf("%s can't be reached from %s", s, begin)
		}
		if isEnd := slices.Contains(ends, s); isEnd != (len(next) == 0) {
			t.Errorf("%s leads to %v, but is an end: %v", s, next, isEnd)
		}
		for _, n := range next {
			if _, known := transitions[n]; !known {
				t.Errorf("%s leads to %s, which is not in the table", s, n)
			}
			// What was superseded works again where nobody has got its successor.
			undone := n+s == "activesuperseded" || n+s == "supersededactive"
			if (slices.Contains(transitions[n], s) || n == s) && !undone {
				t.Errorf("%s comes back from %s", s, n)
			}
		}
		for _, end := range ends {
			if len(next) > 0 && !slices.Contains(next, end) {
				t.Errorf("%s can't be ended as %s at once", s, end)
			}
		}
	}
}

func TestEveryLifeEndsForGood(t *testing.T) {
	walk(t, credential.Transitions, credential.Pending, []credential.State{credential.Revoked, credential.Expired})
	walk(t, credential.EntryTransitions, credential.EntryPending, []credential.EntryState{credential.EntryRevoked, credential.EntryExpired})
}

func TestEveryStateIsInItsTable(t *testing.T) {
	states := []credential.State{credential.Pending, credential.Active, credential.Revoked, credential.Expired}
	if d := cmp.Diff(states, slices.Collect(maps.Keys(credential.Transitions)), sorted); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	entries := []credential.EntryState{
		credential.EntryPending, credential.EntryActive, credential.EntrySuperseded, credential.EntryRevoked, credential.EntryExpired,
	}
	if d := cmp.Diff(entries, slices.Collect(maps.Keys(credential.EntryTransitions)), sorted); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// sorted compares states whatever their order.
var sorted = cmp.Options{cmpopts.SortSlices(less[credential.State]), cmpopts.SortSlices(less[credential.EntryState])}

func less[S ~string](a, b S) bool { return a < b }

func TestAnEntryLivesAsItsCredentialDoes(t *testing.T) {
	for from, next := range credential.Transitions {
		for _, to := range next {
			if !slices.Contains(credential.EntryTransitions[credential.EntryState(from)], credential.EntryState(to)) {
				t.Errorf("a credential may become %s from %s, and its entry may not", to, from)
			}
		}
	}
}

func TestWhatAConditionalWriteDemands(t *testing.T) {
	for to, want := range map[credential.State][]credential.State{
		credential.Pending: nil,
		credential.Active:  {credential.Pending},
		credential.Revoked: {credential.Active, credential.Pending},
		credential.Expired: {credential.Active, credential.Pending},
	} {
		if d := cmp.Diff(want, credential.Before(to), sorted, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("before %s (-want +got):\n%s", to, d)
		}
	}
	for to, want := range map[credential.EntryState][]credential.EntryState{
		credential.EntryPending:    nil,
		credential.EntryActive:     {credential.EntryPending, credential.EntrySuperseded},
		credential.EntrySuperseded: {credential.EntryActive},
		credential.EntryRevoked:    {credential.EntryPending, credential.EntryActive, credential.EntrySuperseded},
		credential.EntryExpired:    {credential.EntryPending, credential.EntryActive, credential.EntrySuperseded},
	} {
		if d := cmp.Diff(want, credential.EntryBefore(to), sorted, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("before %s (-want +got):\n%s", to, d)
		}
	}
}

func TestACredentialIsLiveUntilItEndsOrExpires(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		state   credential.State
		expires time.Time
		want    bool
	}{
		{credential.Pending, time.Time{}, true},
		{credential.Active, time.Time{}, true},
		{credential.Active, now.Add(time.Nanosecond), true},
		{credential.Active, now, false},
		{credential.Pending, now.Add(-time.Second), false},
		{credential.Revoked, time.Time{}, false},
		{credential.Revoked, now.Add(time.Hour), false},
		{credential.Expired, now.Add(time.Hour), false},
		{"", time.Time{}, false},
	} {
		if got := (credential.Credential{State: c.state, Expires: c.expires}).Live(now); got != c.want {
			t.Errorf("%s until %v: got %v, want %v", c.state, c.expires, got, c.want)
		}
	}
}

func TestAJobMakesOneCredential(t *testing.T) {
	// By another implementation of Crockford's base32 over SHA-256.
	for job, want := range map[string]string{"": "cwerc8gmrzge196qv", "view:V1:1.x": "ch8gb2bb5648sxbm9"} {
		if got := credential.ID(job); got != want {
			t.Errorf("%q: got %s, want %s", job, got, want)
		}
	}
	form := regexp.MustCompile(`^c[0-9a-hjkmnp-tv-z]{16}$`)
	seen := map[string]bool{}
	for i := range 10_000 {
		id := credential.ID("view:V" + strconv.Itoa(i))
		if seen[id] || !form.MatchString(id) || !credential.ValidID(id) {
			t.Fatalf("%d: got %s", i, id)
		}
		seen[id] = true
	}
}

func TestWhatIsNoCredentialID(t *testing.T) {
	for _, s := range []string{
		"", "c", "c0123456789abcde", "c0123456789abcdef0", "x0123456789abcdef", "C0123456789ABCDEF", "c0123456789abcdei", "c0123456789abcdel",
		"c0123456789abcdeo", "c0123456789abcdeu", "c0123456789abcde\n", "c0123456789abcd\u00e4", " c0123456789abcdef",
	} {
		if credential.ValidID(s) {
			t.Errorf("%q is taken for one", s)
		}
	}
}
