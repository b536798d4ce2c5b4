package leave_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/leave"
	"github.com/apppass/apppass/shared/use/reveal"
)

func TestWhoLeavesKeepsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		change func(a *person.Account)
		why    person.Reason
	}{
		"deactivated":  {func(a *person.Account) { a.Deleted, a.Email, a.EmailConfirmed = true, "", false }, person.Deactivated},
		"became guest": {func(a *person.Account) { a.Guest = true }, person.BecameGuest},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, whole)
			all := h.has(3)
			h.says(c.change)
			f := h.looks()
			if f.State != leave.Left || len(f.All) != 4 || f.Person.Gate.Why != c.why || f.Again {
				t.Errorf("got %+v", f)
			}
			h.live(0)
			h.gate(person.Closed, 2, true)
			// What works went first, and the link that nobody had opened is void.
			if last := all[3].Credential.ID; len(h.ended) != 4 || h.ended[3] != last {
				t.Errorf("ended in the order %q, want %s last", h.ended, last)
			}
			if r, err := h.store.Reveal(t.Context(), all[3].Reveal.ID); err != nil || r.State != link.Void {
				t.Errorf("the link is %s, %v", r.State, err)
			}
			// Until it is told it is found again, with the same to tell.
			again := h.told()
			if again.State != leave.Left || len(again.All) != 4 {
				t.Errorf("again: got %+v", again)
			}
			h.gate(person.Closed, 2, false)
			if f := h.looks(); f.State != "" {
				t.Errorf("after it was told: got %+v", f)
			}
		})
	}
}

func TestOnlySlacksOwnWordCounts(t *testing.T) {
	for name, change := range map[string]func(h *house){
		"nothing":       func(*house) {},
		"unknown":       func(h *house) { delete(h.slack, "UALICE") },
		"another team":  func(h *house) { h.says(func(a *person.Account) { a.Owner.Team, a.Deleted = "TOTHER", true }) },
		"no address":    func(h *house) { h.says(func(a *person.Account) { a.Email = "" }) },
		"other letters": func(h *house) { h.says(func(a *person.Account) { a.Email = "Alice@Example.com" }) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, whole)
			h.has(1)
			change(h)
			if f := h.looks(); f.State != "" {
				t.Errorf("got %+v", f)
			}
			h.live(2)
			h.gate(person.Open, 1, true)
		})
	}
}

func TestWhoIsNotKnownIsLeftAlone(t *testing.T) {
	h := newHouse(t, whole)
	h.says(func(a *person.Account) { a.Deleted = true })
	if f := h.looks(); f.State != "" {
		t.Errorf("got %+v", f)
	}
	if seen := h.Seen(); slices.Contains(seen, "TransactWriteItems") || slices.Contains(seen, "UpdateItem") {
		t.Errorf("it wrote: %q", seen)
	}
}

// What is queued, or open in a browser, while somebody leaves comes too late, at whatever moment it comes.
func TestNothingSlipsBehindTheGate(t *testing.T) {
	t.Run("a new one", func(t *testing.T) {
		h := newHouse(t, whole)
		h.has(1)
		h.says(func(a *person.Account) { a.Deleted = true })
		// Begun on the gate as it was seen, written while others are ended, and after.
		h.before = func(string) error {
			if err := h.begins(h.draft(100+len(h.ended), 1)); !errors.Is(err, issue.ErrConflict) {
				t.Errorf("while others are ended: got %v", err)
			}
			return nil
		}
		h.looks()
		if err := h.begins(h.draft(200, 1)); !errors.Is(err, issue.ErrConflict) {
			t.Errorf("after: got %v", err)
		}
		h.live(0)
	})
	t.Run("an open link", func(t *testing.T) {
		h := newHouse(t, whole)
		all := h.has(1)
		h.says(func(a *person.Account) { a.Deleted = true })
		h.before = func(string) error {
			if err := h.claims(all[1]); !errors.Is(err, reveal.ErrLost) {
				t.Errorf("while others are ended: got %v", err)
			}
			return nil
		}
		h.looks()
		if err := h.claims(all[1]); !errors.Is(err, reveal.ErrLost) {
			t.Errorf("after: got %v", err)
		}
		h.live(0)
	})
	t.Run("a rotation", func(t *testing.T) {
		h := newHouse(t, whole)
		all := h.has(1)
		h.says(func(a *person.Account) { a.Deleted = true })
		next := h.draft(100, 1)
		next.Credential = all[0].Credential
		next.Reveal.Credential, next.Reveal.Rotation = next.Credential.ID, link.Rotation{From: all[0].Entry.Verifier, Grace: time.Hour}
		h.before = func(string) error {
			if err := h.store.Renew(t.Context(), next, nil); !errors.Is(err, issue.ErrConflict) {
				t.Errorf("while others are ended: got %v", err)
			}
			return nil
		}
		h.looks()
		if err := h.store.Renew(t.Context(), next, nil); !errors.Is(err, issue.ErrConflict) {
			t.Errorf("after: got %v", err)
		}
		h.live(0)
	})
	t.Run("claimed after it was read", func(t *testing.T) {
		h := newHouse(t, whole)
		all := h.has(0)
		// The claim is written before the gate closes, and after the account was asked.
		if err := h.claims(all[0]); err != nil {
			t.Fatal(err)
		}
		h.says(func(a *person.Account) { a.Deleted = true })
		if f := h.looks(); f.State != leave.Left || len(f.All) != 1 {
			t.Errorf("got %+v", f)
		}
		h.live(0)
	})
}

