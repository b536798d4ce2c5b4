package page_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/apppass/apppass/infra/e2e/browser"
)

func TestItOpensAsAliceAndTabCompletesTheFirstCommand(t *testing.T) {
	w := start(t)
	w.product()
	if got := eval[string](w, `document.activeElement.id + ' ' + document.activeElement.placeholder`); got != "composer /apppass new Thunderbird" {
		t.Errorf("the focus is at %q", got)
	}
	w.types(kb.Tab)
	if got := eval[string](w, `document.getElementById('composer').value`); got != "/apppass new Thunderbird" {
		t.Errorf("Tab completes to %q", got)
	}
	w.sees("p", "Make an app password for one program")
	w.types(kb.Enter)
	w.sees("dialog", "An app password is for one application")
	c := w.last("command")
	if c["text"] != "new Thunderbird" || c["user_id"] != "UALICE" || c["channel_id"] != "DALICE" {
		t.Errorf("the app got %v", c)
	}
	if got := eval[string](w, `document.querySelector('dialog [role=combobox]').value`); got != "Thunderbird" {
		t.Errorf("the form has the application %q", got)
	}
}

func TestCommandsAreOfferedWhileOneTypes(t *testing.T) {
	w := start(t)
	w.types("/app")
	w.sees("div", "/apppass revoke")
	w.types(kb.ArrowDown + kb.ArrowDown + kb.Enter)
	if got := eval[string](w, `document.getElementById('composer').value`); got != "/apppass list" {
		t.Errorf("the second command completes to %q", got)
	}
	w.types(kb.Enter)
	w.heardOf("command", 1)
	if c := w.last("command"); c["text"] != "list" {
		t.Errorf("the app got %v", c)
	}
	w.types(kb.ArrowUp)
	if got := eval[string](w, `document.getElementById('composer').value`); got != "/apppass list" {
		t.Errorf("the arrow brings back %q", got)
	}
}

func TestAPasswordIsMadeByKeyboardAlone(t *testing.T) {
	w := start(t)
	w.product()
	w.types("/apppass new" + kb.Enter)
	w.sees("dialog", "An app password is for one application")
	w.types(kb.Tab + "app-secret" + kb.Enter)
	w.sees("span", "Please complete this required field.")
	if got := eval[string](w, `document.activeElement.role + document.activeElement.getAttribute('aria-invalid')`); got != "comboboxtrue" {
		t.Errorf("the focus is at %q, want the field that is wrong", got)
	}
	w.types("thund")
	w.do(chromedp.WaitVisible(`dialog [role=option].active`))
	w.types(kb.Enter + kb.Tab + kb.Enter)
	w.sees("span", "This looks like an app password.")
	w.replaces("laptop" + kb.Enter)
	w.sees("dialog", "is being made")
	view := w.last("view_submission")["view"].(obj)
	values := view["state"].(obj)["values"].(obj)
	if got := values["application"].(obj)["application"].(obj)["selected_option"].(obj)["value"]; got != "Thunderbird" {
		t.Errorf("the app got the application %v", got)
	}
	if got := values["label"].(obj)["label"].(obj)["value"]; got != "laptop" {
		t.Errorf("the app got the label %v", got)
	}
	w.ready(view["id"].(string))
	w.sees("button", "Open the one-time link")
	opened := chromedp.WaitNewTarget(w.tab, func(i *target.Info) bool { return strings.HasPrefix(i.URL, w.url) })
	w.types(kb.Enter)
	<-opened
	if a := w.action(); a["action_id"] != "open" || !strings.HasPrefix(a["url"].(string), w.url) {
		t.Errorf("the app heard of %v", a)
	}
	w.types(kb.Escape)
	w.do(chromedp.WaitNotVisible(`dialog.modal`))
	w.types("typed")
	if got := eval[string](w, `document.getElementById('composer').value`); got != "typed" {
		t.Errorf("the composer has %q, want what was typed after the modal closed", got)
	}
}

func TestRevokingAsksFirst(t *testing.T) {
	w := start(t)
	w.product()
	w.types("/apppass list" + kb.Enter)
	w.sees("li", "Only visible to you")
	revoke := chromedp.Click(`[data-block=c1] button`)
	w.do(revoke)
	w.sees("dialog", "Revoke this app password?")
	w.types(kb.Escape)
	w.do(chromedp.WaitNotPresent(`dialog.confirm`), revoke, chromedp.Click(`dialog.confirm [value=no]`), chromedp.WaitNotPresent(`dialog.confirm`))
	if w.count("block_actions") != 0 {
		t.Error("the app heard of a click that was taken back")
	}
	w.do(revoke)
	w.sees("dialog", "Revoke this app password?")
	w.types(kb.Enter)
	w.do(chromedp.WaitNotPresent(`dialog.confirm`))
	w.heardOf("block_actions", 1)
	if a := w.action(); a["value"] != "c1" {
		t.Errorf("the app heard of %v", a)
	}
	w.respond(w.last("block_actions")["response_url"].(string), obj{"replace_original": true, "text": "Revoked: Apple Mail."})
	w.sees("li", "Revoked: Apple Mail.")
}

