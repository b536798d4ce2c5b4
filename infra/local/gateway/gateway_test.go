package gateway_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/gateway"
	"github.com/apppass/apppass/infra/local/runtime"
	"github.com/apppass/apppass/infra/local/template"
)

func TestTheRouteIsTheMostSpecific(t *testing.T) {
	s := start(t, gateway.Options{Routes: routes(
		"ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1", "ANY /pets/dog/1", "POST /pets", "ANY /pets/{a}/{b}",
		"GET /", "HEAD /page", "GET /page", "ANY /end/", "GET /two/{x}/c", "GET /two/{rest+}",
	)})
	for request, want := range map[string]string{
		"GET /pets/dog/1":     "GET /pets/dog/1",
		"PUT /pets/dog/1":     "ANY /pets/dog/1",
		"GET /pets/dog/2":     "GET /pets/dog/{id}",
		"PUT /pets/dog/2":     "ANY /pets/{a}/{b}",
		"GET /pets/cat/6":     "ANY /pets/{a}/{b}",
		"GET /pets/cat":       "GET /pets/{proxy+}",
		"PUT /pets/cat":       "ANY /{proxy+}",
		"GET /pets":           "ANY /{proxy+}",
		"POST /pets":          "POST /pets",
		"GET /pets/":          "ANY /{proxy+}",
		"GET /":               "GET /",
		"POST /":              "",
		"HEAD /page":          "HEAD /page",
		"HEAD /pets/dog/2":    "ANY /pets/{a}/{b}",
		"GET /end/":           "ANY /end/",
		"GET /end":            "ANY /{proxy+}",
		"GET /two/a/c":        "GET /two/{x}/c",
		"GET /two/a/c/d":      "GET /two/{rest+}",
		"GET /two//c":         "GET /two/{rest+}",
		"OPTIONS /pets/dog/1": "ANY /pets/dog/1",
	} {
		method, path, _ := strings.Cut(request, " ")
		a, body := s.send(method, path, nil, "")
		if want == "" {
			if a.StatusCode != 404 || body != `{"message":"Not Found"}` {
				t.Errorf("%s: got %d %s, want 404", request, a.StatusCode, body)
			}
			continue
		}
		if got := s.event().RouteKey; got != want {
			t.Errorf("%s: got %q, want %q", request, got, want)
		}
	}
}

func TestARequestOver10MBIsRefused(t *testing.T) {
	s := start(t, gateway.Options{})
	if a, body := s.send("POST", "/x", nil, strings.Repeat("x", 10<<20)); a.StatusCode != 200 {
		t.Errorf("10 MB: got %d %s", a.StatusCode, body)
	}
	a, body := s.send("POST", "/x", nil, strings.Repeat("x", 10<<20+1))
	if a.StatusCode != 413 || body != `{"message":"Request Entity Too Large"}` {
		t.Errorf("a byte more: got %d %s", a.StatusCode, body)
	}
}

