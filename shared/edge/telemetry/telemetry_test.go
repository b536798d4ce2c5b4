package telemetry

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// The format is read when a process starts, so the test's own binary plays a function.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_PLAYS") == "function" {
		ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "r1"})
		NewLog().InfoContext(ctx, "answered", "status", 200)
		NewLog().DebugContext(ctx, "not at this level")
		return
	}
	os.Exit(m.Run())
}

func TestALineIsJSONWithTheRequestsID(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), "TEST_PLAYS=function", "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=INFO")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var line struct {
		Level, RequestID string
		Message          string
		Status           int
	}
	if err := json.Unmarshal(out, &line); err != nil {
		t.Fatalf("%q is not one JSON line: %v", out, err)
	}
	if line.Level != "INFO" || line.RequestID != "r1" || line.Message != "answered" || line.Status != 200 {
		t.Errorf("got %s", out)
	}
}
