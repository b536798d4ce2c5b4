package api_test

import (
	"net/http"
	"testing"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/infra/local/slack/api"
)

// The example of https://docs.slack.dev/authentication/verifying-requests-from-slack/.
func TestSignatureIsSlacks(t *testing.T) {
	body := `token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c`
	want := "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
	if got := api.Sign(secret, "1531420618", []byte(body)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCommandReachesTheAppAsSlackSendsIt(t *testing.T) {
	w := start(t, nil)
	a := w.ok("/api/type", obj{"person": "UALICE", "text": "/apppass  new “Thunderbird” & more "})
	got, err := slack.SlashCommandParse(w.last().form())
	if err != nil {
		t.Fatal(err)
	}
	want := slack.SlashCommand{
		Token: "local-verification-token", TeamID: "TLOCAL", TeamDomain: "local", ChannelID: "DALICE", ChannelName: "directmessage",
		UserID: "UALICE", UserName: "alice", Command: "/apppass", Text: "new “Thunderbird” & more", APIAppID: "AAPPPASS",
		ResponseURL: got.ResponseURL, TriggerID: a.TriggerID,
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if a.Ack.Status != http.StatusOK || a.Ack.Body != "" {
		t.Errorf("got ack %+v, want an empty 200", a.Ack)
	}
}

func TestAnswersToACommand(t *testing.T) {
	blocks := []any{obj{"type": "section", "text": plain("Hello")}}
	for name, c := range map[string]struct {
		status    int
		ack       any
		refused   string // the code
		troubled  string // the error, with 200
		text      string
		ephemeral bool
	}{
		"nothing":            {},
		"text":               {ack: "Hello", text: "Hello", ephemeral: true},
		"a message":          {ack: obj{"text": "Hello", "blocks": blocks}, text: "Hello", ephemeral: true},
		"one for all":        {ack: obj{"response_type": "in_channel", "text": "Hello"}, text: "Hello"},
		"an unknown type":    {ack: obj{"response_type": "loud", "text": "Hello"}, refused: "invalid_arguments"},
		"an empty message":   {ack: obj{}, refused: "no_text"},
		"JSON as text":       {ack: `{"text":"Hello"}`, text: `{"text":"Hello"}`, ephemeral: true},
		"JSON of no object":  {ack: []string{"Hello"}, refused: "invalid_payload"},
		"wrong blocks":       {ack: obj{"text": "Hello", "blocks": []any{obj{"type": "video"}}}, refused: "invalid_blocks"},
		"an error of theirs": {status: http.StatusInternalServerError, ack: "oh", troubled: "http_service_error"},
		"an error of ours":   {status: http.StatusNotFound, ack: "oh", troubled: "http_client_error"},
		"a redirect":         {status: http.StatusFound, troubled: "http_client_error"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, nil)
			w.reacts(func(*http.Request, []byte) (int, any) { return c.status, c.ack })
			a := w.post("/api/type", obj{"person": "UALICE", "text": "/apppass help", "channel": "CGENERAL"})
			switch {
			case c.refused != "":
				if a.status != http.StatusBadRequest || a.Error != c.refused || a.Ack == nil {
					t.Fatalf("got %+v, want 400 %s with the ack", a, c.refused)
				}
			case c.troubled != "":
				if a.status != http.StatusOK || a.OK || a.Error != c.troubled || a.Ack == nil {
					t.Fatalf("got %+v, want %s with the ack", a, c.troubled)
				}
			case !a.OK:
				t.Fatalf("got %+v, want ok", a)
			}
			alice, bob := w.screen("UALICE").Messages, w.screen("UBOB").Messages
			if c.text == "" {
				if len(alice)+len(bob) != 0 {
					t.Errorf("Alice sees %v, Bob %v; want nothing", alice, bob)
				}
				return
			}
			if len(alice) != 1 || alice[0].Text != c.text || alice[0].Ephemeral != c.ephemeral || alice[0].User != api.BotUserID {
				t.Errorf("Alice sees %+v", alice)
			}
			if (len(bob) == 0) != c.ephemeral {
				t.Errorf("Bob sees %+v", bob)
			}
		})
	}
}

func TestWhatCannotBeTyped(t *testing.T) {
	w := start(t, nil)
	w.refused("invalid_command", "/api/type", obj{"person": "UALICE", "text": "/giphy cat"})
	w.refused("user_not_found", "/api/type", obj{"person": "UNOBODY", "text": "/apppass"})
	w.refused("channel_not_found", "/api/type", obj{"person": "UALICE", "text": "/apppass", "channel": "DBOB"})
	w.refused("no_text", "/api/post", obj{"person": "UALICE", "text": " ", "channel": "CGENERAL"})
	w.ok("/api/people", obj{"id": "UBOB", "deleted": true})
	w.refused("account_inactive", "/api/type", obj{"person": "UBOB", "text": "/apppass"})
	if n := w.count(); n != 1 {
		t.Errorf("the app got %d requests, want the user_change alone", n)
	}
}

func TestTriggerOpensOneViewWithinThreeSeconds(t *testing.T) {
	w := start(t, nil)
	trigger := w.ok("/api/type", obj{"person": "UALICE", "text": "/apppass new"}).TriggerID
	view := slack.ModalViewRequest{
		Type: slack.VTModal, Title: slack.NewTextBlockObject("plain_text", "Title", false, false),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}},
	}
	long := view
	long.Title = slack.NewTextBlockObject("plain_text", "A title of twenty-five ch", false, false)

	if _, err := w.slack.OpenView(trigger, long); err == nil || err.Error() != "invalid_arguments" {
		t.Errorf("a long title: got %v, want invalid_arguments, and the trigger unused", err)
	}
	got, err := w.slack.OpenView(trigger, view)
	if err != nil {
		t.Fatal(err)
	}
	if top := w.top("UALICE"); top.ID != got.ID || top.Hash != got.Hash || got.RootViewID != got.ID {
		t.Errorf("got %+v, but Alice sees %+v", got, top)
	}
	if _, err := w.slack.OpenView(trigger, view); err == nil || err.Error() != "exchanged_trigger_id" {
		t.Errorf("again: got %v, want exchanged_trigger_id", err)
	}
	if _, err := w.slack.OpenView("1.2.x", view); err == nil || err.Error() != "invalid_trigger_id" {
		t.Errorf("made up: got %v, want invalid_trigger_id", err)
	}
	late := w.ok("/api/shortcut", obj{"person": "UALICE", "callback_id": "new"}).TriggerID
	w.done("/api/clock", obj{"advance": "3001ms"})
	if _, err := w.slack.OpenView(late, view); err == nil || err.Error() != "expired_trigger_id" {
		t.Errorf("late: got %v, want expired_trigger_id", err)
	}
}

func TestShortcut(t *testing.T) {
	w := start(t, nil)
	a := w.ok("/api/shortcut", obj{"person": "UBOB", "callback_id": "new_password"})
	c := w.callback()
	if c.Type != slack.InteractionTypeShortcut || c.CallbackID != "new_password" || c.TriggerID != a.TriggerID || c.User.ID != "UBOB" ||
		c.Team.ID != "TLOCAL" || c.ResponseURL != "" {
		t.Errorf("got %+v", c)
	}
}
