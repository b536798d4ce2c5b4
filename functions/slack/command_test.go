package main

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/problem"
)

func TestNewOpensTheFormForWhoTypedIt(t *testing.T) {
	h := newHouse(t)
	answer := h.send(command("new laptop", nil))
	if answer.StatusCode != 200 || answer.Body != "" {
		t.Errorf("got %d %s", answer.StatusCode, answer.Body)
	}
	if len(h.triggers) != 1 || h.triggers[0] != "1.2.3" || h.opened[0].CallbackID != "new" {
		t.Errorf("got the triggers %v and the views %v", h.triggers, h.opened)
	}
}

func TestTheBuiltInCatalogServesWhileTheStoredOneCannotBeRead(t *testing.T) {
	h := newHouse(t)
	h.offered, h.broken = nil, problem.ErrUnavailable
	h.send(command("new", nil))
	if len(h.opened) != 1 || len(h.opened[0].Blocks.BlockSet) != 5 {
		t.Errorf("got %v", h.opened)
	}
}

func TestWhatIsListedIsNamedByTheCatalogReadLast(t *testing.T) {
	h := newHouse(t)
	h.offered = catalog.Catalog{{ID: "fax", Name: "The old fax", Tier: credential.General, Services: []string{"mail"}}}
	h.has = []credential.Credential{{ID: "c0123456789abcdef", Application: "fax", State: credential.Active, Made: signedAt}}
	if got := h.shown(h.send(command("list", nil))); !strings.Contains(got, "\nfax\n") {
		t.Errorf("before: got\n%s", got)
	}
	h.send(command("new", nil))
	for _, typed := range []string{"list", "revoke the old"} {
		if got := h.shown(h.send(command(typed, nil))); !strings.Contains(got, "\nThe old fax\n") {
			t.Errorf("%s: got\n%s", typed, got)
		}
	}
}

func TestRevokeOffersWhatTheWordMeans(t *testing.T) {
	has := []credential.Credential{
		{ID: "c0000000000000001", Application: "thunderbird", Label: "laptop", State: credential.Active, Made: signedAt},
		{ID: "c0000000000000002", Application: "crm", State: credential.Active, Made: signedAt},
	}
	for typed, want := range map[string]string{
		"revoke laptop":  "Thunderbird · laptop",
		"revoke CRM":     "CRM",
		"revoke":         "Thunderbird · laptop CRM",
		"revoke nothing": "Thunderbird · laptop CRM",
	} {
		h := newHouse(t)
		h.has = has
		got := h.shown(h.send(command(typed, nil)))
		for _, c := range []string{"Thunderbird · laptop", "CRM"} {
			if strings.Contains(got, c) != strings.Contains(want, c) {
				t.Errorf("%s: got\n%s\nwant %s", typed, got, want)
			}
		}
		if len(h.jobs) > 0 {
			t.Errorf("%s: typing alone has queued %v", typed, h.jobs)
		}
	}
}

func TestEachPersonSeesTheirOwn(t *testing.T) {
	h := newHouse(t)
	h.send(command("list", url.Values{"user_id": {"UBOB"}}))
	if len(h.owners) != 1 || h.owners[0] != (credential.Owner{Team: team, Person: "UBOB"}) {
		t.Errorf("asked for %v", h.owners)
	}
}

func TestAnUnknownWordIsAnsweredWithHelp(t *testing.T) {
	for _, typed := range []string{"nwe Thunderbird", "hunter2", "<!channel>", strings.Repeat("x", 5000)} {
		h := newHouse(t)
		got := h.shown(h.send(command(typed, nil)))
		if !strings.Contains(got, "I don't know that command") || !strings.Contains(got, "/apppass new") {
			t.Errorf("%.20s: got %s", typed, got)
		}
		if strings.Contains(got, typed) || strings.Contains(h.log.String(), typed) {
			t.Errorf("%.20s is echoed or logged", typed)
		}
	}
}

