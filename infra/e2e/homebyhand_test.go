package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/apppass/apppass/infra/e2e/browser"
)

func TestTheHomeTabByHand(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	refused, used := h.w.Alice.Makes("Thunderbird", "laptop at home"), h.w.Alice.Makes("CRM", "newsletter")
	h.w.Mail.Accepts(h.w.Alice, used)
	h.w.Intranet.Rejects(h.w.Alice, refused, "wrong_service")
	published(h.w)
	h.clicks(`*[@role="tab"]`, "Home").sees(`*[@id="panel-home"]`, "Needs your attention: 1")
	browser.Shoot(t, h.slack, "home")
	h.clicks(`*[@id="panel-home"]//button`, "Show").sees("dialog[@open]", "Thunderbird · laptop at home")
	browser.Shoot(t, h.slack, "home-show")
	h.clicks("dialog[@open]//button", "Close")
	browser.Do(t, h.slack, chromedp.WaitNotPresent(chromedp.CSS(`dialog[open]`)))
	h.clicks(`*[@id="panel-home"]//button`, "Revoke").sees("h2", "Revoke this app password?").clicks("dialog[@open]//button", "Revoke")
	h.sees(`*[@id="panel-home"]`, "Revoked: Thunderbird · laptop at home. It does not work any more.")
	browser.Shoot(t, h.slack, "home-revoked")
	h.w.Mail.Rejects(h.w.Alice, refused, "revoked")
}
