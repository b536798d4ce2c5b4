package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/job"
)

// signsIn signs in by a protocol, from the client of all stories.
func signsIn(t *testing.T, p *world.Person, m *world.Server, pw, protocol string) {
	t.Helper()
	v := m.AsksAs(drive.Login{Login: p.Email, Password: pw, Protocol: protocol, ClientIP: "203.0.113.7"})
	if v.Status != http.StatusOK {
		t.Fatalf("by %s: got %d %s", protocol, v.Status, v.Reason)
	}
}

// modalLink waits for a link in a modal and reveals what is behind it.
func modalLink(p *world.Person) string {
	return p.Awaits("the link in a modal", func(s *world.Scene) bool { return len(s.Views) > 0 && s.HasLink() }).OpensLink().Reveals()
}

func TestARotationIsFollowedUntilEverythingHasMoved(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("Thunderbird", "laptop")
	signsIn(t, w.Alice, w.Mail, old, "imap")
	signsIn(t, w.Alice, w.Mail, old, "smtp")
	scene := w.Alice.Types("/apppass renew laptop")
	if !has(scene, "press Rotate for a new password") {
		t.Fatalf("she sees %s", scene.Words())
	}
	presses(t, w.Alice, scene.Last(), "rotate")
	renewed := modalLink(w.Alice)
	says(w.Alice, "The new password of Thunderbird · laptop was revealed")
	w.Alice.Closes()
	signsIn(t, w.Alice, w.Mail, renewed, "imap")
	signsIn(t, w.Alice, w.Mail, old, "smtp")

	w.Eventually("IMAP has moved, and SMTP has not", func() bool {
		return has(w.Alice.Types("/apppass show laptop"), "something still uses the old password", "from 203.0.113.7, by IMAP. Has moved to the new one", "from 203.0.113.7, by SMTP. Still on the old one", "The old one works until")
	})
	if list := w.Alice.Types("/apppass"); !has(list, "the old password works until") {
		t.Errorf("the list says %s", list.Words())
	}
	if home := w.Alice.OpensHome(); !has(w.Alice.Sees(), "the old password works until") {
		t.Errorf("the home tab is %+v", home)
	}

	show := w.Alice.Types("/apppass show laptop")
	presses(t, w.Alice, show.Last(), "extend_former")
	w.Advance(26 * time.Hour)
	w.Mail.Accepts(w.Alice, old)
	presses(t, w.Alice, show.Last(), "extend_former")
	says(w.Alice, "was put off once already")
	presses(t, w.Alice, w.Alice.Types("/apppass show laptop").Last(), "end_former")
	says(w.Alice, "The old password of Thunderbird · laptop is ended")
	w.Mail.Rejects(w.Alice, old, "superseded")
	w.Mail.Accepts(w.Alice, renewed)
}

func TestRotateIsWhereverAPasswordIs(t *testing.T) {
	t.Parallel()
	for name, press := range map[string]func(t *testing.T, w *world.World){
		"in the list": func(t *testing.T, w *world.World) {
			presses(t, w.Alice, w.Alice.Types("/apppass list").Last(), "rotate")
		},
		"in show": func(t *testing.T, w *world.World) {
			presses(t, w.Alice, w.Alice.Types("/apppass show crm").Last(), "rotate")
		},
		"in the picker": func(t *testing.T, w *world.World) {
			presses(t, w.Alice, w.Alice.Types("/apppass rotate").Last(), "rotate")
		},
		"after a typo": func(t *testing.T, w *world.World) {
			presses(t, w.Alice, w.Alice.Types("/apppass rotat").Last(), "suggestion")
			shown := w.Alice.Awaits("the picker", func(s *world.Scene) bool { return has(s, "Which one is to be rotated?") })
			presses(t, w.Alice, shown.Last(), "rotate")
		},
		"in the home tab": func(_ *testing.T, w *world.World) { w.Alice.OpensHome().Presses("rotate") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			old := w.Alice.Makes("CRM", "")
			press(t, w)
			renewed := modalLink(w.Alice)
			w.Mail.Accepts(w.Alice, renewed)
			w.Mail.Accepts(w.Alice, old)
			if n := len(w.Owns(w.Alice)); n != 1 {
				t.Errorf("she has %d app passwords", n)
			}
		})
	}
}

func TestAnOldCopyRotatesNothing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.Makes("CRM", "")
	list := w.Alice.Types("/apppass list").Last()
	w.Alice.Types("/apppass revoke crm").Confirms()
	presses(t, w.Alice, list, "rotate")
	says(w.Alice, "so there is nothing to rotate. Nothing was changed.")
}

func TestNobodyRotatesWhatIsAnothersOwn(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("CRM", "")
	w.Leaves(w.Bob, "trigger:1", job.Rotate, job.RotateArgs{Credential: w.Owns(w.Alice)[0].ID})
	says(w.Bob, "There is no such app password of yours")
	w.Mail.Accepts(w.Alice, pw)
}

func TestRotatingTwiceReplacesWhatNobodyHasSeen(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("Thunderbird", "")
	id := w.Owns(w.Alice)[0].ID
	w.Leaves(w.Alice, "trigger:1", job.Rotate, job.RotateArgs{Credential: id})
	first := w.Alice.Awaits("the first link", (*world.Scene).HasLink).OpensLink()
	w.Leaves(w.Alice, "trigger:2", job.Rotate, job.RotateArgs{Credential: id})
	w.Eventually("the second link is there", func() bool { return len(events(t, w, "renewed")) == 2 })
	settled(w)
	if got := first.Claims().Status; got != http.StatusGone {
		t.Errorf("the first link: got %d", got)
	}
	states := unlocked(t, w)
	if states["active"] != 1 || states["pending"] != 1 {
		t.Errorf("got %v", states)
	}
	w.Mail.Accepts(w.Alice, old)
}
