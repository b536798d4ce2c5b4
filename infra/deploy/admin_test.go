package deploy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	adminAPI  = "AdminApi"
	adminPath = "/v1/admin/"
)

func TestTheAdminAPIAndNoOtherWantsASignature(t *testing.T) {
	s := written(t)
	for id, a := range all[struct{ Auth map[string]any }](t, s, "AWS::Serverless::HttpApi") {
		var want map[string]any
		if id == adminAPI {
			want = map[string]any{"EnableIamAuthorizer": true, "DefaultAuthorizer": "AWS_IAM"}
		}
		if d := cmp.Diff(want, a.Auth); d != "" {
			t.Errorf("%s: Auth (-want +got):\n%s", id, d)
		}
	}
	for route, function := range routes(t, s) {
		api, key, _ := strings.Cut(route, " ")
		_, path, _ := strings.Cut(key, " ")
		if isAdmin := strings.HasPrefix(path, adminPath); isAdmin != (api == adminAPI) || isAdmin != (function == "AdminFunction") {
			t.Errorf("%s leads to %s: what is for operators is the admin API's, and nothing else is", route, function)
		}
	}
}

func TestSAMSecuresEveryRouteOfTheAdminAPI(t *testing.T) {
	apis := all[struct {
		Body struct {
			Paths      map[string]map[string]struct{ Security []map[string][]string }
			Components struct {
				SecuritySchemes map[string]map[string]any
			}
		}
	}](t, transformed(t), "AWS::ApiGatewayV2::Api")
	signed := 0
	for id, a := range apis {
		for path, methods := range a.Body.Paths {
			for method, operation := range methods {
				var want []map[string][]string
				if id == adminAPI {
					signed++
					want = []map[string][]string{{"AWS_IAM": {}}}
				}
				if d := cmp.Diff(want, operation.Security); d != "" {
					t.Errorf("%s %s %s: its security (-want +got):\n%s", id, method, path, d)
				}
			}
		}
	}
	if signed == 0 {
		t.Errorf("%s has no routes", adminAPI)
	}
	scheme := map[string]map[string]any{
		"AWS_IAM": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
	}
	if d := cmp.Diff(scheme, apis[adminAPI].Body.Components.SecuritySchemes); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
