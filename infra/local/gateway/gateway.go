// Package gateway is the local stack's API Gateway: an HTTP API that turns requests into events for functions, and their answers
// into responses.
//
// # What it does
//
// [Gateway] is a [net/http.Handler]. It finds the route that the template declares for a request, holds it to the route's throttle
// and timeout, invokes the function with an event of payload version 2.0
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html) and answers as an HTTP API
// would: with what the function says, or with {"message": …} and a status that tells what went wrong.
//
//	403 Forbidden                  no signature, or a wrong one, where the API wants one
//	404 Not Found                  no route
//	413 Request Entity Too Large   more than 10 MB, or an event over Lambda's 6 MB
//	429 Too Many Requests          the route's throttle, or the function's concurrency
//	500 Internal Server Error      the function failed, or answered what is no response
//	503 Service Unavailable        the route's timeout is over; the function goes on
//
// All APIs of the template are one address here: an event's apiId says to which one its route belongs. CORS is answered as declared. Where an
// API has the authorizer AWS_IAM a request is signed by one of [Options].Identities with Signature Version 4, in its headers or its query.
//
// # What functions see
//
// The path is decoded before it is matched and handed over, and ends at a decoded question mark. Cookies are in cookies only. The
// body is text for text/*, application/json, application/xml and application/javascript, and base64 for all else, forms and
// bodies without a type included ([Options].Base64Forms). All this is documented nowhere: events recorded from HTTP APIs show it.
// sourceIp is the peer of the TCP connection whatever a header says.
//
// # What may be changed here
//
// What a function sees, and what a client gets, is API Gateway's to decide: change it only towards API Gateway. There is no authorizer but
// AWS_IAM, no policy that lets an identity call some routes only, no stage but $default, no $default route, and no mapping of parameters,
// because the template has none.
package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/runtime"
	"github.com/apppass/apppass/infra/local/template"
)

// Route is a declared route and the name of the function behind it.
type Route struct {
	template.Route
	Function string
}

// Routes are the routes of a template's functions.
func Routes(functions []template.Function) []Route {
	var all []Route
	for _, f := range functions {
		for _, r := range f.Routes {
			all = append(all, Route{Route: r, Function: f.Name})
		}
	}
	return all
}

// Invoke runs a function on an event, as [runtime.Runtime.Invoke] does. It returns when ctx ends.
type Invoke func(ctx context.Context, function string, event []byte) (runtime.Result, error)

// Options says how a gateway is made.
type Options struct {
	// Routes are all routes; the order does not matter.
	Routes []Route
	// APIs give the routes' APIs their ids, CORS and authorizers.
	APIs []template.API
	// Invoke runs the functions.
	Invoke Invoke
	// Identities are who may sign requests to the APIs that want that.
	Identities []Identity
	// Clock is the stack's time: the events' time, and what throttles and signatures go by. Timeouts are real time.
	Clock *clock.Clock
	// Base64Forms says of each request whether a body of application/x-www-form-urlencoded is base64 in the event. nil is always, as
	// HTTP APIs do. A function must read both: what is text is documented nowhere.
	Base64Forms func() bool
	// Observe, if set, hears of each request when it is answered. It is called from many goroutines.
	Observe func(Access)
}

// Access is one line of the access log. It has the route's key, never the path.
type Access struct {
	// RouteKey is "GET /r/{page+}", empty where no route matched; Function is the one behind it.
	RouteKey  string
	Function  string
	RequestID string
	Method    string
	// Status is the HTTP status, 0 where the client was gone.
	Status int
	// Took is real time; At, the beginning, is the stack's.
	Took time.Duration
	At   time.Time
}

const (
	// largestBody is HTTP APIs' limit, in bytes.
	largestBody = 10 << 20
	// longestIntegration is HTTP APIs' limit.
	longestIntegration = 30 * time.Second
)

// Gateway answers as an HTTP API.
type Gateway struct {
	options Options
	routes  []*route // the one that a request prefers comes first
	apis    map[string]template.API
}

