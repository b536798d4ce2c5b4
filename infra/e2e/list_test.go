package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/credential"
)

// has reports whether all words are on a screen.
func has(s *world.Scene, words ...string) bool {
	for _, w := range words {
		if !strings.Contains(s.Words(), w) {
			return false
		}
	}
	return true
}

// presses presses a button of a message.
func presses(t *testing.T, p *world.Person, m drive.Message, action string) {
	t.Helper()
	b, e, ok := drive.Press(m.Blocks, action)
	if !ok {
		t.Fatalf("there is no %s in %+v", action, m.Blocks)
	}
	if _, err := p.Attempts("click", map[string]any{"surface": m.TS, "block_id": b.BlockID, "action_id": action, "value": e.Value}); err != nil {
		t.Fatal(err)
	}
}

func TestNothingTypedLeadsToWhatIsNeeded(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	scene := w.Alice.Types("/apppass")
	if !has(scene, "You have no app passwords") {
		t.Errorf("she sees %s", scene.Words())
	}
	scene.Presses("suggestion")
	if top := w.Alice.Sees().Top(); top.View.CallbackID != "new" {
		t.Fatalf("the form is %q", top.View.CallbackID)
	}
	w.Alice.Closes()
	w.Alice.Makes("CRM", "of sales")
	scene = w.Alice.Types("/apppass")
	if !has(scene, "Your app passwords: 1", "CRM · of sales", "not used yet") {
		t.Errorf("she sees %s", scene.Words())
	}
	_, e, _ := drive.Press(scene.Last().Blocks, "dashboard")
	if !strings.HasPrefix(e.URL, "slack://app?team=TLOCAL&id=A") || !strings.HasSuffix(e.URL, "&tab=home") {
		t.Errorf("the dashboard is at %q", e.URL)
	}
	presses(t, w.Alice, scene.Last(), "dashboard") // Slack tells the app too, which has nothing to do
	presses(t, w.Alice, scene.Last(), "show")
	w.Alice.Awaits("the one", func(s *world.Scene) bool { return has(s, "It works. When the device") })
}

func TestAListIsTurnedPageByPage(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	for i := range 9 {
		w.Alice.Types("/apppass new").Picks("CRM").Labels(fmt.Sprintf("number %d", i)).Sends()
		w.Eventually("it is made", func() bool { return len(w.Owns(w.Alice)) == i+1 })
		w.Alice.Closes()
	}
	w.Alice.Types("/apppass ls")
	list := w.Alice.Awaits("the list", func(s *world.Scene) bool { return has(s, "Page 1 of 2", "Needs your attention", "number 8") }).Last()
	presses(t, w.Alice, list, "list_older")
	page := w.Alice.Awaits("the second page", func(s *world.Scene) bool { return has(s, "Page 2 of 2") })
	if page.Last().TS != list.TS || !has(page, "number 0") {
		t.Errorf("she sees %s", page.Words())
	}
	// What is behind the page is gone meanwhile: the nearest page is shown.
	w.Alice.Types("/apppass revoke number 0").Confirms()
	presses(t, w.Alice, page.Last(), "list_newer")
	w.Alice.Awaits("the only page", func(s *world.Scene) bool { return !has(s, "Page 2 of 2") && has(s, "Your app passwords: 8") })
}

func TestShowTellsHowAnAppPasswordIsUsed(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	if scene := w.Alice.Types("/apppass show laptop"); !has(scene, "It has not been used yet", "User name: alice@example.com", "From anywhere") {
		t.Errorf("before: she sees %s", scene.Words())
	}
	w.Mail.Accepts(w.Alice, pw)
	says(w.Alice, "is in use")
	w.Alice.Types("/apppass show thunder")
	w.Alice.Awaits("the use", func(s *world.Scene) bool { return has(s, "Used lately:", "from 192.0.2.7 by IMAP, at mail") })
	if scene := w.Alice.Types("/apppass list"); !strings.Contains(string(scene.Last().Blocks[2].Elements[0].Text), "from 192.0.2.7 by IMAP") {
		t.Errorf("the list says %s", scene.Words())
	}
	if scene := w.Bob.Types("/apppass show laptop"); has(scene, "laptop") || !has(scene, "You have no app passwords") {
		t.Errorf("Bob sees %s", scene.Words())
	}
	w.Alice.Types("/apppass revoke laptop").Confirms()
	if scene := w.Alice.Types("/apppass show laptop"); !has(scene, "It was revoked") {
		t.Errorf("after: she sees %s", scene.Words())
	}
	if scene := w.Alice.Types("/apppass list all"); !has(scene, "All your app passwords, past ones too: 1", "*Over*") {
		t.Errorf("she sees %s", scene.Words())
	}
}

