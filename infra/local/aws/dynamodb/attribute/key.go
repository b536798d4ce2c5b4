package attribute

import "bytes"

// Key writes an S, N or B so that the order of the texts is the order of the values, within a type: strings and binaries by their
// bytes, numbers by what they are worth. No key begins with another, so that keys can be joined.
func (v Value) Key(to []byte) []byte {
	if v.Type == N {
		n, _ := scanNumber(v.Text) // a value's number was parsed before
		return n.appendKey(to)
	}
	return append(v.KeyPrefix(to), 0, 1)
}

// KeyPrefix writes the beginning of the keys of all S or B that begin with v.
func (v Value) KeyPrefix(to []byte) []byte {
	for i := range len(v.Text) {
		to = append(to, v.Text[i])
		if v.Text[i] == 0 {
			to = append(to, 0xff)
		}
	}
	return to
}

// Compare orders two values of the type S, N or B as DynamoDB does; ok is false for other types and for unequal ones.
func Compare(v, w Value) (order int, ok bool) {
	if v.Type != w.Type || v.Type != S && v.Type != N && v.Type != B {
		return 0, false
	}
	return compareElements(v, w), true
}

func compareElements(v, w Value) int { return bytes.Compare(v.Key(nil), w.Key(nil)) }
