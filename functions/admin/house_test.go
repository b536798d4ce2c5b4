package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/edge/apigw"
	"github.com/apppass/apppass/shared/edge/boot"
)

// house is the function as it is built, on an AWS of the test's own.
type house struct {
	*inprocess.Cloud
	t     *testing.T
	log   bytes.Buffer
	serve func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{Cloud: inprocess.New(t), t: t}
	log := slog.New(slog.NewJSONHandler(&h.log, nil))
	handler, err := build(t.Context(), Config{
		SettingsTable: h.Table("settings"), AuditTable: h.Table("audit"), RequestsQueueURL: h.Queue("requests"), SlackTeam: "TLOCAL", PasswordPrefixes: []string{"app"},
	},
		boot.Deps{AWS: h.Config, Now: h.Clock.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	h.serve = apigw.New(handler, log).Handle
	return h
}

// example is an event of events/admin.
func example(t *testing.T, name string) (e events.APIGatewayV2HTTPRequest) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../events/admin", name+".json"))
	if err == nil {
		err = json.Unmarshal(text, &e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// at is the event for another path.
func at(e events.APIGatewayV2HTTPRequest, path, query string) events.APIGatewayV2HTTPRequest {
	e.RawPath, e.RequestContext.HTTP.Path, e.RawQueryString = path, path, query
	return e
}

// send serves the event, and returns the answer, which must be of the form that every answer has.
func (h *house) send(e events.APIGatewayV2HTTPRequest) (status int, body map[string]any) {
	h.t.Helper()
	ctx := lambdacontext.NewContext(h.t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
	answer, err := h.serve(ctx, e)
	if err != nil {
		h.t.Fatal(err)
	}
	if answer.Headers["cache-control"] != "no-store" {
		h.t.Errorf("%d may be stored: %v", answer.StatusCode, answer.Headers)
	}
	if later := answer.Headers["retry-after"] != ""; later != (answer.StatusCode == 503) {
		h.t.Errorf("%d has the headers %v", answer.StatusCode, answer.Headers)
	}
	if answer.StatusCode == 204 {
		if answer.Body != "" {
			h.t.Error("204 has a body")
		}
		return answer.StatusCode, nil
	}
	if err := json.Unmarshal([]byte(answer.Body), &body); err != nil || answer.Headers["content-type"] != "application/json" {
		h.t.Fatalf("%d is no JSON: %v", answer.StatusCode, err)
	}
	if answer.StatusCode >= 300 && (len(body) != 3 || body["message"] == body["error"] || body["reference"] != "request-1") {
		h.t.Errorf("%d is not answered as the contract says: %v", answer.StatusCode, body)
	}
	return answer.StatusCode, body
}

// lists is the service's keys, as GET tells of them.
func (h *house) lists(service string) (prefixes []string) {
	h.t.Helper()
	status, body := h.send(at(example(h.t, "list-keys"), "/v1/admin/services/"+service+"/keys", ""))
	all, ok := body["keys"].([]any)
	if status != 200 || !ok {
		h.t.Fatalf("list: got %d %v", status, body["error"])
	}
	for _, k := range all {
		one, _ := k.(map[string]any)
		prefix, _ := one["prefix"].(string)
		if len(one) != 2 || prefix == "" || one["made"] == nil {
			h.t.Errorf("a key is listed with %d members", len(one))
		}
		prefixes = append(prefixes, prefix)
	}
	return prefixes
}
