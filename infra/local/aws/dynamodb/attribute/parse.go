package attribute

import (
	"encoding/base64"
	"slices"
)

// maxDepth is how many lists and maps may be inside each other.
const maxDepth = 32

// ParseItem reads an item or a key as the SDKs send it.
func ParseItem(text string) (Item, error) {
	r := NewReader(text)
	item, err := r.Item()
	if err != nil {
		return nil, err
	}
	return item, r.Done()
}

// UnmarshalJSON reads an item. JSON's null is none.
func (i *Item) UnmarshalJSON(text []byte) (err error) {
	if string(text) == "null" {
		return nil
	}
	*i, err = ParseItem(string(text))
	return err
}

// UnmarshalJSON reads a value.
func (v *Value) UnmarshalJSON(text []byte) (err error) {
	r := NewReader(string(text))
	if *v, err = r.value(0); err != nil {
		return err
	}
	return r.Done()
}

// Item reads an item.
func (r *Reader) Item() (Item, error) { return r.item(0) }

func (r *Reader) item(depth int) (Item, error) {
	item := Item{}
	err := r.Object(func(name string) (err error) {
		if name == "" {
			return Invalid("One or more parameter values were invalid: An attribute name must have at least one character")
		}
		item[name], err = r.value(depth)
		return err
	})
	return item, err
}

func (r *Reader) value(depth int) (v Value, err error) {
	members := 0
	err = r.Object(func(name string) error {
		members++
		v.Type = Type(name)
		return r.content(&v, depth)
	})
	switch {
	case err != nil:
		return Value{}, err
	case members == 0:
		return Value{}, Invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	case members > 1:
		return Value{}, Invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	return v, nil
}

func (r *Reader) content(v *Value, depth int) (err error) {
	switch v.Type {
	case S, N, B:
		*v, err = r.scalar(v.Type)
	case BOOL:
		v.Bool, err = r.Bool()
	case NULL:
		var null bool
		if null, err = r.Bool(); err == nil && !null {
			err = Invalid("One or more parameter values were invalid: Null attribute value types must have the value of true")
		}
	case SS, NS, BS:
		err = r.set(v)
	case L, M:
		if depth++; depth > maxDepth {
			return Invalid("Nesting Levels have exceeded supported limits")
		}
		if v.Type == M {
			v.Map, err = r.item(depth)
			return err
		}
		v.List = []Value{}
		err = r.Array(func() error {
			e, err := r.value(depth)
			v.List = append(v.List, e)
			return err
		})
	default:
		return Invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	}
	return err
}

func (r *Reader) scalar(t Type) (Value, error) {
	text, err := r.String()
	if err != nil {
		return Value{}, err
	}
	switch t {
	case N:
		n, err := ParseNumber(text)
		if err != nil {
			return Value{}, err
		}
		text = n.String()
	case B:
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return Value{}, unreadable("Base64 encoded length is unexpected or its characters are: %v", err)
		}
		text = string(b)
	}
	return Value{Type: t, Text: text}, nil
}

func (r *Reader) set(v *Value) error {
	element := v.Type.Element()
	err := r.Array(func() error {
		e, err := r.scalar(element)
		v.List = append(v.List, e)
		return err
	})
	if err != nil {
		return err
	}
	if len(v.List) == 0 {
		kind := map[Type]string{SS: "string", NS: "number", BS: "binary"}[v.Type]
		return Invalid("One or more parameter values were invalid: An %s set  may not be empty", kind)
	}
	slices.SortFunc(v.List, compareElements)
	if n := len(v.List); len(slices.CompactFunc(slices.Clone(v.List), Value.Equal)) < n {
		if element == N {
			return Invalid("Input collection contains duplicates")
		}
		return Invalid("One or more parameter values were invalid: Input collection contains duplicates.")
	}
	return nil
}

// Depth is how many lists and maps are inside each other in the deepest place of the item.
func (i Item) Depth() int {
	deepest := 0
	for _, v := range i {
		deepest = max(deepest, v.depth())
	}
	return deepest
}

func (v Value) depth() int {
	switch v.Type {
	case M:
		return 1 + v.Map.Depth()
	case L:
		deepest := 0
		for _, e := range v.List {
			deepest = max(deepest, e.depth())
		}
		return 1 + deepest
	}
	return 0
}

// CheckDepth refuses an item with more than 32 levels.
func (i Item) CheckDepth() error {
	if i.Depth() > maxDepth {
		return Invalid("Nesting Levels have exceeded supported limits")
	}
	return nil
}
