package contract

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func (s queueSuite) sendBatch(v *verdict) {
	url := s.queue(v, "batch")
	out, err := s.client.SendMessageBatch(v.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("a"), MessageBody: aws.String("one")},
		{Id: aws.String("b"), MessageBody: aws.String("two"), DelaySeconds: 901},
		{Id: aws.String("c"), MessageBody: aws.String("three"), DelaySeconds: 1},
	}})
	v.must(err)
	if len(out.Successful) != 2 || *out.Successful[0].Id != "a" || *out.Successful[1].Id != "c" {
		v.errorf("got %d successful, want a and c", len(out.Successful))
	}
	if len(out.Failed) != 1 || *out.Failed[0].Id != "b" || !out.Failed[0].SenderFault || *out.Failed[0].Code != "InvalidParameterValue" {
		v.errorf("got failed %+v, want b with InvalidParameterValue", out.Failed)
	}
	got := []string{*s.receive(v, url).Body, *s.receive(v, url).Body}
	if slices.Sort(got); !slices.Equal(got, []string{"one", "three"}) {
		v.errorf("got %q, want one and three", got)
	}
}

func (s queueSuite) badBatch(v *verdict) {
	url := s.queue(v, "badbatch")
	entry := func(id, body string) types.SendMessageBatchRequestEntry {
		return types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &body}
	}
	half := strings.Repeat("x", 524289)
	var eleven []types.SendMessageBatchRequestEntry
	for n := range 11 {
		eleven = append(eleven, entry(strconv.Itoa(n), "m"))
	}
	for code, entries := range map[string][]types.SendMessageBatchRequestEntry{
		"EmptyBatchRequest":            {},
		"TooManyEntriesInBatchRequest": eleven,
		"BatchEntryIdsNotDistinct":     {entry("a", "m"), entry("a", "m")},
		"InvalidBatchEntryId":          {entry("a b", "m")},
		"BatchRequestTooLong":          {entry("a", half), entry("b", half)},
	} {
		_, err := s.client.SendMessageBatch(v.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries})
		v.refused(err, "AWS.SimpleQueueService."+code)
	}
	s.empty(v, url, "after refused batches")
}

func (s queueSuite) deleteBatch(v *verdict) {
	url := s.queue(v, "deletebatch", "VisibilityTimeout", "600")
	s.send(v, url, "m")
	m := s.receive(v, url)
	out, err := s.client.DeleteMessageBatch(v.ctx, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{
		{Id: aws.String("a"), ReceiptHandle: m.ReceiptHandle}, {Id: aws.String("b"), ReceiptHandle: aws.String("nonsense")},
	}})
	v.must(err)
	if len(out.Successful) != 1 || *out.Successful[0].Id != "a" || len(out.Failed) != 1 || *out.Failed[0].Id != "b" || *out.Failed[0].Code != "ReceiptHandleIsInvalid" {
		v.errorf("got successful %+v, failed %+v, want a, and b with ReceiptHandleIsInvalid", out.Successful, out.Failed)
	}
	v.eventually("nothing is in flight", func() bool {
		return s.attribute(v, url, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible) == "0"
	})
}

func (s queueSuite) visibilityBatch(v *verdict) {
	url := s.queue(v, "visibilitybatch", "VisibilityTimeout", "600")
	s.send(v, url, "m")
	m := s.receive(v, url)
	out, err := s.client.ChangeMessageVisibilityBatch(v.ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
		{Id: aws.String("a"), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0}, {Id: aws.String("b"), ReceiptHandle: aws.String("nonsense"), VisibilityTimeout: 0},
	}})
	v.must(err)
	if len(out.Successful) != 1 || *out.Successful[0].Id != "a" || len(out.Failed) != 1 || *out.Failed[0].Id != "b" {
		v.errorf("got successful %+v, failed %+v, want a and b", out.Successful, out.Failed)
	}
	s.receive(v, url)
}
