package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/apppass/apppass/infra/e2e/browser"
)

// comesBack comes to the page anew, so that the cursor is in the composer: what opened and closed meanwhile has taken it.
func (h *hands) comesBack() {
	h.t.Helper()
	browser.Do(h.t, h.slack, chromedp.WaitNotPresent(chromedp.CSS(`dialog[open]`)), chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS(`[data-person=UALICE][aria-current]`)))
}

// Who ends it, or rotates once more, while something uses it is asked and told what stops; nothing is done before the answer.
func TestARotationByHand(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	old := h.w.Alice.Makes("Thunderbird", "laptop at home")
	signsIn(t, h.w.Alice, h.w.Mail, old, "imap")
	signsIn(t, h.w.Alice, h.w.Mail, old, "smtp")
	says(h.w.Alice, "is in use")
	h.w.Advance(time.Minute) // times are whole seconds
	h.w.Alice.Makes("Scanner or printer", "second floor")
	h.comesBack()
	h.types("/apppass rotate laptop"+kb.Enter).sees("li", "press Rotate for a new password")
	browser.Shoot(t, h.slack, "rotate-typed")
	h.clicks("li//button", "Rotate").sees("dialog[@open]", "The present one works on until you have seen it")
	browser.Shoot(t, h.slack, "rotate-link")
	tab := h.opensLink()
	renewed := h.reveals(tab)
	browser.Send(t, h.slack, page.BringToFront, cdp.Empty{})
	h.sees("dialog[@open]", "The new password of Thunderbird · laptop at home was revealed and works now.")
	browser.Shoot(t, h.slack, "rotate-revealed")
	signsIn(t, h.w.Alice, h.w.Mail, renewed, "imap")
	h.sees("dialog[@open]", "is in use. The first time was from 203.0.113.7, by IMAP.").sees("dialog[@open]", "Still on the old one:")
	browser.Shoot(t, h.slack, "rotate-used")
	h.clicks("dialog[@open]//button", "Show").sees("dialog[@open]", "Moved to the new one:")
	browser.Shoot(t, h.slack, "rotate-show")
	h.clicks("dialog[@open]//button", "Close")
	h.comesBack()
	h.types("/apppass list"+kb.Enter).sees("li", "Still on it: SMTP from 203.0.113.7")
	browser.Shoot(t, h.slack, "rotate-list")
	published(h.w)
	h.clicks(`*[@role="tab"]`, "Home").sees(`*[@id="panel-home"]`, "Needs your attention: 1")
	browser.Shoot(t, h.slack, "rotate-home")
	h.clicks(`*[@id="panel-home"]//button`, "Show").sees("dialog[@open]", "Still on the old one:")
	h.clicks("dialog[@open]//button", "End the old one now").sees("dialog[@open]", "This still uses the old one and will stop working: SMTP from 203.0.113.7.")
	browser.Shoot(t, h.slack, "rotate-end")
	signsIn(t, h.w.Alice, h.w.Mail, old, "smtp")
	h.clicks("dialog[@open]//button", "Keep it").clicks("dialog[@open]//button", "Rotate").sees("dialog[@open]", "this stops working: SMTP from 203.0.113.7")
	browser.Shoot(t, h.slack, "rotate-again")
	h.clicks("dialog[@open]//button", "Keep it").clicks("dialog[@open]//button", "Close")
	browser.Do(t, h.slack, chromedp.WaitNotPresent(chromedp.CSS(`dialog[open]`)))

	signsIn(t, h.w.Alice, h.w.Mail, renewed, "smtp")
	h.clicks(`*[@role="tab"]`, "Messages").clicks(`*[@role="tab"]`, "Home")
	h.sees(`*[@id="panel-home"]`, "has moved to the new one")
	browser.Shoot(t, h.slack, "rotate-moved")
	h.clicks(`*[@id="panel-home"]//button`, "End the old one now").sees("dialog[@open]", "uses the new one already").clicks("dialog[@open]//button", "End the old one now")
	h.sees(`*[@id="panel-home"]`, "The old password of Thunderbird · laptop at home is ended.")
	browser.Shoot(t, h.slack, "rotate-ended")
	h.w.Mail.Rejects(h.w.Alice, old, "superseded")
}
