package seal_test

import (
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/adapter/dynamo"
)

func TestEveryShardHasItsTurn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	// Each has a chain, and what has happened in one was removed.
	for n := range dynamo.AuditShards {
		if _, err := h.Seal(t.Context(), n, moment("2026-11-23T10:15")); err != nil {
			t.Fatal(err)
		}
	}
	gone := h.happens(moment("2026-11-24T12:30"))
	sealed, checked := map[int]int{}, []int(nil)
	for at := moment("2026-11-23T11:00"); at.Before(moment("2026-11-25T08:00")); at = at.Add(time.Minute) {
		done, err := h.Tick(t.Context(), at.Add(30*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range done.Seals {
			sealed[s.Shard]++
		}
		if at.Equal(moment("2026-11-25T01:00")) {
			h.remove(gone)
		}
		r := done.Checked
		if r == nil {
			continue
		}
		if at.Day() == 25 {
			checked = append(checked, r.Shard)
		}
		if want := at.Day() == 25 && r.Shard == shard; (r.Fault != "") != want || want && !r.Broken.Equal(moment("2026-11-24T12:00")) {
			t.Errorf("at %s: %+v", at, r)
		}
	}
	for n := range dynamo.AuditShards {
		if sealed[n] != 45 && sealed[n] != 46 { // of 45 hours, and the margin
			t.Errorf("shard %d has got %d seals", n, sealed[n])
		}
	}
	if want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}; !slices.Equal(checked, want) {
		t.Errorf("on the 25th these were checked: %v", checked)
	}
}

func TestATickReadsLittle(t *testing.T) {
	t.Parallel()
	h, _ := days(t)
	h.Seen()
	quiet := 0
	for at := moment("2026-11-27T12:16"); at.Before(moment("2026-11-27T12:32")); at = at.Add(time.Minute) {
		if int(at.Unix()/60)%16 != shard {
			continue
		}
		if _, err := h.Tick(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		quiet++
	}
	if seen := h.Seen(); quiet != 1 || !slices.Equal(seen, []string{"Query"}) {
		t.Errorf("a turn with nothing to seal asked for %q", seen)
	}
}

func TestAShardWithoutSealsIsNotCheckedYet(t *testing.T) {
	t.Parallel()
	done, err := newHouse(t).Tick(t.Context(), moment("2026-11-25T03:23"))
	if err != nil || done.Checked != nil {
		t.Errorf("got %+v, %v", done, err)
	}
}
