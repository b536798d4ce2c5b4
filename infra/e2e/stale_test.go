package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/credential"
)

// stale is the buttons that somebody sees in messages to them and in views, and that would do nothing any more to an app password.
func stale(s *world.Scene) (all []string) {
	look := func(blocks []drive.Block) {
		for _, action := range []string{"open_link", "revoke"} {
			if _, _, ok := drive.Press(blocks, action); ok {
				all = append(all, action)
			}
		}
	}
	for _, m := range s.Messages {
		if !m.Ephemeral {
			look(m.Blocks)
		}
	}
	for _, v := range s.Views {
		look(v.View.Blocks)
	}
	return all
}

// linkInMessage makes an app password of which the link comes in a message, as the form is closed before.
func linkInMessage(p *world.Person, application string) *world.Scene {
	p.Types("/apppass new").Picks(application).Sends()
	p.Closes()
	return p.Awaits("the link", (*world.Scene).HasLink)
}

func TestNoButtonIsLeftOfWhatIsRevokedByACommand(t *testing.T) {
	t.Parallel()
	for name, comesTo := range map[string]func(w *world.World, link *world.Scene){
		"its link is ready": func(*world.World, *world.Scene) {},
		"it is revealed": func(w *world.World, link *world.Scene) {
			link.OpensLink().Reveals()
			says(w.Alice, "was revealed and works now")
		},
		"it is in use": func(w *world.World, link *world.Scene) {
			w.Mail.Accepts(w.Alice, link.OpensLink().Reveals())
			says(w.Alice, "is in use: Thunderbird")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			link := linkInMessage(w.Alice, "Thunderbird")
			comesTo(w, link)
			if left := stale(w.Alice.Sees()); len(left) != 1 {
				t.Fatalf("before, she sees %q", left)
			}
			w.Alice.Types("/apppass revoke thunderbird").Confirms()
			scene := w.Alice.Sees()
			if left := stale(scene); len(left) > 0 || !slices.ContainsFunc(scene.Messages, func(m drive.Message) bool {
				return !m.Ephemeral && m.Text == "Revoked: Thunderbird. It does not work any more."
			}) {
				t.Errorf("she still sees %q, in %s", left, scene.Words())
			}
		})
	}
}

func TestNoButtonIsLeftInTheMessageOfAFirstUse(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Mail.Accepts(w.Alice, w.Alice.Makes("Thunderbird", "")) // the form is closed
	says(w.Alice, "is in use: Thunderbird")
	w.Eventually("it is known where that is told", func() bool {
		return slices.ContainsFunc(w.Logs(), func(line string) bool { return strings.Contains(line, `"job":"home:use:`) }) // that comes after it
	})
	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	if left := stale(w.Alice.Sees()); len(left) > 0 {
		t.Errorf("she still sees %q, in %s", left, w.Alice.Sees().Words())
	}
}

func TestNoButtonIsLeftInAViewOfWhatIsRevoked(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.Types("/apppass new").Picks("Thunderbird").Submits()
	w.Leaves(w.Alice, "trigger:elsewhere", "revoke", map[string]string{"credential": w.Owns(w.Alice)[0].ID}) // on her phone
	w.Alice.Awaits("that the view has changed", func(s *world.Scene) bool {
		return len(stale(s)) == 0 && len(s.Views) == 1 && strings.Contains(s.Words(), "Revoked: Thunderbird")
	})
}

func TestALinkThatRanOutSaysSoWhereItIsShown(t *testing.T) {
	t.Parallel()
	for name, show := range map[string]func(w *world.World) *world.Scene{
		"in the form":         func(w *world.World) *world.Scene { return w.Alice.Types("/apppass new").Picks("Thunderbird").Submits() },
		"in a direct message": func(w *world.World) *world.Scene { return linkInMessage(w.Alice, "Thunderbird") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			tab := show(w).CopiesLink()
			w.Advance(16 * time.Minute)
			w.Eventually("it is swept", func() bool { return w.Owns(w.Alice)[0].State == credential.Expired })
			tab.IsRefused(http.StatusGone, "expired") // and not withdrawn
			w.Advance(6 * time.Second)
			scene := w.Alice.Awaits("that its place has changed", func(s *world.Scene) bool {
				return len(stale(s)) == 0 && strings.Contains(s.Words(), "This link has expired. Nothing was changed.")
			})
			scene.Presses("suggestion")
			if form := w.Alice.Sees().Top(); form.View.CallbackID != "new" {
				t.Errorf("Make a new one opens %q", form.View.CallbackID)
			}
		})
	}
}
