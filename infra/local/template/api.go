package template

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// apiSettings are the throttles of an API, by route key; "" is the default of all routes.
type apiSettings map[string]*Throttle

func (l *loader) readAPI(r *resource) {
	o := l.properties(r, "HttpApi")
	o.ignore("Description", "AccessLogSettings", "Domain", "Tags", "PropagateTags", "FailOnWarnings", "DisableExecuteApiEndpoint")
	a := API{LogicalID: r.id, Name: o.textOr("Name", l.nameOf(r)), ID: l.fill(r, kinds[r.kind].ref)}
	o.oneOf("StageName", "$default")
	settings := apiSettings{}
	settings[""] = o.throttle("DefaultRouteSettings")
	routes := o.object("RouteSettings")
	for _, m := range slices.Clone(routes.rest) {
		settings[m.name] = routes.throttle(m.name)
	}
	a.CORS = o.cors()
	a.IAM = o.iam()
	o.done()
	l.settings[r.id] = settings
	l.out.APIs = append(l.out.APIs, a)
}

// throttle takes route settings; nil where they set no limit.
func (o *object) throttle(name string) *Throttle {
	if !o.has(name) {
		return nil
	}
	s := o.object(name)
	s.ignore("DetailedMetricsEnabled", "DataTraceEnabled", "LoggingLevel")
	defer s.done()
	if !s.has("ThrottlingRateLimit") && !s.has("ThrottlingBurstLimit") {
		return nil
	}
	t := &Throttle{Burst: s.number("ThrottlingBurstLimit", 5000, 0, 5000)}
	n := s.node("ThrottlingRateLimit")
	if n == nil {
		t.Rate = 10000
		return t
	}
	var err error
	if t.Rate, err = strconv.ParseFloat(s.scalar("ThrottlingRateLimit", n), 64); err != nil || t.Rate < 0 {
		o.l.failf(n, "%s: ThrottlingRateLimit is %q, not a rate", s.what, n.Value)
	}
	return t
}

// cors takes CorsConfiguration: a mapping, or true for any origin; nil where there is none.
func (o *object) cors() *CORS {
	n := o.node("CorsConfiguration")
	switch {
	case n == nil || n.Value == "false":
		return nil
	case n.Value == "true":
		return &CORS{AllowOrigins: []string{"*"}}
	}
	c := o.l.object(o.what+": CorsConfiguration", n)
	defer c.done()
	return &CORS{
		AllowOrigins:     c.list("AllowOrigins"),
		AllowMethods:     c.list("AllowMethods"),
		AllowHeaders:     c.list("AllowHeaders"),
		ExposeHeaders:    c.list("ExposeHeaders"),
		AllowCredentials: c.flag("AllowCredentials"),
		MaxAge:           c.number("MaxAge", 0, -1, 86400),
	}
}

// iam takes Auth, which says that every route wants a signature. An authorizer that is there and protects no route is a fault: nobody means
// that.
func (o *object) iam() bool {
	if !o.has("Auth") {
		return false
	}
	a := o.object("Auth")
	defer a.done()
	enabled, used := a.flag("EnableIamAuthorizer"), a.has("DefaultAuthorizer")
	if a.oneOf("DefaultAuthorizer", "AWS_IAM"); !enabled || !used {
		o.l.failf(orElse(a.at, o.at), "%s: the local stack knows EnableIamAuthorizer: true with DefaultAuthorizer: AWS_IAM only", a.what)
	}
	return true
}

var (
	methods = []string{"ANY", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
	// path is what API Gateway takes: segments, variables as whole segments, a greedy one only at the end.
	path = regexp.MustCompile(`^/$|^(/([A-Za-z0-9._~!$&'()*,;=:@-]+|\{[A-Za-z0-9._-]+\}))*(/\{[A-Za-z0-9._-]+\+\})?/?$`)
	// variable is one, to compare routes by shape.
	variable = regexp.MustCompile(`\{[^}+]+(\+?)\}`)
)

func (l *loader) readRoute(f *Function, o *object) {
	route := Route{
		Method:   strings.ToUpper(o.required("Method")),
		Path:     o.required("Path"),
		Timeout:  time.Duration(o.number("TimeoutInMillis", 30000, 50, 30000)) * time.Millisecond,
		Throttle: o.throttle("RouteSettings"),
	}
	o.oneOf("PayloadFormatVersion", "2.0")
	if !slices.Contains(methods, route.Method) {
		l.failf(o.at, "%s: there is no method %s", o.what, route.Method)
	}
	if route.Path == "" || !path.MatchString(route.Path) {
		l.failf(o.at, "%s: API Gateway takes no path like %q", o.what, route.Path)
	}
	n := o.node("ApiId")
	id := o.scalar("ApiId", n)
	for _, r := range l.resources {
		if r.kind == "AWS::Serverless::HttpApi" && !r.absent && l.fill(r, kinds[r.kind].ref) == id {
			route.API = r.id
		}
	}
	o.done()
	if route.API == "" {
		l.failf(orElse(n, o.at), "%s: ApiId must refer to an AWS::Serverless::HttpApi of this template", o.what)
		return
	}
	l.note(route.API, f.LogicalID) // the API needs the function behind its route
	f.Routes = append(f.Routes, route)
}

// settleRoutes gives each route the throttle of its API where it has none of its own.
func (l *loader) settleRoutes() {
	used := map[string]bool{}
	for _, f := range l.out.Functions {
		for i := range f.Routes {
			r := &f.Routes[i]
			key := r.Method + " " + r.Path
			used[r.API+" "+key] = true
			for _, t := range []*Throttle{l.settings[r.API][key], l.settings[r.API][""]} {
				if r.Throttle == nil {
					r.Throttle = t
				}
			}
		}
	}
	for id, settings := range l.settings {
		for key := range settings {
			if key != "" && !used[id+" "+key] {
				l.failf(l.resources[id].node, "%s: RouteSettings for %q, which is no route of it", id, key)
			}
		}
	}
}

// refuseDoubleRoutes finds routes that would catch the same requests: all APIs share one address locally.
func (l *loader) refuseDoubleRoutes() {
	owner := map[string]string{}
	for _, f := range l.out.Functions {
		for _, r := range f.Routes {
			shape := r.Method + " " + variable.ReplaceAllString(r.Path, "{$1}")
			mine := r.Method + " " + r.Path + " of " + f.LogicalID + " at " + r.API
			if other, ok := owner[shape]; ok {
				l.failf(l.resources[f.LogicalID].node, "a route is declared twice: %s, and %s", other, mine)
			}
			owner[shape] = mine
		}
	}
}
