package reconcile_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/reconcile"
)

func TestARunIsDueOnceADay(t *testing.T) {
	times := 0
	berlin := time.FixedZone("CET", 3600)
	for minute := range 24 * 60 {
		at := time.Date(2026, 11, 25, 0, minute, 59, 0, berlin)
		j, due, err := reconcile.Due("TLOCAL", at)
		if err != nil {
			t.Fatal(err)
		}
		if !due {
			continue
		}
		times++
		if j.ID != "schedule:reconcile:2026-11-25" || j.Kind != job.Reconcile || j.Team != "TLOCAL" {
			t.Errorf("at %v: got %+v", at, j)
		}
	}
	if times != 1 {
		t.Errorf("it is due %d times", times)
	}
}

func TestWhoIsSaidToHaveLeftIsLookedAt(t *testing.T) {
	h := newHouse(t)
	h.knows(25)
	h.list[3].Deleted = true
	h.list = append(h.list, reconcile.Member{ID: "USTRANGE", Deleted: true})
	h.runs()
	if want := []string{"reconcile:2026-11-25:U003 TLOCAL/U003"}; !slices.Equal(h.looks, want) || len(h.asked)+len(h.absent) > 0 {
		t.Errorf("looked at %q, asked %v, told %q", h.looks, h.asked, h.absent)
	}
	// The same job again does nothing.
	h.runs()
	if len(h.looks) != 1 {
		t.Errorf("again: %q", h.looks)
	}
}

func TestAGuestIsALeaverWhereGuestsMayNot(t *testing.T) {
	h := newHouse(t)
	h.knows(3)
	h.list[1].Guest = true
	h.runs()
	if len(h.looks) != 1 {
		t.Errorf("looked at %q", h.looks)
	}
}

func TestAbsenceMeansNothing(t *testing.T) {
	h := newHouse(t)
	h.knows(30)
	h.list = h.list[:5]
	h.runs()
	var want []string
	for n := 5; n < 30; n++ {
		want = append(want, name(n))
	}
	if d := cmp.Diff([][]string{want}, h.absent); d != "" || len(h.looks)+len(h.asked) > 0 {
		t.Errorf("looked at %q, asked %v; told (-want +got):\n%s", h.looks, h.asked, d)
	}
}

func TestTooManyAreAskedAbout(t *testing.T) {
	for _, c := range []struct {
		known, left int
		asks        bool
	}{
		{1, 1, false}, {19, 1, false}, {19, 2, true}, {39, 2, true}, {40, 2, false}, {41, 3, true}, {60, 3, false}, {410, 20, false}, {430, 21, true},
	} {
		t.Run(fmt.Sprint(c.left, " of ", c.known), func(t *testing.T) {
			if got := reconcile.TooMany(c.left, c.known); got != c.asks {
				t.Errorf("got %v", got)
			}
		})
	}
	h := newHouse(t)
	h.knows(30)
	var ids []string
	for n := range 21 {
		h.list[n].Deleted = true
		ids = append(ids, name(n))
	}
	h.runs()
	want := []reconcile.Question{{Run: "2026-11-25", IDs: ids, Known: 30}}
	if d := cmp.Diff(want, h.asked); d != "" || len(h.looks) > 0 {
		t.Errorf("looked at %q; asked (-want +got):\n%s", h.looks, d)
	}
}

// answers is an admin's press.
func (h *house) answers(id, admin string, args job.GoOnArgs) reconcile.Question {
	h.t.Helper()
	j, err := job.New(id, job.GoOn, args)
	if err != nil {
		h.t.Fatal(err)
	}
	j.Person, j.Team = admin, "TLOCAL"
	q, err := h.Answer(h.t.Context(), j)
	if err != nil {
		h.t.Fatal(err)
	}
	return q
}

func TestAnAnswerIsForExactlyThosePeople(t *testing.T) {
	h := newHouse(t)
	h.knows(30)
	for n := range 21 {
		h.list[n].Deleted = true
	}
	h.runs()
	h.list[29].Deleted = true // later than the question
	yes := job.GoOnArgs{Run: "2026-11-25", GoOn: true}
	if q := h.answers("trigger:1", "UADMIN", yes); q.By != "UADMIN" || !q.GoOn || len(h.looks) != 21 || slices.Contains(h.looks, "reconcile:2026-11-25:U029 TLOCAL/U029") {
		t.Errorf("got %+v and %q", q, h.looks)
	}
	// Another admin comes too late, and is told what was answered.
	if q := h.answers("trigger:2", "UOTHER", job.GoOnArgs{Run: "2026-11-25"}); q.By != "UADMIN" || !q.GoOn || len(h.looks) != 21 {
		t.Errorf("the other: got %+v and %d looks", q, len(h.looks))
	}
	// A second delivery goes on where the first may have ended; each look acts once by its own.
	if h.answers("trigger:1", "UADMIN", yes); len(h.looks) != 42 {
		t.Errorf("again: %d looks", len(h.looks))
	}
	if q := h.answers("trigger:3", "UADMIN", job.GoOnArgs{Run: "2026-11-24", GoOn: true}); len(q.IDs) > 0 {
		t.Errorf("a run that never was: got %+v", q)
	}
}

