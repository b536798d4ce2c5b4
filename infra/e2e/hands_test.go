package e2e

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/apppass/apppass/infra/e2e/browser"
	"github.com/apppass/apppass/infra/local/world"
)

// hands are Alice's, in a real browser: nothing is done here but looking, clicking and typing.
type hands struct {
	t     *testing.T
	w     *world.World
	slack context.Context
}

func newHands(t *testing.T) *hands {
	t.Helper()
	w := world.New(t)
	h := &hands{t, w, browser.New(t)}
	browser.Do(t, h.slack, chromedp.Navigate(w.SlackURL), chromedp.WaitVisible(chromedp.CSS(`[data-person=UALICE][aria-current]`)))
	return h
}

// types types where the cursor is.
func (h *hands) types(keys string) *hands {
	h.t.Helper()
	browser.Do(h.t, h.slack, chromedp.KeyEvent(keys))
	return h
}

// sees waits for an element with a text in it.
func (h *hands) sees(element, text string) *hands {
	h.t.Helper()
	browser.Do(h.t, h.slack, chromedp.WaitVisible(containing(element, text)))
	return h
}

func (h *hands) clicks(element, text string) *hands {
	h.t.Helper()
	browser.Do(h.t, h.slack, chromedp.WaitVisible(containing(element, text)), chromedp.Click(containing(element, text)))
	return h
}

func containing(element, text string) chromedp.Search {
	return chromedp.Search(`//` + element + `[contains(normalize-space(.), "` + text + `")]`)
}

// opensLink clicks the link's button and goes on in the tab that opens.
func (h *hands) opensLink() context.Context {
	h.t.Helper()
	opened := chromedp.WaitNewTarget(h.slack, func(i *target.Info) bool { return strings.Contains(i.URL, "/r/open") })
	h.clicks("button", "Open the one-time link")
	tab, cancel := chromedp.NewContext(h.slack, chromedp.WithTargetID(<-opened))
	h.t.Cleanup(cancel)
	browser.Do(h.t, tab, chromedp.WaitVisible(chromedp.CSS(`#do-reveal`)))
	return tab
}

// reveals presses Reveal and then Show, and returns the password as it stands there.
func (h *hands) reveals(tab context.Context) string {
	h.t.Helper()
	browser.Do(h.t, tab, chromedp.Click(chromedp.CSS(`#do-reveal`)), h.waits("holding"), chromedp.Click(chromedp.CSS(`#do-show`)))
	return browser.Get(h.t, tab, chromedp.Text(chromedp.CSS(`output`)))
}

// waits waits until the reveal page is in a state.
func (h *hands) waits(state string) chromedp.Action[chromedp.Void] {
	return chromedp.WaitVisible(chromedp.CSS(`#card[data-state="` + state + `"]`))
}

func TestTheMainJobByHand(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	browser.Shoot(t, h.slack, "slack-first")
	h.types("/apppass new Thunderbird"+kb.Enter).sees("h2", "App password")
	browser.Shoot(t, h.slack, "slack-form")
	h.clicks("dialog//button", "I still need one").sees("button", "Open the one-time link")
	browser.Shoot(t, h.slack, "slack-link")

	tab := h.opensLink()
	pw := h.reveals(tab)
	h.w.Mail.Accepts(h.w.Alice, pw)

	// F5 within the minute: the same tab goes on.
	browser.Do(t, tab, chromedp.Reload(), h.waits("holding"), chromedp.Click(chromedp.CSS(`#do-show`)))
	if again := browser.Get(t, tab, chromedp.Text(chromedp.CSS(`output`))); again != pw {
		t.Error("after a reload it is another password")
	}
	browser.Do(t, tab, chromedp.Click(chromedp.CSS(`#do-stored`)), h.waits("done"))
	// Back, and forward: nothing is there again.
	browser.Do(t, tab, chromedp.Navigate(h.w.SlackURL), chromedp.NavigateBack(), h.waits("done"))

	browser.Send(t, h.slack, page.BringToFront, cdp.Empty{})
	h.types(kb.Escape)
	browser.Do(t, h.slack, chromedp.WaitNotPresent(chromedp.CSS(`dialog[open]`)))
	h.types("/apppass list"+kb.Enter).sees("li", "Your app passwords: 1")
	browser.Shoot(t, h.slack, "slack-list")
	h.clicks("li//button", "Revoke").sees("h2", "Revoke this app password?")
	browser.Shoot(t, h.slack, "slack-confirm")
	h.clicks("dialog[@open]//button", "Revoke").sees("li", "It does not work any more")
	h.w.Mail.Rejects(h.w.Alice, pw, "revoked")
}

func TestASecondTabIsTooLate(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	h.types("/apppass new Thunderbird"+kb.Enter).sees("h2", "App password").clicks("dialog//button", "I still need one")
	tab := h.opensLink()
	address := browser.Get(t, tab, chromedp.Location())
	h.reveals(tab)
	second := browser.Tab(t, h.slack)
	browser.Do(t, second, chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS(`#do-reveal`)), chromedp.Click(chromedp.CSS(`#do-reveal`)), h.waits("used"))
}

func TestTheTwoPagesAreOfTwoOrigins(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	if w.SlackURL == w.APIURL {
		t.Fatal("Slack and the product are at one origin")
	}
	for address, want := range map[string]int{w.SlackURL + "/": http.StatusOK, w.SlackURL + "/r/open": http.StatusNotFound, w.APIURL + "/": http.StatusNotFound, w.APIURL + "/r/open": http.StatusOK} {
		answer, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: got %d, want %d", address, answer.StatusCode, want)
		}
	}
}
