package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
)

// presses is a press of Alice's in an ephemeral message.
func presses(action, value string) map[string]any {
	payload := pressed(action, value)
	payload["container"] = map[string]any{"type": "message", "message_ts": "1.2", "channel_id": "DUALICE", "is_ephemeral": true}
	return payload
}

// chose is a choice of Alice's in a menu of an ephemeral message.
func chose(action, value string) map[string]any {
	payload := presses(action, "")
	payload["actions"] = []any{map[string]any{
		"type": "static_select", "action_id": action, "block_id": "b",
		"selected_option": map[string]any{"value": value, "text": map[string]any{"type": "plain_text", "text": "x"}},
	}}
	return payload
}

// onHome and inModal move a press elsewhere.
func onHome(payload map[string]any) map[string]any {
	delete(payload, "response_url")
	payload["container"] = map[string]any{"type": "view", "view_id": "VHOME"}
	payload["view"] = map[string]any{"id": "VHOME", "hash": "1.h", "type": "home", "blocks": []any{}}
	return payload
}

func inModal(payload map[string]any) map[string]any {
	onHome(payload)["view"] = map[string]any{"id": "V1", "hash": "1.m", "type": "modal", "blocks": []any{}}
	return payload
}

// many is n live app passwords, "CRM · n1" and so on.
func many(n int) (all []credential.Credential) {
	for i := range n {
		all = append(all, credential.Credential{
			ID: credential.ID(fmt.Sprint(i)), Application: "crm", Label: fmt.Sprintf("n%d", i+1), State: credential.Active, Made: signedAt, Activated: signedAt,
		})
	}
	return all
}

func TestNothingTypedShowsTheFirstOnesAndTheWayToTheRest(t *testing.T) {
	h := newHouse(t)
	h.has = many(6)
	answer := h.send(command("", nil))
	got := h.shown(answer)
	for _, want := range []string{"Your app passwords: 6", "CRM · n5", "New", "See all", "Open dashboard"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "n6") {
		t.Errorf("it is not short:\n%s", got)
	}
	if want := `"url":"slack://app?team=TLOCAL\u0026id=AAPPPASS\u0026tab=home"`; !strings.Contains(answer.Body, want) {
		t.Errorf("there is no %s in\n%s", want, answer.Body)
	}
}

func TestListsAreOfTheKindThatIsAskedFor(t *testing.T) {
	soon := many(1)[0]
	soon.Label, soon.ID, soon.Expires = "soon", "c0000000000000001", signedAt.Add(24*time.Hour)
	over := many(1)[0]
	over.Label, over.ID, over.State, over.Ended = "over", "c0000000000000002", credential.Revoked, signedAt.Add(-time.Hour)
	calm := many(1)[0]
	for typed, want := range map[string]string{
		"list": "soon n1", "list all": "soon n1 over", "ls ALL": "soon n1 over", "list expiring": "soon", "list else": "soon n1",
	} {
		h := newHouse(t)
		h.has, h.had = []credential.Credential{soon, calm}, []credential.Credential{over}
		got := h.shown(h.send(command(typed, nil)))
		for _, label := range []string{"soon", "n1", "over"} {
			if strings.Contains(got, "CRM · "+label) != strings.Contains(want, label) {
				t.Errorf("%s: got\n%s\nwant %s", typed, got, want)
			}
		}
	}
}

func TestAPageIsTurnedInTheMessage(t *testing.T) {
	h := newHouse(t)
	h.has = many(20)
	for _, c := range []struct{ action, value, first, last string }{
		{"list_older", "live 1", "n9", "n16"}, {"list_older", "live 2", "n17", "n20"}, {"list_newer", "live 0", "n1", "n8"},
		{"list_older", "live 99", "n17", "n20"}, // there were more when the button was made
	} {
		h.replaced = nil
		h.send(interaction(h, presses(c.action, c.value), nil))
		got := h.replacement()
		if !strings.Contains(got, "CRM · "+c.first+"\n") || !strings.Contains(got, "CRM · "+c.last+"\n") || strings.Count(got, "CRM · ") > 8 {
			t.Errorf("%s: got\n%s", c.value, got)
		}
	}
	for _, value := range []string{"", "x", "live", "live x", "live -1"} {
		if got := h.send(interaction(h, presses("list", value), nil)).StatusCode; got != 400 {
			t.Errorf("%q: got %d, want 400", value, got)
		}
	}
}

func TestAPressThatCannotBeAnsweredSaysSo(t *testing.T) {
	for _, payload := range []map[string]any{presses("list", "live 0"), presses("show", "c0123456789abcdef")} {
		h := newHouse(t)
		reading := &failing{house: h, err: problem.ErrUnavailable}
		h.app.lister = reading
		h.send(interaction(h, payload, nil))
		if got := h.replacement(); !strings.Contains(got, "can't be reached") || !strings.Contains(got, "Reference: 1a2b3c4d.") {
			t.Errorf("got %s", got)
		}
	}
}

func TestAnAnswerStandsWhereThePressWas(t *testing.T) {
	value := many(1)[0].ID
	staying := presses("show", value)
	staying["container"] = map[string]any{"type": "message", "message_ts": "1.2", "channel_id": "DUALICE", "is_ephemeral": false}
	for _, c := range []struct {
		name                      string
		payload                   map[string]any
		replaced, opened, updated int
	}{
		{"an ephemeral message", presses("show", value), 1, 0, 0},
		{"a message that stays", staying, 0, 1, 0},
		{"the home tab", onHome(presses("show", value)), 0, 1, 0},
		{"a modal", inModal(presses("show", value)), 0, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.has = many(1)
			h.send(interaction(h, c.payload, nil))
			if len(h.replaced) != c.replaced || len(h.opened) != c.opened || len(h.updated) != c.updated {
				t.Fatalf("replaced %d, opened %d, updated %d", len(h.replaced), len(h.opened), len(h.updated))
			}
			for _, v := range append(h.opened, h.updated...) {
				body, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range blockkit.CheckView(body) {
					t.Errorf("Slack refuses the view: %v", p)
				}
				if header := v.Blocks.BlockSet[0].(*slack.HeaderBlock).Text.Text; header != "CRM · n1" {
					t.Errorf("it shows %s", header)
				}
			}
		})
	}
}
