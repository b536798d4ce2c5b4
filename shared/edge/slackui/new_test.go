package slackui

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/service"
)

// form is the form that opens at what followed the command, without a policy's end.
func form(typed string) Form {
	return Form{Applications: catalog.Builtin(), Policy: &policy.Policy{}, Submitted: Meant(catalog.Builtin(), typed)}
}

// one is a form with one application of the built-in ones, which is chosen, and a policy's lifetime.
func one(id string, lifetime time.Duration) Form {
	a, err := catalog.Builtin().Application(id)
	if err != nil {
		panic(err)
	}
	return Form{Applications: catalog.Catalog{a}, Policy: &policy.Policy{Lifetime: lifetime}, Submitted: Submitted{Application: id}}
}

// able is a form for an application of the company's own that can sign in without a password.
func able(k catalog.Kind) Form {
	a := catalog.Application{ID: "own", Name: "The company's own", Kind: k, OAuth: true, Protocols: []service.Protocol{service.IMAP}}
	return Form{Applications: catalog.Catalog{a}, Policy: &policy.Policy{}, Submitted: Submitted{Application: "own"}}
}

// filled is a form with everything filled in.
func filled() Form {
	f := one("thunderbird", 0)
	f.Label, f.Days, f.Networks = "laptop at home", 90, "192.0.2.0/24, 2001:db8::7"
	return f
}

func TestTheFormTakesTheLargestCatalog(t *testing.T) {
	var large catalog.Catalog
	for i := range catalog.MaxApplications {
		large = append(large, catalog.Application{ID: "a" + strings.Repeat("x", i%39) + string(rune('a'+i/39)), Name: strings.Repeat("ü", 75), OAuth: true, Protocols: service.Protocols})
	}
	checkScreen(t, In("en").New(Form{Applications: large, Submitted: Submitted{
		Application: large[99].ID, Label: strings.Repeat("ü", longestLabel), Networks: strings.Repeat("1", longestNetworks), Days: 7,
	}}))
}

// element is what stands in a form's input block.
func element(t *testing.T, v slack.ModalViewRequest, block string) slack.BlockElement {
	t.Helper()
	for _, b := range v.Blocks.BlockSet {
		if in, ok := b.(*slack.InputBlock); ok && in.BlockID == block {
			return in.Element
		}
	}
	t.Fatalf("there is no input %s", block)
	return nil
}

// chosen is the value of the option that a form's select has chosen.
func chosen(t *testing.T, v slack.ModalViewRequest, block string) string {
	t.Helper()
	if o := element(t, v, block).(*slack.SelectBlockElement).InitialOption; o != nil {
		return o.Value
	}
	return ""
}

// typedIn is what stands in a form's text field.
func typedIn(t *testing.T, v slack.ModalViewRequest, block string) string {
	t.Helper()
	return element(t, v, block).(*slack.PlainTextInputBlockElement).InitialValue
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
			v := In("en").New(form(c.typed))
			checkScreen(t, v)
			if application, label := chosen(t, v, "application"), typedIn(t, v, "label"); application != c.application || label != c.label {
				t.Errorf("got the application %q and the label %q, want %q and %q", application, label, c.application, c.label)
			}
		})
	}
}

func TestAnApplicationThatCanDoWithoutSaysSoFirst(t *testing.T) {
	for _, a := range catalog.Builtin() {
		v := In("en").New(Form{Applications: catalog.Builtin(), Submitted: Submitted{Application: a.ID}})
		first := v.Blocks.BlockSet[0].(*slack.SectionBlock).Text.Text
		want := a.Name + " can sign in without a password: "
		if got := strings.HasPrefix(first, want); got != a.OAuth {
			t.Errorf("%s can: %v; it says first %q", a.ID, a.OAuth, first)
		}
		if got, want := v.Submit.Text, map[bool]string{true: "I still need one", false: "Create"}[a.OAuth]; got != want {
			t.Errorf("%s: the button reads %q, want %q", a.ID, got, want)
		}
		if _, own := oauths[a.ID]; own != a.OAuth {
			t.Errorf("%s: there is a way of its own: %v, it can do without: %v", a.ID, own, a.OAuth)
		}
	}
}

func TestTheFormSaysWhatThePasswordWillBeGoodFor(t *testing.T) {
	for _, p := range service.Protocols {
		a := catalog.Application{ID: "a", Name: "A", Protocols: []service.Protocol{p}}
		if got := In("en").good(a); !strings.HasSuffix(strings.ToLower(got), "("+string(p)+").") {
			t.Errorf("%s: it says %q", p, got)
		}
	}
}

