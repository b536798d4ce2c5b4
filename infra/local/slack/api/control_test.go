package api_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/slack/api"
)

func TestClock(t *testing.T) {
	w := start(t, nil)
	var got struct{ Now time.Time }
	if status := w.do(http.MethodPost, "/api/clock", `{"set":"2027-01-01T00:00:00Z"}`, &got); status != http.StatusOK || got.Now.Year() != 2027 || w.moved.Load() != 1 {
		t.Errorf("got %d %v, moved %d times", status, got, w.moved.Load())
	}
	if w.do(http.MethodPost, "/api/clock", `{"advance":"36h"}`, &got); got.Now.Day() != 2 || got.Now.Hour() != 12 {
		t.Errorf("got %v", got)
	}
	if w.do(http.MethodGet, "/api/clock", "", &got); got.Now.Day() != 2 {
		t.Errorf("got %v", got)
	}
	for _, in := range []obj{{}, {"advance": "1 day"}, {"advance": "1h", "set": "2027-01-01T00:00:00Z"}, {"set": "tomorrow"}} {
		w.refused("invalid_arguments", "/api/clock", in)
	}
	w.ok("/api/type", obj{"person": "UALICE", "text": "/apppass"})
	if stamp := w.last().header.Get("X-Slack-Request-Timestamp"); !strings.HasPrefix(stamp, "1798") {
		t.Errorf("the request was signed at %s, want the stack's time", stamp)
	}
}

func TestTick(t *testing.T) {
	w := start(t, nil)
	w.ok("/api/tick", obj{"function": "nudge", "time": "2026-12-01T08:00:00Z"})
	w.ok("/api/tick", obj{"function": "sweep"})
	w.refused("tick_failed", "/api/tick", obj{"function": "broken"})
	w.refused("invalid_arguments", "/api/tick", obj{})
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.ticks) != 2 || w.ticks[0] != "nudge 2026-12-01T08:00:00Z" {
		t.Errorf("got %v", w.ticks)
	}
}

func TestRawRequests(t *testing.T) {
	w := start(t, nil)
	w.acks("fine")
	now := time.Now().Unix()
	for name, c := range map[string]struct {
		in   obj
		want int
	}{
		"signed":            {obj{"sign": true}, http.StatusOK},
		"unsigned":          {obj{}, http.StatusUnauthorized},
		"signed long ago":   {obj{"sign": true, "timestamp": now - 301}, http.StatusUnauthorized},
		"with another body": {obj{"headers": obj{"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=00"}}, http.StatusUnauthorized},
		"spoilt":            {obj{"sign": true, "headers": obj{"x-slack-signature": "v0=00"}}, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			in := obj{"path": "/slack/events?payload=x", "body": `{"type":"x"}`}
			for name, v := range c.in {
				in[name] = v
			}
			var got struct {
				Status  int
				Headers map[string]string
				Body    string
			}
			w.answerOf("/api/raw", in, &got)
			if got.Status != c.want || got.Headers["Date"] == "" || got.Body == "" {
				t.Errorf("got %+v, want %d", got, c.want)
			}
		})
	}
	w.refused("invalid_arguments", "/api/raw", obj{"path": "@elsewhere/"})
}

func TestThePagesOfOthersAreRefused(t *testing.T) {
	w := start(t, nil)
	for name, c := range map[string]struct {
		host, origin, site string
		want               int
	}{
		"no browser":       {want: http.StatusOK},
		"its own page":     {origin: w.url, site: "same-origin", want: http.StatusOK},
		"by name":          {host: "localhost:8081", want: http.StatusOK},
		"IPv6":             {host: "[::1]:8081", want: http.StatusOK},
		"no port":          {host: "127.0.0.1", want: http.StatusOK},
		"another page":     {origin: "https://evil.example", want: http.StatusForbidden},
		"a sandboxed page": {origin: "null", want: http.StatusForbidden},
		"another port":     {origin: "http://127.0.0.1:1", want: http.StatusForbidden},
		"another site":     {site: "cross-site", want: http.StatusForbidden},
		"a rebound name":   {host: "evil.example:8081", want: http.StatusForbidden},
		"a lookalike":      {host: "127.0.0.1.evil.example", want: http.StatusForbidden},
	} {
		for _, path := range []string{"/api/people", "/slack/api/auth.test"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = c.host
			for header, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.site} {
				if value != "" {
					r.Header.Set(header, value)
				}
			}
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != c.want {
				t.Errorf("%s of %s: got %d, want %d", path, name, response.StatusCode, c.want)
			}
		}
	}
}

