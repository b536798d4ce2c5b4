package browser

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestTabsShareABrowserButNoSession(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
	}))
	defer s.Close()
	first := New(t)
	second := Tab(t, first)
	Do(t, first, chromedp.Navigate(s.URL), chromedp.Evaluate[chromedp.Void]("localStorage.all = sessionStorage.own = 'first'"))
	Do(t, second, chromedp.Navigate(s.URL))
	got := Get(t, second, chromedp.Evaluate[[]*string]("[localStorage.all ?? null, sessionStorage.own ?? null]"))
	if got[0] == nil || *got[0] != "first" || got[1] != nil {
		t.Errorf("got %v, want what is of all tabs and nothing of the first", got)
	}
}

func TestALookChangesWhatMediaQueriesSee(t *testing.T) {
	tab := New(t)
	for _, look := range Looks {
		look.Take(t, tab)
		type seen struct {
			Width int64
			Dark  bool
		}
		got := Get(t, tab, chromedp.Evaluate[seen]("({ Width: innerWidth, Dark: matchMedia('(prefers-color-scheme: dark)').matches })"))
		if got != seen(look) {
			t.Errorf("got %+v, want %+v", got, look)
		}
	}
}
