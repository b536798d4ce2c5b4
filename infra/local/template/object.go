package template

import (
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// member is one entry of a mapping.
type member struct {
	name       string
	key, value *yaml.Node
}

// members lists a mapping's entries; no node has none. Keys said twice, aliases and merges are faults, as in CloudFormation.
func (l *loader) members(what string, n *yaml.Node) []member {
	if n == nil || n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		l.failf(n, "%s must be a mapping", what)
		return nil
	}
	var all []member
	for i := 0; i+1 < len(n.Content); i += 2 {
		m := member{name: n.Content[i].Value, key: n.Content[i], value: n.Content[i+1]}
		if m.key.Tag == "!!merge" || m.value.Kind == yaml.AliasNode {
			l.failf(m.key, "%s: CloudFormation takes no YAML aliases or merges", what)
			continue
		}
		if slices.ContainsFunc(all, func(other member) bool { return other.name == m.name }) {
			l.failf(m.key, "%s: %s is there twice", what, m.name)
		}
		all = append(all, m)
	}
	return all
}

// object reads the properties of one mapping by name. What nobody asked for when done is called is a fault.
type object struct {
	l    *loader
	what string
	at   *yaml.Node
	rest []member
}

func (l *loader) object(what string, n *yaml.Node) *object {
	return &object{l: l, what: what, at: n, rest: l.members(what, n)}
}

// node takes a property; nil where it is absent.
func (o *object) node(name string) *yaml.Node {
	i := slices.IndexFunc(o.rest, func(m member) bool { return m.name == name })
	if i < 0 {
		return nil
	}
	n := o.rest[i].value
	o.rest = slices.Delete(o.rest, i, i+1)
	return n
}

func (o *object) ignore(names ...string) {
	for _, name := range names {
		o.node(name)
	}
}

func (o *object) done() {
	for _, m := range o.rest {
		o.l.failf(m.key, "%s: the local stack does not know the property %s", o.what, m.name)
	}
}

// has reports whether a property is there, without taking it.
func (o *object) has(name string) bool {
	return slices.ContainsFunc(o.rest, func(m member) bool { return m.name == name })
}

// text takes a scalar; empty where it is absent.
func (o *object) text(name string) string {
	return o.scalar(name, o.node(name))
}

func (o *object) scalar(name string, n *yaml.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind != yaml.ScalarNode:
		o.l.failf(n, "%s: %s must be a single value", o.what, name)
		return ""
	}
	return n.Value
}

// required takes a scalar that must be there and not be empty.
func (o *object) required(name string) string {
	n := o.node(name)
	s := o.scalar(name, n)
	if s == "" {
		o.l.failf(orElse(n, o.at), "%s: %s is missing", o.what, name)
	}
	return s
}

// oneOf takes a scalar that must be among the choices; the first is the default.
func (o *object) oneOf(name string, choices ...string) string {
	n := o.node(name)
	if n == nil {
		return choices[0]
	}
	if s := o.scalar(name, n); !slices.Contains(choices, s) {
		o.l.failf(n, "%s: %s is %q; the local stack knows %q", o.what, name, s, choices)
	}
	return n.Value
}

// textOr takes a scalar; other where it is absent.
func (o *object) textOr(name, other string) string {
	if s := o.text(name); s != "" {
		return s
	}
	return other
}

// number takes a whole number from low to high; absent where it is absent.
func (o *object) number(name string, absent, low, high int) int {
	n := o.node(name)
	if n == nil {
		return absent
	}
	v, err := strconv.Atoi(o.scalar(name, n))
	if err != nil || v < low || v > high {
		o.l.failf(n, "%s: %s is %q; it must be a whole number from %d to %d", o.what, name, n.Value, low, high)
	}
	return v
}

func (o *object) seconds(name string, absent, low, high int) time.Duration {
	return time.Duration(o.number(name, absent, low, high)) * time.Second
}

// flag takes true or false; false where it is absent.
func (o *object) flag(name string) bool {
	n := o.node(name)
	if n == nil {
		return false
	}
	v, err := strconv.ParseBool(o.scalar(name, n))
	if err != nil {
		o.l.failf(n, "%s: %s is %q; it must be true or false", o.what, name, n.Value)
	}
	return v
}

// object takes a mapping; an empty one where it is absent.
func (o *object) object(name string) *object {
	return o.l.object(o.what+": "+name, o.node(name))
}

// objects takes a list of mappings.
func (o *object) objects(name string) []*object {
	var all []*object
	for _, n := range o.sequence(name) {
		all = append(all, o.l.object(o.what+": "+name, n))
	}
	return all
}

// list takes a list of scalars; one scalar is a list of one.
func (o *object) list(name string) []string {
	var all []string
	for _, n := range o.sequence(name) {
		all = append(all, o.scalar(name, n))
	}
	return all
}

func (o *object) sequence(name string) []*yaml.Node {
	n := o.node(name)
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	}
	return []*yaml.Node{n}
}

func orElse(n, other *yaml.Node) *yaml.Node {
	if n != nil {
		return n
	}
	return other
}

// lookup is a mapping's value under a key; nil where there is none.
func lookup(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// without is a mapping's content but for one key.
func without(n *yaml.Node, key string) []*yaml.Node {
	var rest []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != key {
			rest = append(rest, n.Content[i], n.Content[i+1])
		}
	}
	return rest
}
