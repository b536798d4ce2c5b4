package attribute

import "strings"

// Size is what the item counts towards limits and capacity, in bytes: names and values.
func (i Item) Size() int {
	size := 0
	for name, v := range i {
		size += len(name) + v.Size()
	}
	return size
}

// Size is what the value counts towards limits and capacity, in bytes. A number counts one byte for two of its digits and one more
// (AWS calls this approximate), and one for a minus; a list or map three, and one for each entry.
func (v Value) Size() int {
	switch v.Type {
	case S, B:
		return len(v.Text)
	case N:
		n, _ := scanNumber(v.Text)
		size := 1 + (len(n.digits)+1)/2
		if strings.HasPrefix(v.Text, "-") {
			size++
		}
		return size
	case L:
		size := 3
		for _, e := range v.List {
			size += 1 + e.Size()
		}
		return size
	case M:
		return 3 + len(v.Map) + v.Map.Size()
	case SS, NS, BS:
		size := 0
		for _, e := range v.List {
			size += e.Size()
		}
		return size
	}
	return 1
}
