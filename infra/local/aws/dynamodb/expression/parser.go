package expression

import (
	"math"
	"strconv"
	"strings"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// What DynamoDB takes at most.
const (
	maxLength    = 4096
	maxOperators = 300
	maxPath      = 32 // steps after the attribute's name
	maxIn        = 100
)

// parser reads one expression's tokens. A syntax error ends it at once; anything else that is wrong is kept until the syntax is known
// to be right, as DynamoDB does.
type parser struct {
	kind      Kind
	text      string
	p         *Placeholders
	tokens    []token
	at        int
	operators int
	depth     int // open parentheses, NOTs and function calls
	refusal   error
}

func newParser(kind Kind, text string, p *Placeholders) (*parser, error) {
	if strings.TrimSpace(text) == "" {
		return nil, kind.invalid("The expression can not be empty;")
	}
	if len(text) > maxLength {
		return nil, kind.invalid("Expression size has exceeded the maximum allowed size; expression size: %d", len(text))
	}
	return &parser{kind: kind, text: text, p: p, tokens: scan(text)}, nil
}

func (r *parser) next() token { return r.tokens[r.at] }

// take steps over a symbol or keyword, if it is next.
func (r *parser) take(what string) bool {
	if !r.next().is(what) {
		return false
	}
	r.at++
	return true
}

func (r *parser) expect(what string) error {
	if !r.take(what) {
		return r.syntaxError()
	}
	return nil
}

// syntaxError names the next token and what stands around it.
func (r *parser) syntaxError() error {
	t := r.next()
	begin, end := t.begin, t.end
	if r.at > 0 {
		begin = r.tokens[r.at-1].begin
	}
	if r.at+1 < len(r.tokens) {
		end = r.tokens[r.at+1].end
	}
	return r.kind.invalid("Syntax error; token: %q, near: %q", t.text, r.text[begin:end])
}

// refuse keeps the first refusal that is not about syntax.
func (r *parser) refuse(format string, args ...any) {
	if r.refusal == nil {
		r.refusal = r.kind.invalid(format, args...)
	}
}

// operator counts one.
func (r *parser) operator() {
	if r.operators++; r.operators == maxOperators+1 {
		r.refuse("The expression contains too many operators; operator count: %d", r.operators)
	}
}

// finish demands the end.
func (r *parser) finish() error {
	if r.next().kind != tokenEnd {
		return r.syntaxError()
	}
	return r.refusal
}

// path reads a document path.
func (r *parser) path() (Path, error) {
	name, err := r.name()
	if err != nil {
		return nil, err
	}
	path := Path{{Name: name}}
	for {
		switch {
		case r.take("."):
			if name, err = r.name(); err != nil {
				return nil, err
			}
			path = append(path, Step{Name: name})
		case r.take("["):
			index, err := r.index()
			if err != nil {
				return nil, err
			}
			path = append(path, Step{Index: index})
		default:
			if len(path) > maxPath+1 {
				r.refuse("The document path has too many nesting elements; nesting: %d", len(path))
			}
			return path, nil
		}
	}
}

func (r *parser) name() (string, error) {
	t := r.next()
	switch t.kind {
	case tokenWord:
		if reserved[strings.ToUpper(t.text)] {
			r.refuse("Attribute name is a reserved keyword; reserved keyword: %s", t.text)
		}
		r.at++
		return t.text, nil
	case tokenName:
		name, ok := r.p.names[t.text]
		if !ok {
			r.refuse("An expression attribute name used in the document path is not defined; attribute name: %s", t.text)
			name = t.text
		}
		r.p.usedNames[t.text] = true
		r.at++
		return name, nil
	}
	return "", r.syntaxError()
}

func (r *parser) index() (int, error) {
	t := r.next()
	if t.kind != tokenIndex {
		return 0, r.syntaxError()
	}
	index, err := strconv.Atoi(t.text)
	if err != nil || index > math.MaxInt32 {
		r.refuse("List index is not within the allowable range; index: [%s]", t.text)
	}
	r.at++
	return index, r.expect("]")
}

// value reads a value's placeholder.
func (r *parser) value() (attribute.Value, error) {
	t := r.next()
	if t.kind != tokenValue {
		return attribute.Value{}, r.syntaxError()
	}
	v, ok := r.p.values[t.text]
	if !ok {
		r.refuse("An expression attribute value used in expression is not defined; attribute value: %s", t.text)
	}
	r.p.usedValues[t.text] = true
	r.at++
	return v, nil
}
