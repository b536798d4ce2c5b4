package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
)

// filling is what stands in the form's fields.
type filling struct{ application, label, ends, networks string }

// state is a form's state as Slack tells it.
func (f filling) state() map[string]any {
	option := func(value string) map[string]any {
		if value == "" {
			return map[string]any{"type": "static_select", "selected_option": nil}
		}
		return map[string]any{"type": "static_select", "selected_option": map[string]any{"value": value, "text": map[string]any{"type": "plain_text", "text": "x"}}}
	}
	text := func(value string) map[string]any { return map[string]any{"type": "plain_text_input", "value": value} }
	return map[string]any{"values": map[string]any{
		"application": map[string]any{"application": option(f.application)}, "label": map[string]any{"label": text(f.label)},
		"ends": map[string]any{"ends": option(f.ends)}, "networks": map[string]any{"networks": text(f.networks)},
	}}
}

func (f filling) submission() map[string]any {
	s := submission(f.application, f.label)
	s["view"].(map[string]any)["state"] = f.state()
	return s
}

// choice is the payload of a choice of an application in the form.
func (f filling) choice() map[string]any {
	return map[string]any{
		"type": "block_actions",
		"view": map[string]any{"id": "V1", "hash": "1.x", "type": "modal", "callback_id": "new", "private_metadata": "en-US", "blocks": []any{}, "state": f.state()},
		"actions": []any{map[string]any{
			"type": "static_select", "action_id": "application", "block_id": "application", "selected_option": map[string]any{"value": f.application},
		}},
	}
}

// words is every text of a view, and what stands in its fields.
func words(t *testing.T, v slack.ModalViewRequest) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestASubmissionSaysWhenItEndsAndFromWhereItWorks(t *testing.T) {
	h := newHouse(t)
	h.send(interaction(h, filling{"crm", "of sales", "30", "192.0.2.7/24 2001:db8::7,192.0.2.9/24"}.submission(), nil))
	sends(t, h, job.Job{
		ID: "view:V1:1.x", Kind: job.Issue, Reply: job.Reply{ViewID: "V1"},
		Args: json.RawMessage(`{"application":"crm","label":"of sales","days":30,"networks":["192.0.2.0/24","2001:db8::7/128"]}`),
	}, time.Second)
}

func TestAllFaultsOfASubmissionAreToldAtOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		filling
		want map[string]string
	}{
		{"all", filling{"", strings.Repeat("x", 61), "never", "home"}, map[string]string{
			"application": "no longer offered", "label": "longer than 60", "ends": "ends app passwords earlier", "networks": "neither an address nor a network",
		}},
		{"two", filling{"crm", "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB", "30", "::/0"}, map[string]string{"label": "looks like an app password", "networks": "every address"}},
		{"too many networks", filling{"crm", "", "0", "1.1.1.1,2.2.2.2,3.3.3.3,4.4.4.4,5.5.5.5,6.6.6.6,7.7.7.7,8.8.8.8,9.9.9.9,10.1.1.1,11.1.1.1"}, map[string]string{"networks": "more than 10"}},
		{"an end that nobody offers", filling{"crm", "", "100000", ""}, map[string]string{"ends": "ends app passwords earlier"}},
		{"a password among the networks", filling{"crm", "", "0", "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"}, map[string]string{"networks": "neither an address nor a network"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			answer := h.send(interaction(h, c.submission(), nil))
			var ack struct {
				Action string `json:"response_action"`
				Errors map[string]string
			}
			if err := json.Unmarshal([]byte(answer.Body), &ack); err != nil || answer.StatusCode != http.StatusOK || ack.Action != "errors" {
				t.Fatalf("got %d %s", answer.StatusCode, answer.Body)
			}
			if d := cmp.Diff(slices.Sorted(maps.Keys(c.want)), slices.Sorted(maps.Keys(ack.Errors))); d != "" {
				t.Errorf("the fields (-want +got):\n%s", d)
			}
			for field, want := range c.want {
				if !strings.Contains(ack.Errors[field], want) {
					t.Errorf("%s: got %q, want %q", field, ack.Errors[field], want)
				}
			}
			if len(h.jobs) > 0 || strings.Contains(h.log.String()+answer.Body, "Bfgxf") {
				t.Errorf("queued %v, answered %s, logged\n%s", h.jobs, answer.Body, &h.log)
			}
		})
	}
}

