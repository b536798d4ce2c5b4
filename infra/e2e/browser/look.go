package browser

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Look is how a tab is looked at.
type Look struct {
	Width int64 // CSS pixels
	Dark  bool
}

// Looks are those that every page of ours is judged in: a small phone, a tablet and a desk, by day and by night.
var Looks = []Look{{320, false}, {768, false}, {1440, false}, {320, true}, {768, true}, {1440, true}}

// String is the look's part of a file name: "320-dark".
func (l Look) String() string {
	if l.Dark {
		return fmt.Sprintf("%d-dark", l.Width)
	}
	return fmt.Sprintf("%d-light", l.Width)
}

// Take gives a tab the look.
func (l Look) Take(t testing.TB, tab context.Context) {
	t.Helper()
	scheme := "light"
	if l.Dark {
		scheme = "dark"
	}
	Do(t, tab, chromedp.EmulateViewport(l.Width, 800))
	Send(t, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// Shoot keeps what a tab shows, in each of [Looks], as <name>-<look>.png in the test's artifacts. It does nothing unless the test is
// run with -artifacts.
func Shoot(t testing.TB, tab context.Context, name string) {
	t.Helper()
	if kept := flag.Lookup("test.artifacts"); kept == nil || kept.Value.String() != "true" {
		return
	}
	for _, look := range Looks {
		look.Take(t, tab)
		png := Get(t, tab, chromedp.FullScreenshot(100))
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+"-"+look.String()+".png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	Looks[1].Take(t, tab)
}
