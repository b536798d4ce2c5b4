package gateway_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/gateway"
	"github.com/apppass/apppass/infra/local/template"
)

func TestAnEventHasWhatTheRequestHas(t *testing.T) {
	s := start(t, gateway.Options{Routes: routes("POST /r/{id}/{rest+}"), APIs: []template.API{{LogicalID: "PeopleApi", ID: "peopleapi"}}})
	s.clock.Set(time.Date(2020, 3, 12, 19, 3, 58, 0, time.UTC))
	s.send("POST", "/r/7/a/b?x=1&y=%20z&x=2", http.Header{
		"Host": {"id.example.com:8080"}, "Content-Type": {"application/json; charset=utf-8"}, "X-Slack-Signature": {"v0=abc"},
		"X-Many": {"a", "b, c"}, "Cookie": {"one=1; two=2"}, "X-Forwarded-For": {"203.0.113.9"}, "User-Agent": {"agent"},
		"X-Forwarded-Proto": {"https"}, "Accept-Encoding": {"gzip"}, "Connection": {"keep-alive"},
	}, `{"ä":1}`)
	got := s.event()
	port := s.Listener.Addr().(*net.TCPAddr).Port
	if trace := got.Headers["x-amzn-trace-id"]; !strings.HasPrefix(trace, "Root=1-") {
		t.Errorf("got x-amzn-trace-id %q", trace)
	}
	delete(got.Headers, "x-amzn-trace-id")
	if id := got.RequestContext.RequestID; len(id) != 16 {
		t.Errorf("got request id %q", id)
	}
	got.RequestContext.RequestID = ""
	if at := got.RequestContext.TimeEpoch; at/1000 != 1584039838 {
		t.Errorf("got timeEpoch %d", at)
	}
	got.RequestContext.TimeEpoch = 0
	want := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "POST /r/{id}/{rest+}", RawPath: "/r/7/a/b", RawQueryString: "x=1&y=%20z&x=2",
		Cookies: []string{"one=1", "two=2"},
		Headers: map[string]string{
			"accept-encoding": "gzip", "content-length": "8", "content-type": "application/json; charset=utf-8", "host": "id.example.com:8080",
			"user-agent": "agent", "x-forwarded-for": "203.0.113.9, 127.0.0.1", "x-forwarded-port": fmt.Sprint(port), "x-forwarded-proto": "http",
			"x-many": "a,b, c", "x-slack-signature": "v0=abc",
		},
		QueryStringParameters: map[string]string{"x": "1,2", "y": " z"},
		PathParameters:        map[string]string{"id": "7", "rest": "a/b"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "POST /r/{id}/{rest+}", AccountID: "000000000000", Stage: "$default", APIID: "peopleapi",
			DomainName: "id.example.com", DomainPrefix: "id", Time: "12/Mar/2020:19:03:58 +0000",
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: "POST", Path: "/r/7/a/b", Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "agent",
			},
		},
		Body: `{"ä":1}`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the event (-want +got):\n%s", d)
	}
}

func TestAnEventHasNoFieldsForNothing(t *testing.T) {
	s := start(t, gateway.Options{Routes: routes("GET /")})
	s.send("GET", "/", nil, "")
	var e map[string]json.RawMessage
	if err := json.Unmarshal(<-s.events, &e); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cookies", "queryStringParameters", "body", "stageVariables", "pathParameters"} {
		if v, ok := e[name]; ok {
			t.Errorf("%s is there: %s", name, v)
		}
	}
	if strings.Contains(string(e["requestContext"]), "authentication") {
		t.Errorf("requestContext has authentication: %s", e["requestContext"])
	}
}

func TestBodiesAreTextOrBase64(t *testing.T) {
	yes, no := func() bool { return true }, func() bool { return false }
	const form = "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		contentType, body string
		forms             func() bool
		isBase64          bool
	}{
		"JSON":                    {"application/json", `{"a":1}`, nil, false},
		"JSON with a charset":     {"Application/JSON; charset=utf-8", `{"a":1}`, nil, false},
		"plain text":              {"text/plain", "hello", nil, false},
		"XML":                     {"application/xml", "<a/>", nil, false},
		"text that is not UTF-8":  {"text/plain", "\xff\xfe", nil, true},
		"a picture":               {"image/png", "\x89PNG", nil, true},
		"a type of one's own":     {"application/problem+json", "{}", nil, true},
		"no type":                 {"", "hello", nil, true},
		"nothing of a picture":    {"image/png", "", nil, false},
		"a form":                  {form, "a=1&b=%20", nil, true},
		"a form, base64 by wish":  {form, "a=1&b=%20", yes, true},
		"a form, text by wish":    {form, "a=1&b=%20", no, false},
		"a picture, text by wish": {"image/png", "\x89PNG", no, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, gateway.Options{Base64Forms: c.forms})
			header := http.Header{}
			if c.contentType != "" {
				header.Set("Content-Type", c.contentType)
			}
			s.send("POST", "/x", header, c.body)
			e := s.event()
			want := c.body
			if c.isBase64 {
				want = base64.StdEncoding.EncodeToString([]byte(c.body))
			}
			if e.Body != want || e.IsBase64Encoded != c.isBase64 {
				t.Errorf("got %q, base64 %v; want %q, %v", e.Body, e.IsBase64Encoded, want, c.isBase64)
			}
		})
	}
}

func TestPathsAreDecoded(t *testing.T) {
	for path, want := range map[string][2]string{
		"/r/open%23AAAA":   {"/r/open#AAAA", "open#AAAA"},
		"/r/a%20b/%C3%A4":  {"/r/a b/ä", "a b/ä"},
		"/r/a%2Fb":         {"/r/a/b", "a/b"},
		"/r/a%3Fb=c?d=e":   {"/r/a", "a"},
		"/r/..%2Fr/../x/.": {"/r/../r/../x/.", "../r/../x/."},
	} {
		s := start(t, gateway.Options{Routes: routes("GET /r/{page+}")})
		s.send("GET", path, nil, "")
		if e := s.event(); e.RawPath != want[0] || e.PathParameters["page"] != want[1] {
			t.Errorf("%s: got rawPath %q and page %q, want %q", path, e.RawPath, e.PathParameters["page"], want)
		}
	}
}
