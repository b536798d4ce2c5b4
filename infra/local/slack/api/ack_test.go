package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

func TestAcksOfASubmission(t *testing.T) {
	ask := input("who", true, obj{"type": "plain_text_input", "action_id": "x"})
	next := modal(obj{"callback_id": "next"}, ask)
	for name, c := range map[string]struct {
		status   int
		ack      any
		refused  string
		troubled string
		views    int // that Alice sees then, beside the one beneath
		changed  bool
		errors   map[string]string
	}{
		"empty":            {views: 0},
		"errors":           {ack: obj{"response_action": "errors", "errors": obj{"who": "No."}}, views: 1, errors: map[string]string{"who": "No."}},
		"errors elsewhere": {ack: obj{"response_action": "errors", "errors": obj{"s": "No."}}, views: 1, refused: "invalid_arguments"},
		"no errors":        {ack: obj{"response_action": "errors"}, views: 1, refused: "invalid_arguments"},
		"an empty error":   {ack: obj{"response_action": "errors", "errors": obj{"who": ""}}, views: 1, refused: "invalid_arguments"},
		"update":           {ack: obj{"response_action": "update", "view": next}, views: 1, changed: true},
		"update to home":   {ack: obj{"response_action": "update", "view": obj{"type": "home", "blocks": []any{}}}, views: 1, refused: "invalid_arguments"},
		"update to none":   {ack: obj{"response_action": "update"}, views: 1, refused: "invalid_arguments"},
		"push":             {ack: obj{"response_action": "push", "view": next}, views: 2},
		"push too long":    {ack: obj{"response_action": "push", "view": modal(obj{"callback_id": long(256)}, ask)}, views: 1, refused: "invalid_arguments"},
		"clear":            {ack: obj{"response_action": "clear"}, views: -1},
		"unknown":          {ack: obj{"response_action": "close"}, views: 1, refused: "invalid_arguments"},
		"an empty object":  {ack: obj{}, views: 1, refused: "invalid_arguments"},
		"text":             {ack: "ok", views: 1, refused: "invalid_arguments"},
		"a mistyped name":  {ack: obj{"response_action": "clear", "veiw": next}, views: 1, refused: "invalid_arguments"},
		"a failure":        {status: http.StatusBadGateway, views: 1, troubled: "http_service_error"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, nil)
			w.opens("UALICE", modal(nil, actions("a", button("more", nil))))
			w.ok("/api/click", obj{"person": "UALICE", "surface": w.top("UALICE").ID, "action_id": "more"})
			s := obj{"type": "section", "block_id": "s", "text": plain("Who?")}
			if out := w.method("views.push", obj{"trigger_id": w.callback().TriggerID, "view": modal(nil, s, ask)}); out["ok"] != true {
				t.Fatal(out)
			}
			v := w.top("UALICE")
			w.reacts(func(*http.Request, []byte) (int, any) { return c.status, c.ack })
			a := w.post("/api/submit", obj{"person": "UALICE", "view_id": v.ID, "values": obj{"who": obj{"x": "me"}}})
			switch {
			case c.refused != "" && (a.status != http.StatusBadRequest || a.Error != c.refused || a.Ack == nil):
				t.Errorf("got %+v, want 400 %s with the ack", a, c.refused)
			case c.troubled != "" && (a.status != http.StatusOK || a.Error != c.troubled):
				t.Errorf("got %+v, want %s", a, c.troubled)
			case c.refused == "" && c.troubled == "" && !a.OK:
				t.Errorf("got %+v, want ok", a)
			}
			if !maps.Equal(a.Errors, c.errors) {
				t.Errorf("got errors %v, want %v", a.Errors, c.errors)
			}
			views := w.screen("UALICE").Views
			if len(views) != 1+c.views {
				t.Fatalf("Alice sees %d views, want %d", len(views), 1+c.views)
			}
			if c.views > 0 && (views[1].Hash != v.Hash) != c.changed {
				t.Errorf("the view's hash went from %s to %s; changed should be %t", v.Hash, views[1].Hash, c.changed)
			}
		})
	}
}

func long(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'x'
	}
	return string(b)
}

