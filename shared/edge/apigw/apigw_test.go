package apigw

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

// event is the smallest that there is.
func event(method, path string) events.APIGatewayV2HTTPRequest {
	e := events.APIGatewayV2HTTPRequest{Version: "2.0", RouteKey: "ANY /{all+}", RawPath: path, Headers: map[string]string{"host": "api.example"}}
	e.RequestContext.HTTP.Method, e.RequestContext.HTTP.Path, e.RequestContext.HTTP.SourceIP = method, path, "192.0.2.1"
	e.RequestContext.DomainName = "fallback.example"
	return e
}

// serve has the handler serve the event, and returns what was answered and logged.
func serve(t *testing.T, e events.APIGatewayV2HTTPRequest, handler http.HandlerFunc) (events.APIGatewayV2HTTPResponse, string) {
	t.Helper()
	var log bytes.Buffer
	answer, err := New(handler, slog.New(slog.NewJSONHandler(&log, nil))).Handle(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return answer, log.String()
}

// got is the request that a handler sees.
func got(t *testing.T, e events.APIGatewayV2HTTPRequest) *http.Request {
	t.Helper()
	var seen *http.Request
	answer, _ := serve(t, e, func(_ http.ResponseWriter, r *http.Request) { seen = r })
	if seen == nil {
		t.Fatalf("it was not served: %d", answer.StatusCode)
	}
	return seen
}

func TestTheBodyIsWhatWasSent(t *testing.T) {
	for _, c := range []struct {
		name, body string
		base64     bool
		want       string
	}{
		{"text", "text=new+Thunderbird", false, "text=new+Thunderbird"},
		{"base64", "dGV4dD1uZXcrVGh1bmRlcmJpcmQ=", true, "text=new+Thunderbird"},
		{"bytes", "AP/+", true, "\x00\xff\xfe"},
		{"text that looks like base64", "dGV4dA==", false, "dGV4dA=="},
		{"nothing", "", false, ""},
		{"nothing in base64", "", true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := event("POST", "/x")
			e.Body, e.IsBase64Encoded = c.body, c.base64
			body, err := io.ReadAll(got(t, e).Body)
			if string(body) != c.want || err != nil {
				t.Errorf("got %q, %v; want %q", body, err, c.want)
			}
		})
	}
}

func TestThePathIsWhatTheClientHasMeant(t *testing.T) {
	for path, uri := range map[string]string{
		"/r/open":          "/r/open?a=%20b&a=c",
		"/r/open#AbQT9H0T": "/r/open%23AbQT9H0T?a=%20b&a=c", // a link whose # became %23
		"/r/50%":           "/r/50%25?a=%20b&a=c",
		"/r/why?":          "/r/why%3F?a=%20b&a=c",
		"/r/a b":           "/r/a%20b?a=%20b&a=c",
		"//elsewhere/x":    "//elsewhere/x?a=%20b&a=c",
	} {
		e := event("GET", path)
		e.RawQueryString = "a=%20b&a=c"
		r := got(t, e)
		if r.URL.Path != path || r.URL.Host != "" || r.RequestURI != uri || r.URL.RawQuery != e.RawQueryString {
			t.Errorf("%s: got the path %s of the host %q, and the URI %s, want %s", path, r.URL.Path, r.URL.Host, r.RequestURI, uri)
		}
	}
}

func TestWhoAsksAndWhom(t *testing.T) {
	for _, c := range []struct{ name, host, source, wantHost, wantRemote string }{
		{"IPv4", "api.example", "192.0.2.1", "api.example", "192.0.2.1:0"},
		{"IPv6", "api.example", "2001:db8::1", "api.example", "[2001:db8::1]:0"},
		{"no address", "api.example", "", "api.example", ""},
		{"no host", "", "192.0.2.1", "fallback.example", "192.0.2.1:0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := event("GET", "/x")
			e.Headers["host"], e.RequestContext.HTTP.SourceIP = c.host, c.source
			if r := got(t, e); r.Host != c.wantHost || r.RemoteAddr != c.wantRemote {
				t.Errorf("got %s from %s, want %s from %s", r.Host, r.RemoteAddr, c.wantHost, c.wantRemote)
			}
		})
	}
}

func TestHeadersAndCookiesArrive(t *testing.T) {
	e := event("GET", "/x")
	e.Headers["x-forwarded-for"] = "198.51.100.1, 192.0.2.1"
	e.Headers["accept"] = "text/html,*/*"
	e.Cookies = []string{"theme=dark", "visited=1"}
	r := got(t, e)
	if r.Header.Get("X-Forwarded-For") != "198.51.100.1, 192.0.2.1" || r.Header.Get("Accept") != "text/html,*/*" {
		t.Errorf("got %v", r.Header)
	}
	for _, want := range []http.Cookie{{Name: "theme", Value: "dark"}, {Name: "visited", Value: "1"}} {
		if c, err := r.Cookie(want.Name); err != nil || c.Value != want.Value {
			t.Errorf("the cookie %s: %v, %v", want.Name, c, err)
		}
	}
}

