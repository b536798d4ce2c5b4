package expression

import (
	"slices"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// Update is a parsed UpdateExpression.
type Update struct {
	sets    []set
	removes []Path
	adds    []change
	deletes []change
}

type (
	set struct {
		path  Path
		value term
	}
	// change is an ADD or a DELETE.
	change struct {
		path  Path
		value attribute.Value
	}
)

// term is what a SET takes a value from.
type term interface {
	// eval is the value for an item, or a refusal.
	eval(item attribute.Item) (attribute.Value, error)
}

type (
	sum struct {
		left, right term
		minus       bool
	}
	fallback struct { // if_not_exists
		path Path
		term term
	}
	join struct{ left, right term } // list_append
)

// ParseUpdate parses an UpdateExpression.
func ParseUpdate(text string, p *Placeholders) (*Update, error) {
	r, err := newParser(UpdateKind, text, p)
	if err != nil {
		return nil, err
	}
	u := &Update{}
	sections := map[string]func(*parser) error{"SET": u.parseSet, "REMOVE": u.parseRemove, "ADD": u.parseAdd, "DELETE": u.parseDelete}
	used := map[string]bool{}
	for r.next().kind != tokenEnd {
		name := ""
		for section := range sections {
			if r.take(section) {
				name = section
			}
		}
		if name == "" {
			return nil, r.syntaxError()
		}
		if used[name] {
			r.refuse("The %q section can only be used once in an update expression;", name)
		}
		used[name] = true
		for more := true; more; more = r.take(",") {
			if err := sections[name](r); err != nil {
				return nil, err
			}
		}
	}
	if err := r.finish(); err != nil {
		return nil, err
	}
	return u, checkApart(UpdateKind, u.Paths())
}

// Paths is what the update sets, removes, adds to and deletes from.
func (u *Update) Paths() []Path {
	var all []Path
	for _, s := range u.sets {
		all = append(all, s.path)
	}
	all = append(all, u.removes...)
	for _, c := range slices.Concat(u.adds, u.deletes) {
		all = append(all, c.path)
	}
	return all
}

func (u *Update) parseSet(r *parser) error {
	path, err := r.path()
	if err != nil {
		return err
	}
	if err := r.expect("="); err != nil {
		return err
	}
	left, err := r.term()
	if err != nil {
		return err
	}
	for _, sign := range []string{"+", "-"} {
		if r.take(sign) {
			r.operator()
			right, err := r.term()
			if err != nil {
				return err
			}
			r.checkTerm(sign, attribute.N, left, right)
			left = sum{left, right, sign == "-"}
			break
		}
	}
	u.sets = append(u.sets, set{path, left})
	return nil
}

// term reads a path, a value or a function.
func (r *parser) term() (term, error) {
	t := r.next()
	if t.kind == tokenValue {
		v, err := r.value()
		return constant{v}, err
	}
	if t.kind != tokenWord || !r.tokens[r.at+1].is("(") {
		return r.path()
	}
	r.at += 2
	if r.depth++; r.depth > maxNesting {
		return nil, r.kind.invalid("The expression is nested too deeply")
	}
	defer func() { r.depth-- }()
	r.operator()
	var arguments []term
	for more := true; more; more = r.take(",") {
		a, err := r.term()
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, a)
	}
	return r.updateFunction(t.text, arguments), r.expect(")")
}

// updateFunction makes a function's term, or refuses and makes any.
func (r *parser) updateFunction(name string, arguments []term) term {
	takes, known := functions[name]
	switch {
	case !known:
		r.refuse("Invalid function name; function: %s", name)
	case name != "if_not_exists" && name != "list_append":
		r.refuse("The function is not allowed in an update expression; function: %s", name)
	case len(arguments) != takes:
		r.refuse("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, len(arguments))
	case name == "list_append":
		r.checkTerm(name, attribute.L, arguments...)
		return join{arguments[0], arguments[1]}
	default:
		if path, ok := arguments[0].(Path); ok {
			return fallback{path, arguments[1]}
		}
		r.refuse("Operator or function requires a document path; operator or function: %s", name)
	}
	return constant{}
}

func (r *parser) checkTerm(operator string, want attribute.Type, terms ...term) {
	for _, t := range terms {
		if v, ok := t.(constant); ok && v.Type != "" && v.Type != want {
			r.refuse("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", operator, v.Type)
		}
	}
}

func (u *Update) parseRemove(r *parser) error {
	path, err := r.path()
	u.removes = append(u.removes, path)
	return err
}

func (u *Update) parseAdd(r *parser) error {
	c, err := r.change("ADD", func(t attribute.Type) bool { return t == attribute.N || t.IsSet() })
	u.adds = append(u.adds, c)
	return err
}

func (u *Update) parseDelete(r *parser) error {
	c, err := r.change("DELETE", attribute.Type.IsSet)
	u.deletes = append(u.deletes, c)
	return err
}

func (r *parser) change(section string, takes func(attribute.Type) bool) (change, error) {
	path, err := r.path()
	if err != nil {
		return change{}, err
	}
	v, err := r.value()
	if err != nil {
		return change{}, err
	}
	if v.Type != "" && !takes(v.Type) {
		r.refuse("Incorrect operand type for operator or function; operator: %s, operand type: %s, typeSet: ALLOWED_FOR_%s_OPERAND", section, v.Type, section)
	}
	if len(path) > 1 {
		r.refuse("%s can only be used on top-level attributes, not on nested ones; path: %s", section, path)
	}
	return change{path, v}, nil
}
