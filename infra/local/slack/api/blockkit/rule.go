package blockkit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// rule judges the value v that stands at a pointer.
type rule func(c *check, at string, v any)

// check is one judgement in progress.
type check struct {
	surface  Surface
	problems []Problem
}

func (c *check) refuse(at, format string, args ...any) {
	c.problems = append(c.problems, Problem{Text: fmt.Sprintf(format, args...), Pointer: at})
}

// member is a member of an object: required where need made it, optional where may did.
type member struct {
	rule     rule
	required bool
}

type members map[string]member

func need(r rule) member { return member{r, true} }
func may(r rule) member  { return member{r, false} }

// object is an object with these members and no others, for which the further rules hold too. null is as good as absent.
func object(m members, further ...rule) rule {
	names := slices.Sorted(maps.Keys(m))
	return func(c *check, at string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.refuse(at, "must provide an object")
			return
		}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			if _, known := m[name]; !known {
				c.refuse(at, "invalid additional property: %s", name)
			}
		}
		for _, name := range names {
			switch {
			case o[name] != nil:
				m[name].rule(c, at+"/"+name, o[name])
			case m[name].required:
				c.refuse(at, "missing required field: %s", name)
			}
		}
		for _, r := range further {
			r(c, at, v)
		}
	}
}

// tagged is an object whose type names the rule for it.
func tagged(kinds map[string]rule) rule {
	return func(c *check, at string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.refuse(at, "must provide an object")
			return
		}
		kind, ok := o["type"].(string)
		if !ok {
			c.refuse(at, "missing required field: type")
			return
		}
		r, ok := kinds[kind]
		if !ok {
			c.refuse(at+"/type", "unsupported type: %s", kind)
			return
		}
		r(c, at, v)
	}
}

// list is an array of least to most items.
func list(least, most int, item rule) rule {
	return func(c *check, at string, v any) {
		l, ok := v.([]any)
		if !ok {
			c.refuse(at, "must provide an array")
			return
		}
		if len(l) < least {
			c.refuse(at, "no less than %d items allowed", least)
		}
		if len(l) > most {
			c.refuse(at, "no more than %d items allowed", most)
			return
		}
		for i, one := range l {
			item(c, at+"/"+strconv.Itoa(i), one)
		}
	}
}

// str is a string of least to most code points.
func str(least, most int) rule {
	return func(c *check, at string, v any) {
		s, ok := v.(string)
		if !ok {
			c.refuse(at, "must provide a string")
			return
		}
		n := utf8.RuneCountInString(s)
		if n < least {
			c.refuse(at, "must be more than %d characters", least-1)
		}
		if n > most {
			c.refuse(at, "must be less than %d characters", most+1)
		}
	}
}

// among is one of these strings.
func among(values ...string) rule {
	return func(c *check, at string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			c.refuse(at, "value must be one of %q", values)
		}
	}
}

func boolean(c *check, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.refuse(at, "must provide a boolean")
	}
}

// whole is an integer from least to most.
func whole(least, most int) rule {
	return func(c *check, at string, v any) {
		n, ok := v.(float64)
		if !ok || n != float64(int64(n)) {
			c.refuse(at, "must provide an integer")
			return
		}
		if n < float64(least) || n > float64(most) {
			c.refuse(at, "must be from %d to %d", least, most)
		}
	}
}

// oneOf says that exactly one of the named members is there.
func oneOf(names ...string) rule {
	return func(c *check, at string, v any) {
		var there int
		for _, name := range names {
			if v.(map[string]any)[name] != nil {
				there++
			}
		}
		if there != 1 {
			c.refuse(at, "must provide exactly one of %q", names)
		}
	}
}

// anyOf says that at least one of the named members is there.
func anyOf(names ...string) rule {
	return func(c *check, at string, v any) {
		for _, name := range names {
			if v.(map[string]any)[name] != nil {
				return
			}
		}
		c.refuse(at, "must provide one of %q", names)
	}
}
