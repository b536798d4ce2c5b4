package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// answer is what the JSON API answers.
type answer struct {
	status int

	OK        bool              `json:"ok"`
	Error     string            `json:"error"`
	Detail    string            `json:"detail"`
	Ack       *ack              `json:"ack"`
	Errors    map[string]string `json:"errors"`
	TriggerID string            `json:"trigger_id"`
	URL       string            `json:"url"`
	TS        string            `json:"ts"`
	Options   []map[string]any  `json:"options"`
}

type ack struct {
	Status int `json:"status"`
	Body   any `json:"body"`
}

// do sends a request to the JSON API and decodes the answer into out; it returns the status.
func (w *world) do(method, path, body string, out any) int {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatal(err)
	}
	if err := json.Unmarshal(got, out); err != nil {
		w.Fatalf("%s %s: the answer %q is no JSON: %v", method, path, got, err)
	}
	return response.StatusCode
}

// post posts to the JSON API.
func (w *world) post(path string, in any) answer {
	w.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		w.Fatal(err)
	}
	var a answer
	a.status = w.do(http.MethodPost, path, string(body), &a)
	return a
}

// ok is post, which must go well.
func (w *world) ok(path string, in any) answer {
	w.Helper()
	a := w.post(path, in)
	if a.status != http.StatusOK || !a.OK {
		w.Fatalf("%s %v: got %+v, want ok", path, in, a)
	}
	return a
}

// done is post where the answer has no "ok".
func (w *world) done(path string, in any) {
	w.Helper()
	if a := w.post(path, in); a.status != http.StatusOK {
		w.Fatalf("%s %v: got %+v, want 200", path, in, a)
	}
}

// refused is post, which must be refused with 400 and the code.
func (w *world) refused(code, path string, in any) answer {
	w.Helper()
	a := w.post(path, in)
	if a.status != http.StatusBadRequest || a.OK || a.Error != code {
		w.Errorf("%s %v: got %+v, want 400 %s", path, in, a, code)
	}
	return a
}

type screen struct {
	Messages []struct {
		TS, Channel, User, Text string
		Blocks                  []map[string]any
		Ephemeral               bool
	}
	Views []shownView
	Home  *shownView
}

type shownView struct {
	ID, Hash string
	View     map[string]any
}

func (w *world) screen(person string) screen {
	w.Helper()
	var s screen
	if status := w.do(http.MethodGet, "/api/screen?person="+person, "", &s); status != http.StatusOK {
		w.Fatalf("the screen of %s: %d", person, status)
	}
	return s
}

// top is the topmost view of a person.
func (w *world) top(person string) shownView {
	w.Helper()
	s := w.screen(person)
	if len(s.Views) == 0 {
		w.Fatalf("%s sees no view", person)
	}
	return s.Views[len(s.Views)-1]
}

// latest is the ts of the newest message of a person.
func (w *world) latest(person string) string {
	w.Helper()
	s := w.screen(person)
	if len(s.Messages) == 0 {
		w.Fatalf("%s sees no message", person)
	}
	return s.Messages[len(s.Messages)-1].TS
}

// method calls the Web API with JSON.
func (w *world) method(name string, in any) obj {
	w.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		w.Fatal(err)
	}
	r, err := http.NewRequestWithContext(w.Context(), http.MethodPost, w.url+"/slack/api/"+name, bytes.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Authorization", "Bearer xoxb-local")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	var out obj
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil {
		w.Fatal(err)
	}
	return out
}

// opens makes a person type a command at which the app opens the view.
func (w *world) opens(person string, view obj) shownView {
	w.Helper()
	w.reacts(func(r *http.Request, body []byte) (int, any) {
		c, err := slack.SlashCommandParse(request{r.URL.Path, r.Header, body}.form())
		if err != nil {
			w.Error(err)
		}
		if out := w.method("views.open", obj{"trigger_id": c.TriggerID, "view": view}); out["ok"] != true {
			w.Errorf("views.open: %v", out)
		}
		return 0, nil
	})
	w.ok("/api/type", obj{"person": person, "text": "/apppass new"})
	w.reacts(nil)
	return w.top(person)
}

// answerOf is done with the answer.
func (w *world) answerOf(path string, in, out any) {
	w.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		w.Fatal(err)
	}
	if status := w.do(http.MethodPost, path, string(body), out); status != http.StatusOK {
		w.Fatalf("%s %v: got %d, want 200", path, in, status)
	}
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
