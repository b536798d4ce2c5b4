package world

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/apppass/apppass/infra/local/drive"
)

// Person is somebody in the workspace.
type Person struct {
	w     *World
	slack drive.Slack
	ID    string
	Email string
}

// Types types a line into Slack and returns what the person has in front of them then.
func (p *Person) Types(line string) *Scene {
	p.w.t.Helper()
	p.do("type", map[string]any{"text": line})
	return p.Sees()
}

// Sees is what the person has in front of them.
func (p *Person) Sees() *Scene {
	p.w.t.Helper()
	ctx, cancel := p.w.context()
	defer cancel()
	screen, err := p.slack.Screen(ctx, p.ID)
	if err != nil {
		p.w.t.Fatalf("%s looks at Slack: %v", p.ID, err)
	}
	return &Scene{p: p, Screen: screen}
}

// Awaits waits until the person has something in front of them.
func (p *Person) Awaits(what string, sought func(*Scene) bool) *Scene {
	p.w.t.Helper()
	ctx, cancel := p.w.context()
	defer cancel()
	screen, err := p.slack.Await(ctx, p.ID, what, func(s drive.Screen) bool { return sought(&Scene{p: p, Screen: s}) })
	if err != nil {
		p.w.t.Fatalf("%s: %v; on the screen: %s", p.ID, err, (&Scene{p: p, Screen: screen}).Words())
	}
	return &Scene{p: p, Screen: screen}
}

// Makes is the main job in one word: an app password for an application, revealed.
func (p *Person) Makes(application, label string) string {
	p.w.t.Helper()
	pw := p.Types("/apppass new").Picks(application).Labels(label).Submits().OpensLink().Reveals()
	p.Closes()
	return pw
}

// Attempts acts and returns what comes of it, good or bad.
func (p *Person) Attempts(act string, members map[string]any) (drive.Answer, error) {
	ctx, cancel := p.w.context()
	defer cancel()
	all := map[string]any{"person": p.ID}
	for name, value := range members {
		all[name] = value
	}
	return p.slack.Do(ctx, act, all)
}

func (p *Person) do(act string, members map[string]any) drive.Answer {
	p.w.t.Helper()
	a, err := p.Attempts(act, members)
	if err != nil {
		p.w.t.Fatalf("%s: %v", p.ID, err)
	}
	if a.Ack.Status != 0 && a.Ack.Status != http.StatusOK {
		p.w.t.Fatalf("%s: %s is acknowledged with %d", p.ID, act, a.Ack.Status)
	}
	return a
}

// Scene is what a person has in front of them.
type Scene struct {
	drive.Screen
	p *Person
	filled
}

// Top is the topmost view.
func (s *Scene) Top() drive.View {
	s.p.w.t.Helper()
	if len(s.Views) == 0 {
		s.p.w.t.Fatalf("%s has no view open", s.p.ID)
	}
	return s.Views[len(s.Views)-1]
}

// Last is the newest message.
func (s *Scene) Last() drive.Message {
	s.p.w.t.Helper()
	if len(s.Messages) == 0 {
		s.p.w.t.Fatalf("%s has no messages", s.p.ID)
	}
	return s.Messages[len(s.Messages)-1]
}

// url is the address of the link that is offered, empty where none is.
func (s *Scene) url() string {
	_, e, _ := s.button("open_link")
	return e.URL
}

// button finds a button, in the topmost view or else in the newest message that has it.
func (s *Scene) button(action string) (surface string, e drive.Element, block string) {
	if len(s.Views) > 0 {
		v := s.Views[len(s.Views)-1]
		if b, e, ok := drive.Press(v.View.Blocks, action); ok {
			return v.ID, e, b.BlockID
		}
	}
	for i := len(s.Messages) - 1; i >= 0; i-- {
		if b, e, ok := drive.Press(s.Messages[i].Blocks, action); ok {
			return s.Messages[i].TS, e, b.BlockID
		}
	}
	return "", drive.Element{}, ""
}

// Presses presses a button, confirming where that is asked.
func (s *Scene) Presses(action string) drive.Answer {
	s.p.w.t.Helper()
	surface, e, block := s.button(action)
	if surface == "" {
		s.p.w.t.Fatalf("%s sees no button %q; on the screen: %s", s.p.ID, action, s.Words())
	}
	members := map[string]any{"surface": surface, "block_id": block, "action_id": action}
	if e.Value != "" {
		members["value"] = e.Value
	}
	return s.p.do("click", members)
}

