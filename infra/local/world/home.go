package world

import (
	"encoding/json"
	"strings"

	"github.com/apppass/apppass/infra/local/drive"
)

// Home is the app's home tab as a person sees it.
type Home struct {
	p    *Person
	Hash string // changes with each publishing
	view map[string]any
}

// OpensHome opens the home tab, and waits for what the app shows then.
func (p *Person) OpensHome() *Home {
	p.w.t.Helper()
	before := p.home().Hash
	p.do("home", nil)
	return p.AwaitsHome("that the home tab is published", func(h *Home) bool { return h.Hash != before })
}

// AwaitsHome waits until the home tab, which the person does not open anew, is as is sought.
func (p *Person) AwaitsHome(what string, sought func(*Home) bool) *Home {
	p.w.t.Helper()
	var found *Home
	p.Awaits(what, func(s *Scene) bool {
		found = p.homeOf(s.Home)
		return sought(found)
	})
	return found
}

// home is the home tab as it is now, without words before it was published.
func (p *Person) home() *Home { return p.homeOf(p.Sees().Home) }

func (p *Person) homeOf(shown *drive.Home) *Home {
	h := &Home{p: p}
	if shown == nil {
		return h
	}
	h.Hash = shown.Hash
	if err := json.Unmarshal(shown.View, &h.view); err != nil {
		p.w.t.Fatalf("read the home tab of %s: %v", p.ID, err)
	}
	return h
}

// Words is every text of the home tab, a line each.
func (h *Home) Words() string { return strings.Join(words(h.view), "\n") }

func words(v any) (all []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			all = append(all, words(e)...)
		}
	case map[string]any:
		if s, ok := v["text"].(string); ok {
			return []string{s}
		}
		if v["type"] == "static_select" {
			return words(v["initial_option"])
		}
		for _, name := range []string{"text", "blocks", "elements", "accessory"} {
			all = append(all, words(v[name])...)
		}
	}
	return all
}

// Says reports whether the home tab has all of these texts.
func (h *Home) Says(texts ...string) bool {
	for _, text := range texts {
		if !strings.Contains(h.Words(), text) {
			return false
		}
	}
	return true
}

// element is the first element with the action id, and the id of its block.
func (h *Home) element(action string) (e map[string]any, block string) {
	blocks, _ := h.view["blocks"].([]any)
	for _, b := range blocks {
		b, _ := b.(map[string]any)
		elements, _ := b["elements"].([]any)
		for _, e := range append(elements, b["accessory"]) {
			if e, ok := e.(map[string]any); ok && e["action_id"] == action {
				block, _ := b["block_id"].(string)
				return e, block
			}
		}
	}
	return nil, ""
}

// Has reports whether there is an element with the action id.
func (h *Home) Has(action string) bool {
	e, _ := h.element(action)
	return e != nil
}

// Presses presses the first button with the action id as this home tab had it, confirming where that is asked.
func (h *Home) Presses(action string) {
	h.p.w.t.Helper()
	e, block := h.element(action)
	if e == nil {
		h.p.w.t.Fatalf("%s sees no button %q in the home tab:\n%s", h.p.ID, action, h.Words())
	}
	h.p.do("click", map[string]any{"surface": "home", "block_id": block, "action_id": action, "value": e["value"]})
}

// Picks chooses in the menu with the action id, by the option's value.
func (h *Home) Picks(action, value string) {
	h.p.w.t.Helper()
	_, block := h.element(action)
	h.p.do("click", map[string]any{"surface": "home", "block_id": block, "action_id": action, "selected_option": value})
}
