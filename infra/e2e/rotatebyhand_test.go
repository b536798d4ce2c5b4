package e2e

import (
	"net/http"
	"strings"
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

// lastAnswer is the newest message alone.
func lastAnswer(s *world.Scene) *world.Scene {
	one := *s
	one.Views, one.Messages = nil, s.Messages[len(s.Messages)-1:]
	return &one
}

func TestARotationIsFollowedUntilEverythingHasMoved(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("Thunderbird", "laptop")
	signsIn(t, w.Alice, w.Mail, old, "imap")
	signsIn(t, w.Alice, w.Mail, old, "smtp")
	says(w.Alice, "is in use")
	w.Advance(time.Minute) // times are whole seconds
	scene := w.Alice.Types("/apppass renew laptop")
	if !has(scene, "press Rotate for a new password") {
		t.Fatalf("she sees %s", scene.Words())
	}
	presses(t, w.Alice, scene.Last(), "rotate")
	says(w.Alice, "The present one works on until you have seen it")
	renewed := modalLink(w.Alice)
	says(w.Alice, "The new password of Thunderbird · laptop was revealed")
	// Where it was shown one can look at what still uses the old one.
	w.Alice.Sees().Presses("show")
	w.Alice.Awaits("what still uses it", func(s *world.Scene) bool {
		return len(s.Views) == 1 && has(s, "The new password has not been used yet", "Still on the old one:", "from 203.0.113.7 by IMAP, at mail", "from 203.0.113.7 by SMTP, at mail")
	})
	w.Alice.Closes()

	signsIn(t, w.Alice, w.Mail, renewed, "imap")
	says(w.Alice, "The new password of Thunderbird · laptop is in use. The first time was from 203.0.113.7, by IMAP.")
	list := w.Alice.Types("/apppass list")
	if !has(list, "Needs your attention", "The old password still works until", "Still on it: SMTP from 203.0.113.7", "Moved: IMAP.") {
		t.Errorf("the list says %s", list.Words())
	}
	w.Alice.AwaitsHome("the same in the home tab, which is made anew", func(h *world.Home) bool {
		return h.Says("Needs your attention: 1", "Still on it: SMTP from 203.0.113.7", "Moved: IMAP.")
	})

	signsIn(t, w.Alice, w.Mail, renewed, "smtp")
	older := w.Alice.Types("/apppass list").Last()
	list = w.Alice.Types("/apppass list")
	if now := lastAnswer(list); !has(now, "has moved to the new one") || has(now, "Needs your attention") {
		t.Errorf("once all has moved the list says %s", list.Words())
	}
	w.Mail.Accepts(w.Alice, old)
	_, cursor := w.Mail.Revocations("")
	presses(t, w.Alice, list.Last(), "end_former")
	says(w.Alice, "The old password of Thunderbird · laptop is ended")
	w.Mail.Rejects(w.Alice, old, "superseded")
	w.Mail.Accepts(w.Alice, renewed)
	if logins, _ := w.Mail.Revocations(cursor); len(logins) != 1 || logins[0] != w.Alice.Email {
		t.Errorf("the feed cuts the sessions of %v", logins)
	}
	// An old copy of that list changes nothing.
	presses(t, w.Alice, older, "end_former")
	says(w.Alice, "The former password does not work any more. Nothing was changed.")
	w.Mail.Accepts(w.Alice, renewed)
}

func TestTheEndOfAnOldPasswordIsPutOffOnce(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("Scanner or printer", "second floor")
	signsIn(t, w.Alice, w.Mail, old, "smtp")
	says(w.Alice, "is in use")
	presses(t, w.Alice, w.Alice.Types("/apppass list").Last(), "rotate")
	modalLink(w.Alice)
	says(w.Alice, "was revealed and works now")
	w.Alice.Closes()
	first, second := w.Alice.Types("/apppass list").Last(), w.Alice.Types("/apppass show second floor").Last()
	presses(t, w.Alice, first, "extend_former")
	says(w.Alice, "Your new app password works, and the old one too for a while: Scanner or printer · second floor")
	if _, _, again := drive.Press(w.Alice.Types("/apppass list").Last().Blocks, "extend_former"); again {
		t.Error("it is offered once more")
	}
	presses(t, w.Alice, second, "extend_former")
	says(w.Alice, "was put off once already")
	w.Advance(7 * 24 * time.Hour)
	signsIn(t, w.Alice, w.Mail, old, "smtp")
	w.Advance(24 * time.Hour)
	w.Mail.Rejects(w.Alice, old, "superseded")
	if list := w.Alice.Types("/apppass list"); has(lastAnswer(list), "old password") {
		t.Errorf("after its end the list says %s", list.Words())
	}
}

func TestOfThreePasswordsTwoWork(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	all := []string{w.Alice.Makes("Thunderbird", "laptop")}
	w.Mail.Accepts(w.Alice, all[0])
	for range 2 {
		w.Advance(time.Minute)
		presses(t, w.Alice, w.Alice.Types("/apppass show laptop").Last(), "rotate")
		all = append(all, modalLink(w.Alice))
		says(w.Alice, "was revealed and works now")
		w.Alice.Closes()
	}
	w.Mail.Rejects(w.Alice, all[0], "superseded")
	w.Mail.Accepts(w.Alice, all[1])
	w.Mail.Accepts(w.Alice, all[2])
	w.OwnsOne(w.Alice)
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
		"in show, from the home tab": func(_ *testing.T, w *world.World) {
			w.Alice.OpensHome().Presses("show")
			w.Alice.Awaits("it whole", func(s *world.Scene) bool { return len(s.Views) == 1 && has(s, "User name:") }).Presses("rotate")
		},
		"by a word": func(t *testing.T, w *world.World) {
			presses(t, w.Alice, w.Alice.Types("/apppass change crm").Last(), "rotate")
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
	for name, c := range map[string]struct {
		over func(w *world.World)
		says string
	}{
		"revoked": {func(w *world.World) { w.Alice.Types("/apppass revoke crm").Confirms() }, "This app password was revoked before, so there is nothing to rotate. Nothing was changed."},
		"expired": {func(w *world.World) { w.Advance(31 * 24 * time.Hour) }, "The time of this app password is over, so there is nothing to rotate. Nothing was changed."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			w.Alice.Types("/apppass new").Picks("CRM").Ends("30 days").Submits().OpensLink().Reveals()
			w.Alice.Closes()
			list := w.Alice.Types("/apppass list").Last()
			c.over(w)
			before := w.Owns(w.Alice)
			presses(t, w.Alice, list, "rotate")
			scene := w.Alice.Awaits("what is now the case", func(s *world.Scene) bool { return has(s, c.says) })
			if after := w.Owns(w.Alice); len(after) != 1 || after[0].Next != "" || after[0].Verifier != before[0].Verifier {
				t.Errorf("it has changed: %+v", after)
			}
			scene.Presses("list") // the way on
			w.Alice.Awaits("that there is none", func(s *world.Scene) bool { return len(s.Views) == 1 && has(s, "You have no app passwords") })
		})
	}
}

func TestARotationThatNobodyOpensIsTold(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("CRM", "newsletter")
	presses(t, w.Alice, w.Alice.Types("/apppass list").Last(), "rotate")
	w.Alice.Awaits("the new link", (*world.Scene).HasLink)
	w.Alice.Closes()
	w.Advance(20 * time.Minute)
	says(w.Alice, "Nobody opened the link to the new password of CRM · newsletter in time. Nothing was changed: the present one works on.")
	w.Mail.Accepts(w.Alice, old)
	if list := w.Alice.Types("/apppass list"); has(lastAnswer(list), "old password") {
		t.Errorf("the list says %s", list.Words())
	}
}

// By no id that she sends does anybody come to what is another's.
func TestNobodyRotatesWhatIsAnothersOwn(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("CRM", "")
	presses(t, w.Alice, w.Alice.Types("/apppass list").Last(), "rotate")
	renewed := modalLink(w.Alice)
	c := w.Owns(w.Alice)[0]
	if scene := w.Bob.Types("/apppass rotate " + c.ID); !has(scene, "You have no app passwords") {
		t.Errorf("he sees %s", scene.Words())
	}
	w.Leaves(w.Bob, "trigger:1", job.Rotate, job.RotateArgs{Credential: c.ID})
	w.Leaves(w.Bob, "trigger:2", job.EndFormer, job.FormerArgs{Credential: c.ID, Made: c.Former.Made.Unix()})
	w.Leaves(w.Bob, "trigger:3", job.ExtendFormer, job.FormerArgs{Credential: c.ID, Made: c.Former.Made.Unix()})
	w.Bob.Awaits("that there is none, three times", func(s *world.Scene) bool {
		return strings.Count(s.Words(), "There is no such app password of yours") == 6 // in a message's text and its block
	})
	if now := w.Owns(w.Alice)[0]; now.Next != "" || !now.Former.Ends.Equal(c.Former.Ends) || now.Verifier != c.Verifier {
		t.Errorf("it has changed: %+v", now)
	}
	w.Mail.Accepts(w.Alice, old)
	w.Mail.Accepts(w.Alice, renewed)
}

func TestRotatingTwiceReplacesWhatNobodyHasSeen(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	old := w.Alice.Makes("Thunderbird", "")
	list := w.Alice.Types("/apppass list").Last()
	presses(t, w.Alice, list, "rotate")
	shown := w.Alice.Awaits("the first link", (*world.Scene).HasLink)
	first := shown.CopiesLink()
	presses(t, w.Alice, list, "rotate")
	w.Alice.Awaits("the second link", func(s *world.Scene) bool { return len(s.Views) == 2 && s.HasLink() })
	first.IsRefused(http.StatusGone, "void")
	renewed := modalLink(w.Alice)
	w.Mail.Accepts(w.Alice, renewed)
	w.Mail.Accepts(w.Alice, old)
	if states := unlocked(t, w); states["active"] != 1 || states["superseded"] != 1 || states["pending"] != 0 {
		t.Errorf("got %v", states)
	}
}

// Two presses at once are two rotations of which one link works; no modal goes on saying that one is being made.
func TestADoublePressLeavesOneLink(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.Makes("Thunderbird", "")
	list := w.Alice.Types("/apppass list").Last()
	presses(t, w.Alice, list, "rotate")
	presses(t, w.Alice, list, "rotate")
	w.Eventually("both modals have an answer", func() bool { s := w.Alice.Sees(); return len(s.Views) == 2 && !has(s, "is being made") })
	settled(w)
	if states := unlocked(t, w); states["active"] != 1 || states["pending"] != 1 {
		t.Errorf("got %v", states)
	}
	// In a modal the second press of two finds the first's answer there.
	w.Alice.Closes()
	w.Alice.Closes()
	w.Alice.OpensHome().Presses("show")
	scene := w.Alice.Awaits("it whole", func(s *world.Scene) bool { return len(s.Views) == 1 && has(s, "User name:") })
	before := len(events(t, w, "renewed"))
	scene.Presses("rotate")
	modalLink(w.Alice)
	settled(w)
	if n := len(events(t, w, "renewed")) - before; n != 1 {
		t.Errorf("%d passwords were made", n)
	}
}
