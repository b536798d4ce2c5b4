package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/apppass/apppass/infra/e2e/browser"
)

// masked is what is shown of an app password until the person asks for it.
const masked = "•••-•••••-•••••-•••••-•••••-•••••"

func TestAPasswordIsRevealedCopiedShownAndStored(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink()
	want(t, "claims before the press", len(v.claimed()), 0)
	browser.Shoot(t, v.tab, "ready")

	v.presses("reveal").sees("holding")
	want(t, "the address after the press", evaluate[string](v, "location.pathname + location.hash"), "/r/open")
	want(t, "the title", v.text("#title"), "Your app password for Thunderbird")
	want(t, "the password, masked", v.secret(), masked)
	browser.Shoot(t, v.tab, "masked")

	v.presses("copy").sees("copied").says("Copied: App password")
	want(t, "the clipboard", v.clipboard(), v.shown)
	want(t, "the password, copied", v.secret(), masked)
	browser.Shoot(t, v.tab, "copied")

	v.presses("show")
	want(t, "the password, shown", v.secret(), v.shown)
	browser.Shoot(t, v.tab, "shown")
	v.presses("hide")
	want(t, "the password, hidden again", v.secret(), masked)

	v.presses("stored").sees("done")
	want(t, "what the page still has of the password", v.holds(), false)
	want(t, "what a reload would still have", evaluate[int](v, "sessionStorage.length"), 0)
	browser.Shoot(t, v.tab, "done")
	browser.Do(t, v.tab, chromedp.Reload())
	v.sees("done")
	v.until("the word that it is done", func() bool { return len(v.done) == 1 && v.done[0] == v.claims[0] })
	want(t, "claims", len(v.claimed()), 1)
}

func TestEachValueIsCopiedByItself(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding")
	for name, value := range map[string]string{
		"User name": "alice@example.com", "Server": "mail.example.com", "Incoming mail (IMAP)": "993", "Outgoing mail (SMTP)": "465",
	} {
		browser.Do(t, v.tab, chromedp.Click(chromedp.CSS(`[aria-label="Copy: `+name+" "+value+`"]`)))
		v.says("Copied: " + name)
		want(t, name, v.clipboard(), value)
	}
}

func TestAReloadWithinAMinuteLosesNothing(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink()
	browser.Do(t, v.tab, chromedp.Reload())
	v.sees("ready").presses("reveal").sees("holding")
	browser.Do(t, v.tab, chromedp.Reload())
	v.sees("holding").presses("show")
	want(t, "the password after a reload", v.secret(), v.shown)
	want(t, "claims", len(v.claimed()), 2)
	want(t, "the second claim", v.claimed()[1], v.claimed()[0])

	v.passes(time.Minute).runs()
	browser.Do(t, v.tab, chromedp.Reload())
	v.sees("gone")
	want(t, "claims a minute later", len(v.claimed()), 2)
	browser.Shoot(t, v.tab, "gone")
}

func TestAnotherTabIsAnotherSession(t *testing.T) {
	first := arrive(t, browser.New(t)).opensLink()
	second := &visit{first.site, browser.Tab(t, first.tab)}
	second.opensLink()
	first.presses("reveal").sees("holding")
	second.presses("reveal").sees("holding")
	if claims := first.claimed(); len(claims) != 2 || claims[0].Nonce == claims[1].Nonce {
		t.Errorf("got %v, want two claims of two nonces", claims)
	}
}

