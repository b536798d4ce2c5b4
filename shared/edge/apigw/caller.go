package apigw

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// callerKey is where a request's context has the caller.
type callerKey struct{}

// Caller is the ARN of the IAM identity that has signed the request, as API Gateway found it; empty where the route wants no signature.
func Caller(ctx context.Context) string {
	arn, _ := ctx.Value(callerKey{}).(string)
	return arn
}

func withCaller(ctx context.Context, e events.APIGatewayV2HTTPRequest) context.Context {
	if a := e.RequestContext.Authorizer; a != nil && a.IAM != nil {
		return context.WithValue(ctx, callerKey{}, a.IAM.UserARN)
	}
	return ctx
}
