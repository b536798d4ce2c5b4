package eventsource_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/eventsource"
)

const arn = "arn:aws:sqs:us-east-1:000000000000:requests"

// stage is an emulated SQS with the queue "requests", whose messages go to "dead" after three receives, and a mapping that runs.
type stage struct {
	t      *testing.T
	clock  *clock.Clock
	cloud  *aws.Cloud
	client *sqs.Client
	url    *string
	stop   context.CancelFunc
	ended  chan error
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, clock: clock.New(0), ended: make(chan error, 1)}
	cloud, err := aws.New(aws.Options{Clock: s.clock})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(cloud)
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	s.cloud = cloud
	s.client = sqs.NewFromConfig(sdk.Config{
		Region: aws.Region, BaseEndpoint: sdk.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider(aws.AccessKeyID, aws.SecretAccessKey, ""),
	})
	if _, err := s.client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("dead")}); err != nil {
		t.Fatal(err)
	}
	q, err := s.client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("requests"), Attributes: map[string]string{
		"VisibilityTimeout": "60",
		"RedrivePolicy":     `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":3}`,
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.url = q.QueueUrl
	return s
}

// run starts the mapping m, with the queue filled in, and ends it with the test.
func (s *stage) run(m eventsource.Mapping, invoke eventsource.Invoke) {
	ctx, cancel := context.WithCancel(s.t.Context())
	s.stop = cancel
	m.QueueURL, m.QueueARN, m.Function = *s.url, arn, "worker"
	go func() { s.ended <- eventsource.Run(ctx, s.client, m, invoke, slog.New(slog.DiscardHandler)) }()
	s.t.Cleanup(func() {
		cancel()
		s.wait()
	})
}

// wait waits for the mapping's end; again, if it is known already.
func (s *stage) wait() {
	s.t.Helper()
	select {
	case err := <-s.ended:
		if err != nil {
			s.t.Errorf("the mapping ended with %v", err)
		}
		s.ended <- nil
	case <-time.After(10 * time.Second):
		s.t.Error("the mapping does not end")
	}
}

func (s *stage) send(bodies ...string) {
	s.t.Helper()
	for _, body := range bodies {
		_, err := s.client.SendMessage(context.WithoutCancel(s.t.Context()), &sqs.SendMessageInput{QueueUrl: s.url, MessageBody: &body})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// left is the bodies in a queue, each with its receive count.
func (s *stage) left(queue string) string {
	var l []string
	for _, m := range s.cloud.Queues().Messages() {
		if m.Queue == queue {
			l = append(l, fmt.Sprintf("%s:%d", m.Body, m.ReceiveCount))
		}
	}
	return strings.Join(l, " ")
}

func (s *stage) eventually(what string, ok func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain: %s; in the queue: %q, in the dead-letter queue: %q", what, s.left("requests"), s.left("dead"))
		}
	}
}

func decode(t *testing.T, event []byte) events.SQSEvent {
	t.Helper()
	var e events.SQSEvent
	if err := json.Unmarshal(event, &e); err != nil {
		t.Errorf("the event is not JSON: %v: %s", err, event)
	}
	return e
}

