package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/nudge"
)

var _ nudge.Jobs = (*Queue)(nil)

// batch is how many messages SQS takes at once.
const batch = 10

// SendAll queues jobs, ten in a request, see [nudge.Jobs]. A request that fails keeps none of the others from being sent.
func (q *Queue) SendAll(ctx context.Context, all []job.Job) (sent int, err error) {
	var failed []error
	for some := range slices.Chunk(all, batch) {
		n, err := q.sendBatch(ctx, some)
		sent += n
		if err != nil {
			failed = append(failed, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return sent, errors.Join(failed...)
}

func (q *Queue) sendBatch(ctx context.Context, some []job.Job) (sent int, err error) {
	in := &sqs.SendMessageBatchInput{QueueUrl: &q.url}
	for n, j := range some {
		body, err := json.Marshal(j)
		if err != nil {
			return 0, fmt.Errorf("marshal job %s: %w", j.ID, err)
		}
		in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(n)), MessageBody: aws.String(string(body))})
	}
	out, err := q.client.SendMessageBatch(ctx, in)
	if err != nil {
		return 0, problem.Passing(fmt.Sprintf("send %d jobs", len(some)), err)
	}
	if len(out.Failed) > 0 {
		err = problem.Passing(fmt.Sprintf("send %d of %d jobs", len(out.Failed), len(some)), errors.New(aws.ToString(out.Failed[0].Code)))
	}
	return len(out.Successful), err
}
