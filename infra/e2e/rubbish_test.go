package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
)

func TestFormsAsTextAreAsGoodAsInBase64(t *testing.T) {
	t.Parallel()
	w := world.New(t, world.TextForms)
	w.Mail.Accepts(w.Alice, w.Alice.Makes("Thunderbird", "laptop"))
}

func TestATypoIsOfferedAsAButton(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	w.Alice.Types("/apppass lsit").Presses("suggestion")
	w.Alice.Awaits("the list", func(s *world.Scene) bool { return strings.Contains(s.Words(), "Your app passwords: 1") })
	w.Alice.Types("/apppass revok laptop").Presses("suggestion")
	w.Alice.Awaits("the choice", func(s *world.Scene) bool { return strings.Contains(s.Words(), "press Revoke to end it") })
	w.Mail.Accepts(w.Alice, pw) // nothing was done by itself
	w.Alice.Types("/apppass nwe CRM").Presses("suggestion")
	if top := w.Alice.Sees().Top(); top.View.CallbackID != "new" {
		t.Errorf("the form is %q", top.View.CallbackID)
	}
}

func TestWhoIsNoEmployeeGetsNothing(t *testing.T) {
	t.Parallel()
	for what, want := range map[string]string{
		"deleted": "for people of this workspace only", "bot": "for people of this workspace only", "stranger": "for people of this workspace only",
		"guest": "Guests of this workspace", "unconfirmed": "no confirmed e-mail address",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			scene := w.Carol.Types("/apppass new").Picks("Thunderbird")
			// It becomes known between the form and the job: what Slack says last counts.
			w.Carol.Becomes(map[string]any{what: true})
			if _, err := w.Carol.Attempts("submit", map[string]any{
				"view_id": scene.Top().ID, "values": map[string]any{"application": map[string]any{"application": "thunderbird"}},
			}); err != nil {
				return // Slack itself lets them do nothing any more
			}
			w.Carol.Awaits("why not", func(s *world.Scene) bool { return strings.Contains(s.Words(), want) })
			if all := w.Owns(w.Carol); len(all) > 0 {
				t.Errorf("there are %d app passwords", len(all))
			}
		})
	}
}

func TestALabelIsShownAsItIsOrRefused(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	for _, label := range []string{"<!channel> @here", "*bold* _it_ `x`", "📠 second floor", "<https://evil.example|click>", "O'Brien & sons"} {
		scene := w.Alice.Types("/apppass new").Picks("Thunderbird").Labels(label).Submits()
		scene.OpensLink().Reveals()
		if words := w.Alice.Types("/apppass list").Last(); !strings.Contains(words.Blocks[1].Text.Text, label) {
			t.Errorf("the label %q is shown as %q", label, words.Blocks[1].Text.Text)
		}
		w.Alice.Closes()
	}
	for label, want := range map[string]string{
		strings.Repeat("x", 61): "longer than 60", "lap\u202etop": "can't be shown", "two\nlines": "can't be shown", "app-Xk7mQ-23456-789AB-CDEFG-HJKMN": "looks like an app password",
	} {
		scene := w.Alice.Types("/apppass new").Picks("Thunderbird").Labels(label)
		a, err := w.Alice.Attempts("submit", map[string]any{"view_id": scene.Top().ID, "values": map[string]any{
			"application": map[string]any{"application": "thunderbird"}, "label": map[string]any{"label": label},
		}})
		// What is too long or has a line break is refused by Slack's own form.
		if err == nil && !strings.Contains(a.Errors["label"], want) {
			t.Errorf("the label %q: got %v, want %q", label, a.Errors, want)
		}
		w.Alice.Closes()
	}
}

func TestALinkSurvivesWhoLooksAtLinks(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	tab := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
	address, _, _ := strings.Cut(tab.Address, "#")
	for _, agent := range []string{"Slackbot-LinkExpanding 1.0", "WhatsApp/2", "facebookexternalhit/1.1", "Mozilla/5.0 (compatible; SafeLinks)"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut} {
			for _, path := range []string{address, strings.Replace(address, "/r/open", "/r/claim", 1), strings.Replace(tab.Address, "#", "%23", 1)} {
				request, err := http.NewRequestWithContext(t.Context(), method, path, strings.NewReader("{}"))
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("User-Agent", agent)
				answer, err := http.DefaultClient.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				_ = answer.Body.Close()
				if answer.StatusCode >= http.StatusInternalServerError {
					t.Errorf("%s as %s: %d", method, agent, answer.StatusCode)
				}
			}
		}
	}
	w.Mail.Accepts(w.Alice, tab.Reveals())
}

func TestVerifyAnswersRubbishByTheContract(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	for _, l := range []drive.Login{
		{Login: "", Password: "x", Protocol: "imap"},
		{Login: "alice@example.com", Password: "", Protocol: "imap"},
		{Login: "alice@example.com", Password: strings.Repeat("a", 4000), Protocol: "imap"},
		{Login: "alice@example.com", Password: "\x00", Protocol: "imap"},
		{Login: "alice\x00@example.com", Password: "x", Protocol: "imap"},
		{Login: "alice@example.com", Password: "' OR 1=1 --", Protocol: "imap"},
		{Login: "<script>", Password: "\u202e", Protocol: "imap", ClientIP: "2001:db8::1"},
	} {
		if v := w.Mail.AsksAs(l); v.Status != http.StatusUnauthorized || v.OK || v.Reason != "malformed" {
			t.Errorf("%.40q: got %+v, want 401 malformed", l, v)
		}
	}
	for body, want := range map[string]int{
		"": 400, "{": 400, "[]": 400, "null": 400, strings.Repeat("x", 1<<20): 400, `{"login":1}`: 400,
		`{"login":"a","password":"b","protocol":"telnet","client_ip":""}`: 400, `{"login":"a","password":"b","protocol":"imap","client_ip":"home"}`: 400,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.APIURL+"/v1/verify", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer local-mail-service-key")
		request.Header.Set("Content-Type", "text/html")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%.40q: got %d, want %d", body, answer.StatusCode, want)
		}
	}
}
