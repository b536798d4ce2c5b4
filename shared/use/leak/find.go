package leak

import (
	"strings"

	"github.com/apppass/apppass/shared/core/password"
)

const (
	// mostWords is the most words that an app password is typed in: the prefix and six groups.
	mostWords = 7
	// longest is the most bytes of words that are looked at together: an app password with a hyphen on either side of each group, and a
	// few before it.
	longest = 4 + 30 + 2*mostWords + 16
)

// dashes are what keyboards and word processors make of a hyphen.
var dashes = strings.NewReplacer("\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-", "\u00a0", " ")

// find is the app passwords in the texts: the first one of every text, then the others.
func find(texts, prefixes []string) []password.Password {
	var firsts, others []password.Password
	for _, text := range texts {
		first := true
		within(text, prefixes, func(pw password.Password) {
			if first {
				firsts, first = append(firsts, pw), false
			} else {
				others = append(others, pw)
			}
		})
	}
	return append(firsts, others...)
}

// within gives every app password in a text to found: the whole of it, else words of it, and words that together are one.
func within(text string, prefixes []string, found func(password.Password)) {
	if pw, err := password.Parse(text, prefixes...); err == nil {
		found(pw)
		return
	}
	words := strings.FieldsFunc(dashes.Replace(text), func(r rune) bool { return r >= 0x80 || !symbol(byte(r)) })
	for i, word := range words {
		try(word, prefixes, found)
		together := word
		for _, next := range words[i+1 : min(i+mostWords, len(words))] {
			if together += next; len(together) > longest {
				break
			}
			try(together, prefixes, found)
		}
	}
}

// try gives what is written to found if it is an app password: as it is, without the punctuation around it, or behind a mark, as in
// "password=…".
func try(s string, prefixes []string, found func(password.Password)) {
	// None begins or ends with a mark.
	s = strings.Trim(s, "-"+marks)
	for len(s) >= password.Compact.Len() {
		if pw, err := password.Parse(s, prefixes...); err == nil {
			found(pw)
			return
		}
		i := strings.IndexAny(s, marks)
		if i < 0 {
			return
		}
		s = strings.TrimLeft(s[i:], "-"+marks)
	}
}

// marks are the symbols that may also be punctuation.
const marks = "._="

// symbol reports what may stand in an app password or its prefix.
func symbol(b byte) bool {
	return b == '-' || strings.IndexByte(marks, b) >= 0 || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}
