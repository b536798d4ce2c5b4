package api_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// every is a modal with each kind of element that holds a value.
func every() obj {
	options := []any{opt("imap"), opt("smtp"), opt("pop")}
	field := func(kind string, further obj) obj {
		e := obj{"type": kind, "action_id": "x"}
		maps.Copy(e, further)
		return input(kind, true, e)
	}
	return modal(nil,
		field("plain_text_input", obj{"min_length": 2, "max_length": 5}),
		field("email_text_input", nil),
		field("url_text_input", nil),
		field("number_input", obj{"is_decimal_allowed": false, "min_value": "1", "max_value": "9"}),
		field("rich_text_input", nil),
		field("static_select", obj{"option_groups": []any{obj{"label": plain("Mail"), "options": options}}}),
		field("multi_static_select", obj{"options": options, "max_selected_items": 2}),
		field("radio_buttons", obj{"options": options}),
		field("checkboxes", obj{"options": options, "initial_options": []any{opt("pop")}}),
		field("datepicker", obj{"initial_date": "2026-11-25"}),
		field("timepicker", nil),
		field("datetimepicker", nil),
		field("users_select", nil),
		field("multi_users_select", nil),
		field("conversations_select", obj{"response_url_enabled": true}),
		field("channels_select", nil),
	)
}

func TestSubmittedValuesAsSlackSendsThem(t *testing.T) {
	w := start(t, nil)
	v := w.opens("UALICE", every())
	given := obj{
		"plain_text_input": "phöne", "email_text_input": "a@example.com", "url_text_input": "https://example.com", "number_input": "7",
		"rich_text_input": "rich", "static_select": "smtp", "multi_static_select": []string{"imap", "pop"}, "radio_buttons": "imap",
		"timepicker": "09:30", "datetimepicker": "1800000000", "users_select": "UBOB",
		"multi_users_select": []string{"UBOB", "UCAROL"}, "conversations_select": "CGENERAL", "channels_select": "",
	}
	values := obj{}
	for block, v := range given {
		values[block] = obj{"x": v}
	}
	w.ok("/api/submit", obj{"person": "UALICE", "view_id": v.ID, "values": values})
	want := obj{
		"plain_text_input": obj{"value": "phöne"}, "email_text_input": obj{"value": "a@example.com"},
		"url_text_input": obj{"value": "https://example.com"}, "number_input": obj{"value": "7"},
		"rich_text_input": obj{"rich_text_value": obj{"type": "rich_text", "elements": []any{
			obj{"type": "rich_text_section", "elements": []any{obj{"type": "text", "text": "rich"}}},
		}}},
		"static_select":       obj{"selected_option": finished(opt("smtp"))},
		"multi_static_select": obj{"selected_options": []any{finished(opt("imap")), finished(opt("pop"))}},
		"radio_buttons":       obj{"selected_option": finished(opt("imap"))},
		"checkboxes":          obj{"selected_options": []any{finished(opt("pop"))}},
		"datepicker":          obj{"selected_date": "2026-11-25"},
		"timepicker":          obj{"selected_time": "09:30"},
		"datetimepicker":      obj{"selected_date_time": 1.8e9},
		"users_select":        obj{"selected_user": "UBOB"}, "multi_users_select": obj{"selected_users": []any{"UBOB", "UCAROL"}},
		"conversations_select": obj{"selected_conversation": "CGENERAL"}, "channels_select": obj{"selected_channel": nil},
	}
	for block, state := range want {
		state.(obj)["type"] = block
		want[block] = obj{"x": state}
	}
	p := w.payload()
	if d := cmp.Diff(want, p["view"].(obj)["state"].(obj)["values"]); d != "" {
		t.Errorf("state.values (-want +got):\n%s", d)
	}
	c := w.callback()
	if c.Type != slack.InteractionTypeViewSubmission || c.View.ID != v.ID || c.TriggerID == "" || c.User.ID != "UALICE" {
		t.Errorf("got %+v", c)
	}
	if len(c.ResponseURLs) != 1 || c.ResponseURLs[0].ChannelID != "CGENERAL" || c.ResponseURLs[0].BlockID != "conversations_select" {
		t.Fatalf("got response_urls %+v", c.ResponseURLs)
	}
	if _, _, err := w.slack.PostMessage("", slack.MsgOptionResponseURL(c.ResponseURLs[0].ResponseURL, "in_channel"), slack.MsgOptionText("done", false)); err != nil {
		t.Error(err)
	}
	if s := w.screen("UBOB").Messages; len(s) != 1 || s[0].Text != "done" {
		t.Errorf("Bob sees %+v", s)
	}
	if len(w.screen("UALICE").Views) != 0 {
		t.Error("an empty ack did not close the view")
	}
}

