package main

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/apppass/apppass/infra/e2e/browser"
)

// everywhere takes a visit through all states of the page, each with all that it can show, and calls look in each.
func (v *visit) everywhere(look func(state string)) {
	v.t.Helper()
	v.opensLink()
	look("ready")
	v.presses("device").sees("device")
	look("device")
	v.presses("back").presses("reveal").sees("holding")
	look("holding")
	v.presses("show")
	evaluate[chromedp.Void](v, "void ($('spell').open = $('save').open = true)")
	v.presses("copy").sees("copied")
	look("copied")
	// What else there is differs in its words only, or in the number.
	for _, state := range evaluate[[]string](v, "Object.keys(states)") {
		evaluate[chromedp.Void](v, "void show('"+state+"', { at: 1795615320, digits: '"+state+"' === 'match' ? '47' : undefined })")
		look(state)
	}
}

func TestNothingStandsInAnyonesWay(t *testing.T) {
	v := arrive(t, browser.New(t))
	v.everywhere(func(state string) { browser.Audit(t, v.tab, state) })
}

// The page is as wide as its window: on a small phone, with text of twice the size (WCAG 1.4.4) and at 200 % of a small window
// (WCAG 1.4.10), from left to right and from right to left, in the languages with the longest words too.
func TestNothingIsWiderThanItsWindow(t *testing.T) {
	first := browser.New(t)
	for _, c := range []struct {
		name, languages, set string
		width                int64
		scale                float64
	}{
		{"a small phone", "en", "", 320, 1},
		{"German", "de", "", 320, 1},
		{"Spanish", "es", "", 320, 1},
		{"text of 200 %", "en", "document.documentElement.style.fontSize = '200%'", 640, 1},
		{"a page at 200 %", "de", "", 640, 2},
		{"from right to left", "en", "document.dir = 'rtl'", 320, 1},
		{"from right to left, on a desk", "en", "document.dir = 'rtl'", 1440, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := arrive(t, browser.Tab(t, first)).speaks(c.languages)
			browser.Do(t, v.tab, chromedp.EmulateViewport(c.width, 800, chromedp.EmulateScale(c.scale)))
			v.everywhere(func(state string) {
				if c.set != "" {
					evaluate[chromedp.Void](v, "void ("+c.set+")")
				}
				if width := evaluate[int64](v, "document.documentElement.scrollWidth"); width > c.width {
					t.Errorf("%s: got %d pixels, want %d", state, width, c.width)
				}
			})
		})
	}
}

func TestFromRightToLeftItIsAMirror(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding").presses("show")
	evaluate[chromedp.Void](v, "void (document.dir = 'rtl')")
	browser.Shoot(t, v.tab, "right-to-left")
	sides := evaluate[map[string]bool](v, `(() => {
		const at = css => document.querySelector(css).getBoundingClientRect();
		return {
			'a step is left of its number': at('li span').right < at('li').right - 20,
			'a value is left of its name': at('dd').left < at('dt').left,
			'the time left runs beside its button': at('#left').left > at('#keep').right,
		};
	})()`)
	for what, is := range sides {
		want(t, what, is, true)
	}
	want(t, "the password's own direction", evaluate[string](v, "getComputedStyle($('password')).direction"), "ltr")
}

func TestForcedColoursLeaveWhatMatters(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink()
	browser.Send(t, v.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}, {Name: "prefers-color-scheme", Value: "dark"}},
	})
	differ := func(what, css, property, other string) {
		t.Helper()
		want(t, what, evaluate[bool](v, "(() => { const s = getComputedStyle(document.querySelector('"+css+"')); return s['"+property+"'] !== "+other+"; })()"), true)
	}
	differ("the button's border is seen", "#do-reveal", "borderTopColor", "s.backgroundColor")
	differ("the button's border is there", "#do-reveal", "borderTopStyle", "'none'")
	v.presses("device").sees("device")
	want(t, "the code's ground", evaluate[string](v, "getComputedStyle(document.querySelector('#code svg')).backgroundColor"), "rgb(255, 255, 255)")
	v.presses("back").presses("reveal").sees("holding")
	want(t, "the time left keeps its colours", evaluate[string](v, "getComputedStyle($('left')).forcedColorAdjust"), "none")
}

func TestNothingMoves(t *testing.T) {
	v := arrive(t, browser.New(t))
	v.everywhere(func(state string) {
		want(t, state+": animations and transitions", evaluate[int](v, "document.getAnimations().length"), 0)
	})
}
