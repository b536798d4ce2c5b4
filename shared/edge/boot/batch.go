package boot

import (
	"context"
	"fmt"
	"log/slog"
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

type batch struct {
	jobs Jobs
	log  *slog.Logger
}

// handle does a batch's messages at the same time and names those that have to come again.
//
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (b *batch) handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
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

func (b *batch) do(ctx context.Context, r events.SQSMessage) (done bool) {
	m := Message{Body: r.Body, Receipt: r.ReceiptHandle, Queue: r.EventSourceARN, Received: 1}
	if _, err := fmt.Sscan(r.Attributes["ApproximateReceiveCount"], &m.Received); err != nil {
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
