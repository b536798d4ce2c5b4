package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
)

// submission is the form as it was filled in; application may be empty.
func submission(application, label string) map[string]any {
	var chosen any
	if application != "" {
		chosen = map[string]any{"value": application, "text": map[string]any{"type": "plain_text", "text": "x"}}
	}
	return map[string]any{"type": "view_submission", "view": map[string]any{
		"id": "V1", "hash": "1.x", "type": "modal", "callback_id": "new", "blocks": []any{},
		"state": map[string]any{"values": map[string]any{
			"application": map[string]any{"application": map[string]any{"type": "static_select", "selected_option": chosen}},
			"label":       map[string]any{"label": map[string]any{"type": "plain_text_input", "value": label}},
		}},
	}}
}

func revokeClick(value string) map[string]any {
	return map[string]any{
		"type": "block_actions", "response_url": "https://hooks.slack.com/actions/T/1/x",
		"actions": []any{map[string]any{"type": "button", "action_id": "revoke", "block_id": value, "value": value}},
	}
}

func TestASubmissionIsQueuedAndAnswered(t *testing.T) {
	h := newHouse(t)
	answer := h.send(interaction(h, submission("crm", " of\u00a0sales "), nil))
	sends(t, h, job.Job{
		ID: "view:V1:1.x", Kind: job.Issue, Reply: job.Reply{ViewID: "V1"}, Args: json.RawMessage(`{"application":"crm","label":"of sales"}`),
	}, time.Second)
	var ack struct {
		Action string `json:"response_action"`
		View   json.RawMessage
	}
	if err := json.Unmarshal([]byte(answer.Body), &ack); err != nil || ack.Action != "update" || answer.StatusCode != http.StatusOK {
		t.Fatalf("got %d %s", answer.StatusCode, answer.Body)
	}
	for _, p := range blockkit.CheckView(ack.View) {
		t.Errorf("Slack refuses the view: %v", p)
	}
}

func TestASubmissionThatCannotBeAcceptedIsToldAtTheField(t *testing.T) {
	for _, c := range []struct {
		name, application, label string
		broken                   error
		field, want              string
	}{
		{"no application", "", "x", nil, "application", "no longer offered"},
		{"a label of 200 characters", "crm", strings.Repeat("ü", 200), nil, "label", "longer than 60"},
		{"a label of 61 characters", "crm", strings.Repeat("ü", 61), nil, "label", "longer than 60"},
		{"a right-to-left mark", "crm", "a\u202eb", nil, "label", "can't be shown"},
		{"a line break", "crm", "a\nb", nil, "label", "can't be shown"},
		{"an app password", "crm", "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB", nil, "label", "looks like an app password"},
		{"the queue fails", "crm", "x", problem.Passing("send", errors.New("the cause")), "application", "can't be reached"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.broken = c.broken
			answer := h.send(interaction(h, submission(c.application, c.label), nil))
			var ack struct {
				Action string `json:"response_action"`
				Errors map[string]string
			}
			if err := json.Unmarshal([]byte(answer.Body), &ack); err != nil || answer.StatusCode != http.StatusOK {
				t.Fatalf("got %d %s", answer.StatusCode, answer.Body)
			}
			if ack.Action != "errors" || len(ack.Errors) != 1 || !strings.Contains(ack.Errors[c.field], c.want) {
				t.Errorf("got %s", answer.Body)
			}
			if len(h.jobs) > 0 || c.label != "x" && strings.Contains(h.log.String()+answer.Body, c.label) {
				t.Errorf("queued %v, answered %s, logged\n%s", h.jobs, answer.Body, &h.log)
			}
		})
	}
}

func TestTheSameSubmissionIsTheSameJob(t *testing.T) {
	h := newHouse(t)
	for range 2 {
		h.send(interaction(h, submission("crm", "x"), nil))
	}
	if d := cmp.Diff(h.jobs[0], h.jobs[1]); d != "" {
		t.Errorf("(-first +second):\n%s", d)
	}
	h.send(interaction(h, submission("crm", "x"), map[string]any{"trigger_id": "4.5.6"}))
	if h.jobs[2].ID != h.jobs[0].ID {
		t.Errorf("another trigger makes another job: %s, %s", h.jobs[0].ID, h.jobs[2].ID)
	}
}

