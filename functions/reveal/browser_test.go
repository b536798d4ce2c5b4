package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/apppass/apppass/infra/e2e/browser"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/reveal"
)

// visit is a person with a link, in a tab of a real browser.
type visit struct {
	*site
	tab context.Context
}

// site is the function's own routes, at an address of their own. What they call is played.
type site struct {
	t     *testing.T
	base  string
	link  link.Link
	shown string // the password that the link seals

	mu      sync.Mutex
	problem error // what a claim ends with; nil is the password
	claims  []sent
	done    []sent
	gets    int
	came    chan struct{} // has something in it when a request has come
}

// sent is a POST's body.
type sent struct {
	ID, Proof, Nonce string
	Mangled          bool
}

// arrive gives the visit a new link, of the company of Alice who sets up Thunderbird, and a tab.
func arrive(t *testing.T, tab context.Context) *visit {
	t.Helper()
	v := &visit{&site{t: t, link: link.New(), came: make(chan struct{}, 1)}, tab}
	pw := password.New(password.General)
	v.shown = pw.Format().Show("app", pw.Reveal())
	sealed, err := v.link.Seal(pw, "app", "c0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	v.base = v.serve(routes(&played{v.site, sealed}, someMail{}, slog.New(slog.DiscardHandler)))
	return v
}

// serve starts a server and returns its address. API Gateway's part is played: it tells the scheme.
func (s *site) serve(next http.Handler) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Forwarded-Proto", "http")
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the browser has gone
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		s.note(r, body)
		next.ServeHTTP(w, r)
	}))
	s.t.Cleanup(server.Close)
	return server.URL
}

func (s *site) note(r *http.Request, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var post sent
	if r.Method == http.MethodPost {
		if err := json.Unmarshal(body, &post); err != nil {
			s.t.Errorf("%s: %v", r.URL.Path, err)
		}
	}
	switch r.URL.Path {
	case "/r/claim":
		s.claims = append(s.claims, post)
	case "/r/done":
		s.done = append(s.done, post)
	default:
		s.gets++
	}
	select {
	case s.came <- struct{}{}:
	default:
	}
}

// until waits for requests until enough have come.
func (s *site) until(what string, enough func() bool) {
	s.t.Helper()
	late := time.After(20 * time.Second)
	for {
		s.mu.Lock()
		yes := enough()
		s.mu.Unlock()
		if yes {
			return
		}
		select {
		case <-s.came:
		case <-late:
			s.t.Fatalf("%s: it did not come", what)
		}
	}
}

// played plays the use case.
type played struct {
	*site
	sealed []byte
}

func (p *played) Claim(_ context.Context, c reveal.Claim) (reveal.Revealed, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.problem != nil {
		return reveal.Revealed{}, p.problem
	}
	return reveal.Revealed{
		Sealed: p.sealed,
		Until:  time.Now().Add(link.Refetch),
		Reveal: link.Reveal{ID: c.ID, Credential: "c0123456789abcdef", Account: link.Account{
			Login: "alice@example.com", Application: "Thunderbird", Label: "laptop at home",
			Services: []link.Server{{
				ID: "mail", Name: "Example mail", Host: "mail.example.com",
				Ports: map[service.Protocol]int{service.IMAP: 993, service.SMTP: 465},
			}},
		}},
	}, nil
}

func (p *played) Done(context.Context, reveal.Claim) error { return nil }

// answers sets what claims end with from now on.
func (s *site) answers(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problem = err
}

// claimed is the claims so far.
func (s *site) claimed() []sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]sent(nil), s.claims...)
}

// opens loads the address and waits for a state of the page.
func (v *visit) opens(address, state string) *visit {
	v.t.Helper()
	browser.Do(v.t, v.tab, chromedp.Navigate("about:blank"), chromedp.Navigate(v.base+address))
	return v.sees(state)
}

