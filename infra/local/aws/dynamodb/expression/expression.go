// Package expression is DynamoDB's expression language: conditions, filters, key conditions, updates and projections.
//
// # How it is used
//
// A request's names and values are its [Placeholders]; each of its expressions is parsed with them, and [Placeholders.Unused] then
// refuses what none of them used. What was parsed is not changed any more and may be used on many items:
// [Condition.Holds], [Update.Apply], [Projection.Of].
//
// # What is promised
//
// The whole language of the developer guide, with its precedences and the 573 reserved words. What DynamoDB refuses is refused, with
// its messages where they are known. A comparison with an attribute that is not there, or of another type, is false; only <> is true.
// No expression makes the package panic (a fuzz test tries).
//
// # What may be changed here
//
// A function is one more entry in functions and a case in its Holds. The package knows nothing of tables: what depends on a key schema is its
// caller's.
//
// Facts: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
package expression

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// Kind is the parameter that an expression was given in; messages name it.
type Kind string

// The kinds there are.
const (
	ConditionKind    Kind = "ConditionExpression"
	FilterKind       Kind = "FilterExpression"
	KeyConditionKind Kind = "KeyConditionExpression"
	UpdateKind       Kind = "UpdateExpression"
	ProjectionKind   Kind = "ProjectionExpression"
)

// invalid returns the refusal of an expression.
func (k Kind) invalid(format string, args ...any) error {
	return attribute.Invalid("Invalid "+string(k)+": "+format, args...)
}

// Placeholders is a request's ExpressionAttributeNames and ExpressionAttributeValues, and which of them its expressions used.
type Placeholders struct {
	names      map[string]string
	values     map[string]attribute.Value
	usedNames  map[string]bool
	usedValues map[string]bool
}

// NewPlaceholders checks how the placeholders are called. Nil maps mean that the request had none; empty ones are refused.
func NewPlaceholders(names map[string]string, values map[string]attribute.Value) (*Placeholders, error) {
	if names != nil && len(names) == 0 {
		return nil, attribute.Invalid("ExpressionAttributeNames must not be empty")
	}
	if values != nil && len(values) == 0 {
		return nil, attribute.Invalid("ExpressionAttributeValues must not be empty")
	}
	for name, stands := range names {
		if !placeholder('#', name) {
			return nil, attribute.Invalid("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", name)
		}
		if stands == "" || len(stands) > 1<<16-1 {
			return nil, attribute.Invalid("ExpressionAttributeNames contains invalid value: an attribute name has 1 to 65535 bytes; key: %q", name)
		}
	}
	for name := range values {
		if !placeholder(':', name) {
			return nil, attribute.Invalid("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", name)
		}
	}
	return &Placeholders{names: names, values: values, usedNames: map[string]bool{}, usedValues: map[string]bool{}}, nil
}

func placeholder(mark byte, name string) bool {
	return len(name) > 1 && name[0] == mark && len(name) <= 255 && strings.IndexFunc(name[1:], func(r rune) bool { return !wordRune(r) }) < 0
}

// Unused refuses placeholders that no expression parsed with p used. Any tells whether the request had an expression at all.
func (p *Placeholders) Unused(any bool) error {
	if !any && p.names != nil {
		return attribute.Invalid("ExpressionAttributeNames can only be specified when using expressions")
	}
	if !any && p.values != nil {
		return attribute.Invalid("ExpressionAttributeValues can only be specified when using expressions")
	}
	if left := unused(p.names, p.usedNames); len(left) > 0 {
		return attribute.Invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", strings.Join(left, ", "))
	}
	if left := unused(p.values, p.usedValues); len(left) > 0 {
		return attribute.Invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", strings.Join(left, ", "))
	}
	return nil
}

func unused[V any](all map[string]V, used map[string]bool) []string {
	var left []string
	for name := range all {
		if !used[name] {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	return left
}

//go:embed reserved.txt
var reservedText string

// reserved holds the words that can't be written as an attribute's name, in capitals.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
var reserved = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(reservedText) {
		words[word] = true
	}
	return words
}()
