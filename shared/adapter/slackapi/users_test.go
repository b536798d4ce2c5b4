package slackapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/slack/api"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/reconcile"
)

func TestTheTokenSaysItsWorkspace(t *testing.T) {
	h := newHouse(t)
	if team, err := h.Team(t.Context()); team != "TLOCAL" || err != nil {
		t.Errorf("got %q, %v", team, err)
	}
}

func TestEveryPageOfPeopleIsRead(t *testing.T) {
	h := newHouse(t)
	for n := range 450 {
		h.acts("people", map[string]any{"id": fmt.Sprintf("U%04d", n), "email": fmt.Sprintf("u%d@example.com", n)})
	}
	h.acts("people", map[string]any{"id": "U0007", "deleted": true})
	h.acts("people", map[string]any{"id": "U0008", "guest": true})
	h.acts("people", map[string]any{"id": "U0009", "bot": true})
	var all []reconcile.Member
	pages, cursor := 0, ""
	for more := true; more; more = cursor != "" {
		members, next, err := h.Members(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		all, cursor = append(all, members...), next
		pages++
	}
	if pages != 3 || len(all) != 450+3-1+1 { // the three there are, without the bot, and with Slackbot, which says that it is none
		t.Errorf("%d people on %d pages", len(all), pages)
	}
	want := map[string]reconcile.Member{
		"U0006": {ID: "U0006"}, "U0007": {ID: "U0007", Deleted: true}, "U0008": {ID: "U0008", Guest: true}, "UALICE": {ID: "UALICE"},
	}
	for id, member := range want {
		i := slices.IndexFunc(all, func(m reconcile.Member) bool { return m.ID == id })
		if i < 0 {
			t.Errorf("%s is missing", id)
		} else if d := cmp.Diff(member, all[i]); d != "" {
			t.Errorf("%s (-want +got):\n%s", id, d)
		}
	}
	for _, id := range []string{"U0009", api.BotUserID} {
		if slices.ContainsFunc(all, func(m reconcile.Member) bool { return m.ID == id }) {
			t.Errorf("the bot %s is listed", id)
		}
	}
}

func TestAPageThatIsNotWholeIsNone(t *testing.T) {
	for name, answer := range map[string]string{
		"cut off":               `{"ok":true,"members":[{"id":"UALICE","deleted":true}`,
		"without metadata":      `{"ok":true,"members":[{"id":"UALICE","deleted":true}]}`,
		"without a cursor":      `{"ok":true,"members":[{"id":"UALICE","deleted":true}],"response_metadata":{}}`,
		"without people":        `{"ok":true,"response_metadata":{"next_cursor":""}}`,
		"of another kind":       `[]`,
		"nothing":               ``,
		"not ok":                `{"ok":false,"error":"invalid_cursor"}`,
		"not ok, by a bad word": `{"error":"x","members":[],"response_metadata":{"next_cursor":""}}`,
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := at(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) })
			members, next, err := client.Members(t.Context(), "")
			if !errors.Is(err, problem.ErrUnavailable) || members != nil || next != "" {
				t.Errorf("got %v, %q, %v", members, next, err)
			}
			silent(t, err)
		})
	}
}
