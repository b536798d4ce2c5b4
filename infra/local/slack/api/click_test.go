package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

var picker = []any{
	obj{"type": "section", "text": plain("Which?"), "block_id": "s", "accessory": obj{
		"type": "static_select", "action_id": "app", "options": []any{opt("mutt"), opt("pine")}, "initial_option": opt("pine"),
	}},
	actions("a",
		button("revoke", obj{"value": "c1", "style": "danger", "confirm": obj{
			"title": plain("Sure?"), "text": plain("It stops working."), "confirm": plain("Revoke"), "deny": plain("Keep"),
		}}),
		button("open", obj{"url": "https://example.com/r/open#key"}),
		obj{"type": "overflow", "action_id": "more", "options": []any{opt("rename"), obj{"text": plain("Guide"), "value": "guide", "url": "https://example.com/guide"}}},
		obj{"type": "datepicker", "action_id": "until"},
		obj{"type": "checkboxes", "action_id": "which", "options": []any{opt("imap"), opt("smtp")}},
	),
}

func TestClicksOnAMessage(t *testing.T) {
	w := start(t, nil)
	channel, ts, err := w.slack.PostMessage("UALICE", slack.MsgOptionText("Pick", false), slack.MsgOptionBlocks(slackBlocks(t, picker)...))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		click obj
		want  slack.BlockAction // without what is the same for all
		url   string
	}{
		"a button":           {click: obj{"block_id": "a", "action_id": "revoke", "confirm": true}, want: slack.BlockAction{Type: "button", Value: "c1"}},
		"by its value":       {click: obj{"action_id": "revoke", "value": "c1"}, want: slack.BlockAction{Type: "button", Value: "c1"}},
		"a link":             {click: obj{"action_id": "open"}, want: slack.BlockAction{Type: "button"}, url: "https://example.com/r/open#key"},
		"a menu":             {click: obj{"action_id": "more", "selected_option": "rename"}, want: slack.BlockAction{Type: "overflow", SelectedOption: slack.OptionBlockObject{Value: "rename"}}},
		"a menu with a link": {click: obj{"action_id": "more", "value": "guide"}, want: slack.BlockAction{Type: "overflow", SelectedOption: slack.OptionBlockObject{Value: "guide"}}, url: "https://example.com/guide"},
		"a select":           {click: obj{"action_id": "app", "selected_option": "mutt"}, want: slack.BlockAction{Type: "static_select", SelectedOption: slack.OptionBlockObject{Value: "mutt"}}},
		"a date":             {click: obj{"action_id": "until", "selected_date": "2026-12-24"}, want: slack.BlockAction{Type: "datepicker", SelectedDate: "2026-12-24"}},
		"boxes":              {click: obj{"action_id": "which", "selected_options": []string{"smtp"}}, want: slack.BlockAction{Type: "checkboxes"}},
	} {
		t.Run(name, func(t *testing.T) {
			click := obj{"person": "UALICE", "surface": ts}
			for name, v := range c.click {
				click[name] = v
			}
			a := w.ok("/api/click", click)
			if a.URL != c.url {
				t.Errorf("got url %q, want %q", a.URL, c.url)
			}
			got := w.callback()
			if len(got.ActionCallback.BlockActions) != 1 {
				t.Fatalf("got %d actions", len(got.ActionCallback.BlockActions))
			}
			action := got.ActionCallback.BlockActions[0]
			if action.Type != c.want.Type || action.Value != c.want.Value || action.SelectedOption.Value != c.want.SelectedOption.Value ||
				action.SelectedDate != c.want.SelectedDate || action.ActionID != c.click["action_id"] || action.ActionTs == "" {
				t.Errorf("got action %+v, want %+v", action, c.want)
			}
			if got.Type != slack.InteractionTypeBlockActions || got.Channel.ID != channel || got.Message.Timestamp != ts ||
				len(got.Message.Blocks.BlockSet) != len(picker) || got.Container.MessageTs != ts || got.Container.Type != "message" ||
				got.ResponseURL == "" || got.TriggerID == "" || got.User.ID != "UALICE" || got.Team.ID != "TLOCAL" || got.APIAppID != "AAPPPASS" {
				t.Errorf("got %+v", got)
			}
		})
	}
	state := w.payload()["state"].(obj)["values"].(obj)
	want := obj{
		"s": obj{"app": obj{"type": "static_select", "selected_option": finished(opt("mutt"))}},
		"a": obj{
			"until": obj{"type": "datepicker", "selected_date": "2026-12-24"},
			"which": obj{"type": "checkboxes", "selected_options": []any{finished(opt("smtp"))}},
		},
	}
	if d := cmp.Diff(want, state); d != "" {
		t.Errorf("state.values (-want +got):\n%s", d)
	}
}

// finished is an option as Slack sends it.
func finished(option obj) obj {
	option["text"].(obj)["emoji"] = true
	return option
}

