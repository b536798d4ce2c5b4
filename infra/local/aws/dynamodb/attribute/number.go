package attribute

import (
	"math/big"
	"strconv"
	"strings"
)

// What a number may be: 38 significant digits, and from 1E-130 to 9.99…E+125 in magnitude.
const (
	maxDigits      = 38
	maxExponent    = 126  // as an exponent of 0.ddd
	minExponent    = -129 // likewise
	exponentOffset = 1000 // makes exponents positive, four digits long
)

// Number is a DynamoDB number: 0.digits × 10^exponent, exact. Its zero value is 0. Two are equal if and only if == says so.
type Number struct {
	negative bool
	digits   string // without zeros at either end; empty for 0
	exponent int
}

// ParseNumber reads a decimal number, with or without an exponent. What DynamoDB can't hold is refused as DynamoDB does.
func ParseNumber(text string) (Number, error) {
	n, ok := scanNumber(text)
	if !ok {
		if text == "" {
			return Number{}, Invalid("The parameter cannot be converted to a numeric value")
		}
		return Number{}, Invalid("The parameter cannot be converted to a numeric value: %s", text)
	}
	return n, n.check()
}

func scanNumber(text string) (n Number, ok bool) {
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		e, err := strconv.Atoi(text[i+1:])
		if err != nil || len(text)-i > 7 {
			return Number{}, false
		}
		mantissa, exponent = text[:i], e
	}
	negative := strings.HasPrefix(mantissa, "-")
	if negative || strings.HasPrefix(mantissa, "+") {
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return Number{}, false
	}
	return normal(negative, digits, len(whole)+exponent), true
}

// normal makes a number of ±0.digits × 10^exponent.
func normal(negative bool, digits string, exponent int) Number {
	trimmed := strings.TrimLeft(digits, "0")
	exponent -= len(digits) - len(trimmed)
	trimmed = strings.TrimRight(trimmed, "0")
	if trimmed == "" {
		return Number{}
	}
	return Number{negative: negative, digits: trimmed, exponent: exponent}
}

func (n Number) check() error {
	switch {
	case len(n.digits) > maxDigits:
		return Invalid("Attempting to store more than 38 significant digits in a Number")
	case n.digits != "" && n.exponent > maxExponent:
		return Invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
	case n.digits != "" && n.exponent < minExponent:
		return Invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	}
	return nil
}

// String writes the number in full, as DynamoDB answers it: without an exponent, "-0.001", "1000".
func (n Number) String() string {
	var b strings.Builder
	if n.negative {
		b.WriteByte('-')
	}
	switch {
	case n.digits == "":
		b.WriteByte('0')
	case n.exponent <= 0:
		b.WriteString("0.")
		b.WriteString(strings.Repeat("0", -n.exponent))
		b.WriteString(n.digits)
	case n.exponent >= len(n.digits):
		b.WriteString(n.digits)
		b.WriteString(strings.Repeat("0", n.exponent-len(n.digits)))
	default:
		b.WriteString(n.digits[:n.exponent])
		b.WriteByte('.')
		b.WriteString(n.digits[n.exponent:])
	}
	return b.String()
}

// Plus adds exactly, or refuses where the sum has too many digits or is too large.
func (n Number) Plus(m Number) (Number, error) { return n.add(m, 1) }

// Minus subtracts exactly, or refuses like [Number.Plus].
func (n Number) Minus(m Number) (Number, error) { return n.add(m, -1) }

func (n Number) add(m Number, sign int64) (Number, error) {
	scale := min(n.scale(), m.scale())
	sum := n.integer(scale)
	sum.Add(sum, new(big.Int).Mul(m.integer(scale), big.NewInt(sign)))
	digits := new(big.Int).Abs(sum).String()
	r := normal(sum.Sign() < 0, digits, len(digits)+scale)
	return r, r.check()
}

// scale is the exponent of the last digit.
func (n Number) scale() int { return n.exponent - len(n.digits) }

// integer is the number in units of 10^scale, which is at most its own scale.
func (n Number) integer(scale int) *big.Int {
	i, ok := new(big.Int).SetString(n.digits+strings.Repeat("0", n.scale()-scale), 10)
	if !ok {
		return new(big.Int) // no digits: 0
	}
	if n.negative {
		i.Neg(i)
	}
	return i
}

// appendKey writes the number so that the order of the texts is that of the numbers, and no text begins with another.
func (n Number) appendKey(to []byte) []byte {
	if n.digits == "" {
		return append(to, 'b')
	}
	begin := len(to) + 1
	to = append(to, 'c')
	to = strconv.AppendInt(to, int64(n.exponent+exponentOffset), 10)
	if len(to)-begin < 4 {
		to = append(to, 0)
		copy(to[begin+1:], to[begin:])
		to[begin] = '0'
	}
	to = append(to, n.digits...)
	to = append(to, 0)
	if n.negative {
		to[begin-1] = 'a'
		for i := begin; i < len(to); i++ {
			to[i] = 0xff - to[i]
		}
	}
	return to
}
