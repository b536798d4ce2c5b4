package contract

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// SQS checks what apppass and its event source mapping rely on at the SQS that cfg leads to. It makes standard queues whose names begin
// with "contract-" and deletes them.
func SQS(t *testing.T, cfg aws.Config, known ...KnownFault) {
	s := queueSuite{client: sqs.NewFromConfig(cfg), prefix: unique()}
	defer s.cleanUp(t)
	run(t, []behaviour{
		{"a queue is found by its name", s.queueByName},
		{"a queue made again is the same or refused", s.queueMadeAgain},
		{"a bad name or attribute is refused", s.badQueue},
		{"attributes can be changed and read", s.attributes},
		{"queues are listed by prefix and page", s.listQueues},
		{"a deleted queue is gone", s.deletedQueue},
		{"a message is sent, received and deleted", s.sendReceiveDelete},
		{"a message that is not deleted comes again", s.comesAgain},
		{"a receive sets its own visibility timeout", s.ownVisibility},
		{"visibility can be changed in flight", s.changeVisibility},
		{"only a message in flight changes its visibility", s.notInFlight},
		{"a message can be delayed", s.delayed},
		{"a queue can delay", s.delayingQueue},
		{"a long poll ends with a message or with nothing", s.longPoll},
		{"a queue can make polls long", s.longPollingQueue},
		{"a message received too often is in the dead-letter queue", s.deadLetter},
		{"a dead-letter queue must exist", s.deadLetterTarget},
		{"a batch is sent entry by entry", s.sendBatch},
		{"a bad batch is refused whole", s.badBatch},
		{"a batch is deleted entry by entry", s.deleteBatch},
		{"visibility is changed entry by entry", s.visibilityBatch},
		{"1 MiB is the largest message", s.largestMessage},
		{"a message needs a valid body", s.badBody},
		{"message attributes come back as asked for", s.messageAttributes},
		{"bad message attributes are refused", s.badAttributes},
		{"receive parameters have bounds", s.receiveBounds},
		{"a bad receipt handle is refused", s.badReceipt},
		{"the queue counts its messages", s.counts},
		{"a purge empties a queue, once a minute", s.purge},
	}, true, known)
}

type queueSuite struct {
	client *sqs.Client
	prefix string
}

func (s queueSuite) name(of string) *string { return aws.String(s.prefix + "-" + of) }

// queue makes a queue and returns its URL. Attributes are names and values in turn.
func (s queueSuite) queue(v *verdict, of string, attributes ...string) *string {
	in := &sqs.CreateQueueInput{QueueName: s.name(of), Attributes: map[string]string{}}
	for pair := range slices.Chunk(attributes, 2) {
		in.Attributes[pair[0]] = pair[1]
	}
	out, err := s.client.CreateQueue(v.ctx, in)
	v.must(err)
	return out.QueueUrl
}

func (s queueSuite) send(v *verdict, url *string, body string) {
	_, err := s.client.SendMessage(v.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body})
	v.must(err)
}

// receive waits for one message, with all its attributes.
func (s queueSuite) receive(v *verdict, url *string) types.Message {
	for range 5 {
		out, err := s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{
			QueueUrl: url, WaitTimeSeconds: 5, MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		v.must(err)
		if len(out.Messages) > 1 {
			v.fatalf("got %d messages, want 1", len(out.Messages))
		}
		if len(out.Messages) == 1 {
			return out.Messages[0]
		}
	}
	v.fatalf("no message came")
	return types.Message{}
}

// empty reports a message that can be received now.
func (s queueSuite) empty(v *verdict, url *string, when string) {
	out, err := s.client.ReceiveMessage(v.ctx, &sqs.ReceiveMessageInput{QueueUrl: url})
	v.must(err)
	if len(out.Messages) > 0 {
		v.errorf("%s: got %q, want nothing to receive", when, *out.Messages[0].Body)
	}
}

func (s queueSuite) attribute(v *verdict, url *string, name types.QueueAttributeName) string {
	out, err := s.client.GetQueueAttributes(v.ctx, &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{name}})
	v.must(err)
	return out.Attributes[string(name)]
}

func (s queueSuite) cleanUp(t *testing.T) {
	ctx := context.WithoutCancel(t.Context())
	list, err := s.client.ListQueues(ctx, &sqs.ListQueuesInput{QueueNamePrefix: &s.prefix})
	if err != nil {
		t.Fatalf("list what is left: %v", err)
	}
	for _, url := range list.QueueUrls {
		if _, err := s.client.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &url}); err != nil {
			t.Errorf("delete %s: %v", url, err)
		}
	}
}
