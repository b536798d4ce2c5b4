package contract

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func (s queueSuite) queueByName(v *verdict) {
	url := s.queue(v, "named")
	if !strings.HasSuffix(*url, "/"+*s.name("named")) {
		v.errorf("got URL %s, want one that ends with the name", *url)
	}
	got, err := s.client.GetQueueUrl(v.ctx, &sqs.GetQueueUrlInput{QueueName: s.name("named")})
	v.must(err)
	if *got.QueueUrl != *url {
		v.errorf("got %s, then %s", *url, *got.QueueUrl)
	}
	_, err = s.client.GetQueueUrl(v.ctx, &sqs.GetQueueUrlInput{QueueName: s.name("none")})
	v.refused(err, "AWS.SimpleQueueService.NonExistentQueue")
	none := strings.TrimSuffix(*url, "named") + "none"
	_, err = s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: &none, MessageBody: aws.String("m")})
	v.refused(err, "AWS.SimpleQueueService.NonExistentQueue")
}

func (s queueSuite) queueMadeAgain(v *verdict) {
	url := s.queue(v, "twice", "VisibilityTimeout", "45")
	if again := s.queue(v, "twice", "VisibilityTimeout", "45"); *again != *url {
		v.errorf("got %s, then %s", *url, *again)
	}
	_, err := s.client.CreateQueue(v.ctx, &sqs.CreateQueueInput{QueueName: s.name("twice"), Attributes: map[string]string{"VisibilityTimeout": "46"}})
	v.refused(err, "QueueAlreadyExists")
	if got := s.attribute(v, url, types.QueueAttributeNameVisibilityTimeout); got != "45" {
		v.errorf("got a visibility timeout of %s, want 45", got)
	}
}

func (s queueSuite) badQueue(v *verdict) {
	for _, bad := range []string{"sp ace", "do.t", strings.Repeat("n", 80)} {
		_, err := s.client.CreateQueue(v.ctx, &sqs.CreateQueueInput{QueueName: s.name(bad)})
		v.refused(err, "InvalidParameterValue")
	}
	for name, value := range map[string]string{
		"VisibilityTimeout": "43201", "DelaySeconds": "901", "MessageRetentionPeriod": "59", "ReceiveMessageWaitTimeSeconds": "21",
		"MaximumMessageSize": "1023",
	} {
		_, err := s.client.CreateQueue(v.ctx, &sqs.CreateQueueInput{QueueName: s.name("bad"), Attributes: map[string]string{name: value}})
		v.refused(err, "InvalidAttributeValue")
	}
	_, err := s.client.CreateQueue(v.ctx, &sqs.CreateQueueInput{QueueName: s.name("bad"), Attributes: map[string]string{"Colour": "red"}})
	v.refused(err, "InvalidAttributeName")
}

func (s queueSuite) attributes(v *verdict) {
	url := s.queue(v, "attributes")
	_, err := s.client.SetQueueAttributes(v.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"VisibilityTimeout": "7", "DelaySeconds": "3"}})
	v.must(err)
	v.eventually("the attributes are changed", func() bool { return s.attribute(v, url, types.QueueAttributeNameVisibilityTimeout) == "7" })
	out, err := s.client.GetQueueAttributes(v.ctx, &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
	v.must(err)
	for name, want := range map[string]string{
		"DelaySeconds": "3", "MessageRetentionPeriod": "345600", "ReceiveMessageWaitTimeSeconds": "0", "MaximumMessageSize": "1048576",
		"ApproximateNumberOfMessages": "0",
	} {
		if got := out.Attributes[name]; got != want {
			v.errorf("%s: got %q, want %s", name, got, want)
		}
	}
	if arn := out.Attributes["QueueArn"]; !strings.HasPrefix(arn, "arn:aws:sqs:") || !strings.HasSuffix(arn, ":"+*s.name("attributes")) {
		v.errorf("got ARN %q", arn)
	}
	none, err := s.client.GetQueueAttributes(v.ctx, &sqs.GetQueueAttributesInput{QueueUrl: url})
	v.must(err)
	if len(none.Attributes) > 0 {
		v.errorf("got %v, want nothing: nothing was asked for", none.Attributes)
	}
	_, err = s.client.GetQueueAttributes(v.ctx, &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"Colour"}})
	v.refused(err, "InvalidAttributeName")
}

