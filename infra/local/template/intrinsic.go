package template

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// intrinsic splits a node that calls an intrinsic function, in the long or the short form, into its name and argument.
func intrinsic(n *yaml.Node) (name string, argument *yaml.Node, ok bool) {
	if short, found := strings.CutPrefix(n.Tag, "!"); found && !strings.HasPrefix(n.Tag, "!!") {
		bare := *n
		bare.Tag = ""
		if short != "Ref" && short != "Condition" {
			short = "Fn::" + short
		}
		return short, &bare, true
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 {
		key := n.Content[0].Value
		if key == "Ref" || strings.HasPrefix(key, "Fn::") {
			return key, n.Content[1], true
		}
	}
	return "", nil, false
}

func isIntrinsic(n *yaml.Node) bool {
	_, _, ok := intrinsic(n)
	return ok
}

// isText reports whether a node is written as a text, not computed.
func isText(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && !isIntrinsic(n)
}

// resolve returns the tree with every intrinsic function replaced by its value. nil stands for AWS::NoValue.
func (l *loader) resolve(n *yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	if name, argument, ok := intrinsic(n); ok {
		return l.call(n, name, argument)
	}
	switch n.Kind {
	case yaml.AliasNode:
		l.failf(n, "CloudFormation takes no YAML aliases")
		return nil
	case yaml.ScalarNode:
		return n
	}
	done := *n
	done.Content = nil
	for i := 0; i < len(n.Content); i++ {
		if n.Kind == yaml.MappingNode {
			if value := l.resolve(n.Content[i+1]); value != nil {
				done.Content = append(done.Content, n.Content[i], value)
			}
			i++
		} else if value := l.resolve(n.Content[i]); value != nil {
			done.Content = append(done.Content, value)
		}
	}
	return &done
}

func (l *loader) call(n *yaml.Node, name string, argument *yaml.Node) *yaml.Node {
	switch name {
	case "Ref":
		if !isText(argument) {
			l.failf(n, "Ref takes a name")
			return text(n, "")
		}
		if argument.Value == "AWS::NoValue" {
			return nil
		}
		return text(n, l.ref(n, argument.Value))
	case "Fn::GetAtt":
		return text(n, l.getAtt(n, argument))
	case "Fn::Sub":
		return text(n, l.sub(n, argument))
	case "Fn::Join":
		return text(n, l.join(n, argument))
	case "Fn::If":
		if argument.Kind != yaml.SequenceNode || len(argument.Content) != 3 || !isText(argument.Content[0]) {
			l.failf(n, "Fn::If takes a condition and two values")
			return text(n, "")
		}
		chosen := argument.Content[2]
		if c := argument.Content[0]; l.holdsNamed(c, c.Value) {
			chosen = argument.Content[1]
		}
		return l.resolve(chosen)
	}
	l.failf(n, "the local stack does not know the function %s", name)
	return text(n, "")
}

func text(at *yaml.Node, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Line: at.Line, Column: at.Column}
}

// value resolves a node that must come to one scalar.
func (l *loader) value(n *yaml.Node, where string) string {
	done := l.resolve(n)
	if done == nil || done.Kind != yaml.ScalarNode {
		l.failf(n, "%s takes a single value here", where)
		return ""
	}
	return done.Value
}

// sub fills the ${…} of a text, or of the first of a list whose second names further values. ${!x} stands for ${x}.
func (l *loader) sub(n, argument *yaml.Node) string {
	own := map[string]string{}
	if argument.Kind == yaml.SequenceNode {
		if len(argument.Content) != 2 {
			l.failf(n, "Fn::Sub takes a text, or a list of a text and a mapping")
			return ""
		}
		for _, m := range l.members("Fn::Sub", argument.Content[1]) {
			own[m.name] = l.value(m.value, "Fn::Sub")
		}
		argument = argument.Content[0]
	}
	if argument.Kind != yaml.ScalarNode {
		l.failf(n, "Fn::Sub takes a text, or a list of a text and a mapping")
		return ""
	}
	var out strings.Builder
	for rest := argument.Value; ; {
		before, after, found := strings.Cut(rest, "${")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			l.failf(n, "Fn::Sub: a ${ is not closed in %q", argument.Value)
			return out.String()
		}
		out.WriteString(l.placeholder(n, name, own))
		rest = tail
	}
}

