package slackapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"go.uber.org/goleak"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/slack/api"
	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/edge/slackui"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The token and a word of a message: neither may be in an error.
const (
	botToken = "xoxb-local-secret"
	spoken   = "spoken-word"
)

type token string

func (t token) Current(context.Context) (string, error) { return string(t), nil }
func (t token) Again(context.Context) (string, error)   { return string(t), nil }

// house is a workspace of Slack's, an app in it that does what a test says, and the client under test.
type house struct {
	*slackapi.Client
	*testing.T
	url    string // of Slack
	clock  *clock.Clock
	faults *faults.Set
	// clicked does something in the app with a command's form, before it is acknowledged.
	clicked func(trigger, responseURL string)
}

func newHouse(t *testing.T) *house {
	h := &house{T: t, clock: clock.New(0), faults: &faults.Set{}}
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if h.clicked != nil {
			h.clicked(r.PostFormValue("trigger_id"), r.PostFormValue("response_url"))
		}
	}))
	var server *httptest.Server
	ws, err := api.New(api.Options{
		Clock: h.clock, Faults: h.faults, BotToken: botToken,
		AppURL: func() string { return app.URL }, BaseURL: func() string { return server.URL },
	})
	if err != nil {
		t.Fatal(err)
	}
	server = httptest.NewServer(ws)
	h.url = server.URL
	if h.Client, err = slackapi.New(token(botToken), server.URL+"/slack/api/", strings.TrimPrefix(server.URL, "http://")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ws.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
		app.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return h
}

// acts has somebody do something in Slack, see [drive.Slack.Do].
func (h *house) acts(act string, members map[string]any) {
	h.Helper()
	if _, err := (drive.Slack{URL: h.url}).Do(h.Context(), act, members); err != nil {
		h.Fatal(err)
	}
}

func (h *house) screen(person string) drive.Screen {
	h.Helper()
	s, err := drive.Slack{URL: h.url}.Screen(h.Context(), person)
	if err != nil {
		h.Fatal(err)
	}
	return s
}

// types has Alice type the command; then is run while her client waits.
func (h *house) types(then func(trigger, responseURL string)) {
	h.Helper()
	h.clicked = then
	h.acts("type", map[string]any{"person": "UALICE", "text": "/apppass new"})
	h.clicked = nil
}

func form() slack.ModalViewRequest {
	return slackui.In("en").New(slackui.Form{Applications: catalog.Builtin(), Submitted: slackui.Submitted{Label: spoken}})
}

func message() slackapi.Message {
	return slackapi.Message{Text: spoken, Blocks: []slack.Block{slack.NewSectionBlock(slack.NewTextBlockObject("plain_text", spoken, false, false), nil, nil)}}
}

func TestAnAccountIsWhatSlackSays(t *testing.T) {
	h := newHouse(t)
	alice := person.Account{Owner: credential.Owner{Team: "TLOCAL", Person: "UALICE"}, Email: "alice@example.com", EmailConfirmed: true, Locale: "en-US", Zone: "Europe/Berlin"}
	for _, c := range []struct {
		name   string
		change map[string]any
		want   func(a *person.Account)
	}{
		{"an employee", map[string]any{}, func(*person.Account) {}},
		{"another address", map[string]any{"email": "Alice.B@Example.com"}, func(a *person.Account) { a.Email = "Alice.B@Example.com" }},
		{"an unconfirmed address", map[string]any{"unconfirmed": true}, func(a *person.Account) { a.EmailConfirmed = false }},
		{"a guest", map[string]any{"guest": true}, func(a *person.Account) { a.Guest = true }},
		{"a stranger", map[string]any{"stranger": true}, func(a *person.Account) { a.Stranger, a.Owner.Team = true, "TSTRANGE" }},
		{"a leaver", map[string]any{"deleted": true}, func(a *person.Account) {
			a.Deleted, a.EmailConfirmed, a.Locale, a.Zone = true, false, "", ""
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			back := map[string]any{"id": "UALICE", "email": "alice@example.com", "unconfirmed": false, "guest": false, "stranger": false, "deleted": false}
			h.acts("people", back)
			c.change["id"] = "UALICE"
			h.acts("people", c.change)
			want := alice
			c.want(&want)
			got, err := h.Account(t.Context(), "UALICE")
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, d)
			}
		})
	}
	for id, want := range map[string]person.Account{
		api.BotUserID: {Owner: credential.Owner{Team: "TLOCAL", Person: api.BotUserID}, Bot: true, EmailConfirmed: true, Locale: "en-US", Zone: "UTC"},
		"UNOBODY":     {Owner: credential.Owner{Person: "UNOBODY"}, Unknown: true},
	} {
		got, err := h.Account(t.Context(), id)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", id, err, d)
		}
	}
}

func TestATriggerOpensOneViewWithinThreeSeconds(t *testing.T) {
	h := newHouse(t)
	h.types(func(trigger, _ string) {
		if _, err := h.OpenView(t.Context(), trigger, form()); err != nil {
			t.Error(err)
		}
		if _, err := h.OpenView(t.Context(), trigger, form()); !errors.Is(err, slackapi.ErrTriggerGone) {
			t.Errorf("a second time: got %v", err)
		}
	})
	if n := len(h.screen("UALICE").Views); n != 1 {
		t.Errorf("Alice sees %d views", n)
	}
	h.types(func(trigger, _ string) {
		h.clock.Advance(4 * time.Second)
		if _, err := h.OpenView(t.Context(), trigger, form()); !errors.Is(err, slackapi.ErrTriggerGone) {
			t.Errorf("four seconds later: got %v", err)
		}
	})
	if _, err := h.OpenView(t.Context(), "none", form()); !errors.Is(err, slackapi.ErrTriggerGone) {
		t.Errorf("no trigger: got %v", err)
	}
}

func TestAViewIsUpdatedUntilItIsClosed(t *testing.T) {
	h := newHouse(t)
	h.types(func(trigger, _ string) {
		if _, err := h.OpenView(t.Context(), trigger, form()); err != nil {
			t.Error(err)
		}
	})
	id, hash := h.screen("UALICE").Views[0].ID, h.screen("UALICE").Views[0].Hash
	if err := h.UpdateView(t.Context(), id, hash, slackui.In("en").BeingMade()); err != nil {
		t.Fatal(err)
	}
	if err := h.UpdateView(t.Context(), id, hash, form()); !errors.Is(err, slackapi.ErrViewChanged) {
		t.Errorf("under its old hash: got %v, want %v", err, slackapi.ErrViewChanged)
	}
	for range 2 { // whatever its hash is
		if err := h.UpdateView(t.Context(), id, "", slackui.In("en").BeingMade()); err != nil {
			t.Fatal(err)
		}
	}
	h.acts("close", map[string]any{"person": "UALICE", "view_id": id})
	for _, id := range []string{id, "VNONE"} {
		if err := h.UpdateView(t.Context(), id, "", slackui.In("en").BeingMade()); !errors.Is(err, slackapi.ErrViewGone) {
			t.Errorf("%s: got %v, want %v", id, err, slackapi.ErrViewGone)
		}
	}
}

func TestADirectMessageReachesItsPerson(t *testing.T) {
	h := newHouse(t)
	if _, _, err := h.DirectMessage(t.Context(), "UBOB", message()); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]int{"UBOB": 1, "UALICE": 0} {
		if got := h.screen(who).Messages; len(got) != want || want == 1 && got[0].Text != spoken {
			t.Errorf("%s sees %+v", who, got)
		}
	}
}