func TestWhatTheFunctionHandledIsDeleted(t *testing.T) {
	s := newStage(t)
	got := make(chan []byte, 1)
	s.run(eventsource.Mapping{}, func(_ context.Context, function string, event []byte) ([]byte, string, error) {
		if function != "worker" {
			t.Errorf("invoked %q, want worker", function)
		}
		got <- event
		return []byte("null"), "", nil
	})
	sent, err := s.client.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: s.url, MessageBody: sdk.String("job"),
		MessageAttributes: map[string]types.MessageAttributeValue{
			"kind": {DataType: sdk.String("String"), StringValue: sdk.String("issue")},
			"raw":  {DataType: sdk.String("Binary"), BinaryValue: []byte{1, 2}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := decode(t, <-got)
	if len(e.Records) != 1 {
		t.Fatalf("got %d records, want 1", len(e.Records))
	}
	r := e.Records[0]
	for _, name := range []string{"SenderId", "SentTimestamp", "ApproximateFirstReceiveTimestamp"} {
		if r.Attributes[name] == "" {
			t.Errorf("the attribute %s is missing: %v", name, r.Attributes)
		}
	}
	if r.ReceiptHandle == "" || r.Attributes["ApproximateReceiveCount"] != "1" {
		t.Errorf("got receipt handle %q and receive count %q", r.ReceiptHandle, r.Attributes["ApproximateReceiveCount"])
	}
	r.ReceiptHandle, r.Attributes = "", nil
	want := events.SQSMessage{
		MessageId: *sent.MessageId, Body: "job", Md5OfBody: "9dddd5ce1b1375bc497feeb871842d4b",
		Md5OfMessageAttributes: *sent.MD5OfMessageAttributes,
		MessageAttributes: map[string]events.SQSMessageAttribute{
			"kind": {DataType: "String", StringValue: sdk.String("issue"), StringListValues: []string{}, BinaryListValues: [][]byte{}},
			"raw":  {DataType: "Binary", BinaryValue: []byte{1, 2}, StringListValues: []string{}, BinaryListValues: [][]byte{}},
		},
		EventSourceARN: arn, EventSource: "aws:sqs", AWSRegion: "us-east-1",
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("the record (-want +got):\n%s", diff)
	}
	s.eventually("the message is deleted", func() bool { return s.left("requests") == "" })
}

func TestAFailedBatchComesAgainAfterTheVisibilityTimeoutAndThenGoesToTheDeadLetterQueue(t *testing.T) {
	for name, fail := range map[string]func() ([]byte, string, error){
		"function error":       func() ([]byte, string, error) { return []byte(`{"errorMessage":"no"}`), "Unhandled", nil },
		"no invocation":        func() ([]byte, string, error) { return nil, "", errors.New("no such function") },
		"not a batch's answer": func() ([]byte, string, error) { return []byte(`[`), "", nil },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			var invoked atomic.Int32
			s.run(eventsource.Mapping{ReportBatchItemFailures: true}, func(context.Context, string, []byte) ([]byte, string, error) {
				invoked.Add(1)
				return fail()
			})
			s.send("job")
			for n := range int32(3) {
				s.eventually(fmt.Sprintf("invocation %d", n+1), func() bool { return invoked.Load() == n+1 })
				s.clock.Advance(59 * time.Second)
				if got, want := s.left("requests"), fmt.Sprintf("job:%d", n+1); got != want {
					t.Fatalf("before the visibility timeout: got %q, want %q", got, want)
				}
				s.clock.Advance(time.Second)
			}
			s.eventually("the message is in the dead-letter queue", func() bool { return s.left("dead") == "job:3" && s.left("requests") == "" })
			if n := invoked.Load(); n != 3 {
				t.Errorf("invoked %d times, want 3", n)
			}
		})
	}
}

func TestABatchResponseNamesWhatStays(t *testing.T) {
	const all = "a:1 b:1 c:1"
	for name, c := range map[string]struct {
		payload string // %s is the id of b
		ignored bool   // the mapping has no ReportBatchItemFailures
		want    string
	}{
		"one failed":            {`{"batchItemFailures":[{"itemIdentifier":"%s"}]}`, false, "b:1"},
		"an empty list":         {`{"batchItemFailures":[]}`, false, ""},
		"a null list":           {`{"batchItemFailures":null}`, false, ""},
		"an empty object":       {`{}`, false, ""},
		"null":                  {`null`, false, ""},
		"nothing":               {``, false, ""},
		"an empty identifier":   {`{"batchItemFailures":[{"itemIdentifier":""}]}`, false, all},
		"a null identifier":     {`{"batchItemFailures":[{"itemIdentifier":null}]}`, false, all},
		"a wrong key":           {`{"batchItemFailures":[{"id":"%s"}]}`, false, all},
		"an unknown identifier": {`{"batchItemFailures":[{"itemIdentifier":"%s"},{"itemIdentifier":"x"}]}`, false, all},
		"not JSON":              {`oops`, false, all},
		"a list":                {`[]`, false, all},
		"without the option":    {`{"batchItemFailures":[{"itemIdentifier":"%s"}]}`, true, ""},
		"no JSON, no option":    {`oops`, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.send("a", "b", "c")
			s.run(eventsource.Mapping{ReportBatchItemFailures: !c.ignored}, func(_ context.Context, _ string, event []byte) ([]byte, string, error) {
				e := decode(t, event)
				if len(e.Records) != 3 {
					t.Errorf("got %d records, want 3", len(e.Records))
					return nil, "Unhandled", nil
				}
				s.stop() // the batch in hand is finished all the same
				return []byte(strings.ReplaceAll(c.payload, "%s", e.Records[1].MessageId)), "", nil
			})
			s.wait()
			if got := s.left("requests"); got != c.want {
				t.Errorf("answer %s: left %q, want %q", c.payload, got, c.want)
			}
		})
	}
}

