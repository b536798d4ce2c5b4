// Command function answers what the gateway's tests ask for: it echoes, fails, or waits until an address answers.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(_ context.Context, q events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		body := []byte(q.Body)
		if q.IsBase64Encoded {
			var err error
			if body, err = base64.StdEncoding.DecodeString(q.Body); err != nil {
				return events.APIGatewayV2HTTPResponse{}, err
			}
		}
		switch q.PathParameters["do"] {
		case "fail":
			return events.APIGatewayV2HTTPResponse{}, errors.New("as asked")
		case "wait":
			answer, err := http.Get(string(body))
			if err != nil {
				return events.APIGatewayV2HTTPResponse{}, err
			}
			answer.Body.Close()
		}
		return events.APIGatewayV2HTTPResponse{
			StatusCode: http.StatusAccepted, Headers: map[string]string{"X-Method": q.RequestContext.HTTP.Method},
			Cookies: append([]string{"new=1"}, q.Cookies...), Body: string(body),
		}, nil
	})
}
