package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
)

// kindsOfMessages are what a person may be written, by the beginning of a sentence in it.
var kindsOfMessages = map[string]string{
	"first use":           "Your app password is in use",
	"new network":         newNetwork,
	"network, remembered": "Thank you, I remember it",
	"an old password":     "Something still sends",
	"guesses":             "Many wrong app passwords",
}

// direct counts a person's direct messages by kind; what is of none of them counts by its words.
func direct(p *world.Person) map[string]int {
	all := map[string]int{}
	for _, m := range p.Sees().Messages {
		if m.Ephemeral || m.User == p.ID {
			continue
		}
		kind := m.Text
		for k, says := range kindsOfMessages {
			if strings.Contains(m.Text, says) {
				kind = k
			}
		}
		all[kind]++
	}
	return all
}

// Five app passwords, each on two devices that fetch and send mail, at home and at the office. Nothing is wrong.
func TestAWeekInWhichNothingIsWrongIsQuiet(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	var all []string
	for n := range 5 {
		all = append(all, w.Alice.Makes("Thunderbird", fmt.Sprintf("number %d", n)))
	}
	// Two devices in a network have two addresses.
	home, office := []string{"192.0.2.11", "192.0.2.12"}, []string{"198.51.100.21", "198.51.100.22"}
	day := func() {
		for _, place := range [][]string{home, office, home} {
			for _, pw := range all {
				for _, device := range place {
					for _, protocol := range []string{"imap", "smtp"} {
						if status := asksFrom(w, w.Alice, pw, protocol, device); status != http.StatusOK {
							t.Fatalf("from %s by %s: got %d", device, protocol, status)
						}
					}
				}
			}
			toldAll(w)
			w.Advance(8 * time.Hour)
		}
	}
	day()
	for n := range all {
		w.Alice.Awaits("the question", func(s *world.Scene) bool { return direct(w.Alice)["new network"] == len(all)-n })
		presses(t, w.Alice, notice(w.Alice, newNetwork), "network_mine")
		w.Alice.Awaits("that it is remembered", func(*world.Scene) bool { return direct(w.Alice)["network, remembered"] == n+1 })
	}
	first := direct(w.Alice)
	t.Logf("the first day, of %d app passwords: %v", len(all), first)
	if first["first use"] != len(all) || first["network, remembered"] != len(all) || len(first) != 2 {
		t.Errorf("the first day has %v", first)
	}
	for range 7 {
		day()
	}
	after, more := direct(w.Alice), 0
	for kind, n := range after {
		more += n - first[kind]
	}
	t.Logf("after another week: %v, %d more", after, more)
	if more > 1 {
		t.Errorf("%d messages in a week, want at most one", more)
	}
}