func TestBodiesAreReadStrictly(t *testing.T) {
	w := start(t, nil)
	for _, path := range []string{
		"people", "type", "click", "suggest", "submit", "close", "home", "post", "shortcut", "tick", "clock", "faults", "raw",
	} {
		for _, body := range []string{"", "{", "[]", `"x"`, `{"unknown":1}`, `{} {}`, `{"person":5}`} {
			var got answer
			if status := w.do(http.MethodPost, "/api/"+path, body, &got); status != http.StatusBadRequest || got.Error != "invalid_arguments" || got.Detail == "" {
				t.Errorf("%s %q: got %d %+v, want 400 invalid_arguments with a detail", path, body, status, got)
			}
		}
	}
	var got answer
	if status := w.do(http.MethodGet, "/api/screen?person=UNOBODY", "", &got); status != http.StatusBadRequest || got.Error != "user_not_found" {
		t.Errorf("got %d %+v", status, got)
	}
}

func TestARestartShowsTheSameScreens(t *testing.T) {
	path := t.TempDir() + "/slack.journal"
	w := start(t, func(o *api.Options) { o.Path = path })
	w.ok("/api/people", obj{"id": "UDAVE", "name": "Dave"})
	v := w.opens("UALICE", modal(nil, append(slices.Clone(picker), input("who", false, obj{"type": "plain_text_input", "action_id": "x"}))...))
	w.ok("/api/click", obj{"person": "UALICE", "surface": v.ID, "action_id": "app", "selected_option": "mutt"})
	closed := w.opens("UBOB", modal(nil))
	w.ok("/api/close", obj{"person": "UBOB", "view_id": closed.ID})
	w.method("views.publish", obj{"user_id": "UBOB", "view": obj{"type": "home", "blocks": []any{}}})
	ts, url := listed(w)
	for range 3 {
		if err := w.respond(url, says("x <&>")); err != nil {
			t.Fatal(err)
		}
	}
	if out := w.method("chat.delete", obj{"channel": "DALICE", "ts": ts}); out["error"] != "message_not_found" {
		t.Error(out)
	}
	w.ok("/api/post", obj{"person": "UALICE", "channel": "CGENERAL", "text": "hello"})

	again := start(t, func(o *api.Options) { o.Path = path })
	// What a closed view showed, like a link, does not stay in the file.
	if kept, err := os.ReadFile(path); err != nil || strings.Contains(string(kept), closed.ID) || !strings.Contains(string(kept), v.ID) {
		t.Errorf("the journal still has the closed view, or has lost the open one (%v)", err)
	}
	for _, person := range []string{"UALICE", "UBOB", "UDAVE"} {
		same(t, w.screen(person), again.screen(person))
	}
	url = again.url + strings.TrimPrefix(url, w.url)
	for n := range 3 {
		if err := again.respond(url, says("x")); (err != nil) != (n == 2) {
			t.Errorf("use %d after the restart: got %v", n+1, err)
		}
	}
	again.ok("/api/submit", obj{"person": "UALICE", "view_id": v.ID, "values": obj{"who": obj{"x": "me"}}})
	if got := again.callback().View.State.Values["s"]["app"].SelectedOption.Value; got != "mutt" {
		t.Errorf("the select holds %q after the restart, want mutt", got)
	}
}