func TestWhatCannotBeClicked(t *testing.T) {
	w := start(t, nil)
	_, ts, err := w.slack.PostMessage("UALICE", slack.MsgOptionText("Pick", false), slack.MsgOptionBlocks(slackBlocks(t, picker)...))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		code  string
		click obj
	}{
		"another's message":     {"not_found", obj{"person": "UBOB", "action_id": "open"}},
		"a message that is not": {"not_found", obj{"surface": "1.000000", "action_id": "open"}},
		"a home that is not":    {"not_found", obj{"surface": "home", "action_id": "open"}},
		"nothing":               {"invalid_arguments", obj{"action_id": "none"}},
		"the wrong block":       {"invalid_arguments", obj{"block_id": "s", "action_id": "open"}},
		"two elements":          {"invalid_arguments", obj{"block_id": "a"}},
		"a button's value":      {"invalid_arguments", obj{"action_id": "revoke", "value": "c2"}},
		"no option":             {"invalid_arguments", obj{"action_id": "app", "selected_option": "elm"}},
		"a menu without one":    {"invalid_arguments", obj{"action_id": "more"}},
		"two ways":              {"invalid_arguments", obj{"action_id": "app", "selected_option": "mutt", "value": "pine"}},
		"two options":           {"invalid_arguments", obj{"action_id": "app", "value": []string{"mutt", "pine"}}},
		"no date":               {"invalid_arguments", obj{"action_id": "until", "selected_date": "24.12."}},
		"no confirmation":       {"invalid_arguments", obj{"action_id": "open", "confirm": true}},
		"options of its own":    {"invalid_arguments", obj{"action_id": "app", "suggest": true}},
	} {
		t.Run(name, func(t *testing.T) {
			click := obj{"person": "UALICE", "surface": ts}
			path := "/api/click"
			for name, v := range c.click {
				if click[name] = v; name == "suggest" {
					delete(click, name)
					path = "/api/suggest"
				}
			}
			w.refused(c.code, path, click)
		})
	}
	if n := w.count(); n != 0 {
		t.Errorf("the app got %d requests, want none", n)
	}
}

func TestADismissedConfirmationSendsNothing(t *testing.T) {
	w := start(t, nil)
	_, ts, err := w.slack.PostMessage("UALICE", slack.MsgOptionText("Pick", false), slack.MsgOptionBlocks(slackBlocks(t, picker)...))
	if err != nil {
		t.Fatal(err)
	}
	a := w.ok("/api/click", obj{"person": "UALICE", "surface": ts, "action_id": "revoke", "confirm": false})
	if a.Ack != nil || w.count() != 0 {
		t.Errorf("got %+v and %d requests, want neither ack nor request", a, w.count())
	}
}

func TestALinkIsReturnedWhateverTheAck(t *testing.T) {
	w := start(t, nil)
	_, ts, err := w.slack.PostMessage("UALICE", slack.MsgOptionText("Pick", false), slack.MsgOptionBlocks(slackBlocks(t, picker)...))
	if err != nil {
		t.Fatal(err)
	}
	w.reacts(func(*http.Request, []byte) (int, any) { return http.StatusInternalServerError, nil })
	a := w.post("/api/click", obj{"person": "UALICE", "surface": ts, "action_id": "open"})
	if a.OK || a.Error != "http_service_error" || a.URL != "https://example.com/r/open#key" {
		t.Errorf("got %+v", a)
	}
}

func TestAnEphemeralMessageIsToldByItsPlaceOnly(t *testing.T) {
	w := start(t, nil)
	w.acks(obj{"text": "Pick", "blocks": picker})
	w.ok("/api/type", obj{"person": "UALICE", "text": "/apppass list"})
	w.acks(nil)
	ts := w.latest("UALICE")
	w.ok("/api/click", obj{"person": "UALICE", "surface": ts, "action_id": "revoke"})
	p := w.payload()
	if p["message"] != nil || p["container"].(obj)["is_ephemeral"] != true || p["container"].(obj)["message_ts"] != ts {
		t.Errorf("got %v", p)
	}
	if c := w.callback(); c.ResponseURL == "" || c.Container.ChannelID != "DALICE" {
		t.Errorf("got %+v", c)
	}
}