func TestAnIdleMappingEndsAtOnce(t *testing.T) {
	s := newStage(t)
	s.run(eventsource.Mapping{}, func(context.Context, string, []byte) ([]byte, string, error) { return nil, "", nil })
	s.send("job")
	s.eventually("the message is handled", func() bool { return s.left("requests") == "" })
	begun := time.Now()
	s.stop()
	s.wait()
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestRunWaitsForTheBatchInFlight(t *testing.T) {
	s := newStage(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	s.run(eventsource.Mapping{}, func(ctx context.Context, _ string, _ []byte) ([]byte, string, error) {
		close(begun)
		<-finish
		return nil, "", ctx.Err()
	})
	s.send("job")
	<-begun
	s.stop()
	select {
	case err := <-s.ended:
		t.Fatalf("it ended during an invocation, with %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	close(finish)
	s.wait()
	if got := s.left("requests"); got != "" {
		t.Errorf("left %q, want nothing: the function succeeded", got)
	}
}

func TestConcurrencyIsBoundedAndWaitingMessagesStayInTheQueue(t *testing.T) {
	s := newStage(t)
	s.send("a", "b", "c", "d", "e")
	var running, most atomic.Int32
	finish := make(chan struct{})
	s.run(eventsource.Mapping{BatchSize: 1, MaxConcurrency: 2}, func(context.Context, string, []byte) ([]byte, string, error) {
		now := running.Add(1)
		for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
		}
		<-finish
		running.Add(-1)
		return nil, "", nil
	})
	s.eventually("two run", func() bool { return running.Load() == 2 })
	if got, want := s.left("requests"), "a:1 b:1 c:0 d:0 e:0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	close(finish)
	s.eventually("all are handled", func() bool { return s.left("requests") == "" })
	if n := most.Load(); n != 2 {
		t.Errorf("%d ran at a time, want 2", n)
	}
}

func TestABatchWindowGathersMoreThanOneReceive(t *testing.T) {
	s := newStage(t)
	var bodies []string
	for n := range 12 {
		bodies = append(bodies, fmt.Sprintf("job%d", n))
	}
	s.send(bodies...)
	sizes := make(chan int, 12)
	s.run(eventsource.Mapping{BatchSize: 12, BatchWindow: time.Minute}, func(_ context.Context, _ string, event []byte) ([]byte, string, error) {
		sizes <- len(decode(t, event).Records)
		return nil, "", nil
	})
	if n := <-sizes; n != 12 {
		t.Errorf("the first batch has %d messages, want 12", n)
	}
	s.eventually("all are deleted", func() bool { return s.left("requests") == "" })
}

func TestAMessageDeliveredTwiceIsInvokedTwice(t *testing.T) {
	s := newStage(t)
	s.cloud.Queues().DeliverTwice("requests", 1)
	var ids []string
	both := make(chan struct{})
	s.run(eventsource.Mapping{MaxConcurrency: 1}, func(_ context.Context, _ string, event []byte) ([]byte, string, error) {
		for _, r := range decode(t, event).Records {
			ids = append(ids, r.MessageId)
		}
		if len(ids) == 1 {
			return nil, "Unhandled", nil // else the first one's deletion would forestall the second
		}
		close(both)
		return nil, "", nil
	})
	s.send("job")
	<-both
	if len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("got %v, want the same message twice", ids)
	}
}

func TestPollingGoesOnAfterTrouble(t *testing.T) {
	s := newStage(t)
	var asked atomic.Int32
	client := flaky{s.client, &asked}
	got := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		m := eventsource.Mapping{QueueURL: *s.url, QueueARN: arn, Function: "worker"}
		ended <- eventsource.Run(ctx, client, m, func(context.Context, string, []byte) ([]byte, string, error) {
			close(got)
			return nil, "", nil
		}, slog.New(slog.DiscardHandler))
	}()
	s.send("job")
	<-got
	cancel()
	if err := <-ended; err != nil || asked.Load() < 2 {
		t.Errorf("ended with %v after %d receives", err, asked.Load())
	}
}

// flaky fails the first receive.
type flaky struct {
	eventsource.Client
	asked *atomic.Int32
}

func (f flaky) ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, o ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	if f.asked.Add(1) == 1 {
		return nil, errors.New("no connection")
	}
	return f.Client.ReceiveMessage(ctx, in, o...)
}

func TestAMappingThatLambdaWouldRefuseIsRefused(t *testing.T) {
	for name, m := range map[string]eventsource.Mapping{
		"a large batch without a window": {QueueARN: arn, BatchSize: 11},
		"too large a batch":              {QueueARN: arn, BatchSize: 10001, BatchWindow: time.Second},
		"too long a window":              {QueueARN: arn, BatchWindow: 6 * time.Minute},
		"too much concurrency":           {QueueARN: arn, MaxConcurrency: 1001},
		"no ARN":                         {QueueARN: "requests"},
	} {
		if err := eventsource.Run(t.Context(), nil, m, nil, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
