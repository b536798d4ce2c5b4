package template

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// readPolicies takes a function's inline statements. Names of managed policies are passed over: they are AWS's to read.
// SAM's policy templates are refused: what a function may do is to be read in the template itself.
func (l *loader) readPolicies(o *object) []Statement {
	var all []Statement
	for _, n := range o.sequence("Policies") {
		if n.Kind == yaml.ScalarNode {
			continue
		}
		p := l.object(o.what+": Policies", n)
		p.ignore("Version", "Id")
		if !p.has("Statement") {
			l.failf(n, "%s: a policy is a name or has a Statement; SAM's policy templates are not known here", p.what)
			continue
		}
		for _, s := range p.objects("Statement") {
			all = append(all, s.statement())
		}
		p.done()
	}
	return all
}

func (o *object) statement() Statement {
	s := Statement{
		Sid:      o.text("Sid"),
		Effect:   o.oneOf("Effect", "Allow", "Deny"),
		Action:   o.list("Action"),
		Resource: o.list("Resource"),
	}
	if len(s.Action) == 0 || len(s.Resource) == 0 {
		o.l.failf(o.at, "%s: a statement needs Action and Resource", o.what)
	}
	conditions := o.object("Condition")
	for _, operator := range conditions.rest {
		keys := o.l.object(o.what+": "+operator.name, operator.value)
		for _, key := range slices.Clone(keys.rest) {
			if s.Condition == nil {
				s.Condition = map[string]map[string][]string{}
			}
			if s.Condition[operator.name] == nil {
				s.Condition[operator.name] = map[string][]string{}
			}
			s.Condition[operator.name][key.name] = keys.list(key.name)
		}
	}
	o.done()
	return s
}
