package api_test

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/slack-go/slack"
)

func TestPeopleActAtOnce(t *testing.T) {
	w := start(t, nil)
	cards := map[string]string{}
	for _, person := range []string{"UALICE", "UBOB", "UCAROL"} {
		_, ts, err := w.slack.PostMessage(person, slack.MsgOptionBlocks(slackBlocks(t, picker)...))
		if err != nil {
			t.Fatal(err)
		}
		cards[person] = ts
	}
	w.acks("Yours")
	var all sync.WaitGroup
	for _, person := range slices.Sorted(maps.Keys(cards)) {
		for range 10 {
			all.Go(func() {
				w.ok("/api/type", obj{"person": person, "text": "/apppass list"})
				w.ok("/api/click", obj{"person": person, "surface": cards[person], "action_id": "app", "value": "mutt"})
				if _, _, err := w.slack.PostMessage(person, slack.MsgOptionText("x", false)); err != nil {
					t.Error(err)
				}
				w.ok("/api/people", obj{"id": person, "locale": "de-DE"})
			})
		}
	}
	all.Wait()
	seen := map[string]bool{}
	for person := range cards {
		s := w.screen(person).Messages
		if len(s) != 21 {
			t.Errorf("%s sees %d messages, want 21", person, len(s))
		}
		for _, m := range s {
			if seen[m.TS] {
				t.Errorf("two messages have ts %s", m.TS)
			}
			seen[m.TS] = true
		}
	}
}