// New makes a gateway. The routes are taken as [template.Load] gives them: well-formed, none twice.
func New(o Options) *Gateway {
	g := &Gateway{options: o, apis: map[string]template.API{}}
	for _, a := range o.APIs {
		g.apis[a.LogicalID] = a
	}
	g.routes = arrange(o.Routes)
	return g
}

// refusal is an answer of the gateway's own.
type refusal struct {
	status  int
	message string
}

var (
	forbidden     = &refusal{http.StatusForbidden, "Forbidden"}
	notFound      = &refusal{http.StatusNotFound, "Not Found"}
	tooLarge      = &refusal{http.StatusRequestEntityTooLarge, "Request Entity Too Large"}
	tooMany       = &refusal{http.StatusTooManyRequests, "Too Many Requests"}
	internalError = &refusal{http.StatusInternalServerError, "Internal Server Error"}
	unavailable   = &refusal{http.StatusServiceUnavailable, "Service Unavailable"}
	badRequest    = &refusal{http.StatusBadRequest, "Bad Request"}
	clientGone    = &refusal{0, ""}
)

// ServeHTTP answers one request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	begun := time.Now()
	in := request{Request: q, id: requestID(), at: g.options.Clock.Now(), path: decodedPath(q)}
	access := Access{RequestID: in.id, Method: q.Method, At: in.at}
	cors := g.cors(&in)
	var a *answer
	if cors.preflight {
		a = &answer{status: http.StatusNoContent, header: http.Header{}}
	} else if r, parameters := g.match(q.Method, in.path); r == nil {
		a = notFound.answer()
	} else {
		access.RouteKey, access.Function = r.key, r.Function
		a = g.serve(&in, r, parameters)
	}
	if access.Status = a.status; a.status != clientGone.status {
		cors.apply(a.header)
		a.header.Set("Apigw-Requestid", in.id)
		a.write(w)
	}
	if g.options.Observe != nil {
		access.Took = time.Since(begun)
		g.options.Observe(access)
	}
	if a.status == clientGone.status {
		panic(http.ErrAbortHandler) // how a handler closes the connection
	}
}

// serve runs the function behind a route.
func (g *Gateway) serve(q *request, r *route, parameters map[string]string) *answer {
	if !r.bucket.take(q.at) {
		return tooMany.answer()
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, q.Body, largestBody))
	if over := (*http.MaxBytesError)(nil); errors.As(err, &over) {
		return tooLarge.answer()
	} else if err != nil {
		return badRequest.answer()
	}
	e := g.event(q, r, parameters, body)
	if g.apis[r.API].IAM {
		who, ok := g.identify(q, body)
		if !ok {
			return forbidden.answer()
		}
		e.RequestContext.Authorizer = who.authorizer()
	}
	event, err := json.Marshal(e)
	if err != nil {
		return internalError.answer()
	}
	timeout := r.Timeout
	if timeout <= 0 || timeout > longestIntegration {
		timeout = longestIntegration
	}
	ctx, cancel := context.WithTimeout(q.Context(), timeout)
	defer cancel()
	result, err := g.options.Invoke(ctx, r.Function, event)
	switch {
	case q.Context().Err() != nil:
		return clientGone.answer()
	case errors.Is(err, context.DeadlineExceeded):
		return unavailable.answer()
	case errors.Is(err, runtime.ErrThrottled):
		return tooMany.answer()
	case errors.Is(err, runtime.ErrTooLarge):
		return tooLarge.answer()
	case err != nil || result.Failed:
		return internalError.answer()
	}
	a, err := read(result.Payload)
	if err != nil {
		return internalError.answer()
	}
	return a
}

// answer is the refusal as a response.
func (r *refusal) answer() *answer {
	return &answer{
		status: r.status, header: http.Header{"Content-Type": {"application/json"}},
		body: []byte(`{"message":"` + r.message + `"}`),
	}
}