func TestHashGuardsAViewAgainstRaces(t *testing.T) {
	w := start(t, nil)
	w.opens("UALICE", modal(obj{"external_id": "mine"}, input("who", true, obj{"type": "plain_text_input", "action_id": "x"})))
	v := w.top("UALICE")
	update := func(further obj) any {
		in := obj{"view_id": v.ID, "view": modal(obj{"external_id": "mine"}, input("who", true, obj{"type": "plain_text_input", "action_id": "x"}))}
		maps.Copy(in, further)
		return w.method("views.update", in)["error"]
	}
	// The ack gives the view a hash that the app is not told; it takes effect after the response, over any update before.
	w.reacts(func(*http.Request, []byte) (int, any) {
		if err := update(obj{"hash": v.Hash}); err != nil {
			t.Errorf("the submit's hash before the ack: got %v", err)
		}
		return 0, obj{"response_action": "update", "view": modal(obj{"external_id": "mine", "callback_id": "acked"}, obj{"type": "divider"})}
	})
	w.ok("/api/submit", obj{"person": "UALICE", "view_id": v.ID})
	w.reacts(nil)
	if got := w.top("UALICE").View["callback_id"]; got != "acked" {
		t.Errorf("the view's callback_id is %v, want that of the ack", got)
	}
	for _, c := range []struct {
		name string
		in   obj
		want any
	}{
		{"the submit's hash after the ack", obj{"hash": v.Hash}, "hash_conflict"},
		{"no hash", nil, nil},
		{"by external id", obj{"view_id": "", "external_id": "mine"}, nil},
		{"by nothing", obj{"view_id": ""}, "invalid_arguments"},
		{"a view that is not", obj{"view_id": "VNONE"}, "not_found"},
		{"an external id that is not", obj{"view_id": "", "external_id": "yours"}, "not_found"},
		{"a home for a modal", obj{"view": obj{"type": "home", "blocks": []any{}}}, "invalid_arguments"},
		{"too large", obj{"view": modal(obj{"external_id": long(250_000)})}, "view_too_large"},
	} {
		if got := update(c.in); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	trigger := w.ok("/api/shortcut", obj{"person": "UBOB", "callback_id": "x"}).TriggerID
	if out := w.method("views.open", obj{"trigger_id": trigger, "view": modal(obj{"external_id": "mine"})}); out["error"] != "duplicate_external_id" {
		t.Errorf("Bob's view with Alice's external id: got %v, want duplicate_external_id", out)
	}
	w.ok("/api/close", obj{"person": "UALICE", "view_id": v.ID})
	if got := update(nil); got != "not_found" {
		t.Errorf("a closed view: got %v, want not_found", got)
	}
}

func TestAnUpdateKeepsWhatIsChosen(t *testing.T) {
	w := start(t, nil)
	form := func(choices ...any) obj {
		return modal(nil,
			actions("a", obj{"type": "static_select", "action_id": "app", "options": choices}),
			input("who", true, obj{"type": "plain_text_input", "action_id": "x"}))
	}
	v := w.opens("UALICE", form(opt("mutt"), opt("pine")))
	w.ok("/api/click", obj{"person": "UALICE", "surface": v.ID, "action_id": "app", "value": "mutt"})
	for _, c := range []struct {
		choices []any
		want    string
	}{
		{[]any{opt("mutt"), opt("elm")}, "mutt"},
		{[]any{opt("elm")}, ""},
	} {
		out := w.method("views.update", obj{"view_id": v.ID, "view": form(c.choices...)})
		state, err := json.Marshal(out["view"].(obj)["state"])
		if err != nil || strings.Contains(string(state), `"value":"mutt"`) != (c.want != "") {
			t.Errorf("of %v: got %s, %v, want %q", c.choices, state, err, c.want)
		}
	}
}

func TestClosing(t *testing.T) {
	w := start(t, nil)
	stack := func(clear bool) []shownView {
		w.opens("UALICE", modal(obj{"notify_on_close": true}, actions("a", button("more", nil))))
		w.ok("/api/click", obj{"person": "UALICE", "surface": w.top("UALICE").ID, "action_id": "more"})
		w.method("views.push", obj{"trigger_id": w.callback().TriggerID, "view": modal(obj{"notify_on_close": true, "clear_on_close": clear})})
		return w.screen("UALICE").Views
	}
	views := stack(false)
	before := w.count()
	w.refused("not_found", "/api/close", obj{"person": "UALICE", "view_id": views[0].ID})
	w.ok("/api/close", obj{"person": "UALICE", "view_id": views[1].ID})
	if c := w.callback(); c.Type != slack.InteractionTypeViewClosed || c.View.ID != views[1].ID || c.IsCleared || w.count() != before+1 {
		t.Errorf("got %+v", c)
	}
	w.ok("/api/close", obj{"person": "UALICE", "view_id": views[0].ID})
	if c := w.callback(); c.View.ID != views[0].ID || len(w.screen("UALICE").Views) != 0 {
		t.Errorf("got %+v", c)
	}

	views = stack(true)
	before = w.count()
	w.ok("/api/close", obj{"person": "UALICE", "view_id": views[1].ID})
	if c := w.callback(); c.View.ID != views[0].ID || !c.IsCleared || w.count() != before+2 || len(w.screen("UALICE").Views) != 0 {
		t.Errorf("got %+v and %d requests, want view_closed for both views, both cleared", c, w.count()-before)
	}

	quiet := w.opens("UBOB", modal(nil))
	before = w.count()
	if a := w.ok("/api/close", obj{"person": "UBOB", "view_id": quiet.ID}); a.Ack != nil || w.count() != before {
		t.Errorf("got %+v; a view without notify_on_close closes quietly", a)
	}
}