func TestARevokeClickIsQueued(t *testing.T) {
	h := newHouse(t)
	if answer := h.send(interaction(h, revokeClick("c0123456789abcdef"), nil)); answer.StatusCode != 200 || answer.Body != "" {
		t.Errorf("got %d %s", answer.StatusCode, answer.Body)
	}
	sends(t, h, job.Job{
		ID: "trigger:1.2.3", Kind: job.Revoke, Reply: job.Reply{ResponseURL: "https://hooks.slack.com/actions/T/1/x"},
		Args: json.RawMessage(`{"credential":"c0123456789abcdef"}`),
	}, 0)
}

func TestAClickOnSomethingElseIsNotQueued(t *testing.T) {
	for value, want := range map[string]int{"": 400, "x": 400, "C0123456789ABCDEF": 400, "c0123456789abcdef0": 400, "c0123456789abcdei": 400} {
		h := newHouse(t)
		if got := h.send(interaction(h, revokeClick(value), nil)).StatusCode; got != want || len(h.jobs) > 0 {
			t.Errorf("%q: got %d and the jobs %v, want %d", value, got, h.jobs, want)
		}
	}
	h := newHouse(t)
	unknown := map[string]any{"type": "block_actions", "actions": []any{map[string]any{"type": "button", "action_id": "x", "value": "y"}}}
	if got := h.send(interaction(h, unknown, nil)).StatusCode; got != 200 || len(h.jobs) > 0 {
		t.Errorf("an unknown button: got %d and the jobs %v", got, h.jobs)
	}
}

func TestARevokeClickThatCannotBeQueuedIsNotAcknowledged(t *testing.T) {
	h := newHouse(t)
	h.broken = problem.ErrUnavailable
	answer := h.send(interaction(h, revokeClick("c0123456789abcdef"), nil))
	if answer.StatusCode != http.StatusServiceUnavailable || !strings.Contains(h.log.String(), "queue a revoke job") {
		t.Errorf("got %d, logged\n%s", answer.StatusCode, &h.log)
	}
}

func TestAnInteractionOfOthersIsRefused(t *testing.T) {
	for name, change := range map[string]map[string]any{
		"another team":         {"team": map[string]any{"id": "TOTHER"}},
		"a null team":          {"team": nil, "enterprise": map[string]any{"id": "ELOCAL"}, "is_enterprise_install": true},
		"no user":              {"user": map[string]any{}},
		"another team's match": {"team": map[string]any{"id": "tlocal"}},
	} {
		for kind, payload := range map[string]map[string]any{"submission": submission("crm", "x"), "click": revokeClick("c0123456789abcdef")} {
			t.Run(name+" "+kind, func(t *testing.T) {
				h := newHouse(t)
				if got := h.send(interaction(h, payload, change)).StatusCode; got != http.StatusForbidden || len(h.jobs) > 0 {
					t.Errorf("got %d and the jobs %v", got, h.jobs)
				}
			})
		}
	}
}

func TestAFormOfAnotherNameIsOnlyAcknowledged(t *testing.T) {
	h := newHouse(t)
	s := submission("crm", "x")
	s["view"].(map[string]any)["callback_id"] = "other"
	if answer := h.send(interaction(h, s, nil)); answer.StatusCode != 200 || answer.Body != "" || len(h.jobs) > 0 {
		t.Errorf("got %d %s and the jobs %v", answer.StatusCode, answer.Body, h.jobs)
	}
}

func TestAPayloadThatIsNoneIsRefusedAndNotLogged(t *testing.T) {
	for _, body := range []string{"", "payload=", "payload=secret", "payload=%7B%22type%22:1%7D", "payload=%zz", "x=y"} {
		h := newHouse(t)
		if got := h.send(sent{path: "/slack/interactions", kind: form, body: body}).StatusCode; got != 400 {
			t.Errorf("%q: got %d, want 400", body, got)
		}
		if strings.Contains(h.log.String(), "secret") {
			t.Errorf("it is in the log:\n%s", &h.log)
		}
	}
}
