package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/apppass/apppass/infra/local/template"
)

// cors is what an API's CORS makes of a request. The zero value is an API that has none.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
type cors struct {
	preflight bool
	declared  *template.CORS
	origin    string // the request's, where it is allowed
}

// cors finds the API that a request is for by its path; a preflight's method is the one that it asks about.
func (g *Gateway) cors(q *request) cors {
	origin, asked := q.Header.Get("Origin"), q.Header.Get("Access-Control-Request-Method")
	preflight := q.Method == http.MethodOptions && origin != "" && asked != ""
	method := q.Method
	if preflight {
		method = asked
	}
	r, _ := g.match(method, q.path)
	if r == nil && preflight {
		r = g.matchAny(q.path)
	}
	if r == nil || g.apis[r.API].CORS == nil {
		return cors{}
	}
	c := cors{preflight: preflight, declared: g.apis[r.API].CORS}
	if origin != "" && slices.ContainsFunc(c.declared.AllowOrigins, func(allowed string) bool { return allows(allowed, origin) }) {
		c.origin = origin
	}
	return c
}

// matchAny finds a route for the path, whatever its method.
func (g *Gateway) matchAny(path string) *route {
	for _, r := range g.routes {
		if _, ok := r.match(path); ok {
			return r
		}
	}
	return nil
}

// allows holds an origin against a declared one: itself, "*", "http://*" or "https://*".
func allows(declared, origin string) bool {
	prefix, isPattern := strings.CutSuffix(declared, "*")
	return declared == origin || isPattern && strings.HasPrefix(origin, prefix)
}

// apply puts the API's headers in the place of the function's own.
func (c cors) apply(h http.Header) {
	if c.declared == nil {
		return
	}
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			h.Del(name)
		}
	}
	if c.origin == "" {
		return
	}
	h.Set("Access-Control-Allow-Origin", c.origin)
	if slices.Contains(c.declared.AllowOrigins, "*") && !c.declared.AllowCredentials {
		h.Set("Access-Control-Allow-Origin", "*")
	} else {
		h.Add("Vary", "Origin")
	}
	if c.declared.AllowCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if !c.preflight {
		set(h, "Access-Control-Expose-Headers", c.declared.ExposeHeaders)
		return
	}
	set(h, "Access-Control-Allow-Methods", c.declared.AllowMethods)
	set(h, "Access-Control-Allow-Headers", c.declared.AllowHeaders)
	if c.declared.MaxAge != 0 {
		h.Set("Access-Control-Max-Age", strconv.Itoa(c.declared.MaxAge))
	}
}

func set(h http.Header, name string, values []string) {
	if len(values) > 0 {
		h.Set(name, strings.Join(values, ","))
	}
}
