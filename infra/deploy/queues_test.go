package deploy

import (
	"slices"
	"strconv"
	"testing"
)

type queue struct {
	SqsManagedSseEnabled   bool
	VisibilityTimeout      int // seconds
	MessageRetentionPeriod int // seconds
	RedrivePolicy          *struct {
		DeadLetterTargetArn any
		MaxReceiveCount     int
	}
}

// receives is how often a working queue gives a job out before it is a dead letter.
var receives = map[string]int{"RequestsQueue": 5, "BackgroundQueue": 10}

func TestQueues(t *testing.T) {
	s := written(t)
	workers, queues := functions(t, s), all[queue](t, s, "AWS::SQS::Queue")
	polled, dead := map[string]bool{}, map[string]bool{}
	for id, m := range all[mapping](t, s, "AWS::Lambda::EventSourceMapping") {
		name := means(m.EventSourceArn)
		q, worker := queues[name], workers[means(m.FunctionName)]
		polled[name] = true
		if worker.Timeout == 0 || q.VisibilityTimeout < 6*worker.Timeout {
			t.Errorf("%s: %s hides a message for %d s, which must be six times the timeout of %d s", id, name, q.VisibilityTimeout, worker.Timeout)
		}
		if !slices.Equal(m.FunctionResponseTypes, []string{"ReportBatchItemFailures"}) {
			t.Errorf("%s: one failed job repeats its whole batch", id)
		}
		if m.ScalingConfig.MaximumConcurrency == 0 {
			t.Errorf("%s: without a limit it takes all of the account's concurrency", id)
		}
		if q.RedrivePolicy == nil || q.RedrivePolicy.MaxReceiveCount != receives[name] {
			t.Errorf("%s: its redrive is %+v, want %d receives", name, q.RedrivePolicy, receives[name])
			continue
		}
		letters := means(q.RedrivePolicy.DeadLetterTargetArn)
		dead[letters] = true
		if d, ok := queues[letters]; !ok || d.MessageRetentionPeriod != 14*24*3600 || d.RedrivePolicy != nil {
			t.Errorf("%s: the dead letters in %s are not kept as long as SQS can: %+v", name, letters, d)
		}
	}
	for id, q := range queues {
		if !q.SqsManagedSseEnabled {
			t.Errorf("%s is not encrypted", id)
		}
		if polled[id] == dead[id] {
			t.Errorf("%s: either a function polls it (%v) or it keeps dead letters (%v)", id, polled[id], dead[id])
		}
	}
}

func TestTheWorkerKnowsALastReceive(t *testing.T) {
	s := written(t)
	got := functions(t, s)["WorkerFunction"].Environment.Variables["LAST_RECEIVE"]
	if want := strconv.Itoa(all[queue](t, s, "AWS::SQS::Queue")["RequestsQueue"].RedrivePolicy.MaxReceiveCount); got != want {
		t.Errorf("LAST_RECEIVE is %v, and RequestsQueue gives a job out %s times: who waits would not be told", got, want)
	}
}
