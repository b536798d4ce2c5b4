// Package password makes and reads app passwords.
//
// # Formats
//
// An app password is random characters and two check characters, in one of three formats:
//
//	general    app-Xk7mQ-…   23 + 2 characters in five groups of five, 55 symbols, 132.9 bits
//	sensitive  app-…         28 + 2 characters in six groups of five, 58 symbols, 163.4 bits
//	compact    …             20 + 2 characters, no prefix, no separators, 55 symbols, 115.5 bits
//
// The symbols leave out what looks alike (0 O 1 l I i o). The 58 add . _ = which survive shells, URLs, XML and printers.
// Compact is for old devices with a short field; it lies below the 128 bits of OWASP ASVS 5.0 §11.5.1 (and above the 112
// of §6.5.2 and of NIST SP 800-63B-4 §3.1.1.2), so it is never the default.
//
// # Canonical form
//
// What is hashed is the canonical form: the characters without prefix, hyphens and spaces. Case matters.
//
// # What is promised
//
// No one can choose a password: [New] is the only way to make one, and it takes no characters. A [Password] can't be
// printed, logged, marshalled or compared. testdata/vectors.json is the specification in data; an implementation in
// another language must pass it too.
//
// # What may be changed here
//
// Nothing of a format that has been issued: its alphabet, length, check characters and canonical form are in passwords that people use. A
// further format is an entry of [Formats] with a length of its own, its vectors, and its bits in the test that counts them.
package password

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

var (
	// ErrMalformed reports characters that can't be an app password: wrong length, a foreign symbol, an impossible check.
	ErrMalformed = errors.New("not in the form of an app password")
	// ErrMistyped reports the form of an app password whose check characters do not fit: a typo, told without a look-up.
	ErrMistyped = errors.New("the check characters do not fit")
)

// Password is an app password in the clear. It can't be printed, logged, marshalled or compared: each of these shows or
// does nothing useful. [Password.Reveal] is the one way to the characters, and is called in exactly two places: where the
// verifier is computed and where the password is sealed for its owner. The zero value holds no characters.
type Password struct {
	// A closure, because fmt prints the strings of an unexported field of a struct that holds this one without asking.
	reveal func() string
	format Format
}

// New draws an app password of the format f from crypto/rand.
func New(f Format) Password {
	s, err := draw(rand.Reader, f)
	if err != nil {
		// crypto/rand.Reader never fails: since Go 1.24 the program ends instead.
		panic(err)
	}
	return hold(s, f)
}

// Parse reads what a person typed. Hyphens and spaces are dropped; 22, 25 or 30 characters are the format of that length,
// else one of the prefixes is dropped first. The errors are [ErrMalformed] and [ErrMistyped].
func Parse(typed string, prefixes ...string) (Password, error) {
	canonical, f, ok := strip(typed, prefixes)
	if !ok {
		return Password{}, ErrMalformed
	}
	switch want, err := f.check(canonical[:f.random]); {
	case err != nil:
		return Password{}, err
	case !f.possible(canonical[f.random:]):
		return Password{}, ErrMalformed
	case want != canonical[f.random:]:
		return Password{}, ErrMistyped
	}
	return hold(strings.Clone(canonical), f), nil
}

// Format is the format in which the password is made and shown.
func (p Password) Format() Format { return p.format }

// Reveal returns the canonical characters; [Format.Show] gives them the form that people see.
func (p Password) Reveal() string {
	if p.reveal == nil {
		return ""
	}
	return p.reveal()
}

const hidden = "(app password)"

// String prints a placeholder, and with it fmt and log/slog.
func (p Password) String() string { return hidden }

// GoString prints a placeholder for %#v.
func (p Password) GoString() string { return hidden }

// MarshalText refuses: a password has no place in JSON, XML, YAML or a log.
func (p Password) MarshalText() ([]byte, error) {
	return nil, errors.New("an app password can't be marshalled")
}

// MarshalBinary refuses, as [Password.MarshalText] does.
func (p Password) MarshalBinary() ([]byte, error) { return p.MarshalText() }

func hold(s string, f Format) Password {
	return Password{reveal: func() string { return s }, format: f}
}

var separators = strings.NewReplacer("-", "", " ", "")

// strip returns the canonical characters of typed and the format that their number says.
func strip(typed string, prefixes []string) (string, Format, bool) {
	if len(typed) > 255 {
		return "", Format{}, false
	}
	s := separators.Replace(typed)
	if f, ok := byLength(len(s)); ok {
		return s, f, true
	}
	for _, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			if f, ok := byLength(len(rest)); ok && f.groups > 1 {
				return rest, f, true
			}
		}
	}
	return "", Format{}, false
}

// draw reads random characters until they hold every class of f, and appends the check characters. Draws that lack a
// class or would end in a symbol are thrown away whole, so that all that remain are equally likely.
func draw(r io.Reader, f Format) (string, error) {
	for {
		random, err := symbols(r, f)
		if err != nil {
			return "", fmt.Errorf("read random bytes: %w", err)
		}
		check, err := f.check(random)
		if err != nil {
			return "", err
		}
		if s := random + check; f.complete(random) && !isMark(s[0]) && !isMark(s[len(s)-1]) {
			return s, nil
		}
	}
}

// symbols draws f.random symbols, each uniform: bytes beyond the last whole multiple of the alphabet are thrown away.
func symbols(r io.Reader, f Format) (string, error) {
	q := len(f.alphabet)
	limit := 256 - 256%q
	out := make([]byte, 0, f.random)
	buf := make([]byte, 2*f.random)
	for len(out) < f.random {
		if _, err := io.ReadFull(r, buf); err != nil {
			return "", err
		}
		for _, b := range buf {
			if int(b) < limit && len(out) < f.random {
				out = append(out, f.alphabet[int(b)%q])
			}
		}
	}
	return string(out), nil
}

// ValidPrefix reports whether s may be a company's prefix: 2 to 4 ASCII letters.
func ValidPrefix(s string) bool {
	return len(s) >= 2 && len(s) <= 4 && !slices.ContainsFunc([]byte(s), func(b byte) bool {
		return (b < 'a' || b > 'z') && (b < 'A' || b > 'Z')
	})
}
