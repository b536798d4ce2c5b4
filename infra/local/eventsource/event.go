package eventsource

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// event is the JSON that Lambda makes of received messages.
func (p poller) event(batch []types.Message) ([]byte, error) {
	in, err := region(p.QueueARN)
	if err != nil {
		return nil, err
	}
	var e events.SQSEvent
	for _, m := range batch {
		attributes := map[string]events.SQSMessageAttribute{}
		for name, a := range m.MessageAttributes {
			attributes[name] = events.SQSMessageAttribute{
				StringValue: a.StringValue, BinaryValue: a.BinaryValue, DataType: aws.ToString(a.DataType),
				StringListValues: []string{}, BinaryListValues: [][]byte{},
			}
		}
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: aws.ToString(m.MessageId), ReceiptHandle: aws.ToString(m.ReceiptHandle), Body: aws.ToString(m.Body),
			Md5OfBody: aws.ToString(m.MD5OfBody), Md5OfMessageAttributes: aws.ToString(m.MD5OfMessageAttributes),
			Attributes: m.Attributes, MessageAttributes: attributes,
			EventSourceARN: p.QueueARN, EventSource: "aws:sqs", AWSRegion: in,
		})
	}
	return json.Marshal(e)
}

// region is the region in a queue's ARN.
func region(arn string) (string, error) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sqs" || parts[3] == "" {
		return "", fmt.Errorf("%q is not the ARN of a queue", arn)
	}
	return parts[3], nil
}

// succeeded is the batch without what the function's answer names as failed. No answer, null, {} and an empty list name nothing. An
// answer that is not a batch response, or that names an empty or unknown message id, is an error: nothing has succeeded.
func succeeded(batch []types.Message, payload []byte) ([]types.Message, error) {
	if len(payload) == 0 {
		return batch, nil
	}
	var answer events.SQSEventResponse
	if err := json.Unmarshal(payload, &answer); err != nil {
		return nil, fmt.Errorf("decode it: %w", err)
	}
	known := map[string]bool{}
	for _, m := range batch {
		known[aws.ToString(m.MessageId)] = true
	}
	failed := map[string]bool{}
	for _, f := range answer.BatchItemFailures {
		if !known[f.ItemIdentifier] {
			return nil, fmt.Errorf("the itemIdentifier %q is not in the batch", f.ItemIdentifier)
		}
		failed[f.ItemIdentifier] = true
	}
	var good []types.Message
	for _, m := range batch {
		if !failed[aws.ToString(m.MessageId)] {
			good = append(good, m)
		}
	}
	return good, nil
}
