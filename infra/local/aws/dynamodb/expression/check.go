package expression

import "github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"

// checkDistinct refuses a path that is compared with itself.
func (c *conditionParser) checkDistinct(operator string, first operand, rest ...operand) {
	path, ok := first.(Path)
	if !ok {
		return
	}
	for _, o := range rest {
		if other, ok := o.(Path); ok && other.String() == path.String() {
			c.refuse("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", operator, path)
		}
	}
}

// checkOrdered refuses values that have no order.
func (c *conditionParser) checkOrdered(operator string, operands ...operand) {
	for _, o := range operands {
		if v, ok := o.(constant); ok && v.Type != "" && !ordered(v.Type) {
			c.refuseType(operator, v.Type)
		}
	}
}

func ordered(t attribute.Type) bool { return t == attribute.S || t == attribute.N || t == attribute.B }

func (c *conditionParser) refuseType(operator string, t attribute.Type) {
	c.refuse("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", operator, t)
}

// checkBetween refuses bounds that have no order, or the wrong one.
func (c *conditionParser) checkBetween(left, low, high operand) {
	c.checkOrdered("BETWEEN", left, low, high)
	l, ok := low.(constant)
	h, ok2 := high.(constant)
	if !ok || !ok2 || l.Type == "" || h.Type == "" {
		return
	}
	if l.Type != h.Type {
		c.refuse("The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: %s, upper bound operand: %s", l, h)
	} else if order, ok := attribute.Compare(l.Value, h.Value); ok && order > 0 {
		c.refuse("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: %s, upper bound operand: %s", l, h)
	}
}
