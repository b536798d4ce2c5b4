// Package sqs is the local stack's SQS: standard queues, as much of them as apppass and its event source mapping call, and
// loud about the rest.
//
// # What it does
//
// Queues with delay, visibility timeout, retention, long polls and a dead-letter queue; single and batch sends, deletes and
// changes of visibility; receipt handles of which only the latest deletes; message attributes. Any other operation, and any
// request member or queue attribute that is not named in this package (FIFO queues, policies, tags), is refused: a test must
// never pass because something was quietly ignored.
//
// Two things are kinder than the real service: messages come in the order of sending, and a queue can hold any number of
// messages in flight. [Service.DeliverTwice] makes up for its at-least-once delivery.
//
// # What may be changed here
//
// Another operation is one more case in [Service.Serve] and a function from its request to its answer. State changes only by
// a journal record that is written first (record.go), so that a restart sees what was answered, and forgets what was deleted
// (journal.go). Time is the stack's clock: nothing runs in the background but the long polls, which wake for sends, for due
// messages and for the clock's moves.
//
// The reference is https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/.
package sqs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/journal"
)

// Options says where a service gets its time and where it keeps its state.
type Options struct {
	// Clock is the stack's time.
	Clock *clock.Clock
	// Path is the journal's file; empty keeps everything in memory.
	Path string
}

// Service is an emulated SQS in region us-east-1, account 000000000000. It is safe for concurrent use.
type Service struct {
	clock *clock.Clock

	mu      sync.Mutex
	journal *journal.Journal
	queues  map[string]*queue
	deleted map[string]time.Time // when the queue of that name was deleted
	twice   map[string]int       // messages of that queue that are still to be delivered twice
	changed chan struct{}        // closed when a waiting receive has to look again
}

var _ awsjson.Service = (*Service)(nil)

// New opens the service with the state that its journal holds.
func New(o Options) (*Service, error) {
	s := &Service{
		clock: o.Clock, queues: map[string]*queue{}, deleted: map[string]time.Time{}, twice: map[string]int{},
		changed: make(chan struct{}),
	}
	if o.Path != "" {
		if err := s.open(o.Path); err != nil {
			return nil, fmt.Errorf("open the queues: %w", err)
		}
	}
	return s, nil
}

// Close closes the journal. The service must not be used afterwards.
func (s *Service) Close() error { return s.journal.Close() }

// DeliverTwice makes the next n messages received from the queue of that name stay visible, so that each is delivered once
// more, as SQS may do with any message.
func (s *Service) DeliverTwice(queue string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twice[queue] = n
}

// Message is a message as it lies in a queue.
type Message struct {
	Queue string
	ID    string
	Body  string
	Sent  time.Time
	// VisibleAt is when it can be received (again); zero for one that was never delayed or in flight.
	VisibleAt time.Time
	// ReceiveCount is how often it was received, in the queue it was redriven from too.
	ReceiveCount int
}

// Messages is every message that is not deleted: delayed, visible, in flight; by queue, then in the order of sending.
// For tests, and for the stack's page.
func (s *Service) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	var all []Message
	for name, q := range s.queues {
		for _, m := range q.messages {
			if !q.outlived(m, now) {
				all = append(all, Message{Queue: name, ID: m.ID, Body: m.Body, Sent: m.Sent, VisibleAt: m.VisibleAt, ReceiveCount: m.ReceiveCount})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Message) int { return strings.Compare(a.Queue, b.Queue) })
	return all
}

type hostKey struct{}

// WithHost returns a context under which queue URLs name the host, "127.0.0.1:8082", that the caller reached the service by.
func WithHost(ctx context.Context, host string) context.Context {
	return context.WithValue(ctx, hostKey{}, host)
}

func queueURL(ctx context.Context, name string) string {
	host, ok := ctx.Value(hostKey{}).(string)
	if !ok {
		host = "localhost"
	}
	return "http://" + host + "/" + account + "/" + name
}

// Serve runs one operation. ReceiveMessage waits up to its WaitTimeSeconds, or until ctx ends. See [awsjson.Service].
func (s *Service) Serve(ctx context.Context, operation string, body []byte) ([]byte, error) {
	switch operation {
	case "CreateQueue":
		return locked(ctx, s, operation, body, s.createQueue)
	case "GetQueueUrl":
		return locked(ctx, s, operation, body, s.getQueueURL)
	case "GetQueueAttributes":
		return locked(ctx, s, operation, body, s.getQueueAttributes)
	case "SetQueueAttributes":
		return locked(ctx, s, operation, body, s.setQueueAttributes)
	case "ListQueues":
		return locked(ctx, s, operation, body, s.listQueues)
	case "PurgeQueue":
		return locked(ctx, s, operation, body, s.purgeQueue)
	case "DeleteQueue":
		return locked(ctx, s, operation, body, s.deleteQueue)
	case "SendMessage":
		return locked(ctx, s, operation, body, s.sendMessage)
	case "SendMessageBatch":
		return locked(ctx, s, operation, body, s.sendMessageBatch)
	case "ReceiveMessage":
		return answer(ctx, operation, body, s.receiveMessage)
	case "DeleteMessage":
		return locked(ctx, s, operation, body, s.deleteMessage)
	case "DeleteMessageBatch":
		return locked(ctx, s, operation, body, s.deleteMessageBatch)
	case "ChangeMessageVisibility":
		return locked(ctx, s, operation, body, s.changeMessageVisibility)
	case "ChangeMessageVisibilityBatch":
		return locked(ctx, s, operation, body, s.changeMessageVisibilityBatch)
	}
	return nil, refuse("UnsupportedOperation", "the local SQS does not know "+operation)
}

// nothing is the answer of operations that have none.
type nothing struct{}

// locked is answer for everything that does not wait.
func locked[In, Out any](ctx context.Context, s *Service, operation string, body []byte, do func(context.Context, In) (Out, error)) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return answer(ctx, operation, body, do)
}

// answer decodes the request, refusing members that In doesn't have, and encodes what do answers.
func answer[In, Out any](ctx context.Context, operation string, body []byte, do func(context.Context, In) (Out, error)) ([]byte, error) {
	var in In
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return nil, awsjson.Refuse("SerializationException", fmt.Sprintf("the local SQS can't take this %s: %v", operation, err))
	}
	out, err := do(ctx, in)
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}
