package template

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// readParameters gives each parameter its value: the given one, else the default.
func (l *loader) readParameters(n *yaml.Node, given map[string]string) {
	declared := map[string]bool{}
	for _, m := range l.members("Parameters", n) {
		declared[m.name] = true
		o := l.object("parameter "+m.name, m.value)
		kind := o.oneOf("Type", "String", "Number")
		o.ignore("Description", "ConstraintDescription")
		value, ok := given[m.name]
		if !ok && !o.has("Default") {
			l.failf(m.key, "parameter %s has neither a default nor a local value", m.name)
			continue
		}
		if standard := o.text("Default"); !ok {
			value = standard
		}
		secret := o.flag("NoEcho")
		o.check(m, kind, value, secret)
		o.done()
		l.parameters[m.name] = value
		l.out.Parameters = append(l.out.Parameters, Parameter{Name: m.name, Value: value, NoEcho: secret})
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !declared[name] {
			l.failf(n, "there is a local value for %s, which is no parameter", name)
		}
	}
}

// check holds a parameter's value against what the template demands of it. A value with NoEcho is not shown.
func (o *object) check(m member, kind, value string, secret bool) {
	shown := strconv.Quote(value)
	if secret {
		shown = "(not shown)"
	}
	if p := o.text("AllowedPattern"); p != "" {
		pattern, err := regexp.Compile("^(?:" + p + ")$")
		if err != nil {
			o.l.failf(m.key, "%s: AllowedPattern: %v", o.what, err)
		} else if !pattern.MatchString(value) {
			o.l.failf(m.key, "%s is %s, which does not match %s", o.what, shown, p)
		}
	}
	if o.has("AllowedValues") {
		if allowed := o.list("AllowedValues"); !slices.Contains(allowed, value) {
			o.l.failf(m.key, "%s is %s; allowed are %q", o.what, shown, allowed)
		}
	}
	measure := float64(len([]rune(value)))
	low, high := "MinLength", "MaxLength"
	if kind == "Number" {
		low, high = "MinValue", "MaxValue"
		var err error
		if measure, err = strconv.ParseFloat(value, 64); err != nil {
			o.l.failf(m.key, "%s is %s, not a number", o.what, shown)
			o.ignore(low, high)
			return
		}
	}
	if bound, ok := o.bound(low); ok && measure < bound {
		o.l.failf(m.key, "%s is %s; its %s is %v", o.what, shown, low, bound)
	}
	if bound, ok := o.bound(high); ok && measure > bound {
		o.l.failf(m.key, "%s is %s; its %s is %v", o.what, shown, high, bound)
	}
}

func (o *object) bound(name string) (float64, bool) {
	n := o.node(name)
	if n == nil {
		return 0, false
	}
	v, err := strconv.ParseFloat(o.scalar(name, n), 64)
	if err != nil {
		o.l.failf(n, "%s: %s is %q, not a number", o.what, name, n.Value)
	}
	return v, err == nil
}
