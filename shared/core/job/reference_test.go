package job_test

import (
	"testing"

	"github.com/apppass/apppass/shared/core/job"
)

func TestAReferenceIsOfOneJob(t *testing.T) {
	a, again, b := job.Job{ID: "trigger:1"}.Reference(), job.Job{ID: "trigger:1", Person: "UALICE"}.Reference(), job.Job{ID: "trigger:2"}.Reference()
	if len(a) != 8 || a != again || a == b {
		t.Errorf("got %q, %q and %q", a, again, b)
	}
}
