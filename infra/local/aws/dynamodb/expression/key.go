package expression

import "github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"

// KeyCondition is what a KeyConditionExpression says about one attribute.
type KeyCondition struct {
	// Name is the attribute.
	Name string
	// Operator is =, <, <=, >, >=, BETWEEN or begins_with.
	Operator string
	// Values is one value; two for BETWEEN.
	Values []attribute.Value
}

// ParseKeyConditions parses a KeyConditionExpression: one condition on each of one or two attributes, joined by AND.
func ParseKeyConditions(text string, p *Placeholders) ([]KeyCondition, error) {
	c, err := ParseCondition(KeyConditionKind, text, p)
	if err != nil {
		return nil, err
	}
	all, err := keyConditions(c.root)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, k := range all {
		if seen[k.Name] {
			return nil, attribute.Invalid("KeyConditionExpressions must only contain one condition per key")
		}
		seen[k.Name] = true
	}
	return all, nil
}

func keyConditions(n node) ([]KeyCondition, error) {
	switch n := n.(type) {
	case and:
		left, err := keyConditions(n.left)
		if err != nil {
			return nil, err
		}
		right, err := keyConditions(n.right)
		return append(left, right...), err
	case compare:
		return keyCondition(n.operator, n.left, n.right)
	case between:
		return keyCondition("BETWEEN", n.operand, n.low, n.high)
	case call:
		return keyCondition(n.name, n.arguments[0], n.arguments[1:]...)
	case or:
		return nil, badKeyOperator("OR")
	case not:
		return nil, badKeyOperator("NOT")
	}
	return nil, badKeyOperator("IN")
}

func badKeyOperator(operator string) error {
	return KeyConditionKind.invalid("Invalid operator used in KeyConditionExpression: %s", operator)
}

// mirrored is each operator read from its other side.
var mirrored = map[string]string{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func keyCondition(operator string, operand operand, values ...operand) ([]KeyCondition, error) {
	if _, ok := operand.(constant); ok && len(values) == 1 && mirrored[operator] != "" {
		operator, operand, values[0] = mirrored[operator], values[0], operand
	}
	if mirrored[operator] == "" && operator != "BETWEEN" && operator != "begins_with" {
		return nil, badKeyOperator(operator)
	}
	path, ok := operand.(Path)
	if !ok {
		return nil, KeyConditionKind.invalid("No key attribute is compared by the operator: %s", operator)
	}
	if len(path) > 1 {
		return nil, KeyConditionKind.invalid("KeyConditionExpressions cannot have conditions on nested attributes")
	}
	k := KeyCondition{Name: path.Top(), Operator: operator}
	for _, o := range values {
		v, ok := o.(constant)
		if !ok {
			return nil, KeyConditionKind.invalid("A key attribute is compared with something other than a value; operator: %s", operator)
		}
		k.Values = append(k.Values, v.Value)
	}
	return []KeyCondition{k}, nil
}
