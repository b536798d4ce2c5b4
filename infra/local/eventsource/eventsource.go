// Package eventsource polls an SQS queue and invokes a function with what it finds, as Lambda's event source mapping does.
//
// # What is promised
//
// Messages are deleted when the function has dealt with them, and only then. If the function fails, or answers what Lambda
// would not understand, its whole batch stays and becomes visible again when the queue's visibility timeout is over; nothing
// here shortens that. With ReportBatchItemFailures only the messages that the function names stay. A batch is received
// only when an invocation is free for it, so that no message spends its visibility timeout waiting here.
//
// Unlike Lambda's, batches are not cut at 6 MB of payload, and failures don't slow the polling down.
//
// # What may be changed here
//
// The package talks to SQS through the AWS SDK only, so that it works with any endpoint that speaks SQS, and knows functions by name
// only. What Lambda does is at https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html; events.SQSEvent is the event's shape.
package eventsource

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Mapping says which queue invokes which function, and how.
type Mapping struct {
	// QueueURL is where to poll; QueueARN is what the event calls its source. Its fourth part is the event's region.
	QueueURL string
	QueueARN string
	// Function is the name of the function to invoke.
	Function string
	// BatchSize is the most messages an invocation gets, 1 to 10000; 0 is Lambda's default, 10. More than 10 need a BatchWindow.
	BatchSize int
	// BatchWindow is how long to gather messages for a batch, up to 5 minutes of real time; 0 invokes with what the first receive brings.
	BatchWindow time.Duration
	// MaxConcurrency is the most invocations at a time; 0 is 5, where Lambda begins.
	MaxConcurrency int
	// ReportBatchItemFailures lets the function name the messages that it could not deal with.
	ReportBatchItemFailures bool
}

// Client is what is needed of [sqs.Client].
type Client interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
}

// Invoke runs a function on an event. functionError is Lambda's X-Amz-Function-Error, empty where the function succeeded with
// payload; err is an invocation that could not be made. Its ctx does not end with Run's.
type Invoke func(ctx context.Context, function string, event []byte) (payload []byte, functionError string, err error)

const (
	// largestReceive is SQS' limit.
	largestReceive = 10
	// longPoll is SQS' longest; ending the context cuts it short.
	longPoll = 20 * time.Second
	// pause follows a receive that failed.
	pause = 500 * time.Millisecond
	// deletionTimeout bounds the deletion of a batch. What it doesn't reach comes again.
	deletionTimeout = 10 * time.Second
)

// Run polls until ctx ends, then waits for the batches in flight and returns nil. It returns an error at once for a mapping
// that Lambda would refuse. Trouble with the queue or the function goes to log, and polling goes on.
func Run(ctx context.Context, client Client, m Mapping, invoke Invoke, log *slog.Logger) error {
	if err := m.check(); err != nil {
		return fmt.Errorf("map %s to %s: %w", m.QueueARN, m.Function, err)
	}
	p := poller{Mapping: m, client: client, invoke: invoke, log: log.With("function", m.Function, "queue", m.QueueARN)}
	free := make(chan struct{}, p.MaxConcurrency)
	var inFlight sync.WaitGroup
	defer inFlight.Wait()
	for {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		batch := p.gather(ctx)
		if len(batch) == 0 {
			if ctx.Err() != nil {
				return nil
			}
			<-free
			continue
		}
		inFlight.Go(func() {
			p.process(context.WithoutCancel(ctx), batch)
			<-free
		})
	}
}

func (m *Mapping) check() error {
	if m.BatchSize == 0 {
		m.BatchSize = 10
	}
	if m.MaxConcurrency == 0 {
		m.MaxConcurrency = 5
	}
	switch {
	case m.BatchSize < 1 || m.BatchSize > 10000:
		return fmt.Errorf("the batch size %d is not in 1 to 10000", m.BatchSize)
	case m.BatchSize > largestReceive && m.BatchWindow < time.Second:
		return fmt.Errorf("the batch size %d needs a batch window of at least a second", m.BatchSize)
	case m.BatchWindow < 0 || m.BatchWindow > 5*time.Minute:
		return fmt.Errorf("the batch window %v is not in 0 to 5 minutes", m.BatchWindow)
	case m.MaxConcurrency < 1 || m.MaxConcurrency > 1000:
		return fmt.Errorf("the concurrency %d is not in 1 to 1000", m.MaxConcurrency)
	}
	_, err := region(m.QueueARN)
	return err
}

type poller struct {
	Mapping
	client Client
	invoke Invoke
	log    *slog.Logger
}

// gather receives a batch: what the first receive brings, and what comes within the batch window. It is empty if nothing came
// during one long poll, if receiving failed, or if ctx ended.
func (p poller) gather(ctx context.Context) []types.Message {
	batch := p.receive(ctx, p.BatchSize, longPoll)
	if len(batch) == 0 || p.BatchWindow == 0 {
		return batch
	}
	// What was received is invoked with even if ctx ends meanwhile.
	for end := time.Now().Add(p.BatchWindow); len(batch) < p.BatchSize && ctx.Err() == nil; {
		left := time.Until(end)
		if left <= 0 {
			break
		}
		batch = append(batch, p.receive(ctx, p.BatchSize-len(batch), min(left, longPoll))...)
	}
	return batch
}

// receive waits for whole seconds, at least one: that is how SQS counts.
func (p poller) receive(ctx context.Context, most int, wait time.Duration) []types.Message {
	out, err := p.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:                    &p.QueueURL,
		MaxNumberOfMessages:         int32(min(most, largestReceive)),
		WaitTimeSeconds:             int32((wait + time.Second - 1) / time.Second),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		MessageAttributeNames:       []string{"All"},
	})
	if err == nil {
		return out.Messages
	}
	if ctx.Err() == nil {
		p.log.Warn("receiving from the queue failed", "error", err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
	return nil
}

// process invokes the function and deletes what it has dealt with.
func (p poller) process(ctx context.Context, batch []types.Message) {
	event, err := p.event(batch)
	if err != nil {
		p.log.Error("the messages don't make an event", "error", err)
		return
	}
	payload, functionError, err := p.invoke(ctx, p.Function, event)
	if err != nil {
		p.log.Warn("the function could not be invoked; its messages come again", "messages", len(batch), "error", err)
		return
	}
	if functionError != "" {
		p.log.Warn("the function failed; its messages come again", "messages", len(batch), "functionError", functionError)
		return
	}
	handled := batch
	if p.ReportBatchItemFailures {
		handled, err = succeeded(batch, payload)
		if err != nil {
			p.log.Warn("the function's answer is not a batch response; its messages come again", "messages", len(batch), "error", err)
			return
		}
	}
	p.delete(ctx, handled)
}

func (p poller) delete(ctx context.Context, handled []types.Message) {
	ctx, cancel := context.WithTimeout(ctx, deletionTimeout)
	defer cancel()
	for len(handled) > 0 {
		n := min(len(handled), largestReceive)
		in := &sqs.DeleteMessageBatchInput{QueueUrl: &p.QueueURL}
		for i, m := range handled[:n] {
			// Not the message's id: one that was delivered twice can be in a batch twice.
			in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle})
		}
		handled = handled[n:]
		out, err := p.client.DeleteMessageBatch(ctx, in)
		if err != nil {
			p.log.Warn("deleting handled messages failed; they come again", "messages", n, "error", err)
			continue
		}
		for _, f := range out.Failed {
			p.log.Warn("deleting a handled message failed; it comes again", "code", aws.ToString(f.Code), "error", aws.ToString(f.Message))
		}
	}
}
