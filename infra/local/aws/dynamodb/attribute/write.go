package attribute

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// MarshalJSON writes the item as the SDKs read it, always in the same way.
func (i Item) MarshalJSON() ([]byte, error) { return i.Append(nil), nil }

// MarshalJSON writes the value as the SDKs read it, always in the same way.
func (v Value) MarshalJSON() ([]byte, error) { return v.appendJSON(nil), nil }

// Append writes the item's JSON on one line, names sorted.
func (i Item) Append(to []byte) []byte {
	to = append(to, '{')
	for n, name := range slices.Sorted(maps.Keys(i)) {
		if n > 0 {
			to = append(to, ',')
		}
		to = appendString(to, name)
		to = append(to, ':')
		to = i[name].appendJSON(to)
	}
	return append(to, '}')
}

func (v Value) appendJSON(to []byte) []byte {
	to = append(to, `{"`...)
	to = append(to, v.Type...)
	to = append(to, `":`...)
	switch v.Type {
	case BOOL:
		to = strconv.AppendBool(to, v.Bool)
	case NULL:
		to = append(to, "true"...)
	case M:
		to = v.Map.Append(to)
	case L, SS, NS, BS:
		to = append(to, '[')
		for n, e := range v.List {
			if n > 0 {
				to = append(to, ',')
			}
			if v.Type == L {
				to = e.appendJSON(to)
			} else {
				to = e.appendText(to)
			}
		}
		to = append(to, ']')
	default:
		to = v.appendText(to)
	}
	return append(to, '}')
}

// appendText writes what an S, N or B holds as a string.
func (v Value) appendText(to []byte) []byte {
	if v.Type == B {
		to = append(to, '"')
		to = base64.StdEncoding.AppendEncode(to, []byte(v.Text))
		return append(to, '"')
	}
	return appendString(to, v.Text)
}

// Quote writes a string as JSON.
func Quote(s string) string { return string(appendString(nil, s)) }

// appendString escapes what encoding/json escapes in what it is given as JSON, so that a text stays as it is on its way.
func appendString(to []byte, s string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	plain := 0
	for i := 0; i < len(s); i++ {
		c, length := s[i], 1
		switch {
		case c == '"' || c == '\\':
			to = append(append(to, s[plain:i]...), '\\', c)
		case c < ' ' || c == '<' || c == '>' || c == '&':
			to = append(append(to, s[plain:i]...), '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case strings.HasPrefix(s[i:], "\u2028") || strings.HasPrefix(s[i:], "\u2029"):
			length = 3
			to = append(append(to, s[plain:i]...), '\\', 'u', '2', '0', '2', hex[s[i+2]&15])
		default:
			continue
		}
		plain = i + length
		i = plain - 1
	}
	to = append(to, s[plain:]...)
	return append(to, '"')
}
