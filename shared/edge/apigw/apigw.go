// Package apigw lets a net/http handler serve an HTTP API: it turns events of payload version 2.0 into requests, and what the handler
// writes into answers.
//
// # What is promised
//
// The body is decoded before the handler sees it, whichever way API Gateway has delivered it; a signature is checked over the bytes that
// were sent. The request's context has the invocation's deadline less a margin, so that an answer still gets out. A panic is answered
// with 500 and logged by its type and route only. No path, header or body is ever logged. [Caller] is who has signed the request, where the
// route wants that; no header can say so.
//
// The event's shape is https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
//
// # What may be changed here
//
// Nothing here knows a route. What an event means is API Gateway's to say, and what an answer means net/http's: change it only towards
// them.
package apigw

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// margin is what is kept of the invocation's time for answering.
const margin = 500 * time.Millisecond

// Adapter serves events with a handler.
type Adapter struct {
	handler http.Handler
	log     *slog.Logger
}

// New returns an adapter.
func New(handler http.Handler, log *slog.Logger) *Adapter { return &Adapter{handler, log} }

// Handle serves one event. It returns no error: what goes wrong is an answer.
func (a *Adapter) Handle(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-margin))
		defer cancel()
	}
	r, err := request(withCaller(ctx, e), e)
	if err != nil {
		a.log.WarnContext(ctx, "an event that is no request", "route", e.RouteKey, "cause", err.Error())
		return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusBadRequest}, nil
	}
	w := &recorder{header: http.Header{}}
	begun := time.Now()
	a.serve(w, r, e.RouteKey)
	a.log.InfoContext(ctx, "answered", "route", e.RouteKey, "status", w.code(), "ms", time.Since(begun).Milliseconds())
	if r.Method == http.MethodHead {
		w.body.Reset() // as net/http's server does (RFC 9110 §9.3.2)
	}
	return w.response(), nil
}

func (a *Adapter) serve(w *recorder, r *http.Request, route string) {
	defer func() {
		if p := recover(); p != nil {
			// The value may quote what was sent.
			a.log.ErrorContext(r.Context(), "panic", "route", route, "cause", fmt.Sprintf("%T", p))
			// What protects the answer stays; what described its body goes with it.
			for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Length"} {
				w.header.Del(name)
			}
			*w = recorder{header: w.header, status: http.StatusInternalServerError}
		}
	}()
	a.handler.ServeHTTP(w, r)
}

func request(ctx context.Context, e events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, fmt.Errorf("the body is no base64") // the decoder's error would say where in the body
		}
	}
	// The path is decoded, whatever its name: a % or ? in it is one that the client has escaped.
	if !strings.HasPrefix(e.RawPath, "/") {
		return nil, fmt.Errorf("the path is none")
	}
	r, err := http.NewRequestWithContext(ctx, e.RequestContext.HTTP.Method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("the method is none")
	}
	r.URL = &url.URL{Path: e.RawPath, RawQuery: e.RawQueryString}
	for name, value := range e.Headers {
		// Several values of one name arrive joined by commas; they stay so.
		r.Header.Set(name, value)
	}
	for _, cookie := range e.Cookies {
		r.Header.Add("Cookie", cookie)
	}
	r.Host = r.Header.Get("Host")
	if r.Host == "" {
		r.Host = e.RequestContext.DomainName
	}
	r.RequestURI = r.URL.RequestURI()
	if ip, err := netip.ParseAddr(e.RequestContext.HTTP.SourceIP); err == nil {
		r.RemoteAddr = netip.AddrPortFrom(ip, 0).String()
	}
	return r, nil
}

// recorder keeps what a handler writes.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is the answer's header.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader sets the status; the first one counts.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write adds to the body.
func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// response is what was written: as text where it is text, else in base64.
func (w *recorder) response() events.APIGatewayV2HTTPResponse {
	out := events.APIGatewayV2HTTPResponse{StatusCode: w.code(), Headers: map[string]string{}}
	for name, values := range w.header {
		if name == "Set-Cookie" {
			out.Cookies = values
			continue
		}
		out.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	if w.header.Get("Content-Encoding") == "" && utf8.Valid(w.body.Bytes()) {
		out.Body = w.body.String()
	} else {
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
	}
	return out
}
