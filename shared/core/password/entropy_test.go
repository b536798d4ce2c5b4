package password

import (
	"math"
	"testing"
)

// TestEntropy counts the passwords of each format: what is drawn is uniform over them, so the logarithm of their number is the entropy.
// Counted are strings of the random characters that hold every class and neither begin nor, with their check, end in a symbol.
func TestEntropy(t *testing.T) {
	for _, c := range []struct {
		format Format
		bits   float64 // rounded down, as the documents say
	}{{General, 132.9}, {Sensitive, 163.4}, {Compact, 115.5}} {
		if got := entropy(c.format); math.Floor(got*10)/10 != c.bits {
			t.Errorf("%s: %.3f bits, the documents say %.1f", c.format.Name(), got, c.bits)
		}
	}
}

const classes = 16 // sets of four classes, as bits

// entropy walks the strings character by character, counting by what decides of the rest: the classes so far and the sum.
func entropy(f Format) float64 {
	counts := make([][modulus]float64, classes)
	counts[0][0] = 1
	weight := 1
	for i := range f.random {
		weight = weight * 3 % modulus
		next := make([][modulus]float64, classes)
		for v, c := range []byte(f.alphabet) {
			if i == 0 && isMark(c) {
				continue
			}
			for had := range counts {
				to := &next[had|class(c)]
				for sum, n := range counts[had] {
					to[(sum+weight*v)%modulus] += n
				}
			}
		}
		counts = next
	}
	all := classes - 1
	if len(f.alphabet) == len(letters) {
		all &^= class('=')
	}
	total := 0.0
	for sum, n := range counts[all] {
		if !isMark(f.alphabet[sum%len(f.alphabet)]) {
			total += n
		}
	}
	return math.Log2(total)
}

func class(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return 1
	case c >= 'A' && c <= 'Z':
		return 2
	case c >= 'a' && c <= 'z':
		return 4
	}
	return 8
}