func TestTheAnswerIsWhatWasWritten(t *testing.T) {
	binary := "\x1f\x8b\x00\xff"
	for _, c := range []struct {
		name   string
		method string
		handle http.HandlerFunc
		want   events.APIGatewayV2HTTPResponse
	}{
		{"nothing", "GET", func(http.ResponseWriter, *http.Request) {},
			events.APIGatewayV2HTTPResponse{StatusCode: 200}},
		{"text", "GET", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "gr"); io.WriteString(w, "ün") },
			events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: "grün"}},
		{"a status, of which the first counts", "GET", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); w.WriteHeader(200) },
			events.APIGatewayV2HTTPResponse{StatusCode: 404}},
		{"a status after the body", "GET", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x"); w.WriteHeader(500) },
			events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: "x"}},
		{"headers of several values", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Vary", "Origin")
			w.Header().Add("Vary", "Accept-Encoding")
		}, events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"vary": "Origin,Accept-Encoding"}}},
		{"cookies", "GET", func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		}, events.APIGatewayV2HTTPResponse{StatusCode: 200, Cookies: []string{"a=1", "b=2"}}},
		{"bytes", "GET", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, binary) },
			events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: base64.StdEncoding.EncodeToString([]byte(binary)), IsBase64Encoded: true}},
		{"an encoding whose bytes happen to be text", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			io.WriteString(w, "text")
		}, events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"content-encoding": "br"}, Body: "dGV4dA==", IsBase64Encoded: true}},
		{"a HEAD has no body", "HEAD", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4")
			io.WriteString(w, "text")
		}, events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"content-length": "4"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want.Headers == nil {
				c.want.Headers = map[string]string{}
			}
			got, _ := serve(t, event(c.method, "/x"), c.handle)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestAPanicIsAnsweredAndItsValueNotLogged(t *testing.T) {
	for name, value := range map[string]any{"text": "app-hunter2", "an error": io.ErrUnexpectedEOF, "an abort": http.ErrAbortHandler} {
		t.Run(name, func(t *testing.T) {
			e := event("POST", "/r/secret-path")
			e.Headers["x-header"], e.Body = "secret-header", "secret-body"
			answer, log := serve(t, e, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Frame-Options", "DENY") // what protects an answer protects this one too
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(200)
				io.WriteString(w, "half an answer")
				panic(value)
			})
			if d := cmp.Diff(events.APIGatewayV2HTTPResponse{StatusCode: 500, Headers: map[string]string{"x-frame-options": "DENY"}}, answer); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			for _, secret := range []string{"hunter2", "unexpected", "abort", "secret-"} {
				if strings.Contains(log, secret) {
					t.Errorf("%q is in the log:\n%s", secret, log)
				}
			}
			if !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, "ANY /{all+}") {
				t.Errorf("the log does not tell of it:\n%s", log)
			}
		})
	}
}

func TestTheLogHasRouteStatusAndTimeOnly(t *testing.T) {
	e := event("GET", "/r/secret-path")
	e.RawQueryString, e.Headers["x-header"], e.Body = "secret-query", "secret-header", "secret-body"
	_, log := serve(t, e, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(418) })
	var line map[string]any
	if err := json.Unmarshal([]byte(log), &line); err != nil {
		t.Fatalf("%v: %s", err, log)
	}
	delete(line, "time")
	delete(line, "ms")
	if d := cmp.Diff(map[string]any{"level": "INFO", "msg": "answered", "route": "ANY /{all+}", "status": 418.0}, line); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestWhatIsNoRequestIsAnsweredAndNotServed(t *testing.T) {
	for name, change := range map[string]func(*events.APIGatewayV2HTTPRequest){
		"broken base64":    func(e *events.APIGatewayV2HTTPRequest) { e.Body, e.IsBase64Encoded = "secret!", true },
		"no path":          func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "" },
		"a relative path":  func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "secret" },
		"a broken method":  func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.HTTP.Method = "GET secret" },
		"an empty request": func(e *events.APIGatewayV2HTTPRequest) { *e = events.APIGatewayV2HTTPRequest{} },
	} {
		t.Run(name, func(t *testing.T) {
			e := event("POST", "/x")
			change(&e)
			answer, log := serve(t, e, func(http.ResponseWriter, *http.Request) { t.Error("it was served") })
			if answer.StatusCode != 400 || strings.Contains(log, "secret") {
				t.Errorf("got %d and the log\n%s", answer.StatusCode, log)
			}
		})
	}
}

func TestAHandlerEndsBeforeTheInvocationDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		begun := time.Now()
		answer, err := New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			w.WriteHeader(503)
		}), slog.New(slog.DiscardHandler)).Handle(ctx, event("GET", "/x"))
		if took := time.Since(begun); err != nil || answer.StatusCode != 503 || took != 3*time.Second-margin {
			t.Errorf("got %d after %v, %v", answer.StatusCode, took, err)
		}
	})
}

func FuzzRequest(f *testing.F) {
	f.Add("GET", "/r/open#x", "a=b", "x-a", "v", "theme=dark", "192.0.2.1", "", false)
	f.Add("POST", "/slack/commands", "", "content-type", "application/x-www-form-urlencoded", "", "2001:db8::1", "dGV4dA==", true)
	f.Add("", "", "", "", "", "", "", "!", true)
	f.Fuzz(func(t *testing.T, method, path, query, header, value, cookie, source, body string, isBase64 bool) {
		e := event(method, path)
		e.RawQueryString, e.Headers[header], e.Cookies = query, value, []string{cookie}
		e.RequestContext.HTTP.SourceIP, e.Body, e.IsBase64Encoded = source, body, isBase64
		r, err := request(t.Context(), e)
		if err != nil {
			return
		}
		if r.URL.Path != path || r.URL.RawQuery != query || r.URL.Host != "" || r.URL.User != nil {
			t.Errorf("%q?%q became %+v", path, query, r.URL)
		}
		sent, err := io.ReadAll(r.Body)
		if err != nil || !isBase64 && string(sent) != body {
			t.Errorf("the body %q became %q, %v", body, sent, err)
		}
	})
}
