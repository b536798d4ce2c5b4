package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/issue"
)

type onceItem struct {
	base
	Status      string `dynamodbav:"status"`
	LeasedUntil int64  `dynamodbav:"leased_until,omitempty"`
	Generation  int    `dynamodbav:"generation"`
	Reveal      string `dynamodbav:"reveal,omitempty"`
	Expiration  int64  `dynamodbav:"expiration"`
}

func (i onceItem) once() job.Once {
	return job.Once{Status: job.OnceStatus(i.Status), Generation: i.Generation, Reveal: i.Reveal}
}

// Ledger keeps the once-records.
type Ledger struct {
	client *dynamodb.Client
	table  string
	now    func() time.Time
}

var _ issue.Ledger = (*Ledger)(nil)

// NewLedger returns a ledger in the table ephemeral.
func NewLedger(client *dynamodb.Client, table string, now func() time.Time) *Ledger {
	return &Ledger{client, table, now}
}

// Lease takes a job until then, see [issue.Ledger].
func (l *Ledger) Lease(ctx context.Context, id string, until time.Time) (job.Once, error) {
	now := l.now()
	condition := "attribute_not_exists(pk) OR (#status <> :done AND leased_until <= :now)"
	change := "SET v = :v, #status = if_not_exists(#status, :leased), #generation = if_not_exists(#generation, :zero), leased_until = :until, expiration = :expiration"
	out, err := l.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &l.table, Key: onceKey(id), UpdateExpression: &change, ConditionExpression: &condition,
		ExpressionAttributeNames: names(change + " " + condition),
		ExpressionAttributeValues: item{
			":v": number(shape), ":leased": text(string(job.Leased)), ":done": text(string(job.Done)), ":zero": number(0),
			":now": instant(now), ":until": instant(until), ":expiration": instant(now.Add(job.OnceLife)),
		},
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var i onceItem
	if refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		if _, err := read(refused.Item, &i); err != nil {
			return job.Once{}, err
		}
		if i.Status == string(job.Done) {
			return job.Once{}, job.ErrDone
		}
		return job.Once{}, fmt.Errorf("until %v: %w", moment(i.LeasedUntil).UTC(), job.ErrBusy)
	}
	if err != nil {
		return job.Once{}, problem.Passing("lease in "+l.table, err)
	}
	_, err = read(out.Attributes, &i)
	return i.once(), err
}

// Once is how far a job has come; the zero Once where nothing is known of it.
func (l *Ledger) Once(ctx context.Context, id string) (job.Once, error) {
	var i onceItem
	_, err := get(ctx, l.client, l.table, onceKey(id), &i)
	return i.once(), err
}

// Finish marks a job done.
func (l *Ledger) Finish(ctx context.Context, id string) error {
	change := "SET #status = :done REMOVE leased_until"
	_, err := l.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &l.table, Key: onceKey(id), UpdateExpression: &change, ConditionExpression: aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames: names(change), ExpressionAttributeValues: item{":done": text(string(job.Done))},
	})
	return problem.Passing("finish in "+l.table, err)
}

// Release gives up the lease, so that the job can be taken again at once.
func (l *Ledger) Release(ctx context.Context, id string) error {
	_, err := l.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &l.table, Key: onceKey(id), UpdateExpression: aws.String("SET leased_until = :zero"),
		ConditionExpression: aws.String("attribute_exists(leased_until)"), ExpressionAttributeValues: item{":zero": number(0)},
	})
	if conditionFailed(err) {
		return nil
	}
	return problem.Passing("release in "+l.table, err)
}