func (s queueSuite) listQueues(v *verdict) {
	for n := range 3 {
		s.queue(v, fmt.Sprintf("list-%d", n))
	}
	v.eventually("three queues on two pages", func() bool {
		pages := sqs.NewListQueuesPaginator(s.client, &sqs.ListQueuesInput{QueueNamePrefix: s.name("list-"), MaxResults: aws.Int32(2)})
		var urls []string
		for pages.HasMorePages() {
			page, err := pages.NextPage(v.ctx)
			v.must(err)
			if len(page.QueueUrls) > 2 {
				v.errorf("a page has %d queues, want 2 at most", len(page.QueueUrls))
			}
			urls = append(urls, page.QueueUrls...)
		}
		return len(urls) == 3
	})
}

func (s queueSuite) deletedQueue(v *verdict) {
	url := s.queue(v, "deleted")
	_, err := s.client.DeleteQueue(v.ctx, &sqs.DeleteQueueInput{QueueUrl: url})
	v.must(err)
	v.eventually("the queue is gone", func() bool {
		_, err = s.client.GetQueueUrl(v.ctx, &sqs.GetQueueUrlInput{QueueName: s.name("deleted")})
		return err != nil
	})
	v.refused(err, "AWS.SimpleQueueService.NonExistentQueue")
}

func (s queueSuite) longPollingQueue(v *verdict) {
	url := s.queue(v, "polling", "ReceiveMessageWaitTimeSeconds", "1")
	begun := time.Now()
	_, err := s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{QueueUrl: url})
	v.must(err)
	if took := time.Since(begun); took < 900*time.Millisecond {
		v.errorf("it answered after %v, want 1 s", took)
	}
}

func (s queueSuite) deadLetterTarget(v *verdict) {
	arn := s.attribute(v, s.queue(v, "target"), types.QueueAttributeNameQueueArn)
	for _, policy := range []string{
		`{"deadLetterTargetArn":"` + arn + `-none","maxReceiveCount":3}`,
		`{"deadLetterTargetArn":"` + arn + `","maxReceiveCount":0}`,
		`{"deadLetterTargetArn":"` + arn + `"}`,
		`no JSON`,
	} {
		_, err := s.client.CreateQueue(v.ctx, &sqs.CreateQueueInput{QueueName: s.name("untargeted"), Attributes: map[string]string{"RedrivePolicy": policy}})
		v.refused(err, "InvalidParameterValue", "InvalidAttributeValue")
	}
}

func (s queueSuite) counts(v *verdict) {
	url := s.queue(v, "counts", "VisibilityTimeout", "600")
	s.send(v, url, "m")
	s.receive(v, url)
	s.send(v, url, "m")
	_, err := s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m"), DelaySeconds: 600})
	v.must(err)
	for _, name := range []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	} {
		v.eventually(string(name)+" is 1", func() bool { return s.attribute(v, url, name) == "1" })
	}
}

func (s queueSuite) purge(v *verdict) {
	url := s.queue(v, "purged")
	s.send(v, url, "m")
	_, err := s.client.PurgeQueue(v.ctx, &sqs.PurgeQueueInput{QueueUrl: url})
	v.must(err)
	_, err = s.client.PurgeQueue(v.ctx, &sqs.PurgeQueueInput{QueueUrl: url})
	v.refused(err, "AWS.SimpleQueueService.PurgeQueueInProgress")
	v.eventually("the queue is empty", func() bool {
		out, err := s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{QueueUrl: url})
		v.must(err)
		return len(out.Messages) == 0
	})
}
