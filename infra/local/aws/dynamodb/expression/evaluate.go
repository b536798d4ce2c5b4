package expression

import (
	"strings"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// node is a condition or a part of one.
type node interface {
	holds(item attribute.Item) bool
}

type (
	or      struct{ left, right node }
	and     struct{ left, right node }
	not     struct{ inner node }
	compare struct {
		operator    string
		left, right operand
	}
	between struct{ operand, low, high operand }
	in      struct {
		operand operand
		list    []operand
	}
)

// operand is what is compared: a [Path], a constant or a size.
type operand interface {
	// of is the operand's value for an item, if it has one.
	of(item attribute.Item) (attribute.Value, bool)
}

// constant is an expression attribute value.
type constant struct{ attribute.Value }

func (c constant) of(attribute.Item) (attribute.Value, bool) { return c.Value, true }

// String writes the value as DynamoDB's messages do.
func (c constant) String() string { return "AttributeValue: {" + string(c.Type) + ":" + c.Text + "}" }

func (n or) holds(item attribute.Item) bool  { return n.left.holds(item) || n.right.holds(item) }
func (n and) holds(item attribute.Item) bool { return n.left.holds(item) && n.right.holds(item) }
func (n not) holds(item attribute.Item) bool { return !n.inner.holds(item) }

func (n compare) holds(item attribute.Item) bool {
	left, hasLeft := n.left.of(item)
	right, hasRight := n.right.of(item)
	both := hasLeft && hasRight
	switch n.operator {
	case "=":
		return both && left.Equal(right)
	case "<>":
		return !both || !left.Equal(right)
	}
	order, ok := attribute.Compare(left, right)
	if !both || !ok {
		return false
	}
	switch n.operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func (n between) holds(item attribute.Item) bool {
	return compare{">=", n.operand, n.low}.holds(item) && compare{"<=", n.operand, n.high}.holds(item)
}

func (n in) holds(item attribute.Item) bool {
	for _, o := range n.list {
		if (compare{"=", n.operand, o}).holds(item) {
			return true
		}
	}
	return false
}

func (n call) holds(item attribute.Item) bool {
	v, ok := n.arguments[0].of(item)
	switch n.name {
	case "attribute_exists":
		return ok
	case "attribute_not_exists":
		return !ok
	}
	w, ok2 := n.arguments[1].of(item)
	if !ok || !ok2 {
		return false
	}
	switch n.name {
	case "attribute_type":
		return w.Type == attribute.S && string(v.Type) == w.Text
	case "begins_with":
		return (v.Type == attribute.S || v.Type == attribute.B) && w.Type == v.Type && strings.HasPrefix(v.Text, w.Text)
	}
	// contains
	switch {
	case v.Type == attribute.S || v.Type == attribute.B:
		return w.Type == v.Type && strings.Contains(v.Text, w.Text)
	case v.Type == attribute.L || v.Type.IsSet():
		return v.Contains(w)
	}
	return false
}
