package contract

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func (s queueSuite) comesAgain(v *verdict) {
	url := s.queue(v, "again", "VisibilityTimeout", "1")
	s.send(v, url, "m")
	first := s.receive(v, url)
	s.empty(v, url, "in flight")
	second := s.receive(v, url)
	if *first.MessageId != *second.MessageId || *first.ReceiptHandle == *second.ReceiptHandle {
		v.errorf("got messages %s and %s, handles equal: %t", *first.MessageId, *second.MessageId, *first.ReceiptHandle == *second.ReceiptHandle)
	}
	if second.Attributes["ApproximateReceiveCount"] != "2" || second.Attributes["ApproximateFirstReceiveTimestamp"] != first.Attributes["ApproximateFirstReceiveTimestamp"] {
		v.errorf("got attributes %v after %v", second.Attributes, first.Attributes)
	}
}

func (s queueSuite) ownVisibility(v *verdict) {
	url := s.queue(v, "own", "VisibilityTimeout", "600")
	s.send(v, url, "m")
	out, err := s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 5, VisibilityTimeout: 1})
	v.must(err)
	if len(out.Messages) != 1 {
		v.fatalf("got %d messages, want 1", len(out.Messages))
	}
	s.receive(v, url)
}

func (s queueSuite) changeVisibility(v *verdict) {
	url := s.queue(v, "change", "VisibilityTimeout", "600")
	s.send(v, url, "m")
	m := s.receive(v, url)
	change := func(seconds int32) error {
		_, err := s.client.ChangeMessageVisibility(v.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: seconds})
		return err
	}
	v.must(change(300))
	s.empty(v, url, "still in flight")
	v.refused(change(43201), "InvalidParameterValue")
	v.must(change(0))
	s.receive(v, url)
}

func (s queueSuite) notInFlight(v *verdict) {
	url := s.queue(v, "inflight", "VisibilityTimeout", "600")
	s.send(v, url, "m")
	m := s.receive(v, url)
	_, err := s.client.ChangeMessageVisibility(v.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle})
	v.must(err)
	_, err = s.client.ChangeMessageVisibility(v.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 9})
	v.refused(err, "AWS.SimpleQueueService.MessageNotInflight", "InvalidParameterValue")
	_, err = s.client.DeleteMessage(v.ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle})
	v.must(err)
	_, err = s.client.ChangeMessageVisibility(v.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 9})
	v.refused(err, "InvalidParameterValue")
}

func (s queueSuite) delayed(v *verdict) {
	url := s.queue(v, "delayed")
	begun := time.Now()
	_, err := s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m"), DelaySeconds: 2})
	v.must(err)
	s.empty(v, url, "delayed")
	s.receive(v, url)
	if took := time.Since(begun); took < 1500*time.Millisecond {
		v.errorf("it came after %v, want two seconds", took)
	}
	_, err = s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m"), DelaySeconds: 901})
	v.refused(err, "InvalidParameterValue")
}

func (s queueSuite) delayingQueue(v *verdict) {
	url := s.queue(v, "delaying", "DelaySeconds", "2")
	begun := time.Now()
	s.send(v, url, "m")
	s.empty(v, url, "delayed")
	s.receive(v, url)
	if took := time.Since(begun); took < 1500*time.Millisecond {
		v.errorf("it came after %v, want two seconds", took)
	}
}

func (s queueSuite) longPoll(v *verdict) {
	url := s.queue(v, "poll")
	begun := time.Now()
	out, err := s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 1})
	v.must(err)
	if took := time.Since(begun); len(out.Messages) != 0 || took < 900*time.Millisecond {
		v.errorf("an empty poll of 1 s: got %d messages after %v", len(out.Messages), took)
	}
	sent := make(chan error)
	go func() {
		time.Sleep(200 * time.Millisecond) // so that the poll is likely under way
		_, err := s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m")})
		sent <- err
	}()
	begun = time.Now()
	out, err = s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
	v.must(<-sent)
	v.must(err)
	if took := time.Since(begun); len(out.Messages) != 1 || took > 10*time.Second {
		v.errorf("a poll woken by a message: got %d messages after %v", len(out.Messages), took)
	}
}

func (s queueSuite) deadLetter(v *verdict) {
	dead := s.queue(v, "dead")
	arn := s.attribute(v, dead, types.QueueAttributeNameQueueArn)
	url := s.queue(v, "source", "VisibilityTimeout", "1", "RedrivePolicy", `{"deadLetterTargetArn":"`+arn+`","maxReceiveCount":"2"}`)
	s.send(v, url, "m")
	first := s.receive(v, url)
	s.receive(v, url)
	var out *sqs.ReceiveMessageOutput
	v.eventually("the message is in the dead-letter queue", func() bool {
		s.empty(v, url, "after two receives") // asking is what moves it
		var err error
		out, err = s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{
			QueueUrl: dead, MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		v.must(err)
		return len(out.Messages) == 1
	})
	m := out.Messages[0]
	if *m.MessageId != *first.MessageId || *m.Body != "m" || m.Attributes["SentTimestamp"] != first.Attributes["SentTimestamp"] {
		v.errorf("got %s %q sent at %s, want %s sent at %s", *m.MessageId, *m.Body, m.Attributes["SentTimestamp"], *first.MessageId, first.Attributes["SentTimestamp"])
	}
	if from := m.Attributes["DeadLetterQueueSourceArn"]; !strings.HasSuffix(from, ":"+*s.name("source")) {
		v.errorf("got DeadLetterQueueSourceArn %q", from)
	}
}

func (s queueSuite) receiveBounds(v *verdict) {
	url := s.queue(v, "bounds")
	for _, in := range []sqs.ReceiveMessageInput{
		{MaxNumberOfMessages: 11}, {MaxNumberOfMessages: -1}, {WaitTimeSeconds: 21}, {WaitTimeSeconds: -1}, {VisibilityTimeout: 43201}, {VisibilityTimeout: -1},
	} {
		in.QueueUrl = url
		_, err := s.client.ReceiveMessage(v.ctx, &in)
		v.refused(err, "InvalidParameterValue")
	}
	_, err := s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"Colour"}})
	v.refused(err, "InvalidAttributeName")
}
