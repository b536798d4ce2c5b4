package template

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// loader holds a template being read. Faults are collected, so that the readers need no error results: after a fault they go
// on with zero values, and nothing of the template is given out.
type loader struct {
	file       string
	endpoints  Endpoints
	parameters map[string]string
	conditions map[string]*yaml.Node
	globals    map[string]*yaml.Node // section → properties
	resources  map[string]*resource
	order      []string
	names      map[string]string          // physical names already made
	naming     []string                   // whose names (X) and aliases (X.Alias) are being made, to see circles
	judged     map[string]bool            // conditions already decided
	judging    []string                   // conditions being decided, to see circles
	reader     string                     // the resource that is being read, whose references are noted
	references map[string]map[string]bool // resource → what it refers to
	settings   map[string]apiSettings     // API → its throttles
	mapped     map[string][]QueueEvent    // function → its mappings outside of its Events
	faults     []fault
	out        Template
}

type resource struct {
	id         string
	kind       string
	node       *yaml.Node
	properties *yaml.Node
	condition  *yaml.Node // nil: always there
	depends    []string
	absent     bool
}

type fault struct {
	line int
	text string
}

// failf notes a fault at a node.
func (l *loader) failf(n *yaml.Node, format string, args ...any) {
	f := fault{text: fmt.Sprintf(format, args...)}
	if n != nil {
		f.line = n.Line
	}
	if !slices.Contains(l.faults, f) {
		l.faults = append(l.faults, f)
	}
}

func (l *loader) err() error {
	slices.SortFunc(l.faults, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.text, b.text))
	})
	var all []error
	for _, f := range l.faults {
		all = append(all, fmt.Errorf("%s:%d: %s", l.file, f.line, f.text))
	}
	return errors.Join(all...)
}

func parse(path string, text []byte, parameters map[string]string, e Endpoints) (*Template, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(document.Content) == 0 {
		return nil, fmt.Errorf("%s: the template is empty", path)
	}
	l := &loader{
		file:       filepath.Base(path),
		endpoints:  e,
		parameters: map[string]string{},
		conditions: map[string]*yaml.Node{},
		globals:    map[string]*yaml.Node{},
		resources:  map[string]*resource{},
		judged:     map[string]bool{},
		names:      map[string]string{},
		references: map[string]map[string]bool{},
		settings:   map[string]apiSettings{},
		mapped:     map[string][]QueueEvent{},
	}
	top := l.object("the template", document.Content[0])
	top.ignore("AWSTemplateFormatVersion", "Description", "Metadata")
	if t := top.node("Transform"); t == nil || t.Value != "AWS::Serverless-2016-10-31" {
		l.failf(orElse(t, document.Content[0]), "Transform must be AWS::Serverless-2016-10-31")
	}
	l.readParameters(top.node("Parameters"), parameters)
	l.readConditions(top.node("Conditions"))
	l.readGlobals(top.node("Globals"))
	resources, outputs := top.node("Resources"), top.node("Outputs")
	top.done()
	l.readResources(resources)
	l.settleMappings()
	l.readOutputs(outputs)
	l.refuseCircles()
	l.refuseNames()
	l.refuseShortVisibility()
	l.refuseDoubleRoutes()
	l.settleRoutes()
	if err := l.err(); err != nil {
		return nil, err
	}
	return &l.out, nil
}

func (l *loader) readConditions(n *yaml.Node) {
	for _, m := range l.members("Conditions", n) {
		l.conditions[m.name] = m.value
	}
	for name, c := range l.conditions {
		l.holdsNamed(c, name)
	}
}

// readGlobals keeps the sections that the template's resource types have.
func (l *loader) readGlobals(n *yaml.Node) {
	for _, m := range l.members("Globals", n) {
		if m.name != "Function" && m.name != "HttpApi" {
			l.failf(m.key, "Globals has no section %s here: only Function and HttpApi", m.name)
		}
		l.globals[m.name] = m.value
	}
}

// readResources first learns all ids and conditions, so that references may point forwards, and then reads each resource.
func (l *loader) readResources(n *yaml.Node) {
	for _, m := range l.members("Resources", n) {
		l.declare(m)
	}
	for _, id := range l.order {
		r := l.resources[id]
		for _, other := range r.depends {
			if l.note(id, other); l.resources[other] == nil {
				l.failf(r.node, "%s: DependsOn names %s, which is no resource", id, other)
			}
		}
		if r.condition != nil {
			r.absent = !l.holdsNamed(r.condition, r.condition.Value)
		}
	}
	for _, id := range l.order {
		if r := l.resources[id]; !r.absent {
			l.reader = id
			l.read(r)
			l.reader = ""
		}
	}
}

