package sqs

import (
	"context"
	"crypto/md5" // the protocol's checksum
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// outgoing is what SendMessage and the entries of SendMessageBatch have in common.
type outgoing struct {
	MessageBody       string
	DelaySeconds      *int
	MessageAttributes map[string]attribute
}

// sent is the answer about one message.
type sent struct {
	Id                     string `json:",omitempty"`
	MessageId              string
	MD5OfMessageBody       string
	MD5OfMessageAttributes string `json:",omitempty"`
}

type sendMessageRequest struct {
	QueueUrl string
	outgoing
}

func (s *Service) sendMessage(_ context.Context, in sendMessageRequest) (*sent, error) {
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return s.send(name, q, in.outgoing)
}

type sendMessageBatchRequest struct {
	QueueUrl string
	Entries  []outgoingEntry
}

type outgoingEntry struct {
	Id string
	outgoing
}

func (e outgoingEntry) id() string { return e.Id }

func (s *Service) sendMessageBatch(_ context.Context, in sendMessageBatchRequest) (*batchAnswer[*sent], error) {
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	total := 0
	for _, e := range in.Entries {
		total += e.size()
	}
	if total > maxMessage {
		return nil, refuse("BatchRequestTooLong", fmt.Sprintf("Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxMessage, total))
	}
	return batch("SendMessage", in.Entries, func(e outgoingEntry) (*sent, error) {
		out, err := s.send(name, q, e.outgoing)
		if err != nil {
			return nil, err
		}
		out.Id = e.Id
		return out, nil
	})
}

func (s *Service) send(name string, q *queue, o outgoing) (*sent, error) {
	if err := o.check(q.largest); err != nil {
		return nil, err
	}
	delay := q.delay
	if o.DelaySeconds != nil {
		if *o.DelaySeconds < 0 || *o.DelaySeconds > 900 {
			return nil, refuseValue(strconv.Itoa(*o.DelaySeconds), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900")
		}
		delay = seconds(*o.DelaySeconds)
	}
	now := s.clock.Now()
	m := &message{ID: newID(), Body: o.MessageBody, Attributes: o.MessageAttributes, Sent: now}
	if delay > 0 {
		m.VisibleAt = now.Add(delay)
	}
	if err := s.commit(record{Queue: name, Put: m, At: now}); err != nil {
		return nil, err
	}
	return &sent{MessageId: m.ID, MD5OfMessageBody: bodyMD5(m.Body), MD5OfMessageAttributes: attributesMD5(m.Attributes)}, nil
}

func (o outgoing) size() int {
	n := len(o.MessageBody)
	for name, a := range o.MessageAttributes {
		n += len(name) + len(a.DataType) + len(a.value())
	}
	return n
}

func (o outgoing) check(largest int) error {
	if o.MessageBody == "" {
		return refuseMissing("MessageBody")
	}
	if o.size() > largest {
		return awsInvalid(fmt.Sprintf("Message must be shorter than %d bytes", largest))
	}
	for _, r := range o.MessageBody {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return refuse("InvalidMessageContents", fmt.Sprintf("Invalid binary character '#x%X' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | [#x20 to #xD7FF] | [#xE000 to #xFFFD] | [#x10000 to #x10FFFF]", r))
		}
	}
	return checkAttributes(o.MessageAttributes)
}

// newID is a random UUID.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func bodyMD5(body string) string {
	sum := md5.Sum([]byte(body)) // the protocol's checksum
	return hex.EncodeToString(sum[:])
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
