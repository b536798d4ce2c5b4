package expression

import (
	"cmp"
	"slices"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

var (
	errNoAttribute = attribute.Invalid("The provided expression refers to an attribute that does not exist in the item")
	errWrongType   = attribute.Invalid("An operand in the update expression has an incorrect data type")
	errWrongPath   = attribute.Invalid("The document path provided in the update expression is invalid for update")
)

// Apply returns what becomes of an item. Every value is taken from the item as it was; item itself is not changed.
func (u *Update) Apply(item attribute.Item) (attribute.Item, error) {
	after := item.Clone()
	values := make([]attribute.Value, len(u.sets))
	for i, s := range u.sets {
		var err error
		if values[i], err = s.value.eval(item); err != nil {
			return nil, err
		}
	}
	for _, i := range inOrder(u.sets, func(s set) Path { return s.path }) {
		if err := put(after, u.sets[i].path, values[i]); err != nil {
			return nil, err
		}
	}
	for _, c := range u.adds {
		if err := c.add(after); err != nil {
			return nil, err
		}
	}
	for _, c := range u.deletes {
		if err := c.delete(after); err != nil {
			return nil, err
		}
	}
	order := inOrder(u.removes, func(p Path) Path { return p })
	for _, i := range slices.Backward(order) { // the last elements of a list first: indexes are those before the update
		if err := remove(after, u.removes[i]); err != nil {
			return nil, err
		}
	}
	return after, nil
}

// Changed returns the part of an item that the update is about: what UPDATED_OLD and UPDATED_NEW ask for.
func (u *Update) Changed(item attribute.Item) attribute.Item { return part(u.Paths(), item) }

// inOrder is the indexes of all, by the indexes in their paths, so that elements behind a list's end are appended in their order.
func inOrder[T any](all []T, path func(T) Path) []int {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return slices.CompareFunc(path(all[a]), path(all[b]), func(s, t Step) int {
			return cmp.Or(cmp.Compare(s.Name, t.Name), cmp.Compare(s.Index, t.Index))
		})
	})
	return order
}

func (p Path) eval(item attribute.Item) (attribute.Value, error) {
	v, ok := p.of(item)
	if !ok {
		return v, errNoAttribute
	}
	return v, nil
}

func (c constant) eval(attribute.Item) (attribute.Value, error) { return c.Value, nil }

func (f fallback) eval(item attribute.Item) (attribute.Value, error) {
	if v, ok := f.path.of(item); ok {
		return v, nil
	}
	return f.term.eval(item)
}

func (j join) eval(item attribute.Item) (attribute.Value, error) {
	left, right, err := both(j.left, j.right, attribute.L, item)
	return attribute.Value{Type: attribute.L, List: slices.Concat(left.List, right.List)}, err
}

func (s sum) eval(item attribute.Item) (attribute.Value, error) {
	left, right, err := both(s.left, s.right, attribute.N, item)
	if err != nil {
		return left, err
	}
	return add(left, right, s.minus)
}

// both evaluates two terms that must be of the type t.
func both(left, right term, t attribute.Type, item attribute.Item) (l, r attribute.Value, err error) {
	if l, err = left.eval(item); err != nil {
		return l, r, err
	}
	if r, err = right.eval(item); err != nil {
		return l, r, err
	}
	if l.Type != t || r.Type != t {
		return l, r, errWrongType
	}
	return l, r, nil
}

func add(left, right attribute.Value, minus bool) (attribute.Value, error) {
	l, err := attribute.ParseNumber(left.Text)
	if err != nil {
		return left, err
	}
	r, err := attribute.ParseNumber(right.Text)
	if err != nil {
		return left, err
	}
	operation := l.Plus
	if minus {
		operation = l.Minus
	}
	n, err := operation(r)
	return attribute.Value{Type: attribute.N, Text: n.String()}, err
}

func (c change) add(to attribute.Item) (err error) {
	name := c.path.Top()
	old, ok := to[name]
	switch {
	case !ok:
		to[name] = c.value
	case old.Type != c.value.Type:
		return errWrongType
	case old.Type == attribute.N:
		to[name], err = add(old, c.value, false)
	default:
		to[name] = attribute.Set(old.Type, slices.Concat(old.List, c.value.List))
	}
	return err
}

// delete takes elements from a set; without any, the attribute goes.
func (c change) delete(from attribute.Item) error {
	name := c.path.Top()
	old, ok := from[name]
	if !ok {
		return nil
	}
	if old.Type != c.value.Type {
		return errWrongType
	}
	old.List = slices.DeleteFunc(slices.Clone(old.List), c.value.Contains)
	from[name] = old
	if len(old.List) == 0 {
		delete(from, name)
	}
	return nil
}

func put(item attribute.Item, path Path, v attribute.Value) error {
	_, err := within(attribute.Value{Type: attribute.M, Map: item}, path, func(parent attribute.Value, last Step) attribute.Value {
		switch {
		case !last.isIndex():
			parent.Map[last.Name] = v
		case last.Index < len(parent.List):
			parent.List[last.Index] = v
		default:
			parent.List = append(parent.List, v)
		}
		return parent
	})
	return err
}

func remove(item attribute.Item, path Path) error {
	_, err := within(attribute.Value{Type: attribute.M, Map: item}, path, func(parent attribute.Value, last Step) attribute.Value {
		switch {
		case !last.isIndex():
			delete(parent.Map, last.Name)
		case last.Index < len(parent.List):
			parent.List = slices.Delete(parent.List, last.Index, last.Index+1)
		}
		return parent
	})
	return err
}

// within changes the list or map in which the path's last step is, and puts it back all the way up.
func within(v attribute.Value, path Path, do func(parent attribute.Value, last Step) attribute.Value) (attribute.Value, error) {
	s := path[0]
	if want := map[bool]attribute.Type{true: attribute.L, false: attribute.M}[s.isIndex()]; v.Type != want {
		return v, errWrongPath
	}
	if len(path) == 1 {
		return do(v, s), nil
	}
	inner, ok := s.of(v)
	if !ok {
		return v, errWrongPath
	}
	inner, err := within(inner, path[1:], do)
	if err != nil {
		return v, err
	}
	if s.isIndex() {
		v.List[s.Index] = inner
	} else {
		v.Map[s.Name] = inner
	}
	return v, nil
}
