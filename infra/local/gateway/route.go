package gateway

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/template"
)

// route is a route, ready to be matched.
type route struct {
	Route
	key      string // "GET /r/{page+}"
	segments []segment
	bucket   *bucket
}

// segment is a part of a path between slashes: a text, or a variable's name.
type segment struct {
	text string
	kind kind
}

type kind int

const (
	literal kind = iota
	variable
	greedy // the rest of the path
)

// arrange puts the route first that a request prefers: a full match before a greedy one, a text before a variable, from left to
// right, and its own method before ANY.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
func arrange(routes []Route) []*route {
	var all []*route
	for _, r := range routes {
		arranged := &route{Route: r, key: r.Method + " " + r.Path, bucket: newBucket(r.Throttle)}
		for s := range strings.SplitSeq(strings.TrimPrefix(r.Path, "/"), "/") {
			arranged.segments = append(arranged.segments, parseSegment(s))
		}
		all = append(all, arranged)
	}
	slices.SortStableFunc(all, func(a, b *route) int {
		if c := cmp.Compare(a.last(), b.last()); c != 0 && (a.last() == greedy || b.last() == greedy) {
			return c
		}
		for i := range min(len(a.segments), len(b.segments)) {
			if c := cmp.Compare(a.segments[i].kind, b.segments[i].kind); c != 0 {
				return c
			}
		}
		return cmp.Or(cmp.Compare(len(a.segments), len(b.segments)), cmp.Compare(a.method(), b.method()))
	})
	return all
}

func (r *route) last() kind { return r.segments[len(r.segments)-1].kind }

// method orders a route's own method before ANY.
func (r *route) method() int {
	if r.Method == "ANY" {
		return 1
	}
	return 0
}

func parseSegment(s string) segment {
	name, isVariable := strings.CutPrefix(s, "{")
	if !isVariable {
		return segment{s, literal}
	}
	name = strings.TrimSuffix(name, "}")
	if name, isGreedy := strings.CutSuffix(name, "+"); isGreedy {
		return segment{name, greedy}
	}
	return segment{name, variable}
}

// match finds the route for a request, and the values of its path's variables; nil where there is none.
func (g *Gateway) match(method, path string) (*route, map[string]string) {
	for _, r := range g.routes {
		if r.Method != method && r.Method != "ANY" {
			continue
		}
		if parameters, ok := r.match(path); ok {
			return r, parameters
		}
	}
	return nil, nil
}

// match holds the path against the route's. A variable stands for a whole segment, a greedy one for one or more; neither for nothing.
func (r *route) match(path string) (map[string]string, bool) {
	rest, rooted := strings.CutPrefix(path, "/")
	if !rooted {
		return nil, false
	}
	parameters := map[string]string{}
	for i, s := range r.segments {
		if s.kind == greedy {
			parameters[s.text] = rest
			return parameters, rest != ""
		}
		part, after, more := strings.Cut(rest, "/")
		if more != (i < len(r.segments)-1) {
			return nil, false
		}
		switch {
		case s.kind == literal && part != s.text, s.kind == variable && part == "":
			return nil, false
		case s.kind == variable:
			parameters[s.text] = part
		}
		rest = after
	}
	return parameters, true
}

// bucket is a route's throttle; nil lets everything through.
type bucket struct {
	template.Throttle

	mu     sync.Mutex
	tokens float64
	filled time.Time // when tokens was right
}

func newBucket(t *template.Throttle) *bucket {
	if t == nil {
		return nil
	}
	return &bucket{Throttle: *t, tokens: float64(t.Burst)}
}

// take takes a token, if there is one.
func (b *bucket) take(now time.Time) bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if elapsed := now.Sub(b.filled); elapsed > 0 {
		b.tokens = min(b.tokens+b.Rate*elapsed.Seconds(), float64(b.Burst))
	}
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
