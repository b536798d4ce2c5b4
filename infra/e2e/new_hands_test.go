package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/apppass/apppass/infra/e2e/browser"
)

// What is typed into the form stays when the application is chosen after it.
func TestAChoiceByHandLosesNothing(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	h.types("/apppass new laptop"+kb.Enter).sees("dialog", "An app password is for one application")
	browser.Do(t, h.slack,
		chromedp.Click(chromedp.CSS(`[data-block=label] input`)), chromedp.KeyEvent(" at home"),
		chromedp.Click(chromedp.CSS(`[data-block=networks] input`)), chromedp.KeyEvent("192.0.2.0/24"),
		chromedp.Click(chromedp.CSS(`[data-block=application] [role=combobox]`)), chromedp.KeyEvent("outlook (d"),
		chromedp.WaitVisible(chromedp.CSS(`dialog [role=option].active`)), chromedp.KeyEvent(kb.Enter))
	h.sees("dialog", "Outlook (desktop) can sign in without a password").sees("button", "I still need one").sees("dialog", "reading mail (IMAP)")
	browser.Shoot(t, h.slack, "slack-form-oauth")
	for field, want := range map[string]string{"label": "laptop at home", "networks": "192.0.2.0/24", "application": "Outlook (desktop)"} {
		got := browser.Get(t, h.slack, chromedp.Evaluate[string](`document.querySelector('[data-block=`+field+`] input').value`))
		if got != want {
			t.Errorf("%s: got %q, want %q", field, got, want)
		}
	}
	h.clicks("dialog//button", "I still need one").sees("button", "Open the one-time link")
	own := h.w.Owns(h.w.Alice)
	if len(own) != 1 || own[0].Label != "laptop at home" || len(own[0].Networks) != 1 || own[0].Application != "outlook-desktop" {
		t.Errorf("Alice has %+v", own)
	}
}