func TestViewsStackUpAndEscClosesOneByOne(t *testing.T) {
	w := start(t)
	w.reacts(func(kind string, payload obj) any {
		switch kind {
		case "command":
			w.method("views.open", obj{"trigger_id": payload["trigger_id"], "view": modal("First", nil, obj{"type": "actions", "elements": []any{button("more", "More", nil)}})})
		case "block_actions":
			w.method("views.push", obj{"trigger_id": payload["trigger_id"], "view": modal("Second", obj{"notify_on_close": true}, section(plain("On top"), nil))})
		}
		return nil
	})
	w.types("/apppass x" + kb.Enter)
	w.sees("h2", "First")
	w.types(kb.Enter)
	w.sees("h2", "Second")
	browser.Shoot(t, w.tab, "stacked")
	w.types(kb.Escape)
	w.sees("h2", "First")
	if w.last("view_closed")["view"].(obj)["title"].(obj)["text"] != "Second" {
		t.Error("the app heard of another view")
	}
	w.types(kb.Enter)
	w.sees("h2", "Second")
	w.do(chromedp.Click(`dialog [aria-label=Back]`))
	w.sees("h2", "First")
	w.do(chromedp.Click(`dialog footer .button`), chromedp.WaitNotVisible(`dialog.modal`))
}

func TestTroubleIsSaidWhereSlackSaysIt(t *testing.T) {
	w := start(t)
	w.reacts(func(string, obj) any { return 500 })
	w.types("/apppass new" + kb.Enter)
	w.sees("li", `/apppass failed with the error`)
	w.types("/other" + kb.Enter)
	w.sees("li", "/other is not a valid command.")

	w.product()
	w.types("/apppass new Thunderbird" + kb.Enter)
	w.sees("dialog", "An app password is for one application")
	w.reacts(func(string, obj) any { return 500 })
	w.do(chromedp.Click(`dialog [type=submit]`))
	w.sees("p", "We had some trouble connecting.")
	w.product()
	w.do(chromedp.Click(`dialog [type=submit]`))
	w.sees("dialog", "is being made")
}

func TestWhatOthersGetIsTold(t *testing.T) {
	w := start(t)
	w.do(chromedp.Click(`[data-channel=CGENERAL]`))
	w.sees("h1", "general")
	w.method("chat.postMessage", obj{"channel": "UALICE", "text": "Your link is ready"})
	w.sees("div", "Your link is ready") // a toast
	w.method("chat.postMessage", obj{"channel": "UBOB", "text": "For Bob"})
	w.do(chromedp.WaitVisible(`[data-person=UBOB] .new`), chromedp.WaitVisible(`[data-channel=DALICE] .count`))
	w.do(chromedp.Click(`[data-person=UBOB]`), chromedp.Click(`[data-channel=DBOB]`))
	w.sees("li", "For Bob")
	w.types("Hello, <b>all</b>" + kb.Enter)
	w.sees("li", "Hello, <b>all</b>")
	w.do(chromedp.Reload(), chromedp.WaitVisible(`[data-person=UBOB][aria-current]`))
	w.sees("li", "Hello, <b>all</b>")
}

func TestTheHomeTab(t *testing.T) {
	w := start(t)
	w.reacts(func(kind string, payload obj) any {
		if kind == "event" {
			w.method("views.publish", obj{"user_id": "UALICE", "view": obj{"type": "home", "blocks": []any{
				section(plain("At home"), obj{"block_id": "h", "accessory": button("go", "Go", nil)}),
			}}})
		}
		return nil
	})
	w.do(chromedp.Click(`#tab-home`))
	w.sees("div", "At home")
	w.do(chromedp.Click(`[data-block=h] button`))
	w.heardOf("block_actions", 1)
	w.do(chromedp.Focus(`#tab-home`))
	w.types(kb.ArrowRight)
	w.do(chromedp.WaitVisible(`#composer`))
}

func TestTheDrawer(t *testing.T) {
	w := start(t)
	w.product()
	w.do(chromedp.Click(`#hood-button`))
	w.sees("td", "signature refused (401)")
	w.sees("td", "TransactionCanceledException")
	moved := w.clock.Moved()
	w.do(chromedp.Click(`//button[contains(., "Advance a day")]`))
	<-moved
	if got := w.clock.Offset().Round(time.Hour); got != 24*time.Hour {
		t.Errorf("the clock runs %s ahead, want a day", got)
	}
	w.do(chromedp.Click(`//button[contains(., "Switch on")]`))
	w.sees("li", "slack throttles, 1×")
	w.do(chromedp.Click(`//button[contains(., "Clear all faults")]`))
	w.do(chromedp.WaitNotPresent(`.faults li`))
	if got := w.faults.List(); len(got) != 0 {
		t.Errorf("these faults are on: %v", got)
	}
	w.do(chromedp.Click(`//button[contains(., "Forge a command")]`))
	w.sees("div", "a command with a wrong signature")
	w.do(chromedp.Focus(`#hood button`))
	w.types(kb.Escape)
	w.do(chromedp.WaitNotVisible(`#hood`))
}