func TestAnOldCopySaysWhatIsNowTheCase(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	old := w.Alice.Types("/apppass list").Last()
	older := w.Alice.Types("/apppass list").Last()
	w.Alice.Types("/apppass revoke laptop").Confirms()
	w.Mail.Rejects(w.Alice, pw, "revoked")
	w.Advance(2 * time.Second) // times are whole seconds
	presses(t, w.Alice, old, "revoke")
	w.Alice.Awaits("that it was over", func(s *world.Scene) bool { return has(s, "was revoked before. Nothing was changed now.") })
	presses(t, w.Alice, older, "show")
	w.Alice.Awaits("how it stands", func(s *world.Scene) bool { return has(s, "It was revoked <!date^") })
	// Another's app password is not reachable by its id, neither by a press nor by a word.
	id := w.Owns(w.Alice)[0].ID
	if scene := w.Bob.Types("/apppass show " + id); has(scene, "laptop") {
		t.Errorf("Bob sees %s", scene.Words())
	}
}

func TestTheButtonOfALinkThatIsOverSaysSo(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.Types("/apppass new").Picks("CRM").Sends()
	w.Alice.Closes()
	w.Alice.Awaits("the link in a message", func(s *world.Scene) bool { return s.HasLink() })
	link := w.Alice.Sees().Last()
	w.Breaks(drive.Fault{Target: "slack", Operation: "chat.update", Kind: "before", Times: 9})
	w.Alice.Types("/apppass revoke crm").Confirms()
	w.Eventually("it is revoked", func() bool { return w.Owns(w.Alice)[0].State == credential.Revoked })
	settled(w)
	w.Mends() // and the message still has its button
	presses(t, w.Alice, link, "open_link")
	w.Alice.Awaits("that it is over", func(s *world.Scene) bool {
		return has(s, "This link was withdrawn before it was opened") && !s.HasLink()
	})
}

func TestAProblemHasAReferenceThatIsInTheLog(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Breaks(drive.Fault{Target: "dynamodb", Operation: "Query", Kind: "before", Times: 9})
	scene := w.Alice.Types("/apppass list")
	w.Mends()
	_, after, found := strings.Cut(scene.Words(), "Reference: ")
	if !found || len(after) < 9 || after[8] != '.' {
		t.Fatalf("she sees %s", scene.Words())
	}
	w.Eventually("the log has the reference", func() bool {
		for _, line := range w.Logs() {
			if strings.Contains(line, `"reference":"`+after[:8]+`"`) && strings.Contains(line, "cause") {
				return true
			}
		}
		return false
	})
}

func TestFromTheHomeTabAnAppPasswordIsShownInAModal(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	w.Alice.OpensHome().Presses("show")
	scene := w.Alice.Awaits("it whole", func(s *world.Scene) bool { return len(s.Views) == 1 && has(s, "User name: alice@example.com") })
	scene.Presses("guide")
	scene = w.Alice.Awaits("its guide in the same modal", func(s *world.Scene) bool { return len(s.Views) == 1 && has(s, "Saved Passwords") })
	presses(t, w.Alice, drive.Message{TS: scene.Top().ID, Blocks: scene.Top().View.Blocks}, "guide")
	w.Alice.Awaits("all guides", func(s *world.Scene) bool { return len(s.Views) == 1 && has(s, "What is good for what") })
	w.Alice.Closes()
	w.Alice.OpensHome().Presses("show")
	w.Alice.Awaits("it again", func(s *world.Scene) bool { return len(s.Views) == 1 }).Presses("revoke")
	w.Alice.Awaits("that it is revoked", func(s *world.Scene) bool { return len(s.Views) == 1 && has(s, "Revoked: Thunderbird · laptop.") })
	w.Mail.Rejects(w.Alice, pw, "revoked")
}
