// Package api is the local stack's Slack: one workspace with its people, and what an app of theirs sees of it.
//
// # What it does
//
// [Workspace] is one [net/http.Handler] with three doors. Under /slack/api/ is the Web API, for the app. Under /hooks/ are the
// response_urls, for the app. Under /api/ is a JSON API, for those who play the people: a page, or a test.
//
//	GET    /api/people                                    who there is
//	POST   /api/people    {id, name, email, tz, locale, admin, deleted, …}   add or change one (sends user_change)
//	POST   /api/type      {person, text, channel}         a slash command, or a message
//	POST   /api/click     {person, surface, block_id, action_id, value | selected_… , confirm}
//	POST   /api/suggest   {person, surface, block_id, action_id, value}      the options of an external select
//	POST   /api/submit    {person, view_id, values}       values: {block_id: {action_id: string | [strings]}}
//	POST   /api/close     {person, view_id}
//	POST   /api/home      {person}                        open the app's home
//	POST   /api/post      {person, channel, text}         a message in a channel
//	POST   /api/shortcut  {person, callback_id}
//	POST   /api/raw       {path, headers, body, sign, timestamp}             any request to the app
//	GET    /api/screen?person=                            {messages, views, home}
//	GET    /api/changes?person=&since=                    the screen as a client shows it, when it is no longer that of since
//	POST   /api/tick      {function, time}
//	GET    /api/clock     POST {set | advance}
//	GET    /api/faults    POST {target, operation, kind, times, delay}    DELETE
//	POST   /api/roster    {team, half}                    how auth.test and users.list are answered, until it is said otherwise
//
// A surface is a message's ts, a view's id, or "home". Whoever acts touches only what the person sees, the topmost view alone.
//
// A POST answers when the app has acked: 200 {"ok": true, "ack": {"status", "body"}}, with trigger_id, url, errors, options, ts
// where there are any. What Slack or its client refuses, an ack included, is 400 {"ok": false, "error", "detail"}. An app that
// fails is 200 {"ok": false, "error"}: operation_timeout, dispatch_failed, http_client_error or http_service_error. What the app
// does later is seen on the screen.
//
// # What is promised
//
// The app gets what Slack sends, signed, and is refused what Slack refuses: limits and shapes of blocks (package blockkit), a
// trigger_id the second time or after 3 s, a response_url the sixth time or after 30 minutes, a stale view hash, a missing
// scope, an ack that comes late or says something impossible. Time is the stack's clock, except for the 3 s in which an app
// must ack: these are real. Nothing is answered before it is in the journal, and a workspace that starts from the journal
// shows the same screens; only trigger_ids and suggested options are forgotten.
//
// # What differs from Slack
//
// Events are sent once: there are no retries (X-Slack-Retry-Num), and the app's own messages are not reported to it. Rates are
// not limited; a 429 is a fault (package faults, target "slack", operation a method or "response_url"). Threads, legacy
// attachments, files and workflows are not played, and are refused. Typed messages are escaped, but no link is made of a URL.
//
// # What may be changed here
//
// A further method is one entry in methods (web.go) and a function from arguments to answer. State changes only by a record
// (record.go), which is written first.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/journal"
)

// The app and the places that every workspace has. The direct message of person U… with the app is D…, the same letters.
const (
	AppID     = "AAPPPASS"
	BotID     = "BAPPPASS"
	BotUserID = "UAPPPASS"
	// General is the channel of everyone, the app included.
	General = "CGENERAL"
)

// Options says how a workspace is made.
type Options struct {
	// Path is the journal's file; empty keeps everything in memory.
	Path string
	// Clock is the stack's time.
	Clock *clock.Clock
	// Faults may be nil: then nothing goes wrong on purpose, and POST /api/faults is refused.
	Faults *faults.Set
	// SigningSecret, BotToken and TeamID are "local-signing-secret", "xoxb-local" and "TLOCAL" where empty.
	SigningSecret string
	BotToken      string
	TeamID        string
	// Scopes is what the bot token may do; nil is what apppass asks for, the optional scopes of its leak guard included.
	Scopes []string
	// Commands is the app's slash commands; nil is "/apppass".
	Commands []string
	// AppURL is the base of the app's HTTP API, without a slash at the end: commands go to AppURL/slack/commands, interactions
	// to AppURL/slack/interactions, events to AppURL/slack/events.
	AppURL func() string
	// BaseURL is the workspace's own base, without a slash at the end: response_urls begin with it.
	BaseURL func() string
	// Transport reaches the app; nil is [http.DefaultTransport].
	Transport http.RoundTripper
	// Tick runs a scheduled function as if it were at; nil refuses POST /api/tick.
	Tick func(ctx context.Context, function string, at time.Time) error
	// ClockMoved, if set, is called after POST /api/clock has moved Clock and before it is answered.
	ClockMoved func(ctx context.Context) error
	// Kill ends the process that made the request with this context; it is called for the fault of that kind, and the
	// connection is dropped when it returns.
	Kill func(ctx context.Context)
	// Observe, if set, hears of each request to and from the app, when it has been answered. It is called from many
	// goroutines.
	Observe func(Exchange)
}