func (l *loader) declare(m member) {
	o := l.object("resource "+m.name, m.value)
	r := &resource{id: m.name, node: m.key, properties: o.node("Properties"), condition: o.node("Condition")}
	kind := o.node("Type")
	o.ignore("DeletionPolicy", "UpdateReplacePolicy", "Metadata")
	r.depends = o.list("DependsOn")
	o.done()
	if kind == nil {
		l.failf(m.key, "resource %s has no Type", m.name)
		return
	}
	r.kind = kind.Value
	if _, ok := kinds[r.kind]; !ok {
		l.failf(kind, "resource %s: the local stack does not know the type %s", m.name, r.kind)
		return
	}
	l.resources[m.name] = r
	l.order = append(l.order, m.name)
}

func (l *loader) read(r *resource) {
	switch r.kind {
	case "AWS::Serverless::Function":
		l.readFunction(r)
	case "AWS::Serverless::HttpApi":
		l.readAPI(r)
	case "AWS::DynamoDB::Table":
		l.readTable(r)
	case "AWS::SQS::Queue":
		l.readQueue(r)
	case "AWS::SecretsManager::Secret":
		l.readSecret(r)
	case "AWS::Lambda::EventSourceMapping":
		l.readMapping(r)
	default: // without local effect, but what it refers to must exist
		l.resolve(r.properties)
	}
}

// properties resolves a resource's properties, over those of its Globals section, for reading.
func (l *loader) properties(r *resource, section string) *object {
	n := r.properties
	if section != "" {
		n = merge(l.globals[section], n)
	}
	return l.object(r.kind+" "+r.id, l.resolve(n))
}

// merge lays a resource's properties over the globals as SAM does: maps are merged, lists joined, other values replaced.
func merge(global, own *yaml.Node) *yaml.Node {
	switch {
	case global == nil:
		return own
	case own == nil:
		return global
	case isIntrinsic(global) || isIntrinsic(own) || global.Kind != own.Kind:
		return own
	case own.Kind == yaml.SequenceNode:
		both := *own
		both.Content = append(slices.Clone(global.Content), own.Content...)
		return &both
	case own.Kind != yaml.MappingNode:
		return own
	}
	both := *own
	both.Content = nil
	for i := 0; i+1 < len(global.Content); i += 2 {
		key, value := global.Content[i], global.Content[i+1]
		if mine := lookup(own, key.Value); mine != nil {
			value = merge(value, mine)
		}
		both.Content = append(both.Content, key, value)
	}
	for i := 0; i+1 < len(own.Content); i += 2 {
		if lookup(global, own.Content[i].Value) == nil {
			both.Content = append(both.Content, own.Content[i], own.Content[i+1])
		}
	}
	return &both
}

func (l *loader) readOutputs(n *yaml.Node) {
	for _, m := range l.members("Outputs", n) {
		if c := lookup(m.value, "Condition"); c != nil && !l.holdsNamed(c, c.Value) {
			continue
		}
		raw := *m.value
		raw.Content = without(m.value, "Condition")
		o := l.object("output "+m.name, l.resolve(&raw))
		o.ignore("Description", "Export")
		l.out.Outputs = append(l.out.Outputs, Output{Name: m.name, Value: o.text("Value")})
		o.done()
	}
}

// refuseCircles finds what CloudFormation refuses to create: resources that need each other. An HTTP API needs the functions
// behind its routes, so such a function must not refer to its API.
func (l *loader) refuseCircles() {
	const open, closed = 1, 2
	state := map[string]int{}
	var path []string
	var visit func(id string)
	visit = func(id string) {
		switch state[id] {
		case closed:
			return
		case open:
			circle := append(slices.Clone(path[slices.Index(path, id):]), id)
			l.failf(l.resources[id].node, "circular dependency: %s", strings.Join(circle, " → "))
			return
		}
		state[id] = open
		path = append(path, id)
		for _, next := range l.order {
			if l.references[id][next] {
				visit(next)
			}
		}
		path = path[:len(path)-1]
		state[id] = closed
	}
	for _, id := range l.order {
		visit(id)
	}
}

// note remembers that a resource needs another.
func (l *loader) note(from, to string) {
	if l.references[from] == nil {
		l.references[from] = map[string]bool{}
	}
	l.references[from][to] = true
}
