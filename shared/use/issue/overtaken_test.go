package issue_test

import (
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/faults"
)

// A press of an old button is answered by how it stands, and has changed nothing.
func TestWhatDoesNotWorkIsNotRotated(t *testing.T) {
	for want, over := range map[string]func(h *house, id string){
		"rotate.revoked": func(h *house, id string) { h.revokes(t, id) },
		"rotate.unopened": func(h *house, _ string) {
			if err := h.Issue(t.Context(), h.job(t, "view:V2:h", "UALICE", "crm", "")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		h := newHouse(t)
		id := h.issues(t).ID
		over(h, id)
		before := h.credentials(t)
		for _, c := range before {
			if c.ID != id {
				id = c.ID // that was made since, and not revealed
			}
		}
		links := len(h.offers)
		if err := h.rotates(t, "trigger:1", id); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(h.problems, []string{want}) || len(h.offers) != links {
			t.Errorf("got the problems %v and %d links more, want %s", h.problems, len(h.offers)-links, want)
		}
		for _, c := range h.credentials(t) {
			if c.Next != "" {
				t.Errorf("%s: it has changed: %+v", want, c)
			}
		}
	}
}

// A rotation that another has overtaken before its link was shown says so: who waits for the link waits in vain.
func TestARotationThatIsOvertakenSaysSo(t *testing.T) {
	h := newHouse(t)
	c := h.issues(t)
	h.add(t, faults.Fault{Target: "secretsmanager", Operation: "CreateSecret", Kind: faults.Before, Times: 9})
	if err := h.rotates(t, "trigger:1", c.ID); err == nil {
		t.Fatal("a rotation whose secret can't be stored is done")
	}
	h.Faults.Clear()
	if err := h.rotates(t, "trigger:2", c.ID); err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(2 * time.Minute)
	if err := h.rotates(t, "trigger:1", c.ID); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.problems, []string{"rotate.withdrawn"}) || len(h.offers) != 2 {
		t.Errorf("got the problems %v and %d links, want the first and the overtaking one", h.problems, len(h.offers))
	}
	h.claim(t, nil)
	if now := h.credentials(t)[0]; now.Former.Verifier != c.Verifier {
		t.Errorf("got %+v", now)
	}
}