// OpensLink presses the link's button and opens what it leads to.
func (s *Scene) OpensLink() *Tab {
	s.p.w.t.Helper()
	a := s.Presses("open_link")
	tab := s.p.w.Opens(a.URL)
	tab.owner = s.p
	return tab
}

// CopiesLink opens the link in a new tab without a press of its button, as from a copied address.
func (s *Scene) CopiesLink() *Tab {
	s.p.w.t.Helper()
	tab := s.p.w.Opens(s.url())
	tab.owner = s.p
	return tab
}

// Confirms presses Revoke in the newest answer to a command, confirms, and waits until Slack says that it is done.
func (s *Scene) Confirms() *Scene {
	s.p.w.t.Helper()
	const done = "Revoked:"
	before := strings.Count(s.Words(), done)
	answers := *s
	answers.Views, answers.Messages = nil, slices.DeleteFunc(slices.Clone(s.Messages), func(m drive.Message) bool { return !m.Ephemeral })
	answers.Presses("revoke")
	return s.p.Awaits("the word that it is revoked", func(now *Scene) bool { return strings.Count(now.Words(), done) > before })
}

// Words is every text on the screen.
func (s *Scene) Words() string {
	var words []string
	add := func(blocks []drive.Block) {
		for _, b := range blocks {
			if b.Text != nil {
				words = append(words, b.Text.Text)
			}
			for _, e := range b.Elements {
				words = append(words, string(e.Text))
			}
		}
	}
	for _, m := range s.Messages {
		words = append(words, m.Text)
		add(m.Blocks)
	}
	for _, v := range s.Views {
		add(v.View.Blocks)
	}
	return fmt.Sprintf("%q", words)
}

// Closes closes the topmost view.
func (p *Person) Closes() {
	p.w.t.Helper()
	p.do("close", map[string]any{"view_id": p.Sees().Top().ID})
}

// HasLink reports whether a link is offered.
func (s *Scene) HasLink() bool { return s.url() != "" }

// Becomes changes what Slack says about the person: deleted, bot, guest, stranger, unconfirmed, email.
func (p *Person) Becomes(members map[string]any) {
	p.w.t.Helper()
	ctx, cancel := p.w.context()
	defer cancel()
	all := map[string]any{"id": p.ID}
	for name, value := range members {
		all[name] = value
	}
	if err := p.slack.Change(ctx, all); err != nil {
		p.w.t.Fatalf("change %s: %v", p.ID, err)
	}
}

// Taps taps a number in Slack, or, where it is empty, "That wasn't me", once the question is there.
func (p *Person) Taps(digits string) *Scene {
	p.w.t.Helper()
	asked := func(s *Scene) (string, drive.Block, drive.Element, bool) {
		for i := len(s.Messages) - 1; i >= 0; i-- {
			for _, b := range s.Messages[i].Blocks {
				for _, e := range b.Elements {
					if digits == "" && e.ActionID == "not_me" || digits != "" && strings.HasPrefix(e.ActionID, "tap_") && strings.HasSuffix(e.Value, " "+digits) {
						return s.Messages[i].TS, b, e, true
					}
				}
			}
		}
		return "", drive.Block{}, drive.Element{}, false
	}
	scene := p.Awaits("the question for the number", func(s *Scene) bool { _, _, _, ok := asked(s); return ok })
	surface, b, e, _ := asked(scene)
	p.do("click", map[string]any{"surface": surface, "block_id": b.BlockID, "action_id": e.ActionID, "value": e.Value})
	return scene
}

// TapsOther taps a number that is not the one that a page shows.
func (p *Person) TapsOther(digits string) {
	p.w.t.Helper()
	scene := p.Awaits("the question for the number", func(s *Scene) bool { return s.other(digits) != "" })
	surface, e, block := scene.button(scene.other(digits))
	p.do("click", map[string]any{"surface": surface, "block_id": block, "action_id": e.ActionID, "value": e.Value})
}

// other is the action of a number to tap that is not digits.
func (s *Scene) other(digits string) string {
	for _, action := range []string{"tap_1", "tap_2"} {
		if _, e, _ := s.button(action); e.Value != "" && !strings.HasSuffix(e.Value, " "+digits) {
			return action
		}
	}
	return ""
}