func TestAPasswordInACommandIsRefusedAndNowhereKept(t *testing.T) {
	for _, f := range password.Formats {
		pw := password.New(f).Reveal()
		shown := f.Show("app", pw)
		for name, typed := range map[string]string{
			"alone": shown, "after new": "new " + shown, "after revoke": "revoke " + shown, "in a question": "is " + shown + " good",
			"in groups": "revoke " + strings.ReplaceAll(shown, "-", " "), "without groups": "list " + pw,
		} {
			t.Run(f.Name()+" "+name, func(t *testing.T) {
				h := newHouse(t)
				answer := h.send(command(typed, nil))
				if got := h.shown(answer); !strings.Contains(got, "looks like an app password") {
					t.Errorf("got %s", got)
				}
				for place, s := range map[string]string{"the answer": answer.Body, "the log": h.log.String()} {
					for _, part := range append(strings.Split(shown, "-"), pw) {
						if part != "app" && strings.Contains(s, part) {
							t.Errorf("it is in %s", place)
						}
					}
				}
				if len(h.opened)+len(h.jobs)+len(h.owners) > 0 {
					t.Error("it was acted on")
				}
			})
		}
	}
}

func TestOthersThanThisWorkspacesPeopleAreToldSo(t *testing.T) {
	for name, change := range map[string]url.Values{
		"another team":            {"team_id": {"TOTHER"}},
		"no team":                 {"team_id": nil},
		"an organisation's":       {"team_id": {""}, "enterprise_id": {"ELOCAL"}, "is_enterprise_install": {"true"}},
		"nobody":                  {"user_id": {""}},
		"two teams, ours as last": {"team_id": {"TOTHER", team}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			if got := h.shown(h.send(command("list", change))); !strings.Contains(got, "people of this workspace only") {
				t.Errorf("got %s", got)
			}
			if len(h.owners) > 0 {
				t.Error("it was acted on")
			}
		})
	}
}

func TestTroubleIsToldAndItsCauseLogged(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		err         error
		want        string
	}{
		{"storage", "list", problem.Passing("query", errors.New("the cause")), "can't be reached"},
		{"storage, at nothing", "", problem.Passing("query", errors.New("the cause")), "can't be reached"},
		{"storage, at show", "show x", problem.Passing("query", errors.New("the cause")), "can't be reached"},
		{"storage, at revoke", "revoke x", problem.Passing("query", errors.New("the cause")), "can't be reached"},
		{"Slack", "new", problem.Passing("views.open", errors.New("the cause")), "can't be reached"},
		{"a trigger that is over", "new", slackapi.ErrTriggerGone, "Do it again"},
		{"anything else", "list", errors.New("the cause"), "Something went wrong"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.broken = c.err
			answer := h.send(command(c.typed, nil))
			if got := h.shown(answer); !strings.Contains(got, c.want) {
				t.Errorf("got %s", got)
			}
			if !strings.Contains(answer.Body, "Reference: 1a2b3c4d.") || !strings.Contains(h.log.String(), `"reference":"1a2b3c4d"`) {
				t.Errorf("answered %s, logged\n%s", answer.Body, &h.log)
			}
			if strings.Contains(answer.Body, "cause") || !strings.Contains(h.log.String(), c.err.Error()) {
				t.Errorf("answered %s, logged\n%s", answer.Body, &h.log)
			}
		})
	}
}

func TestACommandThatIsNoFormIsRefused(t *testing.T) {
	h := newHouse(t)
	if got := h.send(sent{path: "/slack/commands", kind: form, body: "text=%zz"}).StatusCode; got != 400 {
		t.Errorf("got %d, want 400", got)
	}
}

func TestDoctorIsLeftToTheWorkerAndSaysSo(t *testing.T) {
	for name, ask := range map[string]func(h *house) string{
		"typed": func(h *house) string { return h.shown(h.send(command("doctor", nil))) },
		"offered": func(h *house) string {
			h.send(interaction(h, presses("suggestion", "doctor"), nil))
			return h.replacement()
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			if got := ask(h); !strings.Contains(got, "I look at what your programs have sent") {
				t.Errorf("got %s", got)
			}
			if len(h.jobs) != 1 || h.jobs[0].Kind != job.Doctor || h.jobs[0].ID != "trigger:1.2.3" || h.jobs[0].Person != "UALICE" || h.jobs[0].Reply.ResponseURL == "" {
				t.Errorf("queued %v", h.jobs)
			}
		})
	}
}

func TestHelpIsOfOneCommandWhereOneIsNamed(t *testing.T) {
	for typed, want := range map[string]string{
		"help": "What you can type", "help revoke": "Instead of revoke you can type rm", "help RM": "Instead of revoke you can type rm",
		"help doctor": "why a program can't sign in\nIt looks", "help me please": "What you can type",
	} {
		if got := newHouse(t); !strings.Contains(got.shown(got.send(command(typed, nil))), want) {
			t.Errorf("%s does not say %q", typed, want)
		}
	}
}