func TestClicksInAModalKeepWhatIsChosen(t *testing.T) {
	w := start(t, nil)
	v := w.opens("UALICE", modal(obj{"private_metadata": "m", "callback_id": "new"}, append(picker, input("label", true, obj{
		"type": "plain_text_input", "action_id": "text", "initial_value": "phone",
	}))...))
	w.ok("/api/click", obj{"person": "UALICE", "surface": v.ID, "action_id": "app", "selected_option": "mutt"})
	w.ok("/api/click", obj{"person": "UALICE", "surface": v.ID, "action_id": "revoke"})
	c := w.callback()
	if c.View.ID != v.ID || c.View.Hash != v.Hash || c.View.PrivateMetadata != "m" || c.View.CallbackID != "new" ||
		c.Container.ViewID != v.ID || c.Container.Type != "view" || c.ResponseURL != "" || c.Channel.ID != "" || c.View.RootViewID != v.ID {
		t.Errorf("got %+v", c)
	}
	if got := c.View.State.Values["s"]["app"].SelectedOption.Value; got != "mutt" {
		t.Errorf("the select holds %q, want mutt", got)
	}
	if got := c.View.State.Values["label"]["text"].Value; got != "phone" {
		t.Errorf("the field holds %q, want its initial value", got)
	}
	if !strings.Contains(string(w.last().body), "key") {
		t.Error("the payload lacks the view's url button; Slack's has it")
	}
	w.refused("invalid_arguments", "/api/click", obj{"person": "UALICE", "surface": v.ID, "action_id": "text", "value": "x"})
	w.refused("not_found", "/api/click", obj{"person": "UBOB", "surface": v.ID, "action_id": "revoke"})

	// A trigger of the click pushes a view atop; then the view beneath can't be touched.
	trigger := c.TriggerID
	for _, want := range []int{2, 3} {
		out := w.method("views.push", obj{"trigger_id": trigger, "view": modal(nil, actions("b", button("next", nil)))})
		if out["ok"] != true || len(w.screen("UALICE").Views) != want {
			t.Fatalf("views.push: %v", out)
		}
		w.refused("not_found", "/api/click", obj{"person": "UALICE", "surface": v.ID, "action_id": "revoke"})
		w.ok("/api/click", obj{"person": "UALICE", "surface": w.top("UALICE").ID, "action_id": "next"})
		trigger = w.callback().TriggerID
	}
	if out := w.method("views.push", obj{"trigger_id": trigger, "view": modal(nil)}); out["error"] != "push_limit_reached" {
		t.Errorf("a fourth view: got %v, want push_limit_reached", out)
	}
}

func TestHome(t *testing.T) {
	w := start(t, nil)
	w.ok("/api/home", obj{"person": "UALICE"})
	if e, ok := event[homeOpened](t, w); !ok || e.Tab != "home" || e.User != "UALICE" || e.Channel != "DALICE" || e.View != nil {
		t.Errorf("got %+v", e)
	}
	home := obj{"type": "home", "blocks": []any{actions("a", button("new", nil))}}
	first := w.method("views.publish", obj{"user_id": "UALICE", "view": home})
	hash := first["view"].(obj)["hash"]
	if first["ok"] != true || w.screen("UALICE").Home.Hash != hash || w.screen("UBOB").Home != nil {
		t.Errorf("got %v", first)
	}
	w.ok("/api/click", obj{"person": "UALICE", "surface": "home", "action_id": "new"})
	if c := w.callback(); c.View.Type != slack.VTHomeTab || c.View.ID != first["view"].(obj)["id"] {
		t.Errorf("got %+v", c)
	}
	w.ok("/api/click", obj{"person": "UALICE", "surface": first["view"].(obj)["id"], "action_id": "new"})
	if out := w.method("views.push", obj{"trigger_id": w.callback().TriggerID, "view": modal(nil)}); out["error"] != "not_found" {
		t.Errorf("a push from the home tab: got %v, want not_found", out)
	}
	w.ok("/api/home", obj{"person": "UALICE"})
	if e, _ := event[homeOpened](t, w); e.View == nil || e.View.Hash != hash {
		t.Errorf("got %+v", e)
	}
	for name, c := range map[string]struct {
		in   obj
		want any
	}{
		"the right hash":         {obj{"user_id": "UALICE", "view": home, "hash": hash}, nil},
		"a hash of nothing":      {obj{"user_id": "UCAROL", "view": home, "hash": hash}, "hash_conflict"},
		"a modal":                {obj{"user_id": "UALICE", "view": modal(nil)}, "invalid_arguments"},
		"a modal for Bob":        {obj{"user_id": "UBOB", "view": modal(nil)}, "invalid_arguments"},
		"nobody":                 {obj{"user_id": "UNOBODY", "view": home}, "invalid_arguments"},
		"an input and no submit": {obj{"user_id": "UBOB", "view": obj{"type": "home", "blocks": []any{input("i", true, obj{"type": "plain_text_input"})}}}, nil},
	} {
		if out := w.method("views.publish", c.in); out["error"] != c.want {
			t.Errorf("%s: got %v, want %v", name, out, c.want)
		}
	}
	if out := w.method("views.publish", obj{"user_id": "UALICE", "view": home, "hash": hash}); out["error"] != "hash_conflict" {
		t.Errorf("the hash before: got %v, want hash_conflict", out)
	}
}
