package expression

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// Path leads to an attribute or into it: a name, then names and indexes.
type Path []Step

// Step is a name, or an index where Name is empty.
type Step struct {
	Name  string
	Index int
}

func (s Step) isIndex() bool { return s.Name == "" }

// String writes the path as DynamoDB's messages do: [a, b, [0]].
func (p Path) String() string {
	steps := make([]string, len(p))
	for i, s := range p {
		steps[i] = s.Name
		if s.isIndex() {
			steps[i] = "[" + strconv.Itoa(s.Index) + "]"
		}
	}
	return "[" + strings.Join(steps, ", ") + "]"
}

// Top is the name of the attribute that the path begins with.
func (p Path) Top() string { return p[0].Name }

// of is what the path leads to in an item.
func (p Path) of(item attribute.Item) (attribute.Value, bool) {
	v, ok := item[p[0].Name]
	for _, s := range p[1:] {
		if !ok {
			break
		}
		v, ok = s.of(v)
	}
	return v, ok
}

func (s Step) of(v attribute.Value) (attribute.Value, bool) {
	if s.isIndex() {
		if v.Type != attribute.L || s.Index >= len(v.List) {
			return attribute.Value{}, false
		}
		return v.List[s.Index], true
	}
	member, ok := v.Map[s.Name]
	return member, ok
}

// checkApart refuses two paths of which one leads into the other, or that take the same place for a list and for a map.
func checkApart(kind Kind, paths []Path) error {
	for i, one := range paths {
		for _, two := range paths[:i] {
			n := 0
			for n < len(one) && n < len(two) && one[n] == two[n] {
				n++
			}
			what := ""
			switch {
			case n == len(one) || n == len(two):
				what = "overlap"
			case one[n].isIndex() != two[n].isIndex():
				what = "conflict"
			default:
				continue
			}
			return kind.invalid("Two document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", what, two, one)
		}
	}
	return nil
}

// Projection is the attributes, or parts of them, that an answer is to have.
type Projection struct{ paths []Path }

// ParseProjection parses a ProjectionExpression.
func ParseProjection(text string, p *Placeholders) (*Projection, error) {
	r, err := newParser(ProjectionKind, text, p)
	if err != nil {
		return nil, err
	}
	var paths []Path
	for {
		path, err := r.path()
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
		if !r.take(",") {
			break
		}
	}
	if err := r.finish(); err != nil {
		return nil, err
	}
	return &Projection{paths}, checkApart(ProjectionKind, paths)
}

// Names is the attributes that the projection needs, each once.
func (p *Projection) Names() []string { return tops(p.paths) }

func tops(paths []Path) []string {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = path.Top()
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Of returns the item's part that the projection asks for: maps with the members asked for, lists with the elements asked for, in
// their order.
func (p *Projection) Of(item attribute.Item) attribute.Item { return part(p.paths, item) }

// part keeps of a map what the paths lead to.
func part(paths []Path, of attribute.Item) attribute.Item {
	kept := attribute.Item{}
	for step, rest := range byFirstStep(paths) {
		if v, ok := of[step.Name]; ok && !step.isIndex() {
			if v, ok := partOfValue(rest, v); ok {
				kept[step.Name] = v
			}
		}
	}
	return kept
}

// partOfValue is v itself where a path ends here, and nothing where no path leads to anything.
func partOfValue(paths []Path, v attribute.Value) (attribute.Value, bool) {
	if slices.ContainsFunc(paths, func(p Path) bool { return len(p) == 0 }) {
		return v, true
	}
	switch v.Type {
	case attribute.M:
		kept := part(paths, v.Map)
		return attribute.Value{Type: attribute.M, Map: kept}, len(kept) > 0
	case attribute.L:
		steps := byFirstStep(paths)
		kept := attribute.Value{Type: attribute.L}
		for i, e := range v.List {
			if rest, ok := steps[Step{Index: i}]; ok {
				if e, ok := partOfValue(rest, e); ok {
					kept.List = append(kept.List, e)
				}
			}
		}
		return kept, len(kept.List) > 0
	}
	return attribute.Value{}, false
}

func byFirstStep(paths []Path) map[Step][]Path {
	by := map[Step][]Path{}
	for _, p := range paths {
		by[p[0]] = append(by[p[0]], p[1:])
	}
	return by
}
