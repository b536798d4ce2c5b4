package world

import (
	"strings"

	"github.com/apppass/apppass/infra/local/drive"
)

// filled is what the person has filled into the form for an app password; what is empty stays as the form has it.
type filled struct{ application, label, ends, networks string }

// Picks chooses the application of that name in the form, which the app hears of at once.
func (s *Scene) Picks(name string) *Scene {
	s.p.w.t.Helper()
	block, value := s.option("application", func(text string) bool { return text == name })
	s.p.do("click", map[string]any{"surface": s.Top().ID, "block_id": block, "action_id": "application", "selected_option": value})
	now := s.p.Sees()
	now.filled = s.filled
	now.application = value
	return now
}

// Ends chooses the end that reads so, "30 days".
func (s *Scene) Ends(in string) *Scene {
	s.p.w.t.Helper()
	_, s.ends = s.option("ends", func(text string) bool { return strings.Contains(text, in) })
	return s
}

// From types networks into the form.
func (s *Scene) From(networks string) *Scene {
	s.networks = networks
	return s
}

// option is the block of a select in the form, and the value of its option that is sought by its text.
func (s *Scene) option(action string, sought func(text string) bool) (block, value string) {
	s.p.w.t.Helper()
	b, e, ok := drive.Press(s.Top().View.Blocks, action)
	if !ok {
		s.p.w.t.Fatalf("%s has no form for an app password", s.p.ID)
	}
	var offered []string
	for _, o := range e.Options {
		if sought(o.Text.Text) {
			return b.BlockID, o.Value
		}
		offered = append(offered, o.Text.Text)
	}
	s.p.w.t.Fatalf("the form does not offer that %s; it offers %q", action, offered)
	return "", ""
}

// Labels types a label into the form.
func (s *Scene) Labels(label string) *Scene {
	s.label = label
	return s
}

// Submits submits the form and waits for the link.
func (s *Scene) Submits() *Scene {
	s.p.w.t.Helper()
	if a := s.Sends(); len(a.Errors) > 0 {
		s.p.w.t.Fatalf("%s submits: %v", s.p.ID, a.Errors)
	}
	return s.p.Awaits("the link", func(now *Scene) bool { return now.url() != "" })
}

// Sends submits the form and waits for nothing.
func (s *Scene) Sends() drive.Answer {
	s.p.w.t.Helper()
	values := map[string]any{}
	for field, value := range map[string]string{"application": s.application, "label": s.label, "ends": s.ends, "networks": s.networks} {
		if value != "" {
			values[field] = map[string]any{field: value}
		}
	}
	return s.p.do("submit", map[string]any{"view_id": s.Top().ID, "values": values})
}