// opensLink loads the link as Slack shows it.
func (v *visit) opensLink() *visit {
	v.t.Helper()
	return v.opens("/r/open#"+v.link.Fragment(), "ready")
}

// presses a button by its name in the page's script, "copy".
func (v *visit) presses(button string) *visit {
	v.t.Helper()
	browser.Do(v.t, v.tab, chromedp.Click(chromedp.CSS("#do-"+button), chromedp.NodeVisible))
	return v
}

// sees waits for a state of the page.
func (v *visit) sees(state string) *visit {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.tab, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS(`#card[data-state="`+state+`"]`))); err != nil {
		v.t.Fatalf("got %q, want the state %q: %v", v.text("#title"), state, err)
	}
	return v
}

// text is what is rendered of an element.
func (v *visit) text(css string) string {
	v.t.Helper()
	return evaluate[string](v, "document.querySelector(`"+css+"`).innerText")
}

// secret is the text of the password's place, without the line breaks that only rendering makes.
func (v *visit) secret() string {
	v.t.Helper()
	return evaluate[string](v, "document.querySelector('output').textContent")
}

// passes lets the page's clock run on, without waiting. It stands while an answer is on its way.
func (v *visit) passes(d time.Duration) *visit {
	v.t.Helper()
	over := chromedp.Events(v.tab, emulation.VirtualTimeBudgetExpired)
	budget := float64(d.Milliseconds())
	browser.Send(v.t, v.tab, emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{
		Policy: emulation.VirtualTimePolicyPauseIfNetworkFetchesPending, Budget: &budget,
	})
	for _, err := range over {
		if err != nil {
			v.t.Fatal(err)
		}
		break
	}
	return v
}

// runs lets the page's clock run freely, so that pages load again after [visit.passes].
func (v *visit) runs() *visit {
	v.t.Helper()
	browser.Send(v.t, v.tab, emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{Policy: emulation.VirtualTimePolicyAdvance})
	return v
}

// says waits until the page reports what was done.
func (v *visit) says(report string) *visit {
	v.t.Helper()
	browser.Do(v.t, v.tab, chromedp.WaitVisible(`//p[@id="said" and text()="`+report+`"]`))
	return v
}

// evaluate is the value of an expression in the page.
func evaluate[T any](v *visit, expression string) T {
	v.t.Helper()
	return browser.Get(v.t, v.tab, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// want compares.
func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// over is the error of a link that ended at two minutes past two.
func over(err error) error {
	return &reveal.Ended{At: time.Date(2026, 11, 25, 14, 2, 0, 0, time.UTC), Err: err}
}

// clipboard is what was copied last, pasted into a field that is there for that only.
func (v *visit) clipboard() string {
	v.t.Helper()
	evaluate[chromedp.Void](v, "void ($('card').append(make('textarea', { id: 'paste' })), $('paste').focus())")
	browser.Send(v.t, v.tab, input.DispatchKeyEvent, input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeRawKeyDown, Commands: []string{"paste"},
	})
	return evaluate[string](v, "(() => { const text = $('paste').value; $('paste').remove(); return text; })()")
}

// console returns what the browser's console gets from now on, until it is called.
func (v *visit) console() func() []chromedp.ConsoleMessage {
	v.t.Helper()
	const end = "the end of what is watched"
	messages := chromedp.Console(v.tab)
	return func() (said []chromedp.ConsoleMessage) {
		v.t.Helper()
		evaluate[chromedp.Void](v, "void console.log('"+end+"')")
		for m, err := range messages {
			if err != nil {
				v.t.Fatal(err)
			}
			if m.Text == end {
				break
			}
			said = append(said, m)
		}
		return said
	}
}

// holds reports whether the password is anywhere in the page: its text, its fields or its script's variables.
func (v *visit) holds() bool {
	v.t.Helper()
	return evaluate[bool](v, "password !== '' || [document.documentElement.textContent, ...[...document.querySelectorAll('input')].map(e => e.value)].some(s => s.includes('"+v.shown+"'))")
}
