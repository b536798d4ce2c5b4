package gateway_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/gateway"
	"github.com/apppass/apppass/infra/local/runtime"
)

func TestAnswersBecomeResponses(t *testing.T) {
	for name, c := range map[string]struct {
		payload     string
		status      int
		contentType string
		body        string
	}{
		"a response":               {`{"statusCode":201,"headers":{"content-type":"text/html","x":1,"y":true},"body":"<p>"}`, 201, "text/html", "<p>"},
		"without a type":           {`{"statusCode":200,"body":"hello"}`, 200, "text/plain; charset=utf-8", "hello"},
		"without a body":           {`{"statusCode":200}`, 200, "text/plain; charset=utf-8", ""},
		"a status in quotes":       {`{"statusCode":"418","body":null}`, 418, "text/plain; charset=utf-8", ""},
		"base64":                   {`{"statusCode":200,"body":"iVBORw==","isBase64Encoded":true,"headers":{"Content-Type":"image/png"}}`, 200, "image/png", "\x89PNG"},
		"no content":               {`{"statusCode":204}`, 204, "", ""},
		"multi-values are ignored": {`{"statusCode":200,"multiValueHeaders":{"Content-Type":["a/b"]}}`, 200, "text/plain; charset=utf-8", ""},
		"an object without status": {`{"state":"claimed"}`, 200, "application/json", `{"state":"claimed"}`},
		"a text":                   {`"hello"`, 200, "application/json", "hello"},
		"a list":                   {`[1]`, 200, "application/json", "[1]"},
		"null":                     {`null`, 200, "application/json", "null"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, gateway.Options{})
			s.says(c.payload)
			a, body := s.send("GET", "/", nil, "")
			if a.StatusCode != c.status || a.Header.Get("Content-Type") != c.contentType || body != c.body {
				t.Errorf("answer %s: got %d %q %q, want %d %q %q", c.payload, a.StatusCode, a.Header.Get("Content-Type"), body, c.status, c.contentType, c.body)
			}
			if a.Header.Get("Apigw-Requestid") != s.event().RequestContext.RequestID {
				t.Errorf("got Apigw-Requestid %q, not the event's", a.Header.Get("Apigw-Requestid"))
			}
		})
	}
}

func TestHeadersAndCookiesOfAnAnswer(t *testing.T) {
	s := start(t, gateway.Options{})
	s.says(`{"statusCode":303,"headers":{"location":"/next","Connection":"close","Content-Length":"99","cache-control":"no-store"},"cookies":["a=1; Path=/","b=2"]}`)
	a, _ := s.send("GET", "/", nil, "")
	got := fmt.Sprint(a.StatusCode, a.Header["Location"], a.Header["Cache-Control"], a.Header["Set-Cookie"], a.ContentLength, a.Close)
	if want := fmt.Sprint(303, []string{"/next"}, []string{"no-store"}, []string{"a=1; Path=/", "b=2"}, 0, false); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHEADHasNoBody(t *testing.T) {
	s := start(t, gateway.Options{Routes: routes("HEAD /page")})
	s.says(`{"statusCode":200,"body":"hello"}`)
	a, body := s.send("HEAD", "/page", nil, "")
	if a.StatusCode != 200 || body != "" || a.ContentLength != 5 {
		t.Errorf("got %d, body %q, length %d; want 200, none, 5", a.StatusCode, body, a.ContentLength)
	}
}

func TestWhatGoesWrongIsTold(t *testing.T) {
	fails := func(r runtime.Result, err error) func(context.Context) (runtime.Result, error) {
		return func(context.Context) (runtime.Result, error) { return r, err }
	}
	says := func(payload string) func(context.Context) (runtime.Result, error) {
		return fails(runtime.Result{Payload: []byte(payload)}, nil)
	}
	const internal, unavailable = `{"message":"Internal Server Error"}`, `{"message":"Service Unavailable"}`
	for name, c := range map[string]struct {
		answer func(context.Context) (runtime.Result, error)
		status int
		body   string
	}{
		"a function error":       {fails(runtime.Result{Payload: []byte(`{"statusCode":200}`), Failed: true}, nil), 500, internal},
		"the function timed out": {fails(runtime.Result{Failed: true, ErrorType: "Sandbox.Timedout"}, nil), 500, internal},
		"no invocation":          {fails(runtime.Result{}, fmt.Errorf("invoke: %w", runtime.ErrService)), 500, internal},
		"no such function":       {fails(runtime.Result{}, runtime.ErrUnknown), 500, internal},
		"a throttled function":   {fails(runtime.Result{}, fmt.Errorf("invoke: %w", runtime.ErrThrottled)), 429, `{"message":"Too Many Requests"}`},
		"too large an event":     {fails(runtime.Result{}, runtime.ErrTooLarge), 413, `{"message":"Request Entity Too Large"}`},
		"the route's timeout": {func(ctx context.Context) (runtime.Result, error) {
			<-ctx.Done()
			return runtime.Result{}, fmt.Errorf("invoke: %w", ctx.Err())
		}, 503, unavailable},
		"not JSON":               {says(`oops`), 500, internal},
		"nothing":                {says(``), 500, internal},
		"no status":              {says(`{"statusCode":null}`), 500, internal},
		"a status out of range":  {says(`{"statusCode":99}`), 500, internal},
		"a status that is none":  {says(`{"statusCode":"ok"}`), 500, internal},
		"a body that is no text": {says(`{"statusCode":200,"body":{}}`), 500, internal},
		"base64 that is none":    {says(`{"statusCode":200,"body":"*","isBase64Encoded":true}`), 500, internal},
		"a header with a list":   {says(`{"statusCode":200,"headers":{"a":["b"]}}`), 500, internal},
		"a header with a line":   {says(`{"statusCode":200,"headers":{"a":"b\r\nc: d"}}`), 500, internal},
		"cookies that are none":  {says(`{"statusCode":200,"cookies":{}}`), 500, internal},
	} {
		t.Run(name, func(t *testing.T) {
			declared := routes("GET /x")
			declared[0].Timeout = 20 * time.Millisecond
			if name != "the route's timeout" {
				declared[0].Timeout = 0
			}
			s := start(t, gateway.Options{Routes: declared})
			s.answer = c.answer
			a, body := s.send("GET", "/x", nil, "")
			if a.StatusCode != c.status || body != c.body || a.Header.Get("Content-Type") != "application/json" {
				t.Errorf("got %d %s %s, want %d %s", a.StatusCode, a.Header.Get("Content-Type"), body, c.status, c.body)
			}
		})
	}
}
