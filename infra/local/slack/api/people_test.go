package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"github.com/apppass/apppass/infra/local/slack/api"
)

type homeOpened = slackevents.AppHomeOpenedEvent

// event is the latest event that the app got, as slack-go parses it.
func event[E any](t *testing.T, w *world) (*E, bool) {
	t.Helper()
	r := w.last()
	if r.path != "/slack/events" {
		t.Fatalf("the latest request went to %s", r.path)
	}
	outer, err := slackevents.ParseEvent(json.RawMessage(r.body), slackevents.OptionNoVerifyToken())
	if err != nil {
		t.Fatalf("slack-go can't parse %s: %v", r.body, err)
	}
	callback, ok := outer.Data.(*slackevents.EventsAPICallbackEvent)
	if !ok || callback.EventID == "" || outer.TeamID != "TLOCAL" || outer.APIAppID != api.AppID {
		t.Errorf("got %+v", outer)
	}
	e, ok := outer.InnerEvent.Data.(*E)
	return e, ok
}

type people struct {
	People []struct {
		ID, Name, Email, TZ, Locale string
		Admin, Deleted              bool
	}
}

func TestPeople(t *testing.T) {
	w := start(t, nil)
	var got people
	if w.do(http.MethodGet, "/api/people", "", &got); len(got.People) != 3 || got.People[0].Email != "alice@example.com" || !got.People[0].Admin {
		t.Errorf("got %+v", got)
	}
	w.ok("/api/people", obj{"id": "UDAVE", "name": "Dave", "email": "dave@example.com", "tz": "America/New_York", "locale": "es-ES"})
	if n := w.count(); n != 0 {
		t.Errorf("the app got %d requests for a new person, want none", n)
	}
	a := w.ok("/api/people", obj{"id": "UDAVE", "email": "david@example.com"})
	if a.Ack == nil {
		t.Error("a change was not acked")
	}
	e, ok := event[slackevents.UserChangeEvent](t, w)
	if !ok || e.User.ID != "UDAVE" || !bytes.Contains(w.last().body, []byte(`"email":"david@example.com"`)) || e.User.TZ != "America/New_York" || e.User.Deleted {
		t.Errorf("got %+v", e)
	}
	w.ok("/api/people", obj{"id": "UDAVE", "deleted": true})
	if e, _ := event[slackevents.UserChangeEvent](t, w); !e.User.Deleted {
		t.Errorf("got %+v", e)
	}
	w.refused("email_taken", "/api/people", obj{"id": "UEVE", "email": "ALICE@example.com"})
	w.ok("/api/people", obj{"id": "UEVE", "email": "david@example.com"}) // that of one who left
	w.refused("invalid_arguments", "/api/people", obj{"id": "alice"})
	w.refused("invalid_arguments", "/api/people", obj{"id": "USLACKBOT"})
	w.refused("invalid_arguments", "/api/people", obj{"id": "UALICE", "tz": "Europe/Nowhere"})
	w.refused("invalid_arguments", "/api/people", obj{"id": "UALICE", "age": 30})
}

