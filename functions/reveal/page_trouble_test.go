package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/apppass/apppass/infra/e2e/browser"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
)

func TestARefusedClipboardIsSaidAndThePasswordSelected(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding")
	evaluate[chromedp.Void](v, "void (navigator.clipboard.writeText = () => Promise.reject(new Error('refused')))")
	v.presses("copy").sees("holding")
	v.says("Your browser does not copy. By hand: Ctrl+C")
	want(t, "the selection", evaluate[string](v, "String(getSelection())"), v.shown)
	browser.Shoot(t, v.tab, "copying-refused")
}

func TestALostAnswerIsAskedForAgainAsTheSameSession(t *testing.T) {
	v := arrive(t, browser.New(t))
	v.answers(problem.ErrUnavailable)
	v.opensLink().presses("reveal").sees("away")
	browser.Shoot(t, v.tab, "away")
	v.passes(3 * time.Second)
	v.until("a second claim after Retry-After", func() bool { return len(v.claims) > 1 })
	v.answers(nil)
	v.presses("again").sees("holding")
	for _, c := range v.claimed() {
		want(t, "a claim", c, v.claimed()[0])
	}
}

func TestAMangledLinkWorksAndSaysSo(t *testing.T) {
	for _, escaped := range []string{"%23", "%2523"} {
		v := arrive(t, browser.New(t))
		v.opens("/r/open"+escaped+v.link.Fragment(), "ready").presses("reveal").sees("holding")
		want(t, escaped+": the claim says that it is mangled", v.claimed()[0].Mangled, true)
		want(t, escaped+": the address after the press", evaluate[string](v, "location.pathname"), "/r/open")
	}
}

func TestEachEndHasItsOwnWords(t *testing.T) {
	first := browser.New(t)
	for _, c := range []struct {
		state string
		err   error
		title string
		why   string
	}{
		{"used", over(link.ErrUsed), "This link has been used", "Revoke the app password in Slack now"},
		{"expired", over(link.ErrExpired), "This link has expired", "Time: "},
		{"void", over(link.ErrVoid), "This link has been withdrawn", "never worked"},
		{"unknown", link.ErrUnknown, "There is nothing behind this link", "Make a new one in Slack"},
		{"held", link.ErrHeld, "This link is on hold", "Ask yours"},
		{"refused", link.ErrRefused, "Open this link from Slack again", "Nothing is lost"},
	} {
		t.Run(c.state, func(t *testing.T) {
			v := arrive(t, browser.Tab(t, first))
			v.answers(c.err)
			v.opensLink().presses("reveal").sees(c.state)
			want(t, "the title", v.text("#title"), c.title)
			if why := v.text("#why"); !strings.Contains(why, c.why) {
				t.Errorf("got %q, want it to say %q", why, c.why)
			}
			want(t, "claims", len(v.claimed()), 1)
			browser.Shoot(t, v.tab, c.state)
			if c.state == "held" || c.state == "refused" {
				v.answers(nil)
				v.presses("again").sees("holding")
				return
			}
			browser.Do(t, v.tab, chromedp.Reload())
			v.sees(c.state)
			want(t, "claims after a reload", len(v.claimed()), 1)
		})
	}
}

func TestAnIncompleteLinkAsksNothing(t *testing.T) {
	v := arrive(t, browser.New(t))
	f := v.link.Fragment()
	for _, address := range []string{"/r/open", "/r/open#", "/r/open#" + f[:70], "/r/open#" + f[1:] + "A", "/r/open%23" + f[:50]} {
		v.opens(address, "incomplete")
	}
	want(t, "claims", len(v.claimed()), 0)
	browser.Shoot(t, v.tab, "incomplete")
	v.presses("new").says("Copied: /apppass new")
	want(t, "the clipboard", v.clipboard(), "/apppass new")
}

func TestASecondLinkInTheSameTabReplacesTheFirst(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding")
	next := link.New()
	evaluate[chromedp.Void](v, "void (location.hash = '"+next.Fragment()+"')")
	v.sees("ready")
	want(t, "what the page still has of the first password", v.holds(), false)
	v.presses("reveal").sees("broken") // what is sealed is the first link's
	want(t, "the second claim's link", v.claimed()[1].ID, string(next.ID()))
	browser.Shoot(t, v.tab, "broken")
}

func TestWithoutScriptTheLinkIsNotUsed(t *testing.T) {
	v := arrive(t, browser.New(t))
	browser.Send(t, v.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	browser.Do(t, v.tab, chromedp.Navigate(v.base+"/r/open#"+v.link.Fragment()), chromedp.WaitVisible(chromedp.CSS("noscript h1")))
	want(t, "the title", browser.Get(t, v.tab, chromedp.TextContent(chromedp.CSS("noscript h1"))), "This page needs JavaScript")
	browser.Shoot(t, v.tab, "no-script")
}

func TestAnInsecureConnectionIsSaid(t *testing.T) {
	v := arrive(t, browser.New(t, chromedp.Flag("host-resolver-rules", "MAP apppass.example 127.0.0.1")))
	v.base = strings.Replace(v.base, "127.0.0.1", "apppass.example", 1)
	v.opens("/r/open#"+v.link.Fragment(), "insecure")
	browser.Shoot(t, v.tab, "insecure")
}