func TestAThrottleCountsByTheStacksClock(t *testing.T) {
	declared := routes("GET /a", "GET /b")
	declared[0].Throttle = &template.Throttle{Rate: 0.01, Burst: 2}
	s := start(t, gateway.Options{Routes: declared})
	get := func(path string) int {
		a, _ := s.send("GET", path, nil, "")
		return a.StatusCode
	}
	var got []int
	for range 3 {
		got = append(got, get("/a"))
	}
	got = append(got, get("/b"))
	s.clock.Advance(100 * time.Second)
	got = append(got, get("/a"), get("/a"))
	s.clock.Advance(-time.Hour)
	got = append(got, get("/a"))
	s.clock.Advance(time.Hour)
	got = append(got, get("/a"), get("/a"), get("/a"))
	if want := []int{200, 200, 429, 200, 200, 429, 429, 200, 200, 429}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCORSIsAnsweredAsDeclared(t *testing.T) {
	s := start(t, gateway.Options{
		Routes: append(routes("POST /shared"), gateway.Route{Route: template.Route{API: "VerifyApi", Method: "POST", Path: "/v1/verify"}}),
		APIs: []template.API{{LogicalID: "PeopleApi", ID: "p", CORS: &template.CORS{
			AllowOrigins: []string{"https://example.com", "http://*"}, AllowMethods: []string{"POST", "GET"}, AllowHeaders: []string{"x-apppass"},
			ExposeHeaders: []string{"retry-after"}, AllowCredentials: true, MaxAge: 60,
		}}, {LogicalID: "VerifyApi", ID: "v"}},
	})
	s.says(`{"statusCode":200,"headers":{"access-control-allow-origin":"https://own.example"}}`)
	for name, c := range map[string]struct {
		method, path, origin, asked string
		status                      int
		want                        string
	}{
		"preflight": {"OPTIONS", "/shared", "https://example.com", "POST", 204,
			"allow-credentials=true allow-headers=x-apppass allow-methods=POST,GET allow-origin=https://example.com max-age=60"},
		"preflight for another method": {"OPTIONS", "/shared", "http://a.example", "GET", 204,
			"allow-credentials=true allow-headers=x-apppass allow-methods=POST,GET allow-origin=http://a.example max-age=60"},
		"preflight from elsewhere": {"OPTIONS", "/shared", "https://other.example", "POST", 204, ""},
		"preflight to nowhere":     {"OPTIONS", "/nowhere", "https://example.com", "POST", 404, ""},
		"preflight without CORS":   {"OPTIONS", "/v1/verify", "https://example.com", "POST", 404, ""},
		"request": {"POST", "/shared", "https://example.com", "", 200,
			"allow-credentials=true allow-origin=https://example.com expose-headers=retry-after"},
		"request from elsewhere": {"POST", "/shared", "https://other.example", "", 200, ""},
		"request of the same":    {"POST", "/shared", "", "", 200, ""},
		"request without CORS":   {"POST", "/v1/verify", "https://example.com", "", 200, "allow-origin=https://own.example"},
	} {
		header := http.Header{}
		if c.origin != "" {
			header.Set("Origin", c.origin)
		}
		if c.asked != "" {
			header.Set("Access-Control-Request-Method", c.asked)
		}
		a, _ := s.send(c.method, c.path, header, "")
		var got []string
		for name, values := range a.Header {
			if short, ok := strings.CutPrefix(name, "Access-Control-"); ok {
				got = append(got, strings.ToLower(short)+"="+strings.Join(values, ";"))
			}
		}
		slices.Sort(got)
		if a.StatusCode != c.status || strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %d %q, want %d %q", name, a.StatusCode, got, c.status, c.want)
		}
	}
}

func TestTheAccessLogNamesTheRouteNotThePath(t *testing.T) {
	s := start(t, gateway.Options{Routes: routes("GET /r/{page+}")})
	s.send("GET", "/r/secret", nil, "")
	s.send("GET", "/secret", nil, "")
	for _, want := range []gateway.Access{
		{RouteKey: "GET /r/{page+}", Function: "GET /r/{page+}", Method: "GET", Status: 200}, {Method: "GET", Status: 404},
	} {
		got := <-s.access
		if got.Took <= 0 || got.RequestID == "" || got.At.IsZero() {
			t.Errorf("got %+v", got)
		}
		got.Took, got.RequestID, got.At = 0, "", time.Time{}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestAClientThatLeavesGetsNothing(t *testing.T) {
	s := start(t, gateway.Options{})
	invoked := make(chan struct{})
	s.answer = func(ctx context.Context) (runtime.Result, error) {
		close(invoked)
		<-ctx.Done()
		return runtime.Result{}, ctx.Err()
	}
	ctx, cancel := context.WithCancel(t.Context())
	q, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		<-invoked
		cancel()
	}()
	if _, err := http.DefaultClient.Do(q); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := <-s.access; got.Status != 0 {
		t.Errorf("got status %d in the access log, want 0", got.Status)
	}
}
