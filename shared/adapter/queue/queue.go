// Package queue sends jobs through SQS, and puts off those that have to wait.
//
// A job is small and has no secret in it. Its arrival is at least once and in no order; what makes it act once is its once-record.
//
// # What may be changed here
//
// Only how jobs travel. What one holds is package job's: nothing may be put into a message beside it.
package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/discard"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/reveal"
	"github.com/apppass/apppass/shared/use/revoke"
)

// MaxDelay is the longest that SQS holds a message back.
const MaxDelay = 15 * time.Minute

// maxVisibility is the longest that a received message can be put off.
const maxVisibility = 12 * time.Hour

// Queue is one SQS queue.
type Queue struct {
	client *sqs.Client
	url    string
}

var (
	_ issue.Queue   = (*Queue)(nil)
	_ reveal.Queue  = (*Queue)(nil)
	_ revoke.Queue  = (*Queue)(nil)
	_ discard.Queue = (*Queue)(nil)
)

// New returns the queue at the URL.
func New(client *sqs.Client, url string) *Queue { return &Queue{client, url} }

// Send queues a job that arrives after delay, rounded up to seconds, or after [MaxDelay] where that is sooner.
func (q *Queue) Send(ctx context.Context, j job.Job, delay time.Duration) error {
	body, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("marshal job %s: %w", j.ID, err)
	}
	message := string(body)
	_, err = q.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &message, DelaySeconds: wholeSeconds(delay, MaxDelay)})
	return problem.Passing("send job "+j.ID, err)
}

// PutOff makes a received message visible again after wait, in place of the queue's own timeout.
func (q *Queue) PutOff(ctx context.Context, receipt string, wait time.Duration) error {
	_, err := q.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &q.url, ReceiptHandle: &receipt, VisibilityTimeout: wholeSeconds(wait, maxVisibility),
	})
	return problem.Passing("put a message off", err)
}

func wholeSeconds(d, most time.Duration) int32 {
	d = min(max(d, 0), most)
	return int32((d + time.Second - 1) / time.Second)
}
