package attribute

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Reader reads JSON of a known shape from a text, front to back: several times as fast as decoding by reflection, which decides how
// soon a stack with many items is up. What it returns may share the text's memory. Its errors are refusals as DynamoDB's.
type Reader struct {
	text string
	at   int
}

// NewReader returns a reader at the beginning of text.
func NewReader(text string) *Reader { return &Reader{text: text} }

// Done refuses what is left behind the last value.
func (r *Reader) Done() error {
	if r.next() != 0 || r.at < len(r.text) {
		return r.wrong("the end")
	}
	return nil
}

// next is the next byte that is not white space, or 0 at the end.
func (r *Reader) next() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (r *Reader) wrong(want string) error {
	if r.next() == 0 {
		return unreadable("Unexpected end of the JSON: want %s", want)
	}
	return unreadable("Unexpected %q at byte %d of the JSON: want %s", r.text[r.at], r.at, want)
}

// take steps over c, if it is next.
func (r *Reader) take(c byte) bool {
	if r.next() != c {
		return false
	}
	r.at++
	return true
}

// Object calls each with the name of every member; each must read the member's value.
func (r *Reader) Object(each func(name string) error) error {
	if !r.take('{') {
		return r.wrong("an object")
	}
	if r.take('}') {
		return nil
	}
	for {
		name, err := r.String()
		if err != nil {
			return err
		}
		if !r.take(':') {
			return r.wrong("a colon")
		}
		if err := each(name); err != nil {
			return err
		}
		if r.take('}') {
			return nil
		}
		if !r.take(',') {
			return r.wrong("a comma or a brace")
		}
	}
}

// Array calls each for every element; each must read it.
func (r *Reader) Array(each func() error) error {
	if !r.take('[') {
		return r.wrong("an array")
	}
	if r.take(']') {
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if r.take(']') {
			return nil
		}
		if !r.take(',') {
			return r.wrong("a comma or a bracket")
		}
	}
}

// String reads a string.
func (r *Reader) String() (string, error) {
	if !r.take('"') {
		return "", r.wrong("a string")
	}
	begin := r.at
	for ascii := true; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			s := r.text[begin:r.at]
			r.at++
			if !ascii && !utf8.ValidString(s) {
				return "", unreadable("A string of the JSON is no UTF-8")
			}
			return s, nil
		case c == '\\':
			return r.escaped(begin - 1)
		case c < ' ':
			return "", r.wrong("no control character")
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", r.wrong("a quotation mark")
}

// escaped reads the string that begins at begin and has escapes.
func (r *Reader) escaped(begin int) (string, error) {
	for ; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '\\':
			r.at++
		case '"':
			r.at++
			var s string
			if raw := r.text[begin:r.at]; !utf8.ValidString(raw) || json.Unmarshal([]byte(raw), &s) != nil {
				return "", unreadable("A string of the JSON is malformed")
			}
			return s, nil
		}
	}
	r.at = len(r.text)
	return "", r.wrong("a quotation mark")
}

// Bool reads true or false.
func (r *Reader) Bool() (bool, error) {
	r.next()
	for word, b := range map[string]bool{"true": true, "false": false} {
		if strings.HasPrefix(r.text[r.at:], word) {
			r.at += len(word)
			return b, nil
		}
	}
	return false, r.wrong("true or false")
}

// Pick reads an item's attributes of some names only, steps over the others, which must be well-formed, and returns the whole
// item's text too.
func (r *Reader) Pick(names ...string) (item Item, text string, err error) {
	item = make(Item, len(names))
	r.next()
	begin := r.at
	err = r.Object(func(name string) (err error) {
		if slices.Contains(names, name) {
			item[name], err = r.value(0)
			return err
		}
		return r.skip()
	})
	return item, r.text[begin:r.at], err
}

// skip steps over a value.
func (r *Reader) skip() error {
	for depth := 0; r.at < len(r.text); {
		switch r.text[r.at] {
		case '"':
			if err := r.skipString(); err != nil {
				return err
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				r.at++
				return nil
			}
		}
		r.at++
	}
	return r.wrong("the end of a value")
}

func (r *Reader) skipString() error {
	for r.at++; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '\\':
			r.at++
		case '"':
			r.at++
			return nil
		}
	}
	r.at = len(r.text)
	return r.wrong("a quotation mark")
}
