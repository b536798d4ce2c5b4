package expression

import (
	"strings"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// Condition is a parsed ConditionExpression, FilterExpression or KeyConditionExpression. A nil *Condition always holds.
type Condition struct {
	root  node
	paths []Path
}

// ParseCondition parses a condition of a kind.
func ParseCondition(kind Kind, text string, p *Placeholders) (*Condition, error) {
	r, err := newParser(kind, text, p)
	if err != nil {
		return nil, err
	}
	c := conditionParser{parser: r}
	root, err := c.or()
	if err != nil {
		return nil, err
	}
	if err := c.finish(); err != nil {
		return nil, err
	}
	return &Condition{root: root, paths: c.paths}, nil
}

// Holds decides the condition for an item; nil where there is none.
func (c *Condition) Holds(item attribute.Item) bool { return c == nil || c.root.holds(item) }

// Names is the attributes that the condition asks for, each once.
func (c *Condition) Names() []string {
	if c == nil {
		return nil
	}
	return tops(c.paths)
}

// maxNesting keeps the parser from running out of stack; within 4 KB DynamoDB has more of it than it has operators.
const maxNesting = 1000

type conditionParser struct {
	*parser
	paths []Path
}

// or reads what binds weakest.
func (c *conditionParser) or() (node, error) {
	left, err := c.and()
	for err == nil && c.take("OR") {
		c.operator()
		var right node
		if right, err = c.and(); err == nil {
			left = or{left, right}
		}
	}
	return left, err
}

func (c *conditionParser) and() (node, error) {
	left, err := c.not()
	for err == nil && c.take("AND") {
		c.operator()
		var right node
		if right, err = c.not(); err == nil {
			left = and{left, right}
		}
	}
	return left, err
}

func (c *conditionParser) not() (node, error) {
	if !c.take("NOT") {
		return c.single()
	}
	c.operator()
	inner, err := c.deeper(c.not)
	return not{inner}, err
}

func (c *conditionParser) deeper(read func() (node, error)) (node, error) {
	if c.depth++; c.depth > maxNesting {
		return nil, c.kind.invalid("The expression is nested too deeply")
	}
	defer func() { c.depth-- }()
	return read()
}

// single reads a condition in parentheses, a function, or a comparison.
func (c *conditionParser) single() (node, error) {
	if c.take("(") {
		double := c.next().is("(")
		begin := c.at
		inner, err := c.deeper(c.or)
		if err != nil {
			return nil, err
		}
		if double && c.closes(begin) {
			c.refuse("The expression has redundant parentheses;")
		}
		return inner, c.expect(")")
	}
	if name, ok := c.call(); ok && name != "size" {
		return c.function(name)
	}
	left, err := c.operand()
	if err != nil {
		return nil, err
	}
	return c.comparison(left)
}

// closes tells whether the parenthesis at begin is closed by the token just read.
func (c *conditionParser) closes(begin int) bool {
	open := 0
	for i := begin; i < c.at; i++ {
		switch {
		case c.tokens[i].is("("):
			open++
		case c.tokens[i].is(")"):
			if open--; open == 0 {
				return i == c.at-1
			}
		}
	}
	return false
}

// call is the name of the function that is called next.
func (c *conditionParser) call() (string, bool) {
	t := c.next()
	if t.kind != tokenWord || !c.tokens[c.at+1].is("(") || isKeyword(t.text) {
		return "", false
	}
	return t.text, true
}

func isKeyword(word string) bool {
	switch strings.ToUpper(word) {
	case "AND", "OR", "NOT", "IN", "BETWEEN":
		return true
	}
	return false
}

// operand reads a path, a value or a size.
func (c *conditionParser) operand() (operand, error) {
	if c.next().kind == tokenValue {
		v, err := c.value()
		return constant{v}, err
	}
	if name, ok := c.call(); ok {
		if name != "size" {
			if _, known := functions[name]; known {
				c.refuse("The function is not allowed to be used this way in an expression; function: %s", name)
			} else {
				c.refuse("Invalid function name; function: %s", name)
			}
		}
		arguments, err := c.arguments()
		if err != nil {
			return nil, err
		}
		return c.size(arguments), nil
	}
	path, err := c.path()
	if err == nil {
		c.paths = append(c.paths, path)
	}
	return path, err
}

// comparison reads what follows its first operand.
func (c *conditionParser) comparison(left operand) (node, error) {
	c.operator()
	switch {
	case c.take("BETWEEN"):
		low, err := c.operand()
		if err != nil {
			return nil, err
		}
		if err := c.expect("AND"); err != nil {
			return nil, err
		}
		high, err := c.operand()
		if err != nil {
			return nil, err
		}
		c.checkBetween(left, low, high)
		return between{left, low, high}, nil
	case c.take("IN"):
		return c.in(left)
	}
	operator := c.next().text
	switch operator {
	case "=", "<>", "<", "<=", ">", ">=":
	default:
		return nil, c.syntaxError()
	}
	c.at++
	right, err := c.operand()
	if err != nil {
		return nil, err
	}
	c.checkDistinct(operator, left, right)
	if operator != "=" && operator != "<>" {
		c.checkOrdered(operator, left, right)
	}
	return compare{operator, left, right}, nil
}

func (c *conditionParser) in(left operand) (node, error) {
	if err := c.expect("("); err != nil {
		return nil, err
	}
	n := in{operand: left}
	for {
		o, err := c.operand()
		if err != nil {
			return nil, err
		}
		n.list = append(n.list, o)
		if !c.take(",") {
			break
		}
	}
	if len(n.list) > maxIn {
		c.refuse("The IN operator has too many operands; number of operands: %d", len(n.list))
	}
	c.checkDistinct("IN", left, n.list...)
	return n, c.expect(")")
}
