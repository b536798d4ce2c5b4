package e2e

import (
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/job"
)

func TestARotatedPasswordWorksForADay(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("Thunderbird", "laptop")
	w.Leaves(w.Alice, "trigger:1", job.Rotate, job.RotateArgs{Credential: w.Owns(w.Alice)[0].ID})
	says(w.Alice, "The new password for Thunderbird · laptop is ready")
	renewed := w.Alice.Awaits("the new link", (*world.Scene).HasLink).OpensLink().Reveals()
	says(w.Alice, "The new password of Thunderbird · laptop was revealed")
	w.Mail.Accepts(w.Alice, renewed)
	w.Mail.Accepts(w.Alice, old)
	w.Advance(25 * time.Hour)
	w.Mail.Rejects(w.Alice, old, "superseded")
	w.Mail.Accepts(w.Alice, renewed)
	w.Alice.Types("/apppass revoke laptop").Confirms()
	w.Mail.Rejects(w.Alice, renewed, "revoked")
	w.Mail.Rejects(w.Alice, old, "superseded")
}

func TestARotationThatNobodyOpensChangesNothingAndIsOfferedAgain(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("Thunderbird", "laptop")
	w.Leaves(w.Alice, "trigger:1", job.Rotate, job.RotateArgs{Credential: w.Owns(w.Alice)[0].ID})
	w.Alice.Awaits("the new link", (*world.Scene).HasLink)
	w.Advance(20 * time.Minute)
	says(w.Alice, "the present one works on")
	w.Mail.Accepts(w.Alice, old)
	w.Alice.Sees().Presses("rotate")
	renewed := w.Alice.Awaits("the link in a modal", func(s *world.Scene) bool { return len(s.Views) > 0 && s.HasLink() }).OpensLink().Reveals()
	w.Mail.Accepts(w.Alice, renewed)
	w.Mail.Accepts(w.Alice, old)
}
