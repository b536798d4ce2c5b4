package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// byLambda are the actions that the role needs for Lambda's own polling of the queues.
var byLambda = []string{"worker TakeJobs sqs:DeleteMessage", "worker TakeJobs sqs:GetQueueAttributes", "worker TakeJobs sqs:ReceiveMessage"}

// What is missing in a role is refused at once in every test of a world; here nothing in a role may be too much.
func TestRolesAllowNothingThatIsNotNeeded(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	live(t, w)
	neverShown(t, w)
	for _, path := range []string{"/setup/mail/apple.mobileconfig", "/.well-known/autoconfig/mail/config-v1.1.xml"} {
		answer, err := http.Get(w.APIURL + path)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v, %v", path, answer, err)
		}
		_ = answer.Body.Close()
	}
	w.Alice.Types("/apppass guide thunderbird")
	verified(t, w)
	ordered(t, w)
	ended(w)
	reconciles(t, w, 1)
	reconciled(w)
	ticks(t, w, "nudge", w.Clock.Now().Add(25*time.Hour)) // who has an app password is looked at a day after its link was used
	nudged(w)
	want := slices.Sorted(slices.Values(byLambda))
	if got := w.Roles.Unused(); !slices.Equal(got, want) {
		t.Errorf("what no function has needed:\n%q\nwant\n%q", got, want)
	}
}

// ordered is what an administrator wants of somebody's app passwords.
func ordered(t *testing.T, w *world.World) {
	t.Helper()
	if _, err := w.Admin.RevokeOf(t.Context(), w.Bob.ID, "roles", map[string]any{"reason": "of this test"}); err != nil {
		t.Fatal(err)
	}
}

// ended is a rotation whose link nobody opens, and then the end of its app password.
func ended(w *world.World) {
	w.EndsPasswords(50, time.Hour)
	w.Carol.Makes("CRM", "ends")
	for _, c := range w.Owns(w.Carol) {
		if c.Label == "ends" {
			w.Leaves(w.Carol, "trigger:rotate", job.Rotate, job.RotateArgs{Credential: c.ID})
		}
	}
	says(w.Carol, "The new password for CRM · ends is ready")
	w.Advance(20 * time.Minute)
	says(w.Carol, "Nobody opened the link to the new password of CRM · ends")
	w.Advance(time.Hour)
	w.Eventually("it is expired", func() bool {
		return slices.ContainsFunc(w.Owns(w.Carol), func(c credential.Credential) bool { return c.Label == "ends" && c.State == credential.Expired })
	})
}

// verified is a life of verifications: an unknown password, an older pepper, the feed.
func verified(t *testing.T, w *world.World) {
	t.Helper()
	pw := w.Alice.Makes("CRM", "verified")
	w.Mail.Rejects(w.Alice, "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB", "unknown")
	w.ChangesPepper()
	w.Advance(2 * time.Minute) // it is read again each minute
	w.Mail.Accepts(w.Alice, pw)
	if logins, _ := w.Mail.Revocations(""); len(logins) > 0 {
		t.Errorf("without a cursor the feed has %q", logins)
	}
	_, cursor := w.Mail.Revocations("")
	w.Alice.Types("/apppass revoke verified").Confirms()
	w.Eventually("the feed tells of the revocation", func() bool {
		logins, _ := w.Mail.Revocations(cursor)
		return slices.Equal(logins, []string{w.Alice.Email})
	})
}
