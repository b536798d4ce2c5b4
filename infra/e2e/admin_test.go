package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
)

func TestAnAdministratorRevokesAndItsOwnerHearsWhy(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	laptop, crm, his := w.Alice.Makes("Thunderbird", "laptop"), w.Alice.Makes("CRM", "newsletter"), w.Bob.Makes("Thunderbird", "his")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	want := map[string]any{"application": "thunderbird", "reason": "The <@UBOB> laptop was *stolen*"}
	for range 3 {
		if _, err := w.Admin.RevokeOf(ctx, w.Alice.ID, "key-1", want); err != nil {
			t.Fatal(err)
		}
	}
	why := notice(w.Alice, "An administrator has revoked your app password Thunderbird · laptop.")
	if b := why.Blocks[1]; b.Text == nil || b.Text.Text != "Reason: The <@UBOB> laptop was *stolen*" {
		t.Errorf("the reason is %+v", b.Text)
	}
	w.Mail.Rejects(w.Alice, laptop, "revoked")
	w.Mail.Accepts(w.Alice, crm)
	presses(t, w.Alice, why, "suggestion")
	w.Alice.Closes()
	if _, err := w.Admin.RevokeOf(ctx, w.Alice.ID, "key-2", map[string]any{"reason": "all of it"}); err != nil {
		t.Fatal(err)
	}
	notice(w.Alice, "An administrator has revoked your app password CRM · newsletter.")
	w.Mail.Rejects(w.Alice, crm, "revoked")
	w.Mail.Accepts(w.Bob, his)
	settled(w)
	if got := revocations(t, w, w.Alice.ID); len(got) != 2 || !strings.HasPrefix(got[0], "arn:aws:iam::") || !strings.HasSuffix(got[0], " admin") {
		t.Errorf("the audit says %q", got)
	}
	if n := heard(w.Alice, "An administrator has revoked"); n != 2 {
		t.Errorf("she is told %d times, want of each once", n)
	}
	if h := w.Alice.OpensHome(); !h.Says("Thunderbird · laptop was revoked (by an administrator)") {
		t.Errorf("she sees\n%s", h.Words())
	}
}

func TestAnAdministratorAsksForARotation(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("Thunderbird", "laptop")
	one := w.Owns(w.Alice)[0]
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	w.Advance(2 * time.Second)
	for range 2 {
		if _, err := w.Admin.AskRotationOf(ctx, w.Alice.ID, "key-1", map[string]any{"credential": one.ID, "days": 10, "reason": "The server was moved"}); err != nil {
			t.Fatal(err)
		}
	}
	asked := notice(w.Alice, "An administrator asks you to rotate your app password Thunderbird · laptop")
	settled(w)
	if c := w.Owns(w.Alice)[0]; !c.Nudges.RotateBy.After(w.Clock.Now().Add(9*24*time.Hour)) || c.Nudges.RotateBy.After(w.Clock.Now().Add(10*24*time.Hour)) {
		t.Errorf("it is to be rotated until %v", c.Nudges.RotateBy)
	}
	if n := heard(w.Alice, "An administrator asks you"); n != 1 {
		t.Errorf("she is asked %d times", n)
	}
	presses(t, w.Alice, asked, "rotate")
	renewed := w.Alice.Awaits("the link", func(s *world.Scene) bool { return len(s.Views) > 0 && s.HasLink() }).OpensLink().Reveals()
	w.Mail.Accepts(w.Alice, renewed)
	w.Mail.Accepts(w.Alice, old)
	if c := w.Owns(w.Alice)[0]; !c.Nudges.RotateBy.IsZero() {
		t.Errorf("it was rotated, and is to be rotated until %v", c.Nudges.RotateBy)
	}
	// Bob's is not there for an administrator who names Alice.
	w.Bob.Makes("CRM", "his")
	if _, err := w.Admin.AskRotationOf(ctx, w.Alice.ID, "key-2", map[string]any{"credential": w.Owns(w.Bob)[0].ID, "reason": "x"}); err != nil {
		t.Fatal(err)
	}
	settled(w)
	if n := heard(w.Bob, "An administrator asks you") + heard(w.Alice, "An administrator asks you"); n != 1 {
		t.Errorf("after a wrong order %d are asked", n)
	}
}
