package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/apppass/apppass/infra/e2e/browser"
)

func TestTheNumberByHand(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	h.types("/apppass new CRM"+kb.Enter).sees("h2", "App password").clicks("dialog[@open]//button", "Create")
	tab := h.opensLink()
	browser.Do(t, tab, chromedp.Click(chromedp.CSS(`#do-reveal`)), h.waits("match"))
	browser.Shoot(t, tab, "number-page")
	digits := browser.Get(t, tab, chromedp.Text(chromedp.CSS(`#digits`)))
	browser.Send(t, h.slack, page.BringToFront, cdp.Empty{})
	h.types(kb.Escape).sees("li", "Which number does it show?")
	browser.Shoot(t, h.slack, "number-slack")
	h.clicks("li//button", digits).sees("li", "The browser shows the password now")
	browser.Send(t, tab, page.BringToFront, cdp.Empty{})
	browser.Do(t, tab, h.waits("holding"), chromedp.Click(chromedp.CSS(`#do-show`)))
	h.w.Mail.Accepts(h.w.Alice, browser.Get(t, tab, chromedp.Text(chromedp.CSS(`output`))))
}