func TestALongAnswerIsGivenInParts(t *testing.T) {
	h := newHouse(t)
	var ids []string
	for n := range 450 {
		ids = append(ids, name(n))
	}
	store := dynamo.NewRolls(dynamodb.NewFromConfig(h.Config), h.Table("credentials"), h.Table("ephemeral"))
	if err := store.Ask(t.Context(), reconcile.Question{Run: "2026-11-25", IDs: ids, Known: 450}, h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.answers("trigger:1", "UADMIN", job.GoOnArgs{Run: "2026-11-25", GoOn: true})
	for part := 2; len(h.queued) > 0; part++ {
		next := h.queued[0]
		h.queued = h.queued[1:]
		if _, err := h.Answer(t.Context(), next); err != nil || part > 3 {
			t.Fatalf("part %d: %v", part, err)
		}
	}
	slices.Sort(h.looks)
	if n := len(slices.Compact(h.looks)); n != 450 {
		t.Errorf("%d are looked at", n)
	}
}

func TestLeaveItIsLeftAlone(t *testing.T) {
	h := newHouse(t)
	h.knows(3)
	h.list[0].Deleted, h.list[1].Deleted = true, true
	h.runs()
	if q := h.answers("trigger:1", "UADMIN", job.GoOnArgs{Run: "2026-11-25"}); q.By != "UADMIN" || q.GoOn || len(h.looks) > 0 {
		t.Errorf("got %+v and %q", q, h.looks)
	}
}

func TestAPageThatFailsChangesNothing(t *testing.T) {
	for page := range 3 {
		t.Run(fmt.Sprint("page ", page), func(t *testing.T) {
			h := newHouse(t)
			h.knows(25)
			h.list[3].Deleted, h.list = true, h.list[:24]
			h.broken[page] = problem.ErrUnavailable
			if err := h.run(night); !errors.Is(err, problem.ErrUnavailable) {
				t.Errorf("got %v", err)
			}
			h.nothing()
			// Once it can be read the same run comes to its end.
			h.broken = nil
			h.Clock.Advance(2 * time.Minute)
			h.queued = nil
			h.queued = []job.Job{h.page(page)}
			for len(h.queued) > 0 {
				next := h.queued[0]
				h.queued = h.queued[1:]
				if err := h.Reconcile(t.Context(), next); err != nil {
					t.Fatal(err)
				}
			}
			if len(h.looks) != 1 || len(h.absent) != 1 {
				t.Errorf("then: looked at %q, told %q", h.looks, h.absent)
			}
		})
	}
}

func TestAnotherWorkspacesTokenChangesNothing(t *testing.T) {
	h := newHouse(t)
	h.knows(3)
	h.list[0].Deleted = true
	h.team = "TOTHER"
	if err := h.run(night); !errors.Is(err, reconcile.ErrTeam) {
		t.Errorf("got %v", err)
	}
	h.nothing()
}

func TestALostPageChangesNothing(t *testing.T) {
	h := newHouse(t)
	h.knows(25)
	h.list[3].Deleted = true
	// The last page alone, as if the ones before it were gone.
	if err := h.Reconcile(t.Context(), h.page(2)); !errors.Is(err, reconcile.ErrPages) {
		t.Errorf("got %v", err)
	}
	h.nothing()
}

func TestTroubleOfStorageComesAgain(t *testing.T) {
	for _, operation := range []string{"PutItem", "Query", "UpdateItem"} {
		t.Run(operation, func(t *testing.T) {
			h := newHouse(t)
			h.knows(3)
			h.list[0].Deleted = true
			if err := h.Faults.Add(faults.Fault{Target: "dynamodb", Operation: operation, Kind: faults.Before, Times: 1}); err != nil {
				t.Fatal(err)
			}
			if err := h.run(night); !errors.Is(err, problem.ErrUnavailable) {
				t.Errorf("got %v", err)
			}
			h.nothing()
			h.Clock.Advance(2 * time.Minute)
			h.runs()
			if len(h.looks) != 1 {
				t.Errorf("then: looked at %q", h.looks)
			}
		})
	}
}
