package credential

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/problem"
)

// LongestLabel is in characters.
const LongestLabel = 60

var (
	// ErrLabelLong reports a label of more than [LongestLabel] characters.
	ErrLabelLong = problem.New(problem.Invalid, "label.long")
	// ErrLabelCharacters reports a label with characters that can't be seen: control characters, direction marks, line breaks.
	ErrLabelCharacters = problem.New(problem.Invalid, "label.characters")
	// ErrLabelPassword reports a label that looks like an app password: somebody has pasted one.
	ErrLabelPassword = problem.New(problem.Denied, "label.password")
)

// Label is the owner's own words for an app password, trimmed and with single spaces. Emoji are welcome; what can't be seen, or turns
// the text around it, is [ErrLabelCharacters]; what could be an app password, with the company's prefixes, is [ErrLabelPassword].
func Label(typed string, prefixes ...string) (string, error) {
	if !utf8.ValidString(typed) {
		return "", ErrLabelCharacters
	}
	label := strings.Join(strings.FieldsFunc(typed, func(r rune) bool { return r == ' ' || r == '\u00a0' }), " ")
	if password.Within(label, prefixes...) {
		return "", ErrLabelPassword
	}
	if utf8.RuneCountInString(label) > LongestLabel {
		return "", ErrLabelLong
	}
	for _, r := range label {
		// The zero-width joiner and the variation selector hold emoji together.
		if !unicode.IsGraphic(r) && r != '\u200d' {
			return "", ErrLabelCharacters
		}
	}
	return label, nil
}
