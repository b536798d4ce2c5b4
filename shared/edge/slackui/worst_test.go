package slackui

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/text"
)

// hostile is what people write at worst, by what is wrong with it.
var hostile = map[string]string{
	"markup":         "<!channel> *x* <https://x|y> <@UBOB> `c` &amp; :wave: ",
	"right to left":  "סיסמה של המחשב הנייד שלי בבית العربية ",
	"wide":           "WÜẞ漢字",
	"several a rune": "👩‍👩‍👧‍👦 e\u0301",
	"one word":       "ß",
}

// filledUp is s again and again, n characters of it.
func filledUp(s string, n int) string {
	return strings.TrimSpace(string([]rune(strings.Repeat(s, n))[:n-1]) + "|")
}

// hostileScreens is every screen with every label, and every name of an application and of a service, as long as it may be and made of s.
// It changes what the screens are of, so whoever calls it is not parallel.
func hostileScreens(t *testing.T, u UI, s string) map[string]any {
	t.Helper()
	label, title := filledUp(s, credential.LongestLabel), filledUp(s, 75)
	for _, c := range []*credential.Credential{&laptop, &scanner, &withdrawn, &phone, &revoked, &expired, &unopened, &fresh, &restricted, &renewed} {
		was := *c
		t.Cleanup(func() { *c = was })
		c.Label = label
	}
	known := catalog.Builtin()
	names, wasAccount, wasUsed, wasMail, wasAll := slices.Clone(known), account, used, mail, doctorSays
	t.Cleanup(func() {
		copy(known, names)
		account, used, mail, doctorSays = wasAccount, wasUsed, wasMail, wasAll
	})
	for i := range known {
		known[i].Name = title
	}
	account.Label, account.Application = label, title
	used.Account, mail.Name = account, title
	return screens(u)
}

func TestEveryScreenBearsTheWorst(t *testing.T) {
	for _, language := range text.Languages() {
		for what, s := range hostile {
			t.Run(language+" "+what, func(t *testing.T) {
				seen := 0
				for name, screen := range hostileScreens(t, In(language), s) {
					t.Run(name, func(t *testing.T) {
						checkScreen(t, screen)
						var v any
						if err := json.Unmarshal(marshal(t, screen), &v); err != nil {
							t.Fatal(err)
						}
						seen += asMarkup(t, v)
					})
				}
				if seen < 50 {
					t.Errorf("only %d texts with markup were looked at", seen)
				}
			})
		}
	}
}

// asMarkup tells of a text with markup that has what people wrote in it, and counts all such texts.
func asMarkup(t *testing.T, v any) (n int) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			n += asMarkup(t, one)
		}
	case map[string]any:
		if s, _ := v["text"].(string); v["type"] == "mrkdwn" {
			n++
			for _, wrote := range []string{"<!channel", "<https:", "<@", "*x*", ":wave:", "סיסמה"} {
				if strings.Contains(s, wrote) {
					t.Errorf("what people wrote is markup: %q", s)
				}
			}
		}
		for _, one := range v {
			n += asMarkup(t, one)
		}
	}
	return n
}
