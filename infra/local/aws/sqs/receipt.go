package sqs

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strconv"
	"strings"
)

// A receipt handle names queue and message, so that one which was never given can be told from one that is outdated.

func newReceipt(queue, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(queue + "/" + id + "/" + rand.Text()))
}

func parseReceipt(queue, handle string) (id string, err error) {
	if handle == "" {
		return "", refuseMissing("ReceiptHandle")
	}
	text, err := base64.RawURLEncoding.DecodeString(handle)
	parts := strings.Split(string(text), "/")
	if err != nil || len(parts) != 3 || parts[0] != queue {
		return "", refuse("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
	}
	return parts[1], nil
}

type deleteMessageRequest struct {
	QueueUrl      string
	ReceiptHandle string
}

func (s *Service) deleteMessage(_ context.Context, in deleteMessageRequest) (*nothing, error) {
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &nothing{}, s.remove(name, q, in.ReceiptHandle)
}

type deleteMessageBatchRequest struct {
	QueueUrl string
	Entries  []deleteEntry
}

type deleteEntry struct {
	Id            string
	ReceiptHandle string
}

func (e deleteEntry) id() string { return e.Id }

func (s *Service) deleteMessageBatch(_ context.Context, in deleteMessageBatchRequest) (*batchAnswer[done], error) {
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return batch("DeleteMessage", in.Entries, func(e deleteEntry) (done, error) {
		return done{e.Id}, s.remove(name, q, e.ReceiptHandle)
	})
}

// remove deletes a message by its latest handle, in flight or not; with an older one it succeeds and deletes nothing.
func (s *Service) remove(name string, q *queue, handle string) error {
	id, err := parseReceipt(name, handle)
	if err != nil {
		return err
	}
	if i := q.index(id); i < 0 || q.messages[i].Receipt != handle {
		return nil
	}
	return s.commit(record{Queue: name, Forget: []string{id}, At: s.clock.Now()})
}

type changeMessageVisibilityRequest struct {
	QueueUrl          string
	ReceiptHandle     string
	VisibilityTimeout *int
}

func (s *Service) changeMessageVisibility(_ context.Context, in changeMessageVisibilityRequest) (*nothing, error) {
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &nothing{}, s.hide(name, q, in.ReceiptHandle, in.VisibilityTimeout)
}

type changeMessageVisibilityBatchRequest struct {
	QueueUrl string
	Entries  []visibilityEntry
}

type visibilityEntry struct {
	Id                string
	ReceiptHandle     string
	VisibilityTimeout *int
}

func (e visibilityEntry) id() string { return e.Id }

func (s *Service) changeMessageVisibilityBatch(_ context.Context, in changeMessageVisibilityBatchRequest) (*batchAnswer[done], error) {
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return batch("ChangeMessageVisibility", in.Entries, func(e visibilityEntry) (done, error) {
		return done{e.Id}, s.hide(name, q, e.ReceiptHandle, e.VisibilityTimeout)
	})
}

// hide makes a message in flight visible timeout seconds from now.
func (s *Service) hide(name string, q *queue, handle string, timeout *int) error {
	if timeout == nil {
		return refuseMissing("VisibilityTimeout")
	}
	id, err := parseReceipt(name, handle)
	if err != nil {
		return err
	}
	if *timeout < 0 || seconds(*timeout) > maxVisibility {
		return refuseValue(strconv.Itoa(*timeout), "VisibilityTimeout", "Must be between 0 and 43200")
	}
	i := q.index(id)
	if i < 0 {
		return refuseValue(handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change")
	}
	now := s.clock.Now()
	m := *q.messages[i]
	if m.Receipt != handle || !m.VisibleAt.After(now) {
		return refuse("MessageNotInflight", "The specified message isn't in flight.")
	}
	m.VisibleAt = now.Add(seconds(*timeout))
	if m.VisibleAt.Sub(m.LastReceived) > maxVisibility {
		return refuseValue(strconv.Itoa(*timeout), "VisibilityTimeout", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
	}
	return s.commit(record{Queue: name, Put: &m, At: now})
}
