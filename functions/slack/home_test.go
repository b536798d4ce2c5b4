package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/apppass/apppass/shared/core/job"
)

// atHome is a press in the home tab, on its second page.
func atHome(action, value string) map[string]any {
	return map[string]any{
		"type": "block_actions", "view": map[string]any{"id": "VHOME", "type": "home", "callback_id": "home_2", "private_metadata": "en-US"},
		"container": map[string]any{"type": "view", "view_id": "VHOME"},
		"actions":   []any{map[string]any{"type": "button", "block_id": "b", "action_id": action, "value": value}},
	}
}

// choosing is a choice there.
func choosing(action, value string) map[string]any {
	payload := atHome(action, "")
	payload["actions"] = []any{map[string]any{
		"type": "static_select", "block_id": "b", "action_id": action, "selected_option": map[string]any{"value": value},
	}}
	return payload
}

func TestWhatIsDoneInTheHomeTabIsShownThere(t *testing.T) {
	for name, c := range map[string]struct {
		payload map[string]any
		kind    job.Kind
		args    string
	}{
		"the next page":     {atHome("home_next", "3"), job.Home, `{"page":3}`},
		"the previous page": {atHome("home_previous", "1"), job.Home, `{"page":1}`},
		"again":             {atHome("home_again", "2"), job.Home, `{"page":2}`},
		"revoking":          {atHome("revoke", "c0123456789abcdef"), job.Revoke, `{"credential":"c0123456789abcdef"}`},
		"a language":        {choosing("language", "en"), job.Prefer, `{"language":"en"}`},
		"Slack's language":  {choosing("language", "slack"), job.Prefer, `{"language":""}`},
		"midnight":          {choosing("quiet_from", "0"), job.Prefer, `{"quiet_from":0}`},
		"the end":           {choosing("quiet_until", "7"), job.Prefer, `{"quiet_until":7}`},
		"no quiet hours":    {choosing("quiet_from", "off"), job.Prefer, `{"quiet_off":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			answer := h.send(interaction(h, c.payload, nil))
			if answer.StatusCode != http.StatusOK {
				t.Fatalf("got %d", answer.StatusCode)
			}
			silent(t, h, answer.Body)
			sends(t, h, job.Job{ID: "trigger:1.2.3", Kind: c.kind, Reply: job.Reply{Home: 2}, Args: json.RawMessage(c.args)}, 0)
		})
	}
}

func TestWhatTheHomeTabDoesNotOfferIsRefused(t *testing.T) {
	for name, payload := range map[string]map[string]any{
		"page nought": atHome("home_next", "0"), "no page": atHome("home_next", "x"), "no hour": choosing("quiet_from", "24"),
		"no language": choosing("language", ""), "no id": atHome("revoke", "x"),
	} {
		h := newHouse(t)
		if got := h.send(interaction(h, payload, nil)).StatusCode; got != http.StatusBadRequest || len(h.jobs) > 0 {
			t.Errorf("%s: got %d and the jobs %v", name, got, h.jobs)
		}
	}
}

func TestNewInTheHomeTabOpensTheForm(t *testing.T) {
	h := newHouse(t)
	if got := h.send(interaction(h, atHome("suggestion", "new"), nil)).StatusCode; got != http.StatusOK || len(h.opened) != 1 {
		t.Errorf("got %d, and %d forms", got, len(h.opened))
	}
}

// Where nothing can be done Slack shows a warning, or sends the event again.
func TestWhatTheHomeTabCantDoNowIsTold(t *testing.T) {
	opened := `{"type":"event_callback","team_id":"TLOCAL","event_id":"Ev1","event":{"type":"app_home_opened","user":"UALICE","tab":"home"}}`
	for name, ask := range map[string]func(h *house) sent{
		"new":     func(h *house) sent { return interaction(h, atHome("suggestion", "new"), nil) },
		"a page":  func(h *house) sent { return interaction(h, atHome("home_next", "3"), nil) },
		"opening": func(*house) sent { return sent{path: "/slack/events", kind: "application/json", body: opened} },
	} {
		h := newHouse(t)
		h.broken = errors.New("away")
		if got := h.send(ask(h)).StatusCode; got != http.StatusServiceUnavailable {
			t.Errorf("%s: got %d, want 503", name, got)
		}
	}
}