func TestUsersAsTheAppGetsThem(t *testing.T) {
	w := start(t, nil)
	w.ok("/api/people", obj{"id": "UGONE", "name": "Gone", "email": "gone@example.com", "deleted": true})
	w.ok("/api/people", obj{"id": "UGUEST", "name": "Guest", "email": "guest@example.com", "guest": true, "unconfirmed": true})
	w.ok("/api/people", obj{"id": "USTRANGER", "name": "Stranger", "stranger": true})
	w.ok("/api/people", obj{"id": "UROBOT", "name": "Robot", "bot": true})

	alice, err := w.slack.GetUserInfo("UALICE")
	if err != nil {
		t.Fatal(err)
	}
	if alice.Profile.Email != "alice@example.com" || !alice.IsAdmin || alice.TZ != "Europe/Berlin" || alice.Locale != "en-US" ||
		!alice.IsEmailConfirmed || alice.TeamID != "TLOCAL" || alice.RealName != "Alice" || alice.Name != "alice" || alice.TZOffset%3600 != 0 {
		t.Errorf("got %+v", alice)
	}
	if _, err := w.slack.GetUserInfo("UNOBODY"); err == nil || err.Error() != "user_not_found" {
		t.Errorf("got %v, want user_not_found", err)
	}
	if u, err := w.slack.GetUserByEmail("Bob@example.com"); err != nil || u.ID != "UBOB" {
		t.Errorf("got %+v, %v", u, err)
	}
	for _, email := range []string{"gone@example.com", "nobody@example.com"} {
		if _, err := w.slack.GetUserByEmail(email); err == nil || err.Error() != "users_not_found" {
			t.Errorf("%s: got %v, want users_not_found", email, err)
		}
	}
	for _, limit := range []int{1, 2, 4, 9, 200} {
		all, err := w.slack.GetUsers(slack.GetUsersOptionLimit(limit))
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, u := range all {
			ids = append(ids, u.ID)
			if u.Deleted != (u.ID == "UGONE") || u.IsRestricted != (u.ID == "UGUEST") || u.IsStranger != (u.ID == "USTRANGER") ||
				u.IsBot != (u.ID == "UROBOT" || u.ID == api.BotUserID) || (u.TeamID != "TLOCAL") != (u.ID == "USTRANGER") {
				t.Errorf("got %+v", u)
			}
		}
		want := []string{"UALICE", "UBOB", "UCAROL", "UGONE", "UGUEST", "USTRANGER", "UROBOT", "UAPPPASS", "USLACKBOT"}
		if !slices.Equal(ids, want) {
			t.Errorf("in pages of %d: got %v, want %v", limit, ids, want)
		}
	}
	for _, cursor := range []string{"x", "dXNlcjpVTk9CT0RZ"} {
		if out := w.method("users.list", obj{"cursor": cursor}); out["error"] != "invalid_cursor" {
			t.Errorf("cursor %s: got %v, want invalid_cursor", cursor, out)
		}
	}
}

func TestMessagesInAChannelReachTheApp(t *testing.T) {
	w := start(t, nil)
	a := w.ok("/api/post", obj{"person": "UBOB", "channel": "CGENERAL", "text": "my password is <app-Xk7mQ> & so on"})
	e, ok := event[slackevents.MessageEvent](t, w)
	if !ok || e.User != "UBOB" || e.Channel != api.General || e.ChannelType != "channel" || e.TimeStamp != a.TS ||
		e.Text != "my password is &lt;app-Xk7mQ&gt; &amp; so on" || len(e.Blocks.BlockSet) != 1 {
		t.Errorf("got %+v", e)
	}
	w.ok("/api/type", obj{"person": "UBOB", "text": "not a command"})
	if w.count() != 1 {
		t.Error("the app heard of a direct message, which it has no scope for")
	}
	if s := w.screen("UBOB").Messages; len(s) != 2 || s[1].User != "UBOB" || s[1].Channel != "DBOB" {
		t.Errorf("Bob sees %+v", s)
	}
	if s := w.screen("UALICE").Messages; len(s) != 1 {
		t.Errorf("Alice sees %+v, want the message in the channel alone", s)
	}

	w = start(t, func(o *api.Options) { o.Scopes = []string{"chat:write"} })
	w.ok("/api/post", obj{"person": "UBOB", "channel": "CGENERAL", "text": "hello"})
	if w.count() != 0 {
		t.Error("the app heard of a message without channels:history")
	}
}

func TestARosterThatMustNotBeBelieved(t *testing.T) {
	w := start(t, nil)
	w.ok("/api/roster", obj{"team": "TOTHER", "half": true})
	if who, err := w.slack.AuthTestContext(t.Context()); err != nil || who.TeamID != "TOTHER" {
		t.Errorf("got %+v, %v", who, err)
	}
	if half, err := w.slack.GetUsersContext(t.Context()); err != nil || len(half) != 3 { // of Alice, Bob, Carol, the app's bot and Slackbot
		t.Errorf("got %d people, %v", len(half), err)
	}
	w.ok("/api/roster", obj{})
	if who, err := w.slack.AuthTestContext(t.Context()); err != nil || who.TeamID != "TLOCAL" {
		t.Errorf("got %+v, %v", who, err)
	}
}