func TestTheEndsThatAreOfferedAreWithinThePolicy(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name   string
		rules  *policy.Policy
		days   int
		want   string // the options
		chosen string
	}{
		{"none is known", nil, 0, "as late as the company's policy lets it|in 7 days|in 30 days|in 90 days|in 180 days|in 365 days", "0"},
		{"no end", &policy.Policy{}, 0, "when you revoke it|in 7 days|in 30 days|in 90 days|in 180 days|in 365 days", "0"},
		{"90 days", &policy.Policy{Lifetime: 90 * day}, 30, "in 90 days, as late as the policy lets it|in 7 days|in 30 days", "30"},
		{"what was chosen is not possible any more", &policy.Policy{Lifetime: 90 * day}, 365, "in 90 days, as late as the policy lets it|in 7 days|in 30 days", "0"},
		{"a day", &policy.Policy{Lifetime: day}, 0, "in 24 hours, as late as the policy lets it", "0"},
		{"90 minutes", &policy.Policy{Lifetime: 90 * time.Minute}, 0, "in 90 minutes, as late as the policy lets it", "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := In("en").New(Form{Applications: catalog.Builtin(), Policy: c.rules, Submitted: Submitted{Days: c.days}})
			var offered []string
			for _, o := range element(t, v, "ends").(*slack.SelectBlockElement).Options {
				offered = append(offered, o.Text.Text)
			}
			if got := strings.Join(offered, "|"); got != c.want || chosen(t, v, "ends") != c.chosen {
				t.Errorf("got %q, chosen %q; want %q, %q", got, chosen(t, v, "ends"), c.want, c.chosen)
			}
		})
	}
}

// What is filled in goes through the form and comes back, whatever the form is built anew for.
func TestAnUpdateLosesNothing(t *testing.T) {
	f := filled()
	f.Applications = catalog.Builtin()
	for _, a := range catalog.Builtin() {
		f.Application = a.ID
		v := In("en").New(f)
		state := map[string]any{}
		for _, block := range []string{"application", "ends"} {
			state[block] = map[string]any{block: map[string]any{"selected_option": map[string]any{"value": chosen(t, v, block)}}}
		}
		for _, block := range []string{"label", "networks"} {
			state[block] = map[string]any{block: map[string]any{"value": typedIn(t, v, block)}}
		}
		var parsed *slack.ViewState
		if err := json.Unmarshal(marshal(t, map[string]any{"values": state}), &parsed); err != nil {
			t.Fatal(err)
		}
		if got := ParseNew(parsed); got != f.Submitted {
			t.Errorf("got %+v, want %+v", got, f.Submitted)
		}
	}
}

func TestASubmissionIsRead(t *testing.T) {
	for _, c := range []struct {
		name, state string
		want        Submitted
	}{
		{"all", `{"values": {"application": {"application": {"type": "static_select", "selected_option": {"value": "crm"}}},
			"label": {"label": {"type": "plain_text_input", "value": "of sales"}}, "ends": {"ends": {"type": "static_select", "selected_option": {"value": "30"}}},
			"networks": {"networks": {"type": "plain_text_input", "value": "192.0.2.7"}}}}`, Submitted{"crm", "of sales", 30, "192.0.2.7"}},
		{"application and label", `{"values": {"application": {"application": {"type": "static_select", "selected_option": {"value": "crm"}}},
			"label": {"label": {"type": "plain_text_input", "value": "of sales"}}}}`, Submitted{Application: "crm", Label: "of sales"}},
		{"nothing typed", `{"values": {"application": {"application": {"type": "static_select", "selected_option": {"value": "crm"}}},
			"label": {"label": {"type": "plain_text_input", "value": null}}, "networks": {"networks": {"type": "plain_text_input", "value": null}}}}`, Submitted{Application: "crm"}},
		{"as late as possible", `{"values": {"ends": {"ends": {"selected_option": {"value": "0"}}}}}`, Submitted{}},
		{"an end that is none", `{"values": {"ends": {"ends": {"selected_option": {"value": "never"}}}}}`, Submitted{Days: -1}},
		{"an end before the beginning", `{"values": {"ends": {"ends": {"selected_option": {"value": "-7"}}}}}`, Submitted{Days: -1}},
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
				"list": In("en").List(passwords(KindLive, 0, c), catalog.Builtin()), "revoked": In("en").Revoked(c, passwords(KindLive, 0, c), catalog.Builtin()),
				"show": In("en").ShowToRevoke(c, later, catalog.Builtin()), "short": In("en").Short(passwords(KindLive, 0, c), Place{}, catalog.Builtin()),
				"choose": In("en").Choose("revoke.choose", passwords(KindLive, 0, c), catalog.Builtin()),
				"link":   In("en").Link(a, linkID, url, expires), "message": In("en").LinkMessage(a, linkID, url, expires), "new": In("en").New(form(label)),
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
