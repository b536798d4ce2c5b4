package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/gateway"
	"github.com/apppass/apppass/infra/local/runtime"
	"github.com/apppass/apppass/infra/local/template"
)

// stage is a gateway behind a real listener. Its function answers what answer says, and keeps the events.
type stage struct {
	*httptest.Server
	t      *testing.T
	clock  *clock.Clock
	answer func(ctx context.Context) (runtime.Result, error)
	events chan []byte
	access chan gateway.Access
}

func start(t *testing.T, o gateway.Options) *stage {
	t.Helper()
	s := &stage{t: t, clock: clock.New(0), events: make(chan []byte, 100), access: make(chan gateway.Access, 100)}
	s.says(`{"statusCode":200}`)
	if o.Routes == nil {
		o.Routes = routes("ANY /{proxy+}", "ANY /")
	}
	o.Clock = s.clock
	o.Invoke = func(ctx context.Context, _ string, event []byte) (runtime.Result, error) {
		s.events <- event
		return s.answer(ctx)
	}
	o.Observe = func(a gateway.Access) { s.access <- a }
	s.Server = httptest.NewServer(gateway.New(o))
	t.Cleanup(s.Close)
	return s
}

// says has the function answer payload.
func (s *stage) says(payload string) {
	s.answer = func(context.Context) (runtime.Result, error) { return runtime.Result{Payload: []byte(payload)}, nil }
}

// routes declares routes by their keys; the function has the key as its name.
func routes(keys ...string) []gateway.Route {
	var all []gateway.Route
	for _, key := range keys {
		method, path, _ := strings.Cut(key, " ")
		all = append(all, gateway.Route{Route: template.Route{API: "PeopleApi", Method: method, Path: path, Timeout: 30 * time.Second}, Function: key})
	}
	return all
}

// send makes a request and returns the response, read.
func (s *stage) send(method, path string, header http.Header, body string) (*http.Response, string) {
	s.t.Helper()
	q, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, values := range header {
		q.Header[name] = values
	}
	if host := header.Get("Host"); host != "" {
		q.Host = host
	}
	a, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return a, string(text)
}

// event is what the function got last.
func (s *stage) event() events.APIGatewayV2HTTPRequest {
	s.t.Helper()
	var e events.APIGatewayV2HTTPRequest
	select {
	case raw := <-s.events:
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&e); err != nil {
			s.t.Fatalf("the event %s: %v", raw, err)
		}
	default:
		s.t.Fatal("the function was not invoked")
	}
	return e
}
