package credential_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/apppass/apppass/shared/core/credential"
)

func TestOfWhatIsRememberedTheOldestGoes(t *testing.T) {
	var all []string
	for n := range credential.MaxKnown + 3 {
		was := slices.Clone(all)
		next := credential.Remembered(all, fmt.Sprint(n))
		if !slices.Equal(all, was) {
			t.Fatalf("what was remembered has changed to %q", all)
		}
		all = next
	}
	if len(all) != credential.MaxKnown || all[0] != "3" || all[len(all)-1] != fmt.Sprint(credential.MaxKnown+2) {
		t.Errorf("got %q", all)
	}
}

func TestANetworkIsKnownByItsOwnersWordOrByWhatWasReplaced(t *testing.T) {
	c := credential.Credential{
		Known: []string{"192.0.2.0/24"}, Uses: []credential.Use{{Network: "203.0.113.0/24"}},
		Former: credential.Former{Uses: []credential.Use{{Network: "198.51.100.0/24"}, {}}},
	}
	for network, want := range map[string]bool{"192.0.2.0/24": true, "198.51.100.0/24": true, "203.0.113.0/24": false, "2001:db8::/48": false} {
		if got := c.Knows(network); got != want {
			t.Errorf("%s: got %v, want %v", network, got, want)
		}
	}
}
