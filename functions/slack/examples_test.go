package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// examples is what each event of events/slack comes to.
var examples = map[string]func(t *testing.T, h *house, body string){
	"command-new.json": func(t *testing.T, h *house, body string) {
		if len(h.opened) != 1 || body != "" {
			t.Fatalf("%d views were opened, and the answer is %q", len(h.opened), body)
		}
	},
	"command-list.json":   showsIn("Thunderbird · laptop at home"),
	"command-revoke.json": showsIn("Thunderbird · laptop at home: press Revoke to end it."),
	"command-help.json":   showsIn("/apppass new"),
	"command-ssl-check.json": func(t *testing.T, h *house, body string) {
		if body != "" {
			t.Errorf("got %s", body)
		}
	},
	"view-submission-new.json": func(t *testing.T, h *house, body string) {
		if !strings.Contains(body, `"response_action":"update"`) {
			t.Errorf("got %s", body)
		}
		sends(t, h, job.Job{
			ID: "view:VLOCAL0001:1795597200.aBcDeFgH", Kind: job.Issue, Reply: job.Reply{ViewID: "VLOCAL0001"},
			Args: json.RawMessage(`{"application":"thunderbird","label":"laptop at home"}`),
		}, time.Second)
	},
	"block-actions-revoke.json": func(t *testing.T, h *house, body string) {
		silent(t, h, body)
		sends(t, h, job.Job{
			ID: "trigger:1234567890123.9876543210987.0123456789abcdef0123456789abcdef", Kind: job.Revoke,
			Reply: job.Reply{ResponseURL: "https://hooks.slack.com/actions/TLOCAL/1234567890123/local0response0url0local"},
			Args:  json.RawMessage(`{"credential":"c0123456789abcdef"}`),
		}, 0)
	},
	"block-actions-open-link.json": func(t *testing.T, h *house, body string) {
		silent(t, h, body)
		if len(h.doors) != 1 || !strings.HasPrefix(h.doors[0], "tBP0fRPuL-bIRbLuFBr4HQ UALICE ") {
			t.Errorf("the doors that were opened: %q", h.doors)
		}
	},
	// A message that stays comes back whole; of an ephemeral one there is only the place.
	"block-actions-message.json": func(t *testing.T, h *house, body string) {
		silent(t, h, body)
		sends(t, h, job.Job{
			ID: "trigger:1234567890123.9876543210987.0123456789abcdef0123456789abcdef", Kind: job.Revoke,
			Reply: job.Reply{ResponseURL: "https://hooks.slack.com/actions/TLOCAL/1234567890123/local0response0url0local"},
			Args:  json.RawMessage(`{"credential":"c0123456789abcdef"}`),
		}, 0)
	},
	"block-actions-home.json":            nothing,
	"block-suggestion.json":              nothing,
	"view-closed.json":                   nothing,
	"view-submission-every-element.json": nothing,
	"shortcut.json": func(t *testing.T, h *house, body string) {
		silent(t, h, body)
		if len(h.opened) != 1 || h.opened[0].CallbackID != "new" || h.triggers[0] != "1234567890123.9876543210987.0123456789abcdef0123456789abcdef" {
			t.Errorf("got the triggers %v and the views %v", h.triggers, h.opened)
		}
	},
	"message-action.json": nothing,
	"event-app-home-opened.json": func(t *testing.T, h *house, body string) {
		silent(t, h, body)
		sends(t, h, job.Job{
			ID: "event:EvLOCAL00002", Kind: job.Home, Reply: job.Reply{Home: 1}, Args: json.RawMessage(`{"page":1,"opened":true}`),
		}, 0)
	},
	"event-app-rate-limited.json": nothing,
	"event-app-uninstalled.json":  nothing,
	"event-message-channel.json":  nothing,
	"event-tokens-revoked.json":   nothing,
	"event-user-change.json": func(t *testing.T, h *house, body string) {
		silent(t, h, body)
		if len(h.jobs) != 1 || h.jobs[0].ID != "event:EvLOCAL00001" || h.jobs[0].Kind != job.Account || h.jobs[0].Person != "UCAROL" {
			t.Errorf("got %+v", h.jobs)
		}
	},
	"url-verification.json": func(t *testing.T, h *house, body string) {
		if want := `{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}`; strings.TrimSpace(body) != want {
			t.Errorf("got %s, want %s", body, want)
		}
	},
}

func showsIn(want string) func(*testing.T, *house, string) {
	return func(t *testing.T, _ *house, body string) {
		var m struct{ Blocks any }
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(texts(m.Blocks), "\n"); !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %s", got, want)
		}
	}
}

func silent(t *testing.T, _ *house, body string) {
	t.Helper()
	if body != "" {
		t.Errorf("got the answer %s", body)
	}
}

func nothing(t *testing.T, h *house, body string) {
	silent(t, h, body)
	if len(h.jobs) > 0 || len(h.opened) > 0 {
		t.Errorf("it queued %v and opened %d views", h.jobs, len(h.opened))
	}
}

// sends expects one job of Alice's.
func sends(t *testing.T, h *house, want job.Job, delay time.Duration) {
	t.Helper()
	want.V, want.Person, want.Team, want.At = job.Version, "UALICE", team, signedAt.Unix()
	if d := cmp.Diff([]job.Job{want}, h.jobs); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff([]time.Duration{delay}, h.delays); d != "" {
		t.Errorf("the delay (-want +got):\n%s", d)
	}
}

func TestEveryExampleIsAnswered(t *testing.T) {
	files, err := os.ReadDir("../../events/slack")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if examples[f.Name()] == nil {
			t.Errorf("nobody reads %s", f.Name())
		}
	}
	for file, check := range examples {
		t.Run(file, func(t *testing.T) {
			h := newHouse(t)
			h.has = []credential.Credential{{ID: "c0123456789abcdef", Application: "thunderbird", Label: "laptop at home", State: credential.Active, Made: signedAt}}
			answer := h.deliver(h.example(file))
			if answer.StatusCode != 200 {
				t.Fatalf("got %d", answer.StatusCode)
			}
			check(t, h, answer.Body)
			// The link's key comes back with every click in its view.
			for _, secret := range []string{"AbQT9H0T7i_myEWy7hQa", "hooks.slack.com", "local-verification-token", "laptop", "1234567890123", "carol@", "Bfgxf"} {
				if strings.Contains(h.log.String(), secret) {
					t.Errorf("%s is in the log:\n%s", secret, &h.log)
				}
			}
		})
	}
}
