package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/use/list"
)

// failing is a house of which the storage fails, and nothing else.
type failing struct {
	*house
	err error
}

func (f *failing) Overview(ctx context.Context, owner credential.Owner) (list.Overview, error) {
	own, _ := f.house.Overview(ctx, owner)
	return own, f.err
}

func TestShowAndRevokeFindWhatAWordMeans(t *testing.T) {
	laptop := credential.Credential{ID: "c0000000000000001", Application: "thunderbird", Label: "laptop", State: credential.Active, Made: signedAt, Activated: signedAt}
	phone := credential.Credential{ID: "c0000000000000002", Application: "ios-mail", Label: "phone", State: credential.Active, Made: signedAt, Activated: signedAt}
	old := credential.Credential{
		ID: "c0000000000000003", Application: "crm", Label: "old", State: credential.Revoked, Made: signedAt, Activated: signedAt, Ended: signedAt.Add(time.Hour),
	}
	for _, c := range []struct{ typed, want, not string }{
		{"show laptop", "Used lately|has not been used yet", "Which one"},
		{"show c0000000000000002", "iOS Mail · phone", "laptop"},
		{"show", "Which one do you want to see?", "CRM"},
		{"show old", "It was revoked", "Revoke\n"},
		{"show nothing", "You have no app password of that name", "CRM"},
		{"revoke laptop", "press Revoke to end it", "phone"},
		{"revoke", "Which one is to be revoked?", "CRM"},
		{"revoke old", "It was revoked", "press Revoke"},
		{"revoke nothing", "that still works", "CRM"},
	} {
		h := newHouse(t)
		h.has, h.had = []credential.Credential{laptop, phone}, []credential.Credential{old}
		got := h.shown(h.send(command(c.typed, nil)))
		found := false
		for _, want := range strings.Split(c.want, "|") {
			found = found || strings.Contains(got, want)
		}
		if !found || strings.Contains(got, c.not) {
			t.Errorf("%s: got\n%s\nwant %q and not %q", c.typed, got, c.want, c.not)
		}
		if len(h.jobs) > 0 {
			t.Errorf("%s: typing alone has queued %v", c.typed, h.jobs)
		}
	}
}

func TestOfManyOneIsChosenInAMenu(t *testing.T) {
	h := newHouse(t)
	h.has = many(30)
	got := h.send(command("revoke", nil)).Body
	if !strings.Contains(got, `"type":"static_select"`) || strings.Contains(got, `"action_id":"revoke"`) {
		t.Errorf("got %s", got)
	}
	h.send(interaction(h, chose("show", h.has[29].ID), nil))
	if got := h.replacement(); !strings.Contains(got, "CRM · n30\n") || !strings.Contains(got, "\nRevoke\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestAPressOfShowSaysWhatIsNowTheCase(t *testing.T) {
	over := many(1)[0]
	over.State, over.Ended = credential.Revoked, signedAt
	for _, c := range []struct {
		name, value, want string
		status            int
	}{
		{"revoked meanwhile", over.ID, "It was revoked", 200},
		{"of nobody", "c0000000000000009", "There is no such app password of yours. Nothing was changed.", 200},
		{"no id", "x", "", 400},
		{"nothing", "", "", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.had = []credential.Credential{over}
			if got := h.send(interaction(h, presses("show", c.value), nil)).StatusCode; got != c.status {
				t.Fatalf("got %d, want %d", got, c.status)
			}
			if c.want == "" {
				return
			}
			if got := h.replacement(); !strings.Contains(got, c.want) || strings.Contains(got, "Revoke\n") {
				t.Errorf("got\n%s\nwant %s", got, c.want)
			}
			if len(h.owners) != 1 || h.owners[0].Person != "UALICE" {
				t.Errorf("asked for %v", h.owners)
			}
		})
	}
}
