package contract

import (
	"crypto/md5" // the protocol's checksum
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func (s queueSuite) sendReceiveDelete(v *verdict) {
	url := s.queue(v, "life")
	body := "{\"job\": \"ä\"}\n\t"
	begun := time.Now().Add(-5 * time.Minute).UnixMilli()
	sent, err := s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body})
	v.must(err)
	sum := md5.Sum([]byte(body)) // the protocol's checksum
	if got, want := *sent.MD5OfMessageBody, hex.EncodeToString(sum[:]); got != want {
		v.errorf("got MD5 %s, want %s", got, want)
	}
	m := s.receive(v, url)
	if *m.MessageId != *sent.MessageId || *m.Body != body || *m.MD5OfBody != *sent.MD5OfMessageBody {
		v.errorf("sent %s, received %s with %q", *sent.MessageId, *m.MessageId, *m.Body)
	}
	if m.Attributes["ApproximateReceiveCount"] != "1" || m.Attributes["SenderId"] == "" {
		v.errorf("got attributes %v, want a receive count of 1 and a sender", m.Attributes)
	}
	for _, name := range []string{"SentTimestamp", "ApproximateFirstReceiveTimestamp"} {
		if at, err := strconv.ParseInt(m.Attributes[name], 10, 64); err != nil || at < begun {
			v.errorf("%s: got %q, want milliseconds since 1970", name, m.Attributes[name])
		}
	}
	for range 2 { // again changes nothing
		_, err = s.client.DeleteMessage(v.ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle})
		v.must(err)
	}
	s.empty(v, url, "after its deletion")
}

func (s queueSuite) largestMessage(v *verdict) {
	url := s.queue(v, "large")
	s.send(v, url, strings.Repeat("x", 1048576))
	_, err := s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String(strings.Repeat("x", 1048577))})
	v.refused(err, "InvalidParameterValue")
	_, err = s.client.SendMessage(v.ctx, &sqs.SendMessageInput{
		QueueUrl: url, MessageBody: aws.String(strings.Repeat("x", 1048570)),
		MessageAttributes: map[string]types.MessageAttributeValue{"counts": {DataType: aws.String("String"), StringValue: aws.String("too")}},
	})
	v.refused(err, "InvalidParameterValue")
	small := s.queue(v, "small", "MaximumMessageSize", "1024")
	_, err = s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: small, MessageBody: aws.String(strings.Repeat("x", 1025))})
	v.refused(err, "InvalidParameterValue")
}

func (s queueSuite) badBody(v *verdict) {
	url := s.queue(v, "body")
	_, err := s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("")})
	v.refused(err, "MissingParameter")
	_, err = s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("a\x01")})
	v.refused(err, "InvalidMessageContents")
}

func (s queueSuite) messageAttributes(v *verdict) {
	url := s.queue(v, "messageattributes", "VisibilityTimeout", "600")
	text := types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("ä")}
	sent, err := s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{
		"job.kind": text,
		"job.n":    {DataType: aws.String("Number.int"), StringValue: aws.String("7")},
		"raw":      {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
	}})
	v.must(err)
	if got, want := aws.ToString(sent.MD5OfMessageAttributes), "e34660ac6221befac5acdccd92632655"; got != want {
		v.errorf("got MD5 of attributes %s, want %s", got, want)
	}
	for asked, want := range map[string]int{"All": 3, "job.*": 2, "raw": 1, "none": 0} {
		var m types.Message
		v.eventually("the message comes", func() bool {
			out, err := s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 5, MessageAttributeNames: []string{asked}})
			v.must(err)
			if len(out.Messages) == 1 {
				m = out.Messages[0]
			}
			return len(out.Messages) == 1
		})
		if len(m.MessageAttributes) != want || (m.MD5OfMessageAttributes != nil) != (want > 0) {
			v.errorf("asked for %s: got %d attributes, want %d, and MD5 %v", asked, len(m.MessageAttributes), want, m.MD5OfMessageAttributes)
		}
		if a, ok := m.MessageAttributes["job.kind"]; ok && (aws.ToString(a.StringValue) != "ä" || *a.DataType != "String") {
			v.errorf("got %q of type %s", aws.ToString(a.StringValue), *a.DataType)
		}
		_, err := s.client.ChangeMessageVisibility(v.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle})
		v.must(err)
	}
}

func (s queueSuite) badAttributes(v *verdict) {
	url := s.queue(v, "badattributes")
	text := types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("ä")}
	for name, a := range map[string]types.MessageAttributeValue{
		"AWS.reserved": text,
		"two words":    text,
		"untyped":      {DataType: aws.String("Colour"), StringValue: aws.String("red")},
		"empty":        {DataType: aws.String("String"), StringValue: aws.String("")},
	} {
		_, err := s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{name: a}})
		v.refused(err, "InvalidParameterValue")
	}
}

func (s queueSuite) badReceipt(v *verdict) {
	url := s.queue(v, "receipt")
	_, err := s.client.DeleteMessage(v.ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("nonsense")})
	v.refused(err, "ReceiptHandleIsInvalid")
	_, err = s.client.ChangeMessageVisibility(v.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: aws.String("nonsense"), VisibilityTimeout: 1})
	v.refused(err, "ReceiptHandleIsInvalid")
}
