package blockkit

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Element is something that a person can touch.
type Element struct {
	BlockID, ActionID string
	// Type is the element's, "static_select".
	Type string
	// Input says that it stands in an input block, Optional that this may stay empty, Dispatch that a choice is reported at once.
	Input, Optional, Dispatch bool

	spec map[string]any
}

// Elements is what a person can touch in finished blocks, in the order of their standing.
func Elements(blocks []map[string]any) []Element {
	var all []Element
	for _, b := range blocks {
		for _, spec := range within(b) {
			if spec["type"] == "image" {
				continue
			}
			all = append(all, Element{
				BlockID: stringOf(b["block_id"]), ActionID: stringOf(spec["action_id"]), Type: stringOf(spec["type"]),
				Input: b["type"] == "input", Optional: b["optional"] == true, Dispatch: b["dispatch_action"] == true,
				spec: spec,
			})
		}
	}
	return all
}

// Stateful says whether the element is part of state.values: buttons and overflow menus are not.
func (e Element) Stateful() bool { return e.Type != "button" && e.Type != "overflow" }

// External says whether its options come from the app, by block_suggestion.
func (e Element) External() bool {
	return e.Type == "external_select" || e.Type == "multi_external_select"
}

// Confirms says whether the client asks before it reports a choice.
func (e Element) Confirms() bool { return e.spec["confirm"] != nil }

// ResponseURLEnabled says whether a submission tells the app a response_url for the chosen conversation.
func (e Element) ResponseURLEnabled() bool { return e.spec["response_url_enabled"] == true }

// MinQueryLength is after how many characters the app is asked for options (3 if it does not say).
func (e Element) MinQueryLength() int {
	if n, ok := e.spec["min_query_length"].(float64); ok {
		return int(n)
	}
	return 3
}

// Initial is the element's state before anyone has touched it, as in state.values.
func (e Element) Initial() map[string]any {
	state := map[string]any{"type": e.Type}
	name, initial := e.member(), strings.Replace(e.member(), "selected_", "initial_", 1)
	switch e.member() {
	case "value":
		initial = "initial_value"
	case "rich_text_value":
		initial = "initial_value"
		if e.spec[initial] == nil {
			return state // Slack leaves an empty rich text out
		}
	}
	state[name] = e.spec[initial]
	if state[name] == nil && e.several() {
		state[name] = []any{}
	}
	return state
}

// Holds says whether a state can be the element's: it is of its type, and what is chosen is still among its options.
func (e Element) Holds(state map[string]any) bool {
	if state["type"] != e.Type {
		return false
	}
	if e.External() {
		return true
	}
	chosen, _ := state["selected_options"].([]any)
	if one := state["selected_option"]; one != nil {
		chosen = []any{one}
	}
	for _, option := range chosen {
		if !contains(Options(e.spec), option) {
			return false
		}
	}
	return true
}

// Empty says whether nothing is chosen or typed in a state of the element.
func (e Element) Empty(state map[string]any) bool {
	switch v := state[e.member()].(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
}

// Action is what the app is told in block_actions.actions, for a choice made at ts. For a button, state is nil; for an
// overflow menu it holds the selected option.
func (e Element) Action(state map[string]any, ts string) map[string]any {
	action := map[string]any{"type": e.Type, "action_id": e.ActionID, "block_id": e.BlockID, "action_ts": ts}
	told := []string{"confirm", "placeholder"}
	if e.Type == "button" {
		told = []string{"confirm", "text", "value", "style", "url"}
	}
	for name, v := range e.spec {
		if slices.Contains(told, name) || strings.HasPrefix(name, "initial_") {
			action[name] = v
		}
	}
	maps.Copy(action, state)
	return action
}

// URL is where a button, or the chosen option of an overflow menu, leads; empty where it leads nowhere.
func (e Element) URL(state map[string]any) string {
	if e.Type == "button" {
		return stringOf(e.spec["url"])
	}
	option, _ := state["selected_option"].(map[string]any)
	return stringOf(option["url"])
}

// member is the member of the element's state that holds what was chosen.
func (e Element) member() string {
	switch e.Type {
	case "static_select", "external_select", "radio_buttons", "overflow":
		return "selected_option"
	case "multi_static_select", "multi_external_select", "checkboxes":
		return "selected_options"
	case "users_select", "channels_select", "conversations_select":
		return "selected_" + strings.TrimSuffix(e.Type, "s_select")
	case "multi_users_select", "multi_channels_select", "multi_conversations_select":
		return "selected_" + strings.TrimSuffix(strings.TrimPrefix(e.Type, "multi_"), "_select")
	case "datepicker":
		return "selected_date"
	case "timepicker":
		return "selected_time"
	case "datetimepicker":
		return "selected_date_time"
	case "rich_text_input":
		return "rich_text_value"
	}
	return "value"
}

func (e Element) several() bool { return e.Type == "checkboxes" || strings.HasPrefix(e.Type, "multi_") }

// String names the element for people.
func (e Element) String() string { return fmt.Sprintf("%s %s/%s", e.Type, e.BlockID, e.ActionID) }

func stringOf(v any) string {
	s, _ := v.(string)
	return s
}
