package boot

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// doing does jobs by a function, and keeps what it got.
type doing struct {
	do func(m Message) error

	mu  sync.Mutex
	got []Message
}

func (d *doing) Do(_ context.Context, m Message) error {
	d.mu.Lock()
	d.got = append(d.got, m)
	d.mu.Unlock()
	return d.do(m)
}

func record(id, body, count string) events.SQSMessage {
	return events.SQSMessage{
		MessageId: id, Body: body, ReceiptHandle: "receipt-" + id, EventSourceARN: "arn:aws:sqs:us-east-1:000000000000:requests",
		Attributes: map[string]string{"ApproximateReceiveCount": count},
	}
}

// handle does the records and returns the ids of those that have to come again, and the log.
func handle(t *testing.T, d *doing, records ...events.SQSMessage) (failed []string, log string) {
	t.Helper()
	var b bytes.Buffer
	answer, err := NewBatch(d, slog.New(slog.NewJSONHandler(&b, nil))).Handle(t.Context(), events.SQSEvent{Records: records})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range answer.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed, b.String()
}

func TestOnlyWhatFailedComesAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		bodies []string
		want   []string
	}{
		{"nothing", nil, nil},
		{"all is well", []string{"well", "well"}, nil},
		{"one fails", []string{"well", "fail", "well"}, []string{"1"}},
		{"one panics", []string{"panic", "well"}, []string{"0"}},
		{"all go wrong", []string{"fail", "panic", "fail"}, []string{"0", "1", "2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &doing{do: func(m Message) error {
				switch m.Body {
				case "fail":
					return errors.New("it does not work")
				case "panic":
					panic("hunter2")
				}
				return nil
			}}
			var records []events.SQSMessage
			for i, body := range c.bodies {
				records = append(records, record(string(rune('0'+i)), body, "1"))
			}
			failed, log := handle(t, d, records...)
			if d := cmp.Diff(c.want, failed); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if len(d.got) != len(c.bodies) {
				t.Errorf("%d of %d were done", len(d.got), len(c.bodies))
			}
			if strings.Contains(log, "hunter2") {
				t.Errorf("the panic's value is in the log:\n%s", log)
			}
		})
	}
}

func TestAMessageArrivesWhole(t *testing.T) {
	d := &doing{do: func(Message) error { return nil }}
	handle(t, d, record("a", "body", "7"))
	want := []Message{{Body: "body", Receipt: "receipt-a", Queue: "arn:aws:sqs:us-east-1:000000000000:requests", Received: 7}}
	if d := cmp.Diff(want, d.got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAMissingReceiveCountIsTheFirst(t *testing.T) {
	for _, count := range []string{"", "many", "0", "-3"} {
		d := &doing{do: func(Message) error { return nil }}
		failed, log := handle(t, d, record("a", "body", count))
		if len(failed) > 0 || d.got[0].Received != 1 || !strings.Contains(log, "receive count") {
			t.Errorf("%q: got %+v, failed %v, logged\n%s", count, d.got, failed, log)
		}
	}
}

func TestADuplicateIsNamedOnceForEachDelivery(t *testing.T) {
	d := &doing{do: func(m Message) error {
		if m.Received > 1 {
			return errors.New("again")
		}
		return nil
	}}
	first, again := record("a", "body", "1"), record("a", "body", "2")
	again.ReceiptHandle = "receipt-again"
	failed, _ := handle(t, d, first, again)
	if d := cmp.Diff([]string{"a"}, failed); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	want := []string{"receipt-a", "receipt-again"}
	var got []string
	for _, m := range d.got {
		got = append(got, m.Receipt)
	}
	if d := cmp.Diff(want, got, cmpopts.SortSlices(strings.Compare)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAFailureIsLoggedByIDAndCauseOnly(t *testing.T) {
	d := &doing{do: func(Message) error { return errors.New("the cause") }}
	_, log := handle(t, d, record("a", "secret body", "2"))
	if !strings.Contains(log, `"cause":"the cause"`) || !strings.Contains(log, `"received":2`) || !strings.Contains(log, `"message":"a"`) {
		t.Errorf("got\n%s", log)
	}
	if strings.Contains(log, "secret") || strings.Contains(log, "receipt-a") {
		t.Errorf("too much is logged:\n%s", log)
	}
}
