package main

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/apppass/apppass/infra/e2e/browser"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/reveal"
)

func TestTheOwnerIsAskedForTheNumberThatThePageShows(t *testing.T) {
	v := arrive(t, browser.New(t))
	v.answers(&reveal.Asking{Digits: "47"})
	v.opensLink().presses("reveal").sees("match")
	want(t, "the number", v.text("#digits"), "47")
	want(t, "the focus, which has it read aloud", evaluate[string](v, "document.activeElement.textContent"), "Tap this number in Slack47")
	browser.Shoot(t, v.tab, "match")

	browser.Do(t, v.tab, chromedp.Reload())
	v.sees("match")
	want(t, "the number after a reload", v.text("#digits"), "47")

	v.answers(&reveal.Asking{Digits: "83"})
	v.passes(3 * time.Second)
	browser.Do(t, v.tab, chromedp.WaitVisible(`//b[@id="digits" and text()="83"]`))
	v.answers(nil)
	v.passes(3 * time.Second).sees("holding")
	for _, c := range v.claimed() {
		want(t, "a claim", c, v.claimed()[0])
	}
	want(t, "what is left of the number", evaluate[bool](v, "$('digits') === null"), true)
}

func TestANumberThatIsRefusedEndsTheLink(t *testing.T) {
	v := arrive(t, browser.New(t))
	v.answers(&reveal.Asking{Digits: "47"})
	v.opensLink().presses("reveal").sees("match")
	v.answers(over(link.ErrVoid))
	v.passes(3 * time.Second).sees("void")
}

func TestALinkIsShownToAnotherDevice(t *testing.T) {
	read := browser.QR.Source(t)
	v := arrive(t, browser.New(t)).opensLink().presses("device").sees("device")
	browser.Shoot(t, v.tab, "device")
	for _, look := range browser.Looks {
		look.Take(t, v.tab)
		want(t, look.String()+": the code", v.scans(read), v.base+"/r/open#"+v.link.Fragment())
	}
	want(t, "claims", len(v.claimed()), 0)
	v.presses("back").sees("ready")
	want(t, "what is left of the code", evaluate[bool](v, "$('code').hidden && !$('code').firstChild"), true)
	v.presses("reveal").sees("holding")
}

// scans reads the QR code on the tab's screen, as a camera would: from its pixels.
func (v *visit) scans(reader string) string {
	v.t.Helper()
	picture, err := png.Decode(bytes.NewReader(browser.Get(v.t, v.tab, chromedp.FullScreenshot(100))))
	if err != nil {
		v.t.Fatal(err)
	}
	size := picture.Bounds().Size()
	pixels := make([]byte, 0, 4*size.X*size.Y)
	for y := range size.Y {
		for x := range size.X {
			r, g, b, _ := picture.At(x, y).RGBA()
			pixels = append(pixels, byte(r>>8), byte(g>>8), byte(b>>8), 255)
		}
	}
	evaluate[chromedp.Void](v, reader+";void 0")
	return evaluate[string](v, "jsQR(Uint8ClampedArray.from(atob('"+base64.StdEncoding.EncodeToString(pixels)+"'), c => c.charCodeAt(0)), "+
		strconv.Itoa(size.X)+", "+strconv.Itoa(size.Y)+")?.data ?? 'none is seen'")
}

// Every length that fits is read back from the modules alone.
func TestCodesOfAllLengthsAreRead(t *testing.T) {
	read := browser.QR.Source(t)
	v := arrive(t, browser.New(t)).opens("/r/open", "incomplete")
	evaluate[chromedp.Void](v, read+";void 0")
	for _, n := range []int{1, 2, 37, 38, 79, 87, 130, 151, 152} {
		text := strings.Repeat("https://apppass.example/r/open#", 5)[:n]
		got := evaluate[string](v, `(() => {
			const rows = qr('`+text+`'), [n, scale, quiet] = [rows.length, 4, 4];
			const side = (n + 2 * quiet) * scale;
			const pixels = new Uint8ClampedArray(4 * side * side).fill(255);
			for (let y = 0; y < n * scale; y++) for (let x = 0; x < n * scale; x++) {
				if (rows[Math.floor(y / scale)][Math.floor(x / scale)]) pixels.fill(0, 4 * ((y + quiet * scale) * side + x + quiet * scale)).fill(255, 4 * ((y + quiet * scale) * side + x + quiet * scale) + 3);
			}
			return jsQR(pixels, side, side)?.data ?? 'none is seen';
		})()`)
		want(t, strconv.Itoa(n)+" bytes", got, text)
	}
}

func TestALinkThatNoCodeHoldsIsNotOffered(t *testing.T) {
	v := arrive(t, browser.New(t))
	v.base = strings.Replace(v.base, "127.0.0.1", strings.Repeat("x", 63)+".localhost", 1)
	v.opensLink()
	want(t, "the buttons", evaluate[string](v, "[...document.querySelectorAll('#actions > *')].map(b => b.id).join()"), "do-reveal")
}

func TestThePasswordIsShownWhileItsPlaceIsHeldDown(t *testing.T) {
	v := arrive(t, browser.New(t)).opensLink().presses("reveal").sees("holding")
	middle := evaluate[[2]float64](v, "(() => { const r = $('password').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()")
	mouse := func(event input.DispatchMouseEventType) {
		browser.Send(t, v.tab, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: event, X: middle[0], Y: middle[1], Button: "left", ClickCount: 1,
		})
	}
	mouse("mousePressed")
	want(t, "the password, held down", v.secret(), v.shown)
	mouse("mouseReleased")
	want(t, "the password, let go", v.secret(), masked)
	v.presses("show")
	mouse("mousePressed")
	mouse("mouseReleased")
	want(t, "the password that is shown, after a press", v.secret(), v.shown)
}
