// Package browser gives a test a real browser, Debian's Chromium, driven through chromedp.
//
// # What is promised
//
// Each [New] is a browser of its own with an empty profile, which ends with the test; each [Tab] is a tab of it, with a session storage
// of its own. Nothing is asked of any host but those that the test itself opens. Where no browser is installed the test is skipped in
// one line; with CI=true that is a failure, so that no build passes unseen.
//
// # What may be changed here
//
// Only how a browser is found, started and watched. What a test does in it stands in the test, in chromedp's words.
package browser

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// names are what the browser is called on Debian, elsewhere and by its maker. APPPASS_CHROMIUM, a path, comes before them.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// longest is how long one browser may take for all that a test does in it, in real time.
const longest = 2 * time.Minute

// New starts a browser and returns the context of its first tab, for chromedp.Run. Further options add to, or replace, the flags.
func New(t testing.TB, options ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path := find(t)
	all := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // tests run as root in containers
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(all, options...)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	Do(t, ctx)
	return ctx
}

// Tab opens a tab of the browser that ctx is a tab of. It closes with the test.
func Tab(t testing.TB, ctx context.Context) context.Context {
	t.Helper()
	tab, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	Do(t, tab)
	return tab
}

// Do takes the steps in a tab, one after the other. What fails ends the test.
func Do(t testing.TB, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// Get is what the action finds in a tab. What fails ends the test.
func Get[T any](t testing.TB, tab context.Context, action chromedp.Action[T]) T {
	t.Helper()
	found, err := chromedp.Run(tab, action)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Send is the browser's answer to a command of the DevTools protocol, given to a tab. What fails ends the test.
func Send[P, R any](t testing.TB, tab context.Context, command cdp.Command[P, R], parameters P) R {
	t.Helper()
	answer, err := chromedp.Call(tab, command, parameters)
	if err != nil {
		t.Fatalf("%s: %v", command.Method, err)
	}
	return answer
}

func find(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("APPPASS_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no Chromium is installed: apt-get install chromium")
	}
	t.Skip("no Chromium is installed: apt-get install chromium")
	return ""
}
