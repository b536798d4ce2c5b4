package password

import (
	"strings"
)

const (
	letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
	marks   = "._="
)

// Format is one of the three forms of an app password. Compare formats by their names.
type Format struct {
	name     string
	alphabet string
	random   int // random characters; two check characters follow
	groups   int
}

var (
	// General is the format of the general tier.
	General = Format{name: "general", alphabet: letters, random: 23, groups: 5}
	// Sensitive is the format of the sensitive tier.
	Sensitive = Format{name: "sensitive", alphabet: letters + marks, random: 28, groups: 6}
	// Compact is for devices whose password field is too short for General.
	Compact = Format{name: "compact", alphabet: letters, random: 20, groups: 1}
)

// Formats is every format.
var Formats = []Format{General, Sensitive, Compact}

// Name is "general", "sensitive" or "compact".
func (f Format) Name() string { return f.name }

// Alphabet is the format's symbols in the order of their values.
func (f Format) Alphabet() string { return f.alphabet }

// Len is the number of canonical characters, the two check characters included.
func (f Format) Len() int { return f.random + 2 }

// Show gives canonical characters the form that people see: prefix and groups of five with hyphens between them; compact
// stays as it is.
func (f Format) Show(prefix, canonical string) string {
	if f.groups == 1 {
		return canonical
	}
	var b strings.Builder
	b.WriteString(prefix)
	for i := 0; i < len(canonical); i += 5 {
		b.WriteByte('-')
		b.WriteString(canonical[i:min(i+5, len(canonical))])
	}
	return b.String()
}

// modulus is a prime, so that every single wrong character and every swap of neighbours changes the sum; it lies just
// below 55², so that two characters of either alphabet can write it.
const modulus = 3023

// check returns the two check characters over the random ones: s = Σ 3^i · v_i mod 3023 (i from 1, v the symbol's value),
// written as two digits of the alphabet, high first. A foreign symbol is [ErrMalformed].
func (f Format) check(random string) (string, error) {
	sum, weight := 0, 1
	for i := range len(random) {
		v := strings.IndexByte(f.alphabet, random[i])
		if v < 0 {
			return "", ErrMalformed
		}
		weight = weight * 3 % modulus
		sum = (sum + weight*v) % modulus
	}
	q := len(f.alphabet)
	return string([]byte{f.alphabet[sum/q], f.alphabet[sum%q]}), nil
}

// possible reports whether two characters can be a check at all: of the alphabet, and worth less than the modulus.
func (f Format) possible(check string) bool {
	high, low := strings.IndexByte(f.alphabet, check[0]), strings.IndexByte(f.alphabet, check[1])
	return high >= 0 && low >= 0 && high*len(f.alphabet)+low < modulus
}

// complete reports whether the random characters hold every class of the format.
func (f Format) complete(random string) bool {
	var digit, upper, lower, mark bool
	for i := range len(random) {
		switch c := random[i]; {
		case c >= '0' && c <= '9':
			digit = true
		case c >= 'A' && c <= 'Z':
			upper = true
		case c >= 'a' && c <= 'z':
			lower = true
		default:
			mark = true
		}
	}
	return digit && upper && lower && (mark || len(f.alphabet) == len(letters))
}

func isMark(c byte) bool { return strings.IndexByte(marks, c) >= 0 }

func byLength(n int) (Format, bool) {
	for _, f := range Formats {
		if n == f.Len() {
			return f, true
		}
	}
	return Format{}, false
}
