package apigw_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/apppass/apppass/infra/local/template"
	"github.com/apppass/apppass/shared/edge/apigw"
)

const root = "../../.."

// example reads an event strictly: a member that AWS has not documented is an error.
func example(t *testing.T, file string) events.APIGatewayV2HTTPRequest {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var e events.APIGatewayV2HTTPRequest
	if err := d.Decode(&e); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return e
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// functions is what template.yaml declares, by the name of the function's folder.
func functions(t *testing.T) map[string]template.Function {
	t.Helper()
	all, err := template.Load(filepath.Join(root, "template.yaml"), map[string]string{"SlackTeam": "TLOCAL"}, template.Endpoints{})
	if err != nil {
		t.Fatal(err)
	}
	byFolder := map[string]template.Function{}
	for _, f := range all.Functions {
		byFolder[filepath.Base(f.CodeURI)] = f
	}
	return byFolder
}

func TestEveryRouteHasAnExampleAndEveryExampleARoute(t *testing.T) {
	all := functions(t)
	for _, dir := range glob(t, "events/*") {
		if _, ok := all[filepath.Base(dir)]; !ok && filepath.Ext(dir) != ".md" {
			t.Errorf("%s is no function's", dir)
		}
	}
	for name, f := range all {
		files := glob(t, "events/"+name+"/*.json")
		if len(files) == 0 {
			t.Errorf("the function %s has no example", name)
		}
		if len(f.Routes) == 0 {
			continue // a queue's
		}
		missing := map[string]bool{}
		for _, r := range f.Routes {
			missing[r.Method+" "+r.Path] = true
		}
		declared := len(missing)
		for _, file := range files {
			e := example(t, file)
			if e.RouteKey != e.RequestContext.RouteKey || e.RawPath != e.RequestContext.HTTP.Path || e.Version != "2.0" {
				t.Errorf("%s contradicts itself", file)
			}
			delete(missing, e.RouteKey)
		}
		if len(missing) > 0 {
			t.Errorf("of %d routes of %s these have no example: %v", declared, name, missing)
		}
	}
}

func TestEveryExampleIsTheRequestThatItTellsOf(t *testing.T) {
	for name, f := range functions(t) {
		if len(f.Routes) == 0 {
			continue
		}
		for _, file := range glob(t, "events/"+name+"/*.json") {
			t.Run(name+"/"+filepath.Base(file), func(t *testing.T) {
				e := example(t, file)
				want := []byte(e.Body)
				if e.IsBase64Encoded {
					var err error
					if want, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
						t.Fatal(err)
					}
				}
				served := false
				a := apigw.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					served = true
					body, err := io.ReadAll(r.Body)
					if err != nil || !bytes.Equal(body, want) || r.ContentLength != int64(len(want)) {
						t.Errorf("got a body of %d bytes (%v), want %d", len(body), err, len(want))
					}
					if r.Method+" "+r.URL.Path != e.RequestContext.HTTP.Method+" "+e.RawPath || r.URL.RawQuery != e.RawQueryString {
						t.Errorf("got %s %s, want %s %s", r.Method, r.URL, e.RequestContext.HTTP.Method, e.RawPath)
					}
					for name, value := range e.Headers {
						if got := r.Header.Get(name); got != value {
							t.Errorf("%s: got %q, want %q", name, got, value)
						}
					}
					for name, joined := range e.QueryStringParameters {
						if got := strings.Join(r.URL.Query()[name], ","); got != joined {
							t.Errorf("the parameter %s: got %q, want %q", name, got, joined)
						}
					}
					var cookies []string
					for _, c := range r.Cookies() {
						cookies = append(cookies, c.String())
					}
					if !slices.Equal(cookies, e.Cookies) {
						t.Errorf("got the cookies %q, want %q", cookies, e.Cookies)
					}
					if ip, _, _ := strings.Cut(r.RemoteAddr, ":"); r.Host != e.RequestContext.DomainName || ip != e.RequestContext.HTTP.SourceIP {
						t.Errorf("got the host %s and the client %s", r.Host, r.RemoteAddr)
					}
				}), slog.New(slog.DiscardHandler))
				if _, err := a.Handle(t.Context(), e); err != nil || !served {
					t.Errorf("served: %v, %v", served, err)
				}
			})
		}
	}
}
