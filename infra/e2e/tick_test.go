package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/job"
)

// ticks runs a scheduled function at a time, behind a run of its own that may be under way.
func ticks(t *testing.T, w *world.World, function string, at time.Time) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"function": function, "time": at})
	if err != nil {
		t.Fatal(err)
	}
	w.Eventually("the tick of "+function+" is over", func() bool {
		answer, err := http.Post(w.SlackURL+"/api/tick", "application/json", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		said, err := io.ReadAll(answer.Body)
		if answer.StatusCode != http.StatusOK && !bytes.Contains(said, []byte("may overlap")) {
			t.Fatalf("the tick is answered with %d: %s, %v", answer.StatusCode, said, err)
		}
		return answer.StatusCode == http.StatusOK
	})
}

// nudged waits until everybody is looked at whom a tick has found.
func nudged(w *world.World) {
	w.Eventually("the reminders are done", func() bool {
		for _, m := range w.AWS.Queues().Messages() {
			if j, err := job.Parse(m.Body); err == nil && j.Kind == job.Nudge {
				return false
			}
		}
		return true
	})
}
