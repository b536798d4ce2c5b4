package boot

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"

	"github.com/aws/aws-lambda-go/events"
)

// Jobs does what arrives in a queue.
type Jobs interface {
	// Do does one message. A returned error means that it has to come again; it is logged, and must not quote the message.
	Do(ctx context.Context, m Message) error
}

// Message is a delivery.
type Message struct {
	Body    string
	Receipt string
	Queue   string // the queue's ARN
	// Received is how often it was delivered, this time included.
	Received int
}

// Batch serves a queue's events with jobs.
type Batch struct {
	jobs Jobs
	log  *slog.Logger
}

// NewBatch returns a batch.
func NewBatch(jobs Jobs, log *slog.Logger) *Batch { return &Batch{jobs, log} }

// Handle does an event's messages at the same time and names those that have to come again. It returns no error: that would bring back
// all of them. A panic is a failure of its message only, and is logged by its type.
//
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (b *Batch) Handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
	failed := make([]bool, len(e.Records))
	var all sync.WaitGroup
	for i, r := range e.Records {
		all.Go(func() { failed[i] = !b.do(ctx, r) })
	}
	all.Wait()
	var answer events.SQSEventResponse
	for i, r := range e.Records {
		if failed[i] {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: r.MessageId})
		}
	}
	return answer, nil
}

func (b *Batch) do(ctx context.Context, r events.SQSMessage) (done bool) {
	m := Message{Body: r.Body, Receipt: r.ReceiptHandle, Queue: r.EventSourceARN, Received: 1}
	if n, err := strconv.Atoi(r.Attributes["ApproximateReceiveCount"]); err == nil && n > 0 {
		m.Received = n
	} else {
		b.log.WarnContext(ctx, "a message without its receive count", "message", r.MessageId)
	}
	defer func() {
		if p := recover(); p != nil {
			b.log.ErrorContext(ctx, "panic", "message", r.MessageId, "cause", fmt.Sprintf("%T", p))
			done = false
		}
	}()
	if err := b.jobs.Do(ctx, m); err != nil {
		b.log.WarnContext(ctx, "a job has to come again", "message", r.MessageId, "received", m.Received, "cause", err.Error())
		return false
	}
	return true
}
