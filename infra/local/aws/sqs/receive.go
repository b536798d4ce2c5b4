package sqs

import (
	"context"
	"slices"
	"strconv"
	"time"
)

type receiveMessageRequest struct {
	QueueUrl                    string
	MaxNumberOfMessages         *int
	WaitTimeSeconds             *int
	VisibilityTimeout           *int
	AttributeNames              []string
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
}

type receivedMessages struct {
	Messages []receivedMessage `json:",omitempty"`
}

type receivedMessage struct {
	MessageId              string
	ReceiptHandle          string
	MD5OfBody              string
	Body                   string
	Attributes             map[string]string    `json:",omitempty"`
	MessageAttributes      map[string]attribute `json:",omitempty"`
	MD5OfMessageAttributes string               `json:",omitempty"`
}

// systemAttributes are the names that ReceiveMessage may ask for; those of FIFO queues and of tracing have no value here.
var systemAttributes = []string{
	"All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp", "DeadLetterQueueSourceArn",
	"AWSTraceHeader", "MessageDeduplicationId", "MessageGroupId", "SequenceNumber",
}

// receiveMessage is the one operation that waits, so it takes the lock itself.
func (s *Service) receiveMessage(ctx context.Context, in receiveMessageRequest) (*receivedMessages, error) {
	wait, err := s.checkReceive(in)
	if err != nil {
		return nil, err
	}
	// The wait is the client's, who doesn't live by the stack's clock; what it waits for does.
	end := time.NewTimer(wait)
	defer end.Stop()
	for {
		moved := s.clock.Moved()
		out, due, changed, err := s.take(ctx, in)
		if err != nil || len(out.Messages) > 0 || wait == 0 {
			return out, err
		}
		next := time.NewTimer(due)
		select {
		case <-changed:
		case <-moved:
		case <-next.C:
		case <-end.C:
			wait = 0
		case <-ctx.Done():
		}
		next.Stop()
	}
}

// checkReceive refuses what can't be served and tells how long to wait.
func (s *Service) checkReceive(in receiveMessageRequest) (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, q, err := s.at(in.QueueUrl)
	if err != nil {
		return 0, err
	}
	if n := in.MaxNumberOfMessages; n != nil && (*n < 1 || *n > 10) {
		return 0, refuseValue(strconv.Itoa(*n), "MaxNumberOfMessages", "Must be between 1 and 10, if provided")
	}
	if n := in.VisibilityTimeout; n != nil && (*n < 0 || seconds(*n) > maxVisibility) {
		return 0, refuseValue(strconv.Itoa(*n), "VisibilityTimeout", "Must be between 0 and 43200, if provided")
	}
	for _, name := range slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames) {
		if !slices.Contains(systemAttributes, name) {
			return 0, refuse("InvalidAttributeName", "Unknown Attribute "+name+".")
		}
	}
	if n := in.WaitTimeSeconds; n != nil {
		if *n < 0 || *n > 20 {
			return 0, refuseValue(strconv.Itoa(*n), "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided")
		}
		return seconds(*n), nil
	}
	return q.wait, nil
}

// take receives what is visible. If that is nothing, due is when something will be, and changed is closed if that changes.
func (s *Service) take(ctx context.Context, in receiveMessageRequest) (out *receivedMessages, due time.Duration, changed <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// Whoever has gone must not take a message along: it would be out of sight for the whole visibility timeout.
	if err := ctx.Err(); err != nil {
		return nil, 0, nil, err
	}
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, 0, nil, err
	}
	if err := s.dropOutlived(name, q); err != nil {
		return nil, 0, nil, err
	}
	most, visibility := 1, q.visibility
	if in.MaxNumberOfMessages != nil {
		most = *in.MaxNumberOfMessages
	}
	if in.VisibilityTimeout != nil {
		visibility = seconds(*in.VisibilityTimeout)
	}
	now := s.clock.Now()
	out, due = &receivedMessages{}, time.Hour
	for _, m := range slices.Clone(q.messages) {
		if len(out.Messages) == most {
			break
		}
		if m.VisibleAt.After(now) {
			due = min(due, m.VisibleAt.Sub(now))
			continue
		}
		moved, err := s.redriven(name, q, m, now)
		if err != nil {
			return nil, 0, nil, err
		}
		if moved {
			continue
		}
		got, err := s.received(name, m, now, visibility)
		if err != nil {
			return nil, 0, nil, err
		}
		out.Messages = append(out.Messages, describe(got, in))
	}
	return out, due, s.changed, nil
}

// redriven moves m to the dead-letter queue if it has been received as often as it may be. A dead-letter queue that is gone
// leaves it where it is.
func (s *Service) redriven(name string, q *queue, m *message, now time.Time) (bool, error) {
	if q.redrive == nil || m.ReceivedHere < q.redrive.after || s.queues[q.redrive.target] == nil {
		return false, nil
	}
	dead := *m
	dead.ReceivedHere, dead.Receipt, dead.VisibleAt, dead.From = 0, "", time.Time{}, arnPrefix+name
	// In this order a kill between the two leaves it twice rather than never.
	if err := s.commit(record{Queue: q.redrive.target, Put: &dead, At: now}); err != nil {
		return false, err
	}
	return true, s.commit(record{Queue: name, Forget: []string{m.ID}, At: now})
}

func (s *Service) received(name string, m *message, now time.Time, visibility time.Duration) (*message, error) {
	got := *m
	got.ReceiveCount++
	got.ReceivedHere++
	got.LastReceived = now
	if got.FirstReceived.IsZero() {
		got.FirstReceived = now
	}
	got.Receipt = newReceipt(name, m.ID)
	if s.twice[name] > 0 {
		s.twice[name]--
	} else {
		got.VisibleAt = now.Add(visibility)
	}
	return &got, s.commit(record{Queue: name, Put: &got, At: now})
}

func describe(m *message, in receiveMessageRequest) receivedMessage {
	all := map[string]string{
		"SenderId":                         "AIDALOCAL",
		"SentTimestamp":                    millis(m.Sent),
		"ApproximateReceiveCount":          strconv.Itoa(m.ReceiveCount),
		"ApproximateFirstReceiveTimestamp": millis(m.FirstReceived),
	}
	if m.From != "" {
		all["DeadLetterQueueSourceArn"] = m.From
	}
	asked := slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)
	for name := range all {
		if !slices.Contains(asked, name) && !slices.Contains(asked, "All") {
			delete(all, name)
		}
	}
	attributes := wanted(m.Attributes, in.MessageAttributeNames)
	return receivedMessage{
		MessageId: m.ID, ReceiptHandle: m.Receipt, MD5OfBody: bodyMD5(m.Body), Body: m.Body,
		Attributes: all, MessageAttributes: attributes, MD5OfMessageAttributes: attributesMD5(attributes),
	}
}
