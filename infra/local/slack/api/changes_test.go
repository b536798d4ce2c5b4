package api_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// changes is what GET /api/changes answers.
type changes struct {
	Version string
	Now     time.Time
	People  []struct{ ID string }
	Latest  map[string]string

	Messages []struct {
		TS     string
		Blocks []map[string]any
		State  map[string]map[string]map[string]any
		Edited bool
	}
	Views []struct {
		ID    string
		View  map[string]any
		State map[string]map[string]map[string]any
	}
	Home *struct{ ID string }
}

func (w *world) changes(person, since string) (c changes) {
	w.Helper()
	if status := w.do(http.MethodGet, "/api/changes?"+url.Values{"person": {person}, "since": {since}}.Encode(), "", &c); status != http.StatusOK {
		w.Fatalf("the changes of %s: %d", person, status)
	}
	return c
}

func TestChangesAnswerWhenSomethingIsNew(t *testing.T) {
	w := start(t, nil)
	first := w.changes("UALICE", "")
	if again := w.changes("UALICE", "another"); again.Version != first.Version || len(first.People) != 3 || first.Home != nil {
		t.Errorf("got %+v, then the version %s", first, again.Version)
	}
	waiting := func() <-chan changes {
		next, since := make(chan changes), w.changes("UALICE", "").Version
		go func() { defer close(next); next <- w.changes("UALICE", since) }()
		return next
	}
	next := waiting()
	w.ok("/api/type", obj{"person": "UBOB", "text": "for the app alone"}) // not seen by Alice: she waits on
	w.ok("/api/type", obj{"person": "UALICE", "text": "hello"})
	if c := <-next; c.Version == first.Version || len(c.Messages) != 1 || len(c.Latest) != 0 {
		t.Errorf("got %+v, want one message and another version", c)
	}
	next = waiting()
	w.method("chat.postMessage", obj{"channel": "UBOB", "text": "for Bob"})
	if c := <-next; c.Latest["UBOB"] == "" {
		t.Errorf("got %+v, want Alice's client to hear that there is something new for Bob", c)
	}
	next = waiting()
	for waits := true; waits; { // the clock may move before the client asks, which is nothing new to it
		w.done("/api/clock", obj{"advance": "1h"})
		select {
		case c := <-next:
			waits = false
			if time.Until(c.Now) < 59*time.Minute {
				t.Errorf("got %s, want the clock that was moved", c.Now)
			}
		default:
		}
	}
	var refused answer
	if status := w.do(http.MethodGet, "/api/changes?person=UNOBODY", "", &refused); status != http.StatusBadRequest || refused.Error != "user_not_found" {
		t.Errorf("of nobody: got %d %+v", status, refused)
	}
}

func TestChangesHaveEveryIDAndWhatIsChosen(t *testing.T) {
	w := start(t, nil)
	w.opens("UALICE", modal(nil, obj{"type": "actions", "elements": []any{
		obj{"type": "static_select", "options": []any{opt("mutt"), opt("elm")}},
	}}))
	v := w.changes("UALICE", "").Views[0]
	b := v.View["blocks"].([]any)[0].(map[string]any)
	block, _ := b["block_id"].(string)
	action, _ := b["elements"].([]any)[0].(map[string]any)["action_id"].(string)
	if block == "" || action == "" {
		t.Fatalf("got the block %v, want ids", b)
	}
	w.ok("/api/click", obj{"person": "UALICE", "surface": v.ID, "block_id": block, "action_id": action, "value": "elm"})
	chosen, _ := w.changes("UALICE", "").Views[0].State[block][action]["selected_option"].(map[string]any)
	if chosen["value"] != "elm" {
		t.Errorf("got %v, want elm", chosen)
	}
}