func TestAChoiceBuildsTheFormAnewAndLosesNothing(t *testing.T) {
	h := newHouse(t)
	h.rules = policy.Policy{Lifetime: 100 * 24 * time.Hour}
	answer := h.send(interaction(h, filling{"thunderbird", "laptop", "30", "not yet a network"}.choice(), nil))
	if answer.StatusCode != 200 || answer.Body != "" || len(h.jobs) > 0 {
		t.Errorf("got %d %s and the jobs %v", answer.StatusCode, answer.Body, h.jobs)
	}
	if len(h.updated) != 1 || h.sayings[0] != "V1 1.x  application  label ends networks" {
		t.Fatalf("what was updated: %q", h.sayings)
	}
	got := words(t, h.updated[0])
	for _, want := range []string{
		"Thunderbird can sign in without a password", "I still need one", `"initial_value":"laptop"`, `"initial_value":"not yet a network"`,
		"in 100 days, as late as the policy lets it", `"initial_option":{"text":{"type":"plain_text","text":"in 30 days"`, "sending mail (SMTP)", `"private_metadata":"en-US"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not have %s:\n%s", want, got)
		}
	}
	h.send(interaction(h, filling{"scanner-printer", "laptop", "30", ""}.choice(), nil))
	if got := words(t, h.updated[1]); strings.Contains(got, "without a password") || !strings.Contains(got, "for nothing else: sending mail (SMTP).") {
		t.Errorf("got %s", got)
	}
}

// Whatever fails, the form stays, with all that was typed, and can be submitted.
func TestAChoiceThatCannotBeShownChangesNothing(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(h *house, payload map[string]any)
	}{
		{"the application is gone", func(h *house, _ map[string]any) {
			h.offered = catalog.Catalog{{ID: "fax", Name: "The old fax", Tier: credential.General, Services: []string{"mail"}}}
		}},
		{"another view", func(_ *house, payload map[string]any) { payload["view"].(map[string]any)["callback_id"] = "other" }},
		{"no view", func(_ *house, payload map[string]any) { delete(payload, "view") }},
		{"no choice", func(_ *house, payload map[string]any) { payload["view"].(map[string]any)["state"] = filling{}.state() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			payload := filling{"thunderbird", "laptop", "0", ""}.choice()
			c.change(h, payload)
			if answer := h.send(interaction(h, payload, nil)); answer.StatusCode != 200 || answer.Body != "" || len(h.updated)+len(h.jobs) > 0 {
				t.Errorf("got %d %s, the views %v and the jobs %v", answer.StatusCode, answer.Body, h.updated, h.jobs)
			}
		})
	}
	for _, broken := range []error{problem.ErrUnavailable, slackapi.ErrViewGone, slackapi.ErrViewChanged} {
		h := newHouse(t)
		h.broken = broken
		if answer := h.send(interaction(h, filling{"thunderbird", "laptop", "0", ""}.choice(), nil)); answer.StatusCode != 200 || answer.Body != "" {
			t.Errorf("%v: got %d %s", broken, answer.StatusCode, answer.Body)
		}
	}
}

func TestTheFormKnowsThePolicyAsItWasReadLast(t *testing.T) {
	h := newHouse(t)
	h.broken = problem.ErrUnavailable
	h.send(command("new", nil))
	h.broken, h.rules = nil, policy.Policy{Lifetime: 10 * 24 * time.Hour}
	h.send(command("new", nil))
	h.broken = problem.ErrUnavailable
	h.send(command("new", nil))
	for i, want := range []string{"as late as the company's policy lets it", "in 10 days, as late as the policy lets it", "in 10 days, as late as the policy lets it"} {
		if got := words(t, h.opened[i]); !strings.Contains(got, want) {
			t.Errorf("form %d: got %s, want %s", i, got, want)
		}
	}
}

func TestTheShortcutOpensTheForm(t *testing.T) {
	shortcut := map[string]any{"type": "shortcut", "callback_id": "new_app_password", "action_ts": "1.2"}
	h := newHouse(t)
	if answer := h.send(interaction(h, shortcut, nil)); answer.StatusCode != 200 || answer.Body != "" {
		t.Errorf("got %d %s", answer.StatusCode, answer.Body)
	}
	if len(h.opened) != 1 || h.triggers[0] != "1.2.3" || h.opened[0].CallbackID != "new" {
		t.Errorf("got the triggers %v and the views %v", h.triggers, h.opened)
	}
	h = newHouse(t)
	h.broken = slackapi.ErrTriggerGone
	if answer := h.send(interaction(h, shortcut, nil)); answer.StatusCode != http.StatusServiceUnavailable || answer.Body != "" {
		t.Errorf("where it can't be opened: got %d %s", answer.StatusCode, answer.Body)
	}
	h = newHouse(t)
	if answer := h.send(interaction(h, shortcut, map[string]any{"callback_id": "other"})); answer.StatusCode != 200 || len(h.opened) > 0 {
		t.Errorf("another one: got %d and the views %v", answer.StatusCode, h.opened)
	}
}
