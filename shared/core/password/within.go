package password

import (
	"strings"
	"unicode"
)

// mostGroups is the most words that an app password is typed in: the prefix and six groups.
const mostGroups = 7

// dashes are what keyboards and word processors make of a hyphen.
var dashes = strings.NewReplacer("\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-")

// Within reports whether a text may hold an app password, so that it must not be kept, shown or logged: something in it has the shape of
// one, whether or not the check characters fit, or some of its words together are one.
func Within(text string, prefixes ...string) bool {
	words := strings.FieldsFunc(dashes.Replace(text), func(r rune) bool {
		return r != '-' && (r >= 0x80 || strings.IndexByte(letters+marks+"01IOilo", byte(r)) < 0)
	})
	for i, word := range words {
		// Punctuation that ends a sentence is also in the alphabet.
		word = strings.Trim(word, "-.=_")
		if shaped(word, prefixes) || shaped(word[strings.LastIndexAny(word, "=._")+1:], prefixes) {
			return true
		}
		for n := 2; n <= mostGroups && i+n <= len(words); n++ {
			word += strings.Trim(words[i+n-1], "-")
			if _, err := Parse(word, prefixes...); err == nil {
				return true
			}
		}
	}
	return false
}

// shaped reports a word of the length and the alphabet of an app password. Long words of a language have no digits.
func shaped(word string, prefixes []string) bool {
	canonical, f, ok := strip(word, prefixes)
	if !ok || !strings.ContainsFunc(canonical, unicode.IsDigit) {
		return false
	}
	_, err := f.check(canonical)
	return err == nil
}
