package browser

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Audit fails the test with what axe-core (https://github.com/dequelabs/axe-core) finds against accessibility in a tab's page as it is
// now, at 320 and 1440 pixels, light and dark. what names the page's state. Where axe-core can't be got, see [Script.Source].
func Audit(t testing.TB, tab context.Context, what string) {
	t.Helper()
	// axe-core takes the place of no global of the page but its own name.
	if Get(t, tab, chromedp.Evaluate[string]("typeof axe")) == "undefined" {
		Do(t, tab, chromedp.Evaluate[chromedp.Void](axe.Source(t)+";void 0"))
	}
	for _, look := range Looks {
		if look.Width == Looks[1].Width {
			continue
		}
		look.Take(t, tab)
		found := Get(t, tab, chromedp.Evaluate[[]string](
			`axe.run().then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html + ' ' + n.failureSummary)))`, chromedp.EvalAwaitPromise))
		if len(found) > 0 {
			t.Errorf("%s, %s:\n%s", what, look, strings.Join(found, "\n"))
		}
	}
	Looks[1].Take(t, tab)
}
