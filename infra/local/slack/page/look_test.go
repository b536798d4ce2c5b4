package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/apppass/apppass/infra/e2e/browser"
)

// TestLooks keeps a picture of each state, for eyes, when run with -artifacts.
func TestLooks(t *testing.T) {
	w := start(t)
	w.product()
	shoot := func(name string) { browser.Shoot(t, w.tab, name) }
	shoot("first")
	w.types("/")
	shoot("commands")
	w.types("apppass list\r")
	w.sees("li", "Your app passwords: 3")
	shoot("list")
	w.do(chromedp.Click(`[data-block=c0] button`))
	w.sees("dialog", "Revoke this app password?")
	shoot("confirm")
	w.types(kb.Escape)
	w.do(chromedp.WaitNotPresent(`dialog.confirm`), chromedp.Focus(`#composer`))
	w.types("/apppass new\r")
	w.sees("dialog", "An app password is for one application")
	shoot("form")
	w.do(chromedp.Click(`dialog [type=submit]`))
	w.sees("dialog", "Please complete this required field")
	shoot("errors")
	w.types("thu")
	w.do(chromedp.WaitVisible(`dialog [role=option].active`))
	w.types(kb.Enter + kb.Tab + "laptop")
	w.do(chromedp.Click(`dialog [type=submit]`))
	w.sees("dialog", "is being made")
	shoot("made")
	w.ready(eval[string](w, `fetch('/api/screen?person=UALICE').then((r) => r.json()).then((s) => s.views[0].id)`))
	w.sees("dialog", "is ready")
	shoot("link")
	w.types(kb.Escape)
	w.do(chromedp.WaitNotVisible(`dialog.modal`))
	w.do(chromedp.Click(`#hood-button`))
	w.sees("td", "signature refused")
	shoot("hood")
	w.types(kb.Escape)
	w.do(chromedp.Focus(`#composer`))
	w.types("/apppass gallery\r")
	w.sees("li", "Every block")
	w.sees("button", "Primary")
	shoot("gallery")
	w.do(chromedp.Focus(`#composer`))
	w.types("/apppass inputs\r")
	w.sees("dialog", "Every input")
	shoot("inputs")
	w.do(chromedp.Click(`dialog [data-block=i8] [role=combobox]`), chromedp.WaitVisible(`dialog [data-block=i8] [role=option]`))
	shoot("select")
	w.types(kb.Escape + kb.Escape)
	w.do(chromedp.WaitNotVisible(`dialog.modal`), chromedp.Click(`[data-channel=CGENERAL]`))
	w.method("chat.postMessage", obj{"channel": "UALICE", "text": "Your app password for Thunderbird is ready."})
	w.method("chat.postMessage", obj{"channel": "UBOB", "text": "For Bob"})
	w.sees("div", "Your app password for Thunderbird is ready.")
	w.do(chromedp.WaitVisible(`[data-person=UBOB] .new`))
	shoot("toast")
	w.do(chromedp.Click(`[data-channel=DALICE]`), chromedp.Click(`#tab-home`))
	w.sees("h2", "This is a work in progress")
	shoot("home")
}
