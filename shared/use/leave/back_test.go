package leave_test

import (
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/leave"
)

// left is a house in which Alice has left, and that is told.
func left(t *testing.T) *house {
	h := newHouse(t, whole)
	h.has(2)
	h.says(func(a *person.Account) { a.Deleted = true })
	if f := h.told(); f.State != leave.Left {
		t.Fatalf("got %+v", f)
	}
	return h
}

func TestWhoComesBackStartsWithNothing(t *testing.T) {
	h := left(t)
	h.says(func(a *person.Account) { a.Deleted = false })
	if f := h.looks(); f.State != "" {
		t.Errorf("got %+v", f)
	}
	h.gate(person.Open, 3, true)
	h.live(0)
	// What was begun before she left is of another generation; what is begun now is hers.
	if err := h.begins(h.draft(100, 1)); err == nil {
		t.Error("what was begun before came through")
	}
	if err := h.begins(h.draft(101, 3)); err != nil {
		t.Errorf("a new one: %v", err)
	}
}

func TestWhoIsBackBeforeAllIsEndedLosesAllTheSame(t *testing.T) {
	h := newHouse(t, leave.Step{Most: 1, Time: time.Minute})
	h.has(2)
	h.says(func(a *person.Account) { a.Deleted = true })
	h.looks()
	h.says(func(a *person.Account) { a.Deleted = false })
	h.looks()
	h.looks()
	if f := h.told(); f.State != leave.Left || len(f.All) != 3 || !f.Again {
		t.Errorf("got %+v", f)
	}
	h.gate(person.Closed, 2, false)
	h.looks()
	h.gate(person.Open, 3, true)
	h.live(0)
}

func TestWhoComesBackAsSomebodyElseIsAskedAbout(t *testing.T) {
	h := left(t)
	h.says(func(a *person.Account) { a.Deleted, a.Email = false, "alice.b@example.com" })
	if f := h.told(); f.State != leave.Moved || f.Login != "alice.b@example.com" || len(f.All) != 0 {
		t.Errorf("got %+v", f)
	}
	if f := h.looks(); f.State != "" {
		t.Errorf("asked again: %+v", f)
	}
	h.gate(person.Closed, 2, false)
	if f := h.decides(2, true); f.State != leave.Admitted || f.Person.Login != "alice.b@example.com" {
		t.Errorf("let in: got %+v", f)
	}
	h.gate(person.Open, 3, true)
}

func TestAnotherAddressHoldsUntilAnAdminSays(t *testing.T) {
	moved := func(t *testing.T) *house {
		h := newHouse(t, whole)
		h.has(2)
		h.says(func(a *person.Account) { a.Email = "alice.b@example.com" })
		if f := h.looks(); f.State != leave.Moved || f.Login != "alice.b@example.com" || len(f.All) != 3 {
			t.Errorf("got %+v", f)
		}
		h.gate(person.Held, 2, true)
		// Until it is told, it is found again; then no more.
		if f := h.told(); f.State != leave.Moved {
			t.Errorf("again: got %+v", f)
		}
		if f := h.looks(); f.State != "" {
			t.Errorf("after it was told: got %+v", f)
		}
		h.live(3)
		return h
	}
	t.Run("the same person", func(t *testing.T) {
		h := moved(t)
		if f := h.decides(2, true); f.State != leave.Admitted || f.Person.Login != "alice.b@example.com" || len(f.All) != 3 || f.All[0].Login != "alice@example.com" {
			t.Errorf("got %+v", f)
		}
		h.gate(person.Open, 3, true)
		h.live(3)
		if f := h.looks(); f.State != "" {
			t.Errorf("then: got %+v", f)
		}
		if f := h.decides(2, false); f.State != leave.Stale || f.Person.Gate.State != person.Open {
			t.Errorf("an old copy's press: got %+v", f)
		}
		h.live(3)
	})
	t.Run("cut off", func(t *testing.T) {
		h := moved(t)
		if f := h.decides(2, false); f.State != leave.Left || len(f.All) != 3 || f.Person.Gate.Why != person.CutOff {
			t.Errorf("got %+v", f)
		}
		if f := h.decides(2, false); f.State != leave.Left || len(f.All) != 3 {
			t.Errorf("the same press again: got %+v", f)
		}
		h.live(0)
		h.told()
		// Only an admin lets her in again, also under the address that she had.
		h.says(func(a *person.Account) { a.Email = "alice@example.com" })
		h.looks()
		h.gate(person.Closed, 3, false)
		if f := h.decides(3, true); f.State != leave.Admitted {
			t.Errorf("let in: got %+v", f)
		}
		h.gate(person.Open, 4, true)
		h.live(0)
	})
	t.Run("deactivated meanwhile", func(t *testing.T) {
		h := moved(t)
		h.says(func(a *person.Account) { a.Deleted = true })
		if f := h.decides(2, true); f.State != leave.Refused {
			t.Errorf("got %+v", f)
		}
		h.gate(person.Held, 2, true)
		h.told()
		h.live(0)
		if f := h.decides(2, true); f.State != leave.Stale || f.Person.Gate.State != person.Closed {
			t.Errorf("then: got %+v", f)
		}
	})
	t.Run("somebody else's address", func(t *testing.T) {
		h := moved(t)
		bob := person.Person{Owner: alice, Login: "alice.b@example.com"}
		bob.Owner.Person = "UBOB"
		d := h.draft(100, 0)
		d.Person.Owner, d.Person.Login, d.Credential.Owner, d.Event.Owner, d.Reveal.Owner = bob.Owner, bob.Login, bob.Owner, bob.Owner, bob.Owner
		if err := h.begins(d); err != nil {
			t.Fatal(err)
		}
		if f := h.decides(2, true); f.State != leave.Refused {
			t.Errorf("got %+v", f)
		}
		h.gate(person.Held, 2, true)
	})
	t.Run("and back", func(t *testing.T) {
		h := moved(t)
		h.says(func(a *person.Account) { a.Email = "alice@example.com" })
		h.looks()
		h.gate(person.Held, 2, true)
		if f := h.decides(2, true); f.State != leave.Admitted || f.Person.Login != "alice@example.com" {
			t.Errorf("got %+v", f)
		}
	})
}