func TestTheClientSubmitsNothingWrong(t *testing.T) {
	w := start(t, nil)
	v := w.opens("UALICE", every())
	for name, c := range map[string]struct {
		block string
		value any
	}{
		"too short": {"plain_text_input", "x"}, "too long": {"plain_text_input", "ääääää"}, "no address": {"email_text_input", "a"},
		"no URL": {"url_text_input", "example.com"}, "no number": {"number_input", "one"}, "no whole number": {"number_input", "1.5"},
		"too small": {"number_input", "0"}, "too big": {"number_input", "10"}, "no option": {"static_select", "uucp"},
		"two for one": {"static_select", []string{"imap", "smtp"}}, "too many": {"multi_static_select", []string{"imap", "smtp", "pop"}},
		"one twice": {"checkboxes", []string{"imap", "imap"}}, "no date": {"datepicker", "tomorrow"}, "no time": {"timepicker", "24:00"},
		"no moment": {"datetimepicker", "5"},
	} {
		a := w.refused("invalid_arguments", "/api/submit", obj{"person": "UALICE", "view_id": v.ID, "values": obj{c.block: obj{"x": c.value}}})
		if a.Errors[c.block] == "" {
			t.Errorf("%s: got %+v, want an error beside %s", name, a, c.block)
		}
	}
	w.refused("invalid_arguments", "/api/submit", obj{"person": "UALICE", "view_id": v.ID, "values": obj{"none": obj{"x": "y"}}})
	w.refused("invalid_arguments", "/api/submit", obj{"person": "UALICE", "view_id": v.ID, "values": obj{"checkboxes": obj{"x": 5}}})
	w.refused("not_found", "/api/submit", obj{"person": "UBOB", "view_id": v.ID})

	needed := w.opens("UBOB", modal(nil, input("who", false, obj{"type": "plain_text_input", "action_id": "x"}), actions("a", button("b", nil))))
	a := w.refused("invalid_arguments", "/api/submit", obj{"person": "UBOB", "view_id": needed.ID})
	if a.Errors["who"] == "" {
		t.Errorf("got %+v, want an error beside the required input", a)
	}
	w.refused("invalid_arguments", "/api/submit", obj{"person": "UBOB", "view_id": needed.ID, "values": obj{"a": obj{"b": ""}, "who": obj{"x": "me"}}})
	link := w.opens("UCAROL", obj{"type": "modal", "title": plain("Done"), "blocks": []any{obj{"type": "divider"}}})
	w.refused("invalid_arguments", "/api/submit", obj{"person": "UCAROL", "view_id": link.ID})
	if n := w.count(); n != 3 {
		t.Errorf("the app got %d requests, want the three commands", n)
	}
}

func TestOptionsOfAnExternalSelect(t *testing.T) {
	w := start(t, nil)
	element := obj{"type": "external_select", "action_id": "app", "min_query_length": 1}
	v := w.opens("UALICE", modal(nil, input("pick", false, element), actions("b", obj{"type": "multi_external_select", "action_id": "many", "min_query_length": 0})))
	var asked []string
	w.reacts(func(r *http.Request, body []byte) (int, any) {
		c, err := slack.InteractionCallbackParse(request{r.URL.Path, r.Header, body}.form())
		if err != nil {
			t.Error(err)
		}
		if c.Type != slack.InteractionTypeBlockSuggestion {
			return 0, nil
		}
		asked = append(asked, c.BlockID+"/"+c.ActionID+"="+c.Value)
		if c.Value == "all" {
			return 0, obj{"options": []any{opt("mutt")}, "option_groups": []any{}}
		}
		return 0, obj{"options": []any{opt("mutt"), opt("pine")}}
	})
	a := w.ok("/api/suggest", obj{"person": "UALICE", "surface": v.ID, "block_id": "pick", "action_id": "app", "value": "m"})
	if len(a.Options) != 2 || a.Options[0]["value"] != "mutt" {
		t.Errorf("got %+v", a)
	}
	w.refused("invalid_arguments", "/api/suggest", obj{"person": "UALICE", "surface": v.ID, "action_id": "app"})
	w.refused("invalid_arguments", "/api/suggest", obj{"person": "UALICE", "surface": v.ID, "action_id": "app", "value": "all"})
	w.ok("/api/click", obj{"person": "UALICE", "surface": v.ID, "action_id": "many", "selected_options": []string{"pine"}})
	if got := w.callback().ActionCallback.BlockActions[0].SelectedOptions; len(got) != 1 || got[0].Value != "pine" {
		t.Errorf("got %+v", got)
	}
	w.refused("invalid_arguments", "/api/submit", obj{"person": "UALICE", "view_id": v.ID, "values": obj{"pick": obj{"app": "elm"}}})
	w.ok("/api/submit", obj{"person": "UALICE", "view_id": v.ID, "values": obj{"pick": obj{"app": "mutt"}}})
	want := []string{"pick/app=m", "pick/app=all", "b/many=", "pick/app=elm"}
	if d := cmp.Diff(want, asked); d != "" {
		t.Errorf("the app was asked (-want +got):\n%s", d)
	}
}
