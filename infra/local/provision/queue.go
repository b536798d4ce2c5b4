package provision

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/apppass/apppass/infra/local/template"
)

// makeQueues makes the queues that others send their dead letters to first.
func makeQueues(ctx context.Context, cfg aws.Config, queues []template.Queue, renamed map[string]string) error {
	client := sqs.NewFromConfig(cfg)
	arns := map[string]string{} // by logical id
	for _, last := range []bool{false, true} {
		for _, q := range queues {
			if (q.DeadLetter != nil) != last {
				continue
			}
			url, arn, err := makeQueue(ctx, client, q, arns)
			if err != nil {
				return fmt.Errorf("make the queue %s: %w", q.Name, err)
			}
			arns[q.LogicalID] = arn
			renamed[q.URL], renamed[q.ARN] = url, arn
		}
	}
	return nil
}

func makeQueue(ctx context.Context, client *sqs.Client, q template.Queue, arns map[string]string) (url, arn string, err error) {
	found, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &q.Name})
	if _, absent := errors.AsType[*types.QueueDoesNotExist](err); absent {
		attributes, err := queueAttributes(q, arns)
		if err != nil {
			return "", "", err
		}
		made, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &q.Name, Attributes: attributes})
		if err != nil {
			return "", "", err
		}
		url = *made.QueueUrl
	} else if err != nil {
		return "", "", err
	} else {
		url = *found.QueueUrl
	}
	has, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return "", "", err
	}
	return url, has.Attributes[string(types.QueueAttributeNameQueueArn)], nil
}

func queueAttributes(q template.Queue, arns map[string]string) (map[string]string, error) {
	seconds := func(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }
	attributes := map[string]string{
		string(types.QueueAttributeNameVisibilityTimeout):             seconds(q.VisibilityTimeout),
		string(types.QueueAttributeNameDelaySeconds):                  seconds(q.Delay),
		string(types.QueueAttributeNameMessageRetentionPeriod):        seconds(q.Retention),
		string(types.QueueAttributeNameReceiveMessageWaitTimeSeconds): seconds(q.ReceiveWait),
	}
	if q.MaximumSize > 0 {
		attributes[string(types.QueueAttributeNameMaximumMessageSize)] = strconv.Itoa(q.MaximumSize)
	}
	if q.DeadLetter == nil {
		return attributes, nil
	}
	redrive, err := json.Marshal(map[string]string{
		"deadLetterTargetArn": arns[q.DeadLetter.Queue], "maxReceiveCount": strconv.Itoa(q.DeadLetter.MaxReceiveCount),
	})
	if err != nil {
		return nil, err
	}
	attributes[string(types.QueueAttributeNameRedrivePolicy)] = string(redrive)
	return attributes, nil
}
