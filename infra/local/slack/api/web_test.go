package api_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

func asError[E error](err error, target *E) bool { return errors.As(err, target) }

func TestTokens(t *testing.T) {
	w := start(t, nil)
	if who, err := w.slack.AuthTest(); err != nil || who.TeamID != "TLOCAL" || who.UserID != "UAPPPASS" || who.BotID != "BAPPPASS" {
		t.Errorf("got %+v, %v", who, err)
	}
	for name, c := range map[string]struct {
		method, kind, authorization, body, want string
	}{
		"none":                {want: "not_authed"},
		"wrong":               {authorization: "Bearer xoxb-other", want: "invalid_auth"},
		"another scheme":      {authorization: "Basic xoxb-local", want: "not_authed"},
		"in a form":           {kind: "application/x-www-form-urlencoded", body: "token=xoxb-local"},
		"wrong in a form":     {kind: "application/x-www-form-urlencoded", body: "token=x", want: "invalid_auth"},
		"in JSON":             {kind: "application/json; charset=utf-8", body: "{}", authorization: "Bearer xoxb-local"},
		"broken JSON":         {kind: "application/json", body: "{", authorization: "Bearer xoxb-local", want: "invalid_json"},
		"a JSON list":         {kind: "application/json", body: "[]", authorization: "Bearer xoxb-local", want: "json_not_object"},
		"null":                {kind: "application/json", body: "null", authorization: "Bearer xoxb-local", want: "json_not_object"},
		"a broken form":       {kind: "application/x-www-form-urlencoded", body: "%", authorization: "Bearer xoxb-local", want: "invalid_form_data"},
		"something else":      {kind: "text/plain", body: "x", authorization: "Bearer xoxb-local", want: "invalid_post_type"},
		"no argument":         {method: "users.info", authorization: "Bearer xoxb-local", want: "invalid_arguments"},
		"no token, no method": {method: "no.method", want: "unknown_method"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.method == "" {
				c.method = "auth.test"
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/slack/api/"+c.method, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", c.kind)
			r.Header.Set("Authorization", c.authorization)
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			var got struct {
				OK    bool
				Error string
			}
			if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
				t.Fatal(err)
			}
			if got.Error != c.want || got.OK != (c.want == "") || response.StatusCode != http.StatusOK {
				t.Errorf("got %d %+v, want %q", response.StatusCode, got, c.want)
			}
		})
	}
}

func TestMissingScopesAreNamed(t *testing.T) {
	w := start(t, nil)
	_, _, _, err := w.slack.OpenConversation(&slack.OpenConversationParameters{Users: []string{"UALICE"}})
	var refused slack.SlackErrorResponse
	if !asError(err, &refused) || refused.Needed != "im:write" || !strings.Contains(refused.Provided, "chat:write") {
		t.Errorf("got %#v", err)
	}
}

func TestFaults(t *testing.T) {
	w := start(t, nil)
	say := func() error {
		_, _, err := w.slack.PostMessage("UALICE", slack.MsgOptionText("x", false))
		return err
	}
	fault := func(kind string, further obj) {
		in := obj{"target": "slack", "operation": "chat.postMessage", "kind": kind}
		for name, v := range further {
			in[name] = v
		}
		w.ok("/api/faults", in)
	}
	seen := func() int { return len(w.screen("UALICE").Messages) }

	fault("throttle", nil)
	var limited *slack.RateLimitedError
	if err := say(); !asError(err, &limited) || limited.RetryAfter != time.Second || seen() != 0 {
		t.Errorf("throttle: got %v and %d messages", err, seen())
	}
	var failed slack.StatusCodeError
	fault("before", nil)
	if err := say(); !asError(err, &failed) || failed.Code != http.StatusInternalServerError || seen() != 0 {
		t.Errorf("before: got %v and %d messages", err, seen())
	}
	fault("after", nil)
	if err := say(); !asError(err, &failed) || seen() != 1 {
		t.Errorf("after: got %v and %d messages", err, seen())
	}
	fault("delay", obj{"delay": "1ms"})
	if err := say(); err != nil || seen() != 2 {
		t.Errorf("delay: got %v and %d messages", err, seen())
	}
	fault("kill", nil)
	if err := say(); err == nil || w.killed.Load() != 1 || seen() != 2 {
		t.Errorf("kill before: got %v, %d killed and %d messages", err, w.killed.Load(), seen())
	}
	fault("kill", obj{"delay": "1ms"})
	if err := say(); err == nil || w.killed.Load() != 2 || seen() != 3 {
		t.Errorf("kill after: got %v, %d killed and %d messages", err, w.killed.Load(), seen())
	}

	fault("throttle", obj{"times": 0})
	var list struct {
		Faults []struct {
			Target, Operation, Kind, Delay string
			Times                          int
		}
	}
	if w.do(http.MethodGet, "/api/faults", "", &list); len(list.Faults) != 1 || list.Faults[0].Kind != "throttle" || list.Faults[0].Times != 0 {
		t.Errorf("got %+v", list)
	}
	var cleared answer
	if w.do(http.MethodDelete, "/api/faults", "", &cleared); !cleared.OK {
		t.Errorf("got %+v", cleared)
	}
	if err := say(); err != nil {
		t.Errorf("after clearing: %v", err)
	}
	w.refused("invalid_arguments", "/api/faults", obj{"target": "slack", "kind": "explode"})
	w.refused("invalid_arguments", "/api/faults", obj{"target": "slack", "kind": "delay", "delay": "soon"})
}

func TestObserveHearsOfEverything(t *testing.T) {
	w := start(t, nil)
	w.acks("canary-1")
	w.ok("/api/type", obj{"person": "UALICE", "text": "/apppass canary-2"})
	if _, _, err := w.slack.PostMessage("UALICE", slack.MsgOptionText("canary-3", false)); err != nil {
		t.Fatal(err)
	}
	command, err := slack.SlashCommandParse(w.last().form())
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(command.ResponseURL, "application/json", strings.NewReader(`{"text":"canary-4"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "ok" {
		t.Errorf("got %s, %v", body, err)
	}
	heard := w.heard()
	if len(heard) != 3 {
		t.Fatalf("got %+v", heard)
	}
	to, web, hook := heard[0], heard[1], heard[2]
	if to.FromApp || to.Name != "command" || to.Status != 200 || string(to.Answer) != "canary-1" || !strings.Contains(string(to.Body), "canary-2") ||
		!strings.HasSuffix(to.URL, "/slack/commands") || to.Header.Get("X-Slack-Signature") == "" || to.At.IsZero() {
		t.Errorf("got %+v", to)
	}
	if !web.FromApp || web.Name != "chat.postMessage" || web.Status != 200 || !strings.Contains(string(web.Body), "canary-3") || !strings.Contains(string(web.Answer), "canary-3") {
		t.Errorf("got %+v", web)
	}
	if !hook.FromApp || hook.Name != "response_url" || hook.URL != command.ResponseURL || !strings.Contains(string(hook.Body), "canary-4") {
		t.Errorf("got %+v", hook)
	}
}
