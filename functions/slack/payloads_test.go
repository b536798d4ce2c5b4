package main

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"slices"
	"testing"

	"github.com/slack-go/slack"
)

// types is every kind of thing that the examples must have.
var types = map[string][]string{
	// What Slack sends to /slack/interactions: https://docs.slack.dev/reference/interaction-payloads.
	"interactions": {"block_actions", "block_suggestion", "message_action", "shortcut", "view_closed", "view_submission"},
	// What an app can ask for that has to do with this one: https://docs.slack.dev/reference/events.
	"events": {"app_home_opened", "app_rate_limited", "app_uninstalled", "message", "tokens_revoked", "url_verification", "user_change"},
	// Everything in a form that has a state: https://docs.slack.dev/reference/block-kit/block-elements.
	"elements": {
		"channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker", "email_text_input", "external_select",
		"file_input", "multi_channels_select", "multi_conversations_select", "multi_external_select", "multi_static_select",
		"multi_users_select", "number_input", "plain_text_input", "radio_buttons", "rich_text_input", "static_select", "timepicker",
		"url_text_input", "users_select",
	},
}

func TestTheExamplesAreOfEveryType(t *testing.T) {
	files, err := os.ReadDir("../../events/slack")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]bool{"interactions": {}, "events": {}, "elements": {}}
	for _, f := range files {
		e := newHouse(t).example(f.Name())
		body := []byte(e.Body)
		if e.IsBase64Encoded {
			if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
				t.Fatal(err)
			}
		}
		switch e.RawPath {
		case "/slack/interactions":
			form, err := url.ParseQuery(string(body))
			var cb slack.InteractionCallback
			if err != nil || json.Unmarshal([]byte(form.Get("payload")), &cb) != nil {
				t.Fatalf("%s is no interaction (%v)", f.Name(), err)
			}
			found["interactions"][string(cb.Type)] = true
			if cb.View.State == nil {
				continue
			}
			for _, block := range cb.View.State.Values {
				for _, action := range block {
					found["elements"][string(action.Type)] = true
				}
			}
		case "/slack/events":
			var outer struct {
				Type  string
				Event struct{ Type string }
			}
			if err := json.Unmarshal(body, &outer); err != nil {
				t.Fatalf("%s: %v", f.Name(), err)
			}
			if outer.Type == "event_callback" {
				outer.Type = outer.Event.Type
			}
			found["events"][outer.Type] = true
		}
	}
	for what, want := range types {
		if got := slices.Sorted(maps.Keys(found[what])); !slices.Equal(got, want) {
			t.Errorf("%s: there are examples of\n%q\nwant\n%q", what, got, want)
		}
	}
}

// Payloads that this app can't be sent, because they belong to what it has not: attachments, dialogs and steps of workflows.
func TestForeignPayloadsAreOnlyAcknowledged(t *testing.T) {
	for _, kind := range []string{
		"interactive_message", "dialog_submission", "dialog_cancellation", "dialog_suggestion", "workflow_step_edit", "never_heard_of",
	} {
		t.Run(kind, func(t *testing.T) {
			h := newHouse(t)
			answer := h.send(interaction(h, map[string]any{"type": kind, "callback_id": "new", "submission": map[string]any{"label": "x"}}, nil))
			if answer.StatusCode != 200 {
				t.Fatalf("got %d", answer.StatusCode)
			}
			nothing(t, h, answer.Body)
		})
	}
}
