package deploy

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type api struct {
	Body struct {
		Paths map[string]map[string]struct {
			Integration struct {
				Type, PayloadFormatVersion string
				URI                        any
			} `json:"x-amazon-apigateway-integration"`
		}
	}
	CorsConfiguration any
}

// routes is what the functions' events ask of each API: "PeopleApi POST /r/claim" → "RevealFunction".
func routes(t *testing.T, s stack) map[string]string {
	t.Helper()
	found := map[string]string{}
	for id, f := range functions(t, s) {
		for name, e := range f.Events {
			if p := e.Properties; e.Type == "HttpApi" {
				route := means(p.APIID) + " " + p.Method + " " + p.Path
				if found[route] != "" || p.PayloadFormatVersion != "2.0" {
					t.Errorf("%s: %s: the route %s is also of %q, or not of version 2.0", id, name, route, found[route])
				}
				found[route] = id
			}
		}
	}
	return found
}

func TestSAMMakesTheRoutesAndNoOthers(t *testing.T) {
	s := transformed(t)
	got := map[string]string{}
	for id, a := range all[api](t, s, "AWS::ApiGatewayV2::Api") {
		if a.CorsConfiguration != nil {
			t.Errorf("%s lets pages of others in: %v", id, a.CorsConfiguration)
		}
		for path, methods := range a.Body.Paths {
			for method, operation := range methods {
				i := operation.Integration
				if i.Type != "aws_proxy" || i.PayloadFormatVersion != "2.0" {
					t.Errorf("%s %s %s: its integration is %+v", id, method, path, i)
				}
				if method == "x-amazon-apigateway-any-method" {
					method = "ANY"
				}
				got[id+" "+strings.ToUpper(method)+" "+path] = functionIn(s, i.URI)
			}
		}
	}
	if d := cmp.Diff(routes(t, written(t)), got); d != "" {
		t.Errorf("(-written +transformed):\n%s", d)
	}
}

// functionIn is the one function that a value mentions.
func functionIn(s stack, v any) string {
	var found []string
	for _, id := range mentions(v) {
		if s.Resources[id].Type == "AWS::Lambda::Function" {
			found = append(found, id)
		}
	}
	return strings.Join(found, " ")
}

func TestSAMThrottlesEachAPI(t *testing.T) {
	s := transformed(t)
	stages := all[struct {
		APIID                any `json:"ApiId"`
		StageName            string
		AutoDeploy           bool
		DefaultRouteSettings struct{ ThrottlingRateLimit, ThrottlingBurstLimit int }
	}](t, s, "AWS::ApiGatewayV2::Stage")
	rates := map[string][2]int{}
	for id, stage := range stages {
		if stage.StageName != "$default" || !stage.AutoDeploy {
			t.Errorf("%s: %+v", id, stage)
		}
		rates[means(stage.APIID)] = [2]int{stage.DefaultRouteSettings.ThrottlingRateLimit, stage.DefaultRouteSettings.ThrottlingBurstLimit}
	}
	if want := (map[string][2]int{"AdminApi": {10, 50}, "PeopleApi": {200, 400}, "VerifyApi": {2000, 4000}}); !maps.Equal(rates, want) {
		t.Errorf("requests a second, and at once: %v, want %v", rates, want)
	}
}

// A function can be called by the routes that lead to it, and by nothing else that is not in a role.
func TestSAMPermitsTheRoutesToCall(t *testing.T) {
	s := transformed(t)
	got := map[string]string{}
	for id, p := range all[struct {
		Action, Principal string
		FunctionName      any
		SourceArn         map[string][]any
	}](t, s, "AWS::Lambda::Permission") {
		sub := p.SourceArn["Fn::Sub"]
		if p.Action != "lambda:InvokeFunction" || p.Principal != "apigateway.amazonaws.com" || len(sub) != 2 {
			t.Errorf("%s: %+v", id, p)
			continue
		}
		arn, _ := sub[0].(string)
		names, _ := sub[1].(map[string]any)
		_, route, _ := strings.Cut(arn, "/${__Stage__}/")
		method, path, _ := strings.Cut(route, "/")
		got[means(names["__ApiId__"])+" "+method+" /"+path] = means(p.FunctionName)
	}
	want := map[string]string{}
	for route, function := range routes(t, written(t)) {
		// A permission has * where a route has a variable or any method; a greedy variable is kept as it is.
		want[strings.Replace(variable.ReplaceAllString(route, "*"), " ANY ", " * ", 1)] = function
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-written +transformed):\n%s", d)
	}
}

var variable = regexp.MustCompile(`\{[^}+]+\}`)

// Who has no certificate must not find a way around the domain that demands one.
func TestMutualTLSClosesTheAPIsOwnAddress(t *testing.T) {
	type openAPI struct {
		Body struct {
			Servers []struct {
				Endpoint struct {
					Disabled any `json:"disableExecuteApiEndpoint"`
				} `json:"x-amazon-apigateway-endpoint-configuration"`
			}
		}
	}
	want := map[string]any{"Fn::If": []any{"HasTruststore", true, false}}
	for id, a := range all[openAPI](t, transformed(t), "AWS::ApiGatewayV2::Api") {
		switch servers := a.Body.Servers; {
		case id != "VerifyApi" && len(servers) > 0, id == "VerifyApi" && (len(servers) != 1 || !cmp.Equal(servers[0].Endpoint.Disabled, any(want))):
			t.Errorf("%s: its own address is closed: %+v", id, servers)
		}
	}
}
