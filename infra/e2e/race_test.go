package e2e

import (
	"flag"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/apppass/apppass/infra/local/world"
)

// How many race; make race has more of both.
var (
	links = flag.Int("links", 1, "links that are raced for")
	tabs  = flag.Int("tabs", 20, "tabs that race for each")
)

func TestOfManyTabsOneWins(t *testing.T) {
	w := world.New(t)
	w.TurnsDoorOff() // else two who ask at once get nothing before the owner's tap
	for range *links {
		first := w.Alice.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
		racing := []*world.Tab{first}
		for range *tabs - 1 {
			racing = append(racing, w.Opens(first.Address))
		}
		var winners atomic.Int32
		var all sync.WaitGroup
		for _, tab := range racing {
			all.Go(func() {
				for {
					c, err := tab.Claim(t.Context())
					switch {
					case err != nil:
						t.Errorf("claim: %v", err)
					case c.Status == http.StatusOK:
						winners.Add(1)
					case c.Status == http.StatusServiceUnavailable || c.Status == http.StatusTooManyRequests:
						continue // as the page does: nothing is lost
					case c.Status != http.StatusGone || c.State != "used":
						t.Errorf("a tab gets %d %s", c.Status, c.State)
					}
					return
				}
			})
		}
		all.Wait()
		if winners.Load() != 1 {
			t.Fatalf("%d tabs win", winners.Load())
		}
		w.Alice.Closes()
	}
}
