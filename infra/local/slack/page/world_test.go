package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/apppass/apppass/infra/e2e/browser"
	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/slack/api"
	"github.com/apppass/apppass/infra/local/slack/page"
)

type obj = map[string]any

// world is a workspace with a page in front of it, an app that does what a test says, and a browser at the page, as Alice.
type world struct {
	*testing.T
	url    string
	tab    context.Context
	clock  *clock.Clock
	faults *faults.Set

	mu      sync.Mutex
	react   func(kind string, payload obj) any
	heard   []obj
	stirred chan struct{} // closed and made anew when the app is asked
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, clock: clock.New(0), faults: new(faults.Set), react: func(string, obj) any { return nil }, stirred: make(chan struct{})}
	app := httptest.NewServer(http.HandlerFunc(w.app))
	t.Cleanup(app.Close)
	var server *httptest.Server
	workspace, err := api.New(api.Options{
		Clock: w.clock, Faults: w.faults, AppURL: func() string { return app.URL }, BaseURL: func() string { return server.URL },
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", workspace)
	mux.Handle("GET /{$}", page.Handler())
	mux.Handle("GET /page/", page.Handler())
	mux.HandleFunc("GET /api/hood", hood)
	server = httptest.NewServer(mux)
	w.url = server.URL
	t.Cleanup(func() {
		if err := workspace.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	w.browse()
	w.do(chromedp.Navigate(w.url), chromedp.WaitVisible(`[data-person=UALICE]`))
	return w
}

// browse opens a browser. At the end the test fails if the page's console complained: of a module that throws, or of something that
// the policy forbids.
func (w *world) browse() {
	var complaints []string
	var listening sync.WaitGroup
	w.Cleanup(func() { // after the browser has ended
		listening.Wait()
		for _, c := range complaints {
			w.Errorf("the page's console: %s", c)
		}
	})
	w.tab = browser.New(w)
	browser.Do(w, w.tab, chromedp.EmulateViewport(1440, 800))
	messages := chromedp.Console(w.tab)
	listening.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || strings.Contains(m.String(), "Content Security Policy") || strings.Contains(m.String(), "Trusted") {
				complaints = append(complaints, m.String())
			}
		}
	})
}

// hood is what the stack serves at /api/hood.
func hood(rw http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(rw, `{
		"exchanges": [
			{"at": "2026-11-25T09:00:01Z", "direction": "to app", "name": "command", "status": 200, "took_ms": 41},
			{"at": "2026-11-25T09:00:01Z", "direction": "from app", "name": "views.open", "status": 200, "took_ms": 3},
			{"at": "2026-11-25T09:00:02Z", "direction": "to app", "name": "raw", "status": 401, "took_ms": 2}],
		"aws": [
			{"at": "2026-11-25T09:00:01Z", "function": "slack", "service": "sqs", "operation": "SendMessage", "status": 200, "error": "", "took_ms": 4},
			{"at": "2026-11-25T09:00:02Z", "function": "worker", "service": "dynamodb", "operation": "TransactWriteItems", "status": 400, "error": "TransactionCanceledException", "took_ms": 6}],
		"logs": [{"source": "worker", "line": "the job is done"}]}`)
}

// app remembers what it is sent and answers as react says. The kind is "command", "event", or an interaction's type.
func (w *world) app(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.Error(err)
	}
	kind, payload := "event", obj{}
	form, _ := url.ParseQuery(string(body)) // an event is JSON
	switch r.URL.Path {
	case "/slack/commands":
		kind = "command"
		for name := range form {
			payload[name] = form.Get(name)
		}
	case "/slack/interactions":
		body = []byte(form.Get("payload"))
		fallthrough
	default:
		if err := json.Unmarshal(body, &payload); err != nil {
			w.Error(err)
		}
		if t, ok := payload["type"].(string); ok && r.URL.Path == "/slack/interactions" {
			kind = t
		}
	}
	w.mu.Lock()
	payload["kind"] = kind
	w.heard = append(w.heard, payload)
	close(w.stirred)
	w.stirred = make(chan struct{})
	react := w.react
	w.mu.Unlock()
	if answer := react(kind, payload); answer != nil {
		if status, ok := answer.(int); ok {
			rw.WriteHeader(status)
			return
		}
		rw.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(rw).Encode(answer); err != nil {
			w.Error(err)
		}
	}
}

// reacts sets what the app answers from now on: nil is an empty ack, a number a status, anything else JSON.
func (w *world) reacts(react func(kind string, payload obj) any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.react = react
}

// last is the latest request of a kind that the app got.
func (w *world) last(kind string) obj {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.heard) - 1; i >= 0; i-- {
		if w.heard[i]["kind"] == kind {
			return w.heard[i]
		}
	}
	w.Fatalf("the app got no %s", kind)
	return nil
}

// count is how many requests of a kind the app got.
func (w *world) count(kind string) int {
	n, _ := w.asked(kind)
	return n
}

func (w *world) asked(kind string) (n int, next <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range w.heard {
		if h["kind"] == kind {
			n++
		}
	}
	return n, w.stirred
}

// heardOf waits until the app has got so many requests of a kind.
func (w *world) heardOf(kind string, n int) {
	w.Helper()
	late := time.After(patience)
	for {
		got, next := w.asked(kind)
		if got >= n {
			return
		}
		select {
		case <-next:
		case <-late:
			w.Fatalf("the app got %d %s, want %d", got, kind, n)
		}
	}
}

// action is what the latest block_actions says was done.
func (w *world) action() obj {
	w.Helper()
	return w.last("block_actions")["actions"].([]any)[0].(map[string]any)
}

// method calls the Web API as the app; it must go well.
func (w *world) method(name string, in obj) obj {
	w.Helper()
	var out obj
	w.post("/slack/api/"+name, in, &out)
	if out["ok"] != true {
		w.Errorf("%s: %v", name, out)
	}
	return out
}

// respond posts to a response_url.
func (w *world) respond(responseURL string, in obj) {
	w.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		w.Fatal(err)
	}
	response, err := http.Post(responseURL, "application/json", bytes.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		w.Fatalf("the response_url answered %d", response.StatusCode)
	}
}

func (w *world) post(path string, in, out any) {
	w.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		w.Fatal(err)
	}
	r, err := http.NewRequestWithContext(w.Context(), http.MethodPost, w.url+path, bytes.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Authorization", "Bearer xoxb-local")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		w.Error(err)
		return
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(out); err != nil {
		w.Errorf("%s: %v", path, err)
	}
}

// patience is how long the page may take for one thing, in real time.
const patience = 10 * time.Second

// do takes steps in the page.
func (w *world) do(steps ...chromedp.Action[chromedp.Void]) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.tab, patience)
	defer cancel()
	browser.Do(w, ctx, steps...)
}

// types types into what has the focus.
func (w *world) types(keys string) { w.Helper(); w.do(chromedp.KeyEvent(keys)) }

// sees waits until an element with the text is shown, css naming what kind.
func (w *world) sees(css, text string) {
	w.Helper()
	w.do(chromedp.WaitVisible(`//*[self::` + css + `][contains(normalize-space(.), "` + text + `")]`))
}

// replaces types over what stands in the field that has the focus.
func (w *world) replaces(keys string) {
	w.Helper()
	eval[chromedp.Void](w, `document.activeElement.select()`)
	w.types(keys)
}

// eval is what an expression is in the page.
func eval[T any](w *world, expression string) T {
	w.Helper()
	return browser.Get(w, w.tab, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}
