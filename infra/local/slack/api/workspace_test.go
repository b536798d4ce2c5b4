package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/goleak"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/slack/api"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "8f742231b10e8888abcd99yyyzzz85a5"

// world is a workspace, and an app that does what a test says and remembers what it got. The app checks each signature with
// slack-go's verifier.
type world struct {
	*testing.T
	url    string // of the workspace
	clock  *clock.Clock
	faults *faults.Set
	slack  *slack.Client

	mu        sync.Mutex
	react     func(r *http.Request, body []byte) (status int, answer any)
	got       []request
	exchanges []api.Exchange
	ticks     []string

	moved, killed atomic.Int32
}

// request is what the app got.
type request struct {
	path   string
	header http.Header
	body   []byte
}

// form is the request as its form, for slack-go's parsers.
func (r request) form() *http.Request {
	f := httptest.NewRequest(http.MethodPost, "http://app"+r.path, bytes.NewReader(r.body))
	f.Header = r.header
	return f
}

// start makes a world; change, if not nil, changes the options.
func start(t *testing.T, change func(*api.Options)) *world {
	t.Helper()
	w := &world{T: t, clock: clock.New(0), faults: new(faults.Set)}
	app := httptest.NewServer(w.app())
	var server *httptest.Server
	o := w.options(app.URL, func() string { return server.URL })
	if change != nil {
		change(&o)
	}
	ws, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server = httptest.NewServer(ws)
	w.url = server.URL
	client := &http.Client{Transport: &http.Transport{}}
	w.slack = slack.New("xoxb-local", slack.OptionAPIURL(server.URL+"/slack/api/"), slack.OptionHTTPClient(client))
	t.Cleanup(func() {
		if err := ws.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
		app.Close()
		client.CloseIdleConnections()
		http.DefaultClient.CloseIdleConnections()
	})
	return w
}

func (w *world) options(app string, base func() string) api.Options {
	return api.Options{
		Clock: w.clock, Faults: w.faults, SigningSecret: secret,
		AppURL: func() string { return app }, BaseURL: base,
		Tick: func(_ context.Context, function string, at time.Time) error {
			if function == "broken" {
				return errors.New("it is broken")
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			w.ticks = append(w.ticks, function+" "+at.Format(time.RFC3339))
			return nil
		},
		ClockMoved: func(context.Context) error { w.moved.Add(1); return nil },
		Kill:       func(context.Context) { w.killed.Add(1) },
		Observe:    func(e api.Exchange) { w.mu.Lock(); defer w.mu.Unlock(); w.exchanges = append(w.exchanges, e) },
	}
}

// app checks signatures, remembers and reacts.
func (w *world) app() http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.Error(err)
		}
		if err := w.verify(r.Header, body); err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
			return
		}
		w.mu.Lock()
		w.got = append(w.got, request{r.URL.Path, r.Header, body})
		react := w.react
		w.mu.Unlock()
		if react == nil {
			return
		}
		status, answer := react(r, body)
		text, isText := answer.(string)
		if !isText && answer != nil {
			rw.Header().Set("Content-Type", "application/json")
		}
		if status != 0 {
			rw.WriteHeader(status)
		}
		switch {
		case isText:
			_, _ = io.WriteString(rw, text)
		case answer != nil:
			if err := json.NewEncoder(rw).Encode(answer); err != nil {
				w.Error(err)
			}
		}
	}
}

// verify is slack-go's verifier while the stack's time is the machine's, which is all it knows.
func (w *world) verify(h http.Header, body []byte) error {
	if w.clock.Offset() != 0 {
		if h.Get("X-Slack-Signature") != api.Sign(secret, h.Get("X-Slack-Request-Timestamp"), body) {
			return errors.New("wrong signature")
		}
		return nil
	}
	v, err := slack.NewSecretsVerifier(h, secret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}

// reacts sets what the app does from now on: the status (0: 200) and the answer of every ack.
func (w *world) reacts(react func(r *http.Request, body []byte) (int, any)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.react = react
}

// acks makes the app answer each request so, without further ado.
func (w *world) acks(answer any) {
	w.reacts(func(*http.Request, []byte) (int, any) { return 0, answer })
}

// last is the latest request that the app got.
func (w *world) last() request {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.got) == 0 {
		w.Fatal("the app got nothing")
	}
	return w.got[len(w.got)-1]
}

// heard is what Observe heard of.
func (w *world) heard() []api.Exchange {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.exchanges
}

func (w *world) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.got)
}

// callback is the latest interaction, as slack-go parses it.
func (w *world) callback() slack.InteractionCallback {
	w.Helper()
	r := w.last()
	if r.path != "/slack/interactions" {
		w.Fatalf("the latest request went to %s", r.path)
	}
	c, err := slack.InteractionCallbackParse(r.form())
	if err != nil {
		w.Fatalf("slack-go can't parse %s: %v", r.body, err)
	}
	return c
}

// payload is the latest interaction, as it is.
func (w *world) payload() map[string]any {
	w.Helper()
	r := w.last().form()
	if err := r.ParseForm(); err != nil {
		w.Fatal(err)
	}
	var p map[string]any
	if err := json.Unmarshal([]byte(r.PostForm.Get("payload")), &p); err != nil {
		w.Fatal(err)
	}
	return p
}
