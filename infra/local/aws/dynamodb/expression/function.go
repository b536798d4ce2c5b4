package expression

import (
	"strconv"
	"unicode/utf8"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// functions is how many operands each function takes.
var functions = map[string]int{
	"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2, "size": 1,
	"if_not_exists": 2, "list_append": 2,
}

// call is a function that is true or false.
type call struct {
	name      string
	arguments []operand
}

// size is the function of that name.
type size struct{ operand operand }

func (s size) of(item attribute.Item) (attribute.Value, bool) {
	v, ok := s.operand.of(item)
	if !ok {
		return attribute.Value{}, false
	}
	n := 0
	switch v.Type {
	case attribute.S:
		n = utf8.RuneCountInString(v.Text)
	case attribute.B:
		n = len(v.Text)
	case attribute.L, attribute.SS, attribute.NS, attribute.BS:
		n = len(v.List)
	case attribute.M:
		n = len(v.Map)
	default:
		return attribute.Value{}, false
	}
	return attribute.Value{Type: attribute.N, Text: strconv.Itoa(n)}, true
}

// arguments reads a function's name and its operands.
func (c *conditionParser) arguments() ([]operand, error) {
	name := c.next().text
	c.at++
	c.operator()
	if err := c.expect("("); err != nil {
		return nil, err
	}
	if c.depth++; c.depth > maxNesting {
		return nil, c.kind.invalid("The expression is nested too deeply")
	}
	defer func() { c.depth-- }()
	var all []operand
	for {
		o, err := c.operand()
		if err != nil {
			return nil, err
		}
		all = append(all, o)
		if !c.take(",") {
			break
		}
	}
	if n, known := functions[name]; known && n != len(all) {
		c.refuse("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, len(all))
	}
	return all, c.expect(")")
}

// size makes the function of that name from its one operand.
func (c *conditionParser) size(arguments []operand) operand {
	switch o := arguments[0].(type) {
	case constant:
		if _, ok := (size{o}).of(nil); o.Type != "" && !ok {
			c.refuseType("size", o.Type)
		}
	case size:
		c.refuseType("size", attribute.N)
	}
	return size{arguments[0]}
}

// function reads a call that is a condition by itself.
func (c *conditionParser) function(name string) (node, error) {
	switch _, known := functions[name]; {
	case !known:
		c.refuse("Invalid function name; function: %s", name)
	case name == "if_not_exists" || name == "list_append":
		c.refuse("The function is not allowed in a condition expression; function: %s", name)
	}
	arguments, err := c.arguments()
	if err != nil {
		return nil, err
	}
	n := call{name, arguments}
	if c.refusal == nil {
		c.checkCall(n)
	}
	return n, nil
}

// checkCall refuses operands that the function can never do anything with.
func (c *conditionParser) checkCall(n call) {
	_, isPath := n.arguments[0].(Path)
	switch n.name {
	case "attribute_exists", "attribute_not_exists":
		if !isPath {
			c.refuse("Operator or function requires a document path; operator or function: %s", n.name)
		}
	case "attribute_type":
		if t, ok := n.arguments[1].(constant); !ok || t.Type != attribute.S {
			c.refuse("Incorrect operand type for operator or function; operator or function: attribute_type")
		} else if !attribute.Type(t.Text).Valid() {
			c.refuse("Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", t.Text)
		}
	case "begins_with":
		for _, o := range n.arguments {
			if v, ok := o.(constant); ok && v.Type != attribute.S && v.Type != attribute.B {
				c.refuseType(n.name, v.Type)
			} else if _, ok := o.(size); ok {
				c.refuseType(n.name, attribute.N)
			}
		}
	}
	c.checkDistinct(n.name, n.arguments[0], n.arguments[1:]...)
}
