package sqs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/aws/sqs"
	"github.com/apppass/apppass/infra/local/clock"
)

// stage is a service of which the tests ask operations as the listener does.
type stage struct {
	t     *testing.T
	clock *clock.Clock
	*sqs.Service
}

func newStage(t *testing.T, path string) *stage {
	t.Helper()
	c := clock.New(0)
	s, err := sqs.New(sqs.Options{Clock: c, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &stage{t, c, s}
}

type object = map[string]any

// call runs an operation on the queue "q" and returns its answer, or its error's type.
func (s *stage) call(operation string, in object) (object, string) {
	s.t.Helper()
	if in == nil {
		in = object{}
	}
	if _, ok := in["QueueUrl"]; !ok && operation != "CreateQueue" {
		in["QueueUrl"] = "http://anywhere/000000000000/q"
	}
	body, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := s.Serve(s.t.Context(), operation, body)
	var refused *awsjson.Error
	if errors.As(err, &refused) {
		return nil, refused.Type
	}
	if err != nil {
		s.t.Fatalf("%s: %v", operation, err)
	}
	var answer object
	if err := json.Unmarshal(out, &answer); err != nil {
		s.t.Fatalf("%s answered %s: %v", operation, out, err)
	}
	return answer, ""
}

// do is call for what must succeed.
func (s *stage) do(operation string, in object) object {
	s.t.Helper()
	out, refused := s.call(operation, in)
	if refused != "" {
		s.t.Fatalf("%s %v: refused with %s", operation, in, refused)
	}
	return out
}

func (s *stage) create(name string, attributes object) {
	s.t.Helper()
	s.do("CreateQueue", object{"QueueName": name, "Attributes": attributes})
}

// receive returns up to ten messages as "body:receive count", and the last one's receipt handle.
func (s *stage) receive(in object) (got, handle string) {
	s.t.Helper()
	if in == nil {
		in = object{}
	}
	in["MaxNumberOfMessages"] = 10
	in["AttributeNames"] = []string{"ApproximateReceiveCount"}
	messages, _ := s.do("ReceiveMessage", in)["Messages"].([]any)
	var all []string
	for _, m := range messages {
		m := m.(object)
		all = append(all, fmt.Sprintf("%s:%s", m["Body"], m["Attributes"].(object)["ApproximateReceiveCount"]))
		handle = m["ReceiptHandle"].(string)
	}
	return strings.Join(all, " "), handle
}

func (s *stage) expect(when, want string) string {
	s.t.Helper()
	got, handle := s.receive(nil)
	if got != want {
		s.t.Errorf("%s: received %q, want %q", when, got, want)
	}
	return handle
}

func (s *stage) send(body string) {
	s.t.Helper()
	s.do("SendMessage", object{"MessageBody": body})
}

func TestVisibilityDelayAndRetentionFollowTheStacksClock(t *testing.T) {
	s := newStage(t, "")
	s.create("q", object{"VisibilityTimeout": "3600", "DelaySeconds": "900", "MessageRetentionPeriod": "86400"})
	s.send("m")
	s.expect("delayed", "")
	s.clock.Advance(899 * time.Second)
	s.expect("still delayed", "")
	s.clock.Advance(time.Second)
	s.expect("due", "m:1")
	s.clock.Advance(time.Hour - time.Second)
	s.expect("in flight", "")
	s.clock.Advance(time.Second)
	s.expect("visible again", "m:2")
	s.clock.Advance(24 * time.Hour)
	s.expect("after its retention", "")
	if n := len(s.Messages()); n != 0 {
		t.Errorf("%d messages are left, want none", n)
	}
}

func TestOnlyTheLatestReceiptHandleDeletes(t *testing.T) {
	s := newStage(t, "")
	s.create("q", nil)
	s.send("m")
	old := s.expect("first", "m:1")
	s.clock.Advance(30 * time.Second)
	latest := s.expect("second", "m:2")
	s.do("DeleteMessage", object{"ReceiptHandle": old})
	if n := len(s.Messages()); n != 1 {
		t.Errorf("the old handle deleted the message")
	}
	if _, refused := s.call("ChangeMessageVisibility", object{"ReceiptHandle": old, "VisibilityTimeout": 0}); refused != "com.amazonaws.sqs#MessageNotInflight" {
		t.Errorf("the old handle changed the visibility: %q", refused)
	}
	s.clock.Advance(30 * time.Second) // an expired one still deletes while nobody else has received the message
	s.do("DeleteMessage", object{"ReceiptHandle": latest})
	if n := len(s.Messages()); n != 0 {
		t.Errorf("the latest handle did not delete the message")
	}
}

func TestAHandleOfAnotherQueueIsInvalid(t *testing.T) {
	s := newStage(t, "")
	s.create("q", nil)
	s.create("other", nil)
	s.send("m")
	handle := s.expect("sent", "m:1")
	_, refused := s.call("DeleteMessage", object{"QueueUrl": "http://h/000000000000/other", "ReceiptHandle": handle})
	if refused != "com.amazonaws.sqs#ReceiptHandleIsInvalid" {
		t.Errorf("got %q", refused)
	}
}

func TestAMessageIsInFlightForTwelveHoursAtMost(t *testing.T) {
	s := newStage(t, "")
	s.create("q", object{"VisibilityTimeout": "43200"})
	s.send("m")
	handle := s.expect("sent", "m:1")
	s.clock.Advance(time.Hour)
	if _, refused := s.call("ChangeMessageVisibility", object{"ReceiptHandle": handle, "VisibilityTimeout": 43200}); refused != "InvalidParameterValue" {
		t.Errorf("thirteen hours in all: got %q, want InvalidParameterValue", refused)
	}
	s.do("ChangeMessageVisibility", object{"ReceiptHandle": handle, "VisibilityTimeout": 39599})
}

func TestAMessageIsDeliveredTwiceWhenAsked(t *testing.T) {
	s := newStage(t, "")
	s.create("q", nil)
	s.DeliverTwice("q", 1)
	s.send("a")
	s.send("b")
	s.expect("first", "a:1 b:1")
	s.expect("second", "a:2")
	s.expect("third", "")
}

func TestADeletedDeadLetterQueueLeavesTheMessageWhereItIs(t *testing.T) {
	s := newStage(t, "")
	s.create("dead", nil)
	s.create("q", object{"VisibilityTimeout": "0", "RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":1}`})
	s.send("m")
	s.expect("first", "m:1")
	s.do("DeleteQueue", object{"QueueUrl": "http://h/000000000000/dead"})
	s.expect("second", "m:2")
}

func TestADeletedNameIsHeldForAMinute(t *testing.T) {
	s := newStage(t, "")
	s.create("q", nil)
	s.do("DeleteQueue", nil)
	if _, refused := s.call("CreateQueue", object{"QueueName": "q"}); refused != "com.amazonaws.sqs#QueueDeletedRecently" {
		t.Errorf("got %q, want QueueDeletedRecently", refused)
	}
	s.clock.Advance(time.Minute)
	s.create("q", nil)
}

func TestAPurgeIsAllowedAgainAfterAMinute(t *testing.T) {
	s := newStage(t, "")
	s.create("q", nil)
	s.do("PurgeQueue", nil)
	s.clock.Advance(time.Minute)
	s.send("m")
	s.do("PurgeQueue", nil)
	s.expect("purged", "")
}

// poll starts a long poll of 20 s and returns where its answer will be.
func (s *stage) poll() <-chan string {
	got := make(chan string, 1)
	go func() {
		messages, _ := s.receive(object{"WaitTimeSeconds": 20})
		got <- messages
	}()
	synctest.Wait()
	return got
}

func TestALongPollWakes(t *testing.T) {
	for name, c := range map[string]struct {
		attributes object
		wake       func(s *stage)
		want       string
		after      time.Duration // real time
	}{
		"for a send":                     {nil, func(s *stage) { s.send("m") }, "m:1", 0},
		"for a message that comes due":   {object{"DelaySeconds": "7"}, func(s *stage) { s.send("m") }, "m:1", 7 * time.Second},
		"for a move of the clock":        {object{"DelaySeconds": "900"}, func(s *stage) { s.send("m"); s.clock.Advance(15 * time.Minute) }, "m:1", 0},
		"with nothing after its time":    {nil, func(*stage) {}, "", 20 * time.Second},
		"in time if the clock goes back": {object{"DelaySeconds": "7"}, func(s *stage) { s.send("m"); s.clock.Advance(-time.Hour) }, "", 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, "")
				s.create("q", c.attributes)
				begun := time.Now()
				got := s.poll()
				c.wake(s)
				if m := <-got; m != c.want || time.Since(begun) != c.after {
					t.Errorf("got %q after %v, want %q after %v", m, time.Since(begun), c.want, c.after)
				}
			})
		})
	}
}

func TestALongPollWakesForAMessageThatBecomesVisibleAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "")
		s.create("q", nil)
		s.send("m")
		handle := s.expect("first", "m:1")
		got := s.poll()
		s.do("ChangeMessageVisibility", object{"ReceiptHandle": handle, "VisibilityTimeout": 0})
		if m := <-got; m != "m:2" {
			t.Errorf("got %q, want m:2", m)
		}
	})
}

func TestAPollThatIsGivenUpTakesNothingAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "")
		s.create("q", nil)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			_, err := s.Serve(ctx, "ReceiveMessage", []byte(`{"QueueUrl":"http://h/000000000000/q","WaitTimeSeconds":20}`))
			ended <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		s.send("m")
		s.expect("after the poll was given up", "m:1")
	})
}

func TestALongPollAtADeletedQueueEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "")
		s.create("q", nil)
		refused := make(chan string)
		go func() {
			_, r := s.call("ReceiveMessage", object{"WaitTimeSeconds": 20})
			refused <- r
		}()
		synctest.Wait()
		s.do("DeleteQueue", nil)
		if r := <-refused; r != "com.amazonaws.sqs#QueueDoesNotExist" {
			t.Errorf("got %q, want QueueDoesNotExist", r)
		}
	})
}

func TestWhatIsNotKnownIsRefused(t *testing.T) {
	s := newStage(t, "")
	s.create("q", nil)
	for _, c := range []struct {
		operation string
		in        object
		want      string
	}{
		{"TagQueue", nil, "com.amazonaws.sqs#UnsupportedOperation"},
		{"CreateQueue", object{"QueueName": "p", "tags": object{"a": "b"}}, "SerializationException"},
		{"CreateQueue", object{"QueueName": "p.fifo"}, "InvalidParameterValue"},
		{"CreateQueue", object{"QueueName": "p", "Attributes": object{"FifoQueue": "true"}}, "com.amazonaws.sqs#InvalidAttributeName"},
		{"CreateQueue", object{"QueueName": "p", "Attributes": object{"Policy": "{}"}}, "com.amazonaws.sqs#InvalidAttributeName"},
		{"SendMessage", object{"MessageBody": "m", "MessageGroupId": "g"}, "SerializationException"},
		{"SendMessage", object{"MessageBody": "m", "MessageDeduplicationId": "d"}, "SerializationException"},
		{"SendMessage", object{"MessageBody": "m", "MessageSystemAttributes": object{}}, "SerializationException"},
		{"SendMessageBatch", object{"Entries": []object{{"Id": "a", "MessageBody": "m", "MessageGroupId": "g"}}}, "SerializationException"},
		{"ReceiveMessage", object{"ReceiveRequestAttemptId": "r"}, "SerializationException"},
		{"ReceiveMessage", object{"QueueUrl": ""}, "MissingParameter"},
		{"ReceiveMessage", object{"QueueUrl": "q"}, "com.amazonaws.sqs#InvalidAddress"},
		{"ReceiveMessage", object{"QueueUrl": "http://h/123456789012/q"}, "com.amazonaws.sqs#QueueDoesNotExist"},
		{"DeleteMessage", nil, "MissingParameter"},
		{"ChangeMessageVisibility", object{"ReceiptHandle": "r"}, "MissingParameter"},
	} {
		if _, refused := s.call(c.operation, c.in); refused != c.want {
			t.Errorf("%s %v: got %q, want %s", c.operation, c.in, refused, c.want)
		}
	}
	if n := len(s.Messages()); n != 0 {
		t.Errorf("%d messages were sent all the same", n)
	}
}

func TestEverythingSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sqs.journal")
	const redrive = `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":1}`
	var handle string
	t.Run("before", func(t *testing.T) {
		s := newStage(t, path)
		s.create("dead", nil)
		s.create("purged", nil)
		s.create("dropped", nil)
		s.create("q", object{"VisibilityTimeout": "43200", "SqsManagedSseEnabled": "true"})
		s.do("SetQueueAttributes", object{"Attributes": object{"RedrivePolicy": redrive}})
		s.do("SendMessage", object{"QueueUrl": "http://h/000000000000/purged", "MessageBody": "p"})
		s.do("PurgeQueue", object{"QueueUrl": "http://h/000000000000/purged"})
		s.do("DeleteQueue", object{"QueueUrl": "http://h/000000000000/dropped"})
		s.do("SendMessage", object{"MessageBody": "dies"})
		s.receive(object{"VisibilityTimeout": 0})
		s.expect("moved to the dead-letter queue", "")
		s.do("SendMessage", object{"MessageBody": "deleted"})
		_, gone := s.receive(nil)
		s.do("DeleteMessage", object{"ReceiptHandle": gone})
		s.do("SendMessage", object{"MessageBody": "flies", "MessageAttributes": object{"a": object{"DataType": "String", "StringValue": "b"}}})
		_, handle = s.receive(nil)
		s.do("SendMessage", object{"MessageBody": "waits"})
	})
	t.Run("written anew", func(t *testing.T) { newStage(t, path) })
	s := newStage(t, path)
	var got []string
	for _, m := range s.Messages() {
		got = append(got, fmt.Sprintf("%s/%s:%d", m.Queue, m.Body, m.ReceiveCount))
	}
	if g, want := strings.Join(got, " "), "dead/dies:1 q/flies:1 q/waits:0"; g != want {
		t.Errorf("got %q, want %q", g, want)
	}
	attributes := s.do("GetQueueAttributes", object{"AttributeNames": []string{"All"}})["Attributes"].(object)
	if attributes["VisibilityTimeout"] != "43200" || attributes["RedrivePolicy"] != redrive || attributes["SqsManagedSseEnabled"] != "true" {
		t.Errorf("got attributes %v", attributes)
	}
	if _, refused := s.call("PurgeQueue", object{"QueueUrl": "http://h/000000000000/purged"}); refused != "com.amazonaws.sqs#PurgeQueueInProgress" {
		t.Errorf("the purge is forgotten: %q", refused)
	}
	if _, refused := s.call("CreateQueue", object{"QueueName": "dropped"}); refused != "com.amazonaws.sqs#QueueDeletedRecently" {
		t.Errorf("the deletion is forgotten: %q", refused)
	}
	s.do("ChangeMessageVisibility", object{"ReceiptHandle": handle, "VisibilityTimeout": 0})
	s.do("DeleteMessage", object{"ReceiptHandle": handle})
	s.expect("after the restart", "waits:1")
}

func TestAMessageStaysVisibleWhenTheClockGoesBack(t *testing.T) {
	s := newStage(t, "")
	s.create("q", nil)
	s.send("m")
	s.clock.Advance(-36 * time.Hour)
	s.expect("36 hours before its sending", "m:1")
}

func TestConcurrentReceiversShareTheMessages(t *testing.T) {
	s := newStage(t, "")
	s.create("q", nil)
	const messages = 200
	got := make(chan string, messages)
	for range 8 {
		go func() {
			for {
				out, err := s.Serve(t.Context(), "ReceiveMessage", []byte(`{"QueueUrl":"http://h/000000000000/q","MaxNumberOfMessages":3,"WaitTimeSeconds":20}`))
				if err != nil {
					return // the test has ended
				}
				var answer struct{ Messages []struct{ Body string } }
				if err := json.Unmarshal(out, &answer); err != nil {
					t.Errorf("answered %s: %v", out, err)
					return
				}
				for _, m := range answer.Messages {
					got <- m.Body
				}
			}
		}()
	}
	for n := range messages {
		s.send(fmt.Sprint(n))
	}
	seen := map[string]int{}
	for range messages {
		body := <-got
		if seen[body]++; seen[body] > 1 {
			t.Errorf("message %s was received twice", body)
		}
	}
}
