package credential_test

import (
	"testing"
	"unicode"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/password"
)

func TestFormatsExceedWhatTheirTiersAskFor(t *testing.T) {
	for _, tier := range credential.Tiers {
		need, f := tier.Requirement(), tier.Format()
		for range 1000 {
			pw := password.New(f)
			for form, s := range map[string]string{"canonical": pw.Reveal(), "shown": f.Show("app", pw.Reveal())} {
				if len(s) <= need.Characters || classes(s) < need.Classes {
					t.Fatalf("%s: %d characters of %d classes as %s, %d of %d are needed", tier, len(s), classes(s), form, need.Characters, need.Classes)
				}
			}
		}
	}
	if g, s := credential.General.Requirement(), credential.Sensitive.Requirement(); g != (credential.Requirement{Characters: 16, Classes: 3}) ||
		s != (credential.Requirement{Characters: 20, Classes: 4}) {
		t.Errorf("got %+v and %+v", g, s)
	}
}

// classes is how many of upper case, lower case, digits and symbols s has.
func classes(s string) int {
	seen := map[int]bool{}
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			seen[0] = true
		case unicode.IsLower(r):
			seen[1] = true
		case unicode.IsDigit(r):
			seen[2] = true
		default:
			seen[3] = true
		}
	}
	return len(seen)
}

func TestAnUnknownTierGetsTheStrongerFormat(t *testing.T) {
	for tier, want := range map[credential.Tier]string{
		credential.General: "general", credential.Sensitive: "sensitive", "": "sensitive", "other": "sensitive",
	} {
		if got := tier.Format().Name(); got != want {
			t.Errorf("%q: got %s, want %s", tier, got, want)
		}
	}
}
