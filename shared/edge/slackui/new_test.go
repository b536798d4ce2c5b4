package slackui

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
)

func TestTheFormTakesTheLargestCatalog(t *testing.T) {
	var large catalog.Catalog
	for i := range catalog.MaxApplications {
		large = append(large, catalog.Application{ID: "a" + strings.Repeat("x", i%39) + string(rune('a'+i/39)), Name: strings.Repeat("ü", 75)})
	}
	checkScreen(t, In("en").New(large, "laptop"))
}

func TestWhatFollowsNewIsChosenOrBecomesTheLabel(t *testing.T) {
	for _, c := range []struct{ name, typed, application, label string }{
		{"nothing", "", "", ""},
		{"a name", "Thunderbird", "thunderbird", ""},
		{"an id", "crm", "crm", ""},
		{"the beginning of one name", "thunder", "thunderbird", ""},
		{"the beginning of two names", "Outlook", "", "Outlook"},
		{"a label", "laptop at home", "", "laptop at home"},
		{"a mention", "<!channel>", "", "<!channel>"},
		{"a right-to-left mark", "lap\u202etop", "", ""},
		{"200 characters", strings.Repeat("x", 200), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := In("en").New(catalog.Builtin(), c.typed)
			checkScreen(t, v)
			choice := v.Blocks.BlockSet[1].(*slack.InputBlock).Element.(*slack.SelectBlockElement)
			var application string
			if choice.InitialOption != nil {
				application = choice.InitialOption.Value
			}
			label := v.Blocks.BlockSet[2].(*slack.InputBlock).Element.(*slack.PlainTextInputBlockElement).InitialValue
			if application != c.application || label != c.label {
				t.Errorf("got the application %q and the label %q, want %q and %q", application, label, c.application, c.label)
			}
		})
	}
}

func TestASubmissionIsRead(t *testing.T) {
	for _, c := range []struct {
		name, state string
		want        Submitted
	}{
		{"both", `{"values": {"application": {"application": {"type": "static_select", "selected_option": {"value": "crm"}}},
			"label": {"label": {"type": "plain_text_input", "value": "of sales"}}}}`, Submitted{"crm", "of sales"}},
		{"no label", `{"values": {"application": {"application": {"type": "static_select", "selected_option": {"value": "crm"}}},
			"label": {"label": {"type": "plain_text_input", "value": null}}}}`, Submitted{"crm", ""}},
		{"no choice", `{"values": {"application": {"application": {"type": "static_select", "selected_option": null}}}}`, Submitted{}},
		{"other blocks", `{"values": {"x": {"y": {"type": "plain_text_input", "value": "z"}}}}`, Submitted{}},
		{"no values", `{}`, Submitted{}},
		{"no state", `null`, Submitted{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var state *slack.ViewState
			if err := json.Unmarshal([]byte(c.state), &state); err != nil {
				t.Fatal(err)
			}
			if got := ParseNew(state); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// People write labels; Slack must show them as they are.
var labels = map[string]string{
	"a mention":           "<!channel> <@UBOB>",
	"markup":              "*bold* <https://example.com|here> &amp;",
	"emoji":               ":fire: 🔥",
	"the longest":         strings.Repeat("ü", credential.LongestLabel),
	"a right-to-left run": "\u05d0\u05d1\u05d2",
}

func TestWhatPeopleWriteIsPlainText(t *testing.T) {
	for name, label := range labels {
		t.Run(name, func(t *testing.T) {
			if _, err := credential.Label(label); err != nil {
				t.Fatalf("it is no label: %v", err)
			}
			c := laptop
			c.Label = label
			a := link.Account{Application: "Thunderbird", Label: label}
			for name, screen := range map[string]any{
				"list": In("en").List([]credential.Credential{c}, catalog.Builtin()), "revoked": In("en").Revoked(c, nil, catalog.Builtin()),
				"link": In("en").Link(a, linkID, url, expires), "message": In("en").LinkMessage(a, linkID, url, expires), "new": In("en").New(catalog.Builtin(), label),
			} {
				checkScreen(t, screen)
				var v any
				if err := json.Unmarshal(marshal(t, sent(screen)), &v); err != nil {
					t.Fatal(err)
				}
				if found := markup(v, label); found != "" {
					t.Errorf("%s: it stands in markup: %s", name, found)
				}
			}
		})
	}
}

// markup is the first text with markup that holds s.
func markup(v any, s string) string {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if found := markup(e, s); found != "" {
				return found
			}
		}
	case map[string]any:
		if said, _ := v["text"].(string); v["type"] == "mrkdwn" && strings.Contains(said, s) {
			return said
		}
		for _, e := range v {
			if found := markup(e, s); found != "" {
				return found
			}
		}
	}
	return ""
}