func TestLeavingWipesThePassword(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding").presses("show")
	browser.Do(t, v.tab, chromedp.Navigate(v.base+"/elsewhere"), chromedp.NavigateBack())
	v.sees("holding")
	want(t, "the password within the minute, masked", v.secret(), masked)
	evaluate[chromedp.Void](v, "void dispatchEvent(new PageTransitionEvent('pagehide'))")
	want(t, "what the page has of the password when it is left", v.holds(), false)
	evaluate[chromedp.Void](v, "void sessionStorage.clear()")
	evaluate[chromedp.Void](v, "void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
	v.sees("gone")
}

func TestLookingAwayMasksThePassword(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding").presses("show")
	evaluate[chromedp.Void](v, "void (Object.defineProperty(document, 'hidden', { value: true }), document.dispatchEvent(new Event('visibilitychange')))")
	want(t, "the password behind another tab", v.secret(), masked)
}

func TestAPasswordManagerFindsBothFields(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding")
	fields := func() string {
		return evaluate[string](v, "[...document.querySelectorAll('#save input')].map(e => e.autocomplete + ' ' + e.value).join(', ')")
	}
	want(t, "the fields before", fields(), "username , new-password ")
	evaluate[chromedp.Void](v, `(async () => {
		const opened = new Promise(done => $('save').addEventListener('toggle', done, { once: true }));
		$('save').querySelector('summary').click();
		await opened;
	})()`)
	want(t, "the fields", fields(), "username alice@example.com, new-password "+v.shown)
	browser.Do(t, v.tab, chromedp.Click(chromedp.CSS("#save button")), chromedp.WaitVisible(chromedp.CSS("#save:not([open])")))
	v.says("Your password manager may ask you now.")
	want(t, "the fields afterwards", fields(), "username , new-password ")
}

func TestItHidesByItselfAndForgets(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding").presses("show")
	v.passes(105 * time.Second)
	want(t, "the status near the end", v.text("#said"), "Hidden in 20 seconds.")
	browser.Shoot(t, v.tab, "soon")
	browser.Do(t, v.tab, chromedp.Click(chromedp.CSS("#keep")))
	v.passes(105 * time.Second)
	want(t, "the password, kept open", v.secret(), v.shown)
	v.passes(16 * time.Second).sees("hidden")
	want(t, "what is on the screen, hidden", strings.Contains(v.text("main"), v.shown), false)
	browser.Shoot(t, v.tab, "hidden")

	v.presses("unhide").sees("holding")
	want(t, "the password after going on", v.secret(), masked)
	v.passes(2*time.Minute + time.Second).sees("hidden").passes(10*time.Minute + time.Second).sees("gone")
	want(t, "what the page still has of the password", v.holds(), false)
}

func TestTheKeyboardIsEnough(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink()
	press := func(keys string) { browser.Do(t, v.tab, chromedp.KeyEvent(keys)) }
	press(kb.Tab + kb.Enter)
	v.sees("holding")
	want(t, "the focus when the state has changed", evaluate[string](v, "document.activeElement.id"), "title")
	press(kb.Tab) // Keep it open
	press(kb.Tab + kb.Tab + kb.Enter)
	want(t, "the password", v.secret(), v.shown)
	want(t, "the focus after Show", evaluate[string](v, "document.activeElement.id"), "do-hide")
	press(kb.Escape)
	want(t, "the focus after Escape", evaluate[string](v, "document.activeElement.id"), "do-show")
	want(t, "the password after Escape", v.secret(), masked)
}

func TestPaperNeverGetsThePassword(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding").presses("show")
	browser.Send(t, v.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	printed := v.text("main")
	if strings.Contains(printed, v.shown[:9]) || !strings.Contains(printed, "The app password is not printed.") {
		t.Errorf("got %q", printed)
	}
	browser.Get(t, v.tab, chromedp.PrintToPDF())
	want(t, "the password after printing", v.secret(), masked)
}

func TestThePageIsOneRequestAndSaysNothingToTheConsole(t *testing.T) {
	v := arrive(t, browser.New(t))
	console := v.console()
	v.opensLink().presses("reveal").sees("holding").presses("show").presses("copy").sees("copied").presses("stored").sees("done")
	v.until("one request but for the claim and its end", func() bool { return v.gets == 1 && len(v.done) == 1 })
	for _, said := range console() {
		t.Errorf("the console got %s: %s", said.Type, said.Text)
	}
}
