package main

import (
	"path/filepath"
	"testing"

	"github.com/apppass/apppass/infra/local/template"
)

// With a shorter lease a second invocation would begin a job that the first is still at.
func TestTheLeaseIsLongerThanTheTimeout(t *testing.T) {
	house, err := template.Load(filepath.Join("..", "..", "template.yaml"), map[string]string{"SlackTeam": "TLOCAL"}, template.Endpoints{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range house.Functions {
		if f.LogicalID == "WorkerFunction" {
			if lease <= f.Timeout {
				t.Errorf("a job is taken for %v, and the function may run for %v", lease, f.Timeout)
			}
			return
		}
	}
	t.Error("the template has no WorkerFunction")
}