func (l *loader) placeholder(n *yaml.Node, name string, own map[string]string) string {
	if literal, ok := strings.CutPrefix(name, "!"); ok {
		return "${" + literal + "}"
	}
	name = strings.TrimSpace(name)
	if v, ok := own[name]; ok {
		return v
	}
	if id, attribute, ok := strings.Cut(name, "."); ok {
		return l.attribute(n, id, attribute)
	}
	return l.ref(n, name)
}

func (l *loader) join(n, argument *yaml.Node) string {
	if argument.Kind != yaml.SequenceNode || len(argument.Content) != 2 || !isText(argument.Content[0]) {
		l.failf(n, "Fn::Join takes a delimiter and a list")
		return ""
	}
	parts := l.resolve(argument.Content[1])
	if parts == nil || parts.Kind != yaml.SequenceNode {
		l.failf(n, "Fn::Join takes a delimiter and a list")
		return ""
	}
	var values []string
	for _, p := range parts.Content {
		values = append(values, l.value(p, "Fn::Join"))
	}
	return strings.Join(values, argument.Content[0].Value)
}

func (l *loader) getAtt(n, argument *yaml.Node) string {
	if argument.Kind == yaml.SequenceNode && len(argument.Content) == 2 && isText(argument.Content[0]) {
		return l.attribute(n, argument.Content[0].Value, l.value(argument.Content[1], "Fn::GetAtt"))
	}
	id, attribute, ok := strings.Cut(argument.Value, ".")
	if !ok {
		l.failf(n, "Fn::GetAtt takes a resource and an attribute")
		return ""
	}
	return l.attribute(n, id, attribute)
}

// holdsNamed decides a condition of the template by its name.
func (l *loader) holdsNamed(n *yaml.Node, name string) bool {
	c, ok := l.conditions[name]
	switch {
	case !ok:
		l.failf(n, "there is no condition %q", name)
		return false
	case slices.Contains(l.judging, name):
		l.failf(n, "the condition %s depends on itself", name)
		return false
	}
	if judged, ok := l.judged[name]; ok {
		return judged
	}
	l.judging = append(l.judging, name)
	defer func() { l.judging = l.judging[:len(l.judging)-1] }()
	l.judged[name] = l.holds(c)
	return l.judged[name]
}

func (l *loader) holds(n *yaml.Node) bool {
	name, argument, ok := intrinsic(n)
	if !ok {
		if c := lookup(n, "Condition"); c != nil && len(n.Content) == 2 {
			return l.holdsNamed(c, c.Value)
		}
		l.failf(n, "a condition is one of Equals, Not, And, Or, Condition")
		return false
	}
	count := len(argument.Content)
	switch {
	case name == "Condition":
		return l.holdsNamed(argument, argument.Value)
	case name == "Fn::Equals" && count == 2:
		return l.value(argument.Content[0], name) == l.value(argument.Content[1], name)
	case name == "Fn::Not" && count == 1:
		return !l.holds(argument.Content[0])
	case name == "Fn::And" && count >= 2 && count <= 10:
		all := true
		for _, c := range argument.Content { // each is looked at, so that faults do not hide
			all = l.holds(c) && all
		}
		return all
	case name == "Fn::Or" && count >= 2 && count <= 10:
		some := false
		for _, c := range argument.Content {
			some = l.holds(c) || some
		}
		return some
	}
	l.failf(n, "a condition is Equals of two values, Not of one condition, And or Or of two to ten, not %s of %d", name, count)
	return false
}