func TestManyAreEndedInSteps(t *testing.T) {
	h := newHouse(t, leave.Step{Most: 25, Time: time.Minute})
	h.has(59)
	h.says(func(a *person.Account) { a.Deleted = true })
	for step, left := range []int{35, 10} {
		if f := h.looks(); f.State != leave.Unfinished {
			t.Fatalf("step %d: got %+v", step, f)
		}
		h.live(left)
		h.gate(person.Closed, 2, true)
	}
	if f := h.looks(); f.State != leave.Left || len(f.All) != 60 {
		t.Errorf("got %s with %d", f.State, len(f.All))
	}
	h.live(0)
}

func TestTheTimeOfAStepIsKept(t *testing.T) {
	h := newHouse(t, leave.Step{Most: 25})
	h.has(1)
	h.says(func(a *person.Account) { a.Deleted = true })
	if f := h.looks(); f.State != leave.Unfinished {
		t.Errorf("got %+v", f)
	}
	h.gate(person.Closed, 2, true) // also without any time
}

func TestTroubleWithOneKeepsNoOther(t *testing.T) {
	h := newHouse(t, whole)
	all := h.has(3)
	h.says(func(a *person.Account) { a.Deleted = true })
	broken := errors.New("away")
	h.before = func(id string) error {
		if id == all[0].Credential.ID {
			return broken
		}
		return nil
	}
	if _, err := h.Look(t.Context(), jobOf(alice)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	h.live(1)
	h.before = nil
	if f := h.looks(); f.State != leave.Left || len(f.All) != 4 {
		t.Errorf("then: got %+v", f)
	}
}

func TestALostAnswerChangesNothing(t *testing.T) {
	h := newHouse(t, whole)
	h.has(2)
	h.says(func(a *person.Account) { a.Deleted = true })
	for _, lost := range []int{1, 3} { // the gate's transaction, and then each app password's
		if err := h.Faults.Add(faults.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: faults.After, Times: lost}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Look(t.Context(), jobOf(alice)); err == nil {
			t.Fatal("an answer was lost, and nobody says so")
		}
	}
	h.Faults.Clear()
	if f := h.looks(); f.State != leave.Left || len(f.All) != 3 {
		t.Errorf("got %+v", f)
	}
	h.gate(person.Closed, 2, true)
	if n := h.audited("left"); n != 1 {
		t.Errorf("the audit has %d times that she left", n)
	}
	if n := h.audited("revoked"); n != 3 {
		t.Errorf("the audit has %d revocations", n)
	}
}

func jobOf(owner credential.Owner) job.Job {
	return job.Job{ID: "event:Ev1", Kind: job.Account, Person: owner.Person, Team: owner.Team}
}

// audited is how often the audit has an action.
func (h *house) audited(action string) (n int) {
	h.t.Helper()
	for _, item := range h.DynamoDB().Dump()[h.Table("audit")] {
		var e struct{ Action struct{ S string } }
		if err := json.Unmarshal(item, &e); err != nil {
			h.t.Fatal(err)
		}
		if e.Action.S == action {
			n++
		}
	}
	return n
}
