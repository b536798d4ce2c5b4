package apigw_test

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/apppass/apppass/shared/edge/apigw"
)

func TestTheCallerIsWhoAPIGatewayHasFound(t *testing.T) {
	const olga = "arn:aws:iam::123456789012:user/olga"
	type (
		authorizer = events.APIGatewayV2HTTPRequestContextAuthorizerDescription
		iam        = events.APIGatewayV2HTTPRequestContextAuthorizerIAMDescription
	)
	for name, c := range map[string]struct {
		authorizer *authorizer
		want       string
	}{
		"a signature":        {&authorizer{IAM: &iam{UserARN: olga}}, olga},
		"no authorizer":      {nil, ""},
		"another one":        {&authorizer{Lambda: map[string]any{"userArn": olga}}, ""},
		"IAM without a name": {&authorizer{IAM: &iam{}}, ""},
	} {
		e := events.APIGatewayV2HTTPRequest{RawPath: "/", Headers: map[string]string{
			"authorization": "AWS4-HMAC-SHA256 Credential=AKIA", "x-amzn-iam-user-arn": olga, "userarn": olga,
		}}
		e.RequestContext.HTTP.Method = http.MethodGet
		e.RequestContext.Authorizer = c.authorizer
		got := "not served"
		a := apigw.New(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = apigw.Caller(r.Context()) }), slog.New(slog.DiscardHandler))
		if _, err := a.Handle(t.Context(), e); err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, c.want)
		}
	}
	if got := apigw.Caller(t.Context()); got != "" {
		t.Errorf("without a request: got %q", got)
	}
}