// Workspace is a Slack workspace with one app. It is safe for concurrent use.
type Workspace struct {
	options Options
	client  *http.Client
	mux     *http.ServeMux

	// closing ends what still waits: hanging calls and requests to the app.
	closing context.Context
	close   context.CancelFunc

	mu      sync.Mutex
	journal *journal.Journal
	state
	triggers  map[string]trigger
	roster    roster           // how it is answered who is here
	suggested map[string][]any // options, by the element that they were suggested for
	replayed  int              // records that the journal held when it was opened
	stirred   chan struct{}    // closed and made anew at each change
}

// New makes a workspace with the state that the journal at o.Path holds, and with Alice, Bob and Carol if it holds nobody.
func New(o Options) (*Workspace, error) {
	setDefault(&o.SigningSecret, "local-signing-secret")
	setDefault(&o.BotToken, "xoxb-local")
	setDefault(&o.TeamID, "TLOCAL")
	if o.Scopes == nil {
		o.Scopes = []string{"commands", "chat:write", "users:read", "users:read.email", "channels:history", "groups:history"}
	}
	if o.Commands == nil {
		o.Commands = []string{"/apppass"}
	}
	w := &Workspace{
		options: o, state: newState(), triggers: map[string]trigger{}, suggested: map[string][]any{},
		stirred: make(chan struct{}),
		client: &http.Client{
			Transport:     o.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	w.closing, w.close = context.WithCancel(context.Background())
	w.mux = w.routes()
	if o.Path != "" {
		j, err := journal.Open(o.Path, w.replay)
		if err != nil {
			return nil, fmt.Errorf("open the workspace: %w", err)
		}
		w.journal = j
		if err := w.compact(); err != nil {
			return nil, errors.Join(err, j.Close())
		}
	}
	if len(w.people) == 0 {
		for _, p := range seeds() {
			if err := w.commit(record{Person: &p}); err != nil {
				return nil, fmt.Errorf("invite the first people: %w", err)
			}
		}
	}
	return w, nil
}

func setDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

func (w *Workspace) replay(line json.RawMessage) error {
	w.replayed++
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return fmt.Errorf("read a record: %w", err)
	}
	w.apply(r)
	return nil
}

// Close ends what waits and closes the journal. Requests after it fail; stop the HTTP server first.
func (w *Workspace) Close() error {
	w.close()
	return w.journal.Close()
}

// ServeHTTP answers the app (Web API and response_urls) and those who play the people.
func (w *Workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if err := w.guard(r); err != nil {
		writeRefusal(rw, http.StatusForbidden, err)
		return
	}
	w.mux.ServeHTTP(rw, r)
}

func (w *Workspace) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/slack/api/{method}", w.serveMethod)
	mux.HandleFunc("POST /hooks/{kind}/{team}/{id}", w.serveHook)

	mux.HandleFunc("GET /api/people", w.servePeople)
	mux.HandleFunc("GET /api/screen", w.serveScreen)
	mux.HandleFunc("GET /api/changes", w.serveChanges)
	mux.HandleFunc("GET /api/clock", w.serveClock)
	mux.HandleFunc("GET /api/faults", w.serveFaults)
	mux.HandleFunc("DELETE /api/faults", w.clearFaults)
	mux.Handle("POST /api/people", act(w.changePerson))
	mux.Handle("POST /api/type", act(w.typeText))
	mux.Handle("POST /api/post", act(w.post))
	mux.Handle("POST /api/click", act(w.click))
	mux.Handle("POST /api/suggest", act(w.suggest))
	mux.Handle("POST /api/submit", act(w.submit))
	mux.Handle("POST /api/close", act(w.closeView))
	mux.Handle("POST /api/home", act(w.openHome))
	mux.Handle("POST /api/shortcut", act(w.shortcut))
	mux.Handle("POST /api/tick", act(w.tick))
	mux.Handle("POST /api/faults", act(w.addFault))
	mux.Handle("POST /api/roster", act(w.changeRoster))
	mux.Handle("POST /api/clock", act(w.moveClock))
	mux.Handle("POST /api/raw", act(w.raw))
	return mux
}

func (w *Workspace) now() time.Time { return w.options.Clock.Now() }

func (w *Workspace) granted(scope string) bool {
	return scope == "" || slices.Contains(w.options.Scopes, scope)
}
