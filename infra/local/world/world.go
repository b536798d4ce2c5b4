// Package world gives a test a world of its own: a whole stack in memory, on its own ports, with Alice, Bob and Carol, a mail server,
// an intranet and their operator, in words that make a test read like a story.
//
//	pw := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink().Reveals()
//	w.Mail.Accepts(w.Alice, pw)
//
// # What is promised
//
// Worlds share nothing but the functions' binaries, which are built once a run, so tests may run in parallel. The functions' processes
// start at first use and end with the test. A test that fails shows what the functions have logged.
//
// # What may be changed here
//
// A word belongs here when several tests need it; it drives the stack through package drive and nothing else.
package world

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/slack/api"
	"github.com/apppass/apppass/infra/local/stack"
)

// patience is how long something may take to be seen. It is long because the machine may be busy; nothing waits for it in vain.
const patience = 30 * time.Second

// World is a stack and who lives in it.
type World struct {
	*stack.Stack
	Alice, Bob, Carol *Person
	Mail, Intranet    *Server
	Admin             *Admin

	t testing.TB

	mu        sync.Mutex
	logs      []string
	calls     []aws.Call
	exchanges []api.Exchange
}

// Option changes how a world is made.
type Option func(*stack.Options)

// In keeps the world's state in a folder, so that another world can go on with it.
func In(dir string) Option { return func(o *stack.Options) { o.Dir = dir } }

// TextForms makes the bodies of forms arrive as text, not as base64.
func TextForms(o *stack.Options) { o.Base64Forms = func() bool { return false } }

// New starts a world that ends with the test.
func New(t testing.TB, options ...Option) *World {
	t.Helper()
	root, binaries := binaries(t)
	w := &World{t: t}
	o := stack.Options{
		Root: root, Binaries: binaries, APIAddr: "127.0.0.1:0", SlackAddr: "127.0.0.1:0", AWSAddr: "127.0.0.1:0",
		Log: w.log, ObserveAWS: w.call, ObserveSlack: w.exchange,
	}
	for _, option := range options {
		option(&o)
	}
	s, err := stack.New(t.Context(), o)
	if err != nil {
		t.Fatalf("start a world: %v", err)
	}
	w.Stack = s
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("end the world: %v", err)
		}
		if t.Failed() {
			t.Logf("what the functions logged:\n%s", strings.Join(w.Logs(), "\n"))
		}
	})
	slack := drive.Slack{URL: s.SlackURL}
	w.Alice = &Person{w, slack, "UALICE", "alice@example.com"}
	w.Bob = &Person{w, slack, "UBOB", "bob@example.com"}
	w.Carol = &Person{w, slack, "UCAROL", "carol@example.com"}
	w.Mail = &Server{w, drive.Server{URL: s.APIURL, Key: "local-mail-service-key"}, "imap"}
	w.Admin = &Admin{w, drive.Admin{
		URL: s.APIURL, Credentials: sdk.Credentials{AccessKeyID: aws.AccessKeyID, SecretAccessKey: aws.SecretAccessKey}, Region: aws.Region, Now: s.Clock.Now,
	}}
	w.Intranet = &Server{w, drive.Server{URL: s.APIURL, Key: "local-intranet-service-key"}, "http"}
	return w
}

func (w *World) log(source, line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logs = append(w.logs, source+" "+line)
}

func (w *World) call(c aws.Call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, c)
}

func (w *World) exchange(e api.Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exchanges = append(w.exchanges, e)
}

// Logs is every line that was logged.
func (w *World) Logs() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.logs...)
}

// Exchanges is every request between Slack and the app.
func (w *World) Exchanges() []api.Exchange {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]api.Exchange(nil), w.exchanges...)
}

// Calls is the AWS operations that a function has made, "dynamodb GetItem", in order.
func (w *World) Calls(function string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, c := range w.calls {
		if c.Function == function {
			all = append(all, c.Service+" "+c.Operation)
		}
	}
	return all
}

// Forget forgets the calls that were made.
func (w *World) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = nil
}

func (w *World) context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(w.t.Context(), patience)
}

// Eventually waits until something is so.
func (w *World) Eventually(what string, is func() bool) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	for !is() {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			w.t.Fatalf("it never came about: %s", what)
		}
	}
}

// Advance moves the stack's clock, as POST /api/clock does.
func (w *World) Advance(d time.Duration) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	if err := (drive.Slack{URL: w.SlackURL}).Advance(ctx, d); err != nil {
		w.t.Fatal(fmt.Errorf("advance the clock by %v: %w", d, err))
	}
}

// Breaks switches a fault on, as POST /api/faults does.
func (w *World) Breaks(f drive.Fault) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	if err := (drive.Slack{URL: w.SlackURL}).Break(ctx, f); err != nil {
		w.t.Fatalf("break %s: %v", f.Target, err)
	}
}

// Mends switches every fault off.
func (w *World) Mends() {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	if err := (drive.Slack{URL: w.SlackURL}).Mend(ctx); err != nil {
		w.t.Fatalf("mend: %v", err)
	}
}
