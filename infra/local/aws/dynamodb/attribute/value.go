// Package attribute is DynamoDB's data: attribute values, items, numbers, and how they are written, measured, compared and ordered.
//
// # What it does
//
// [ParseItem] reads the JSON that the SDKs send ({"S":"x"}, {"N":"1"}, …) and refuses what DynamoDB refuses: more or less than one
// type in a value, empty or repeating sets, numbers beyond 38 digits, more than 32 levels. [Item.Append] writes it, always in the same
// way: names and sets sorted, numbers without exponent or needless zeros. [Value.Key] is a text whose order is DynamoDB's order
// of keys, so that whoever stores items compares texts and nothing else.
//
// # What may be changed here
//
// This is a format, not a place for decisions: limits that depend on a table (keys, 400 KB) are its caller's. The journal holds what
// [Item.Append] wrote, so a change to the format must still read the former one.
//
// Facts: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html, and Constraints.html
// and CapacityUnitCalculations.html beside it.
package attribute

import (
	"fmt"
	"maps"
	"slices"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
)

// Type is a value's type as DynamoDB names it.
type Type string

// The types there are.
const (
	S    Type = "S"
	N    Type = "N"
	B    Type = "B"
	BOOL Type = "BOOL"
	NULL Type = "NULL"
	L    Type = "L"
	M    Type = "M"
	SS   Type = "SS"
	NS   Type = "NS"
	BS   Type = "BS"
)

// Types is every type, in the order in which DynamoDB lists them in its messages.
var Types = []Type{B, NULL, SS, BOOL, L, BS, N, NS, S, M}

// Valid tells whether DynamoDB has such a type.
func (t Type) Valid() bool { return slices.Contains(Types, t) }

// IsSet tells whether values of the type are sets.
func (t Type) IsSet() bool { return t == SS || t == NS || t == BS }

// Element is the type of a set's elements, or empty.
func (t Type) Element() Type {
	if t.IsSet() {
		return t[:1]
	}
	return ""
}

// Value is an attribute's value. A value that was stored or handed out is not changed any more; [Value.Clone] makes one that may be.
type Value struct {
	Type Type
	// Text is an S, the bytes of a B, or an N as [Number.String] writes it.
	Text string
	// Bool is a BOOL.
	Bool bool
	// List is the elements of an L, or those of a set: all different, sorted by [Value.Key].
	List []Value
	// Map is an M.
	Map Item
}

// Item is an item, or what an M holds: values by attribute name.
type Item map[string]Value

// String returns an S.
func String(s string) Value { return Value{Type: S, Text: s} }

// Set returns a set of elements of one type, sorted. It drops repetitions.
func Set(t Type, elements []Value) Value {
	elements = slices.Clone(elements)
	slices.SortFunc(elements, compareElements)
	return Value{Type: t, List: slices.CompactFunc(elements, Value.Equal)}
}

// Contains tells whether a set or a list has the element.
func (v Value) Contains(element Value) bool {
	return slices.ContainsFunc(v.List, element.Equal)
}

// Equal tells whether two values are the same; numbers by what they are worth, sets whatever their order.
func (v Value) Equal(w Value) bool {
	return v.Type == w.Type && v.Text == w.Text && v.Bool == w.Bool &&
		slices.EqualFunc(v.List, w.List, Value.Equal) && v.Map.Equal(w.Map)
}

// Equal tells whether two items have the same attributes with the same values.
func (i Item) Equal(j Item) bool { return maps.EqualFunc(i, j, Value.Equal) }

// Clone returns a copy that shares nothing that could be changed.
func (v Value) Clone() Value {
	if v.List != nil {
		list := make([]Value, len(v.List))
		for i, e := range v.List {
			list[i] = e.Clone()
		}
		v.List = list
	}
	if v.Map != nil {
		v.Map = v.Map.Clone()
	}
	return v
}

// Clone returns a copy that shares nothing that could be changed. The clone of nil is empty.
func (i Item) Clone() Item {
	c := make(Item, len(i))
	for name, v := range i {
		c[name] = v.Clone()
	}
	return c
}

// Only returns the attributes of those names, as far as the item has them.
func (i Item) Only(names ...string) Item {
	o := make(Item, len(names))
	for _, name := range names {
		if v, ok := i[name]; ok {
			o[name] = v
		}
	}
	return o
}

// Invalid returns DynamoDB's refusal of a request whose content it does not accept.
func Invalid(format string, args ...any) error {
	return awsjson.Refuse("com.amazon.coral.validate#ValidationException", fmt.Sprintf(format, args...))
}

// unreadable returns DynamoDB's refusal of a request that it can't make sense of.
func unreadable(format string, args ...any) error {
	return awsjson.Refuse("com.amazon.coral.service#SerializationException", fmt.Sprintf(format, args...))
}
