package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/reconcile"
)

// Rolls keeps Slack's lists of people while they are held against who is known, and what is asked about it.
type Rolls struct {
	client                 *dynamodb.Client
	credentials, ephemeral string
}

var _ reconcile.Store = (*Rolls)(nil)

// NewRolls returns the lists in the table ephemeral, beside the people in the table credentials.
func NewRolls(client *dynamodb.Client, credentials, ephemeral string) *Rolls {
	return &Rolls{client, credentials, ephemeral}
}

const peopleIndex = "people"

// Known is the ids of everybody who is known, see [reconcile.Store]: eight shards, page by page.
func (r *Rolls) Known(ctx context.Context) ([]string, error) {
	var all []string
	for shard := range peopleShards {
		pages := dynamodb.NewQueryPaginator(r.client, &dynamodb.QueryInput{
			TableName: &r.credentials, IndexName: aws.String(peopleIndex),
			KeyConditionExpression: aws.String("people_shard = :shard"), ExpressionAttributeValues: item{":shard": text(fmt.Sprint(shard))},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, problem.Passing("query the people index", err)
			}
			for _, attributes := range page.Items {
				var b base
				if _, err := read(attributes, &b); err != nil {
					return nil, err
				}
				all = append(all, strings.TrimPrefix(b.PK, personPrefix))
			}
		}
	}
	return all, nil
}

// rollLife is how long a run's list is kept, and an answer about it taken.
const rollLife = 7 * 24 * time.Hour

type pageItem struct {
	base
	Present    []string `dynamodbav:"present"`
	Guests     []string `dynamodbav:"guests"`
	Deleted    []string `dynamodbav:"deleted"`
	Expiration int64    `dynamodbav:"expiration"`
}

// KeepPage keeps a page, see [reconcile.Store].
func (r *Rolls) KeepPage(ctx context.Context, run string, page int, members []reconcile.Member, now time.Time) error {
	i := pageItem{base: at(pageKey(run, page)), Expiration: now.Add(rollLife).Unix()}
	for _, m := range members {
		switch {
		case m.Deleted:
			i.Deleted = append(i.Deleted, m.ID)
		case m.Guest:
			i.Guests = append(i.Guests, m.ID)
		default:
			i.Present = append(i.Present, m.ID)
		}
	}
	return r.put(ctx, i, "")
}

// put writes an item; where its condition does not hold, what stands there stays.
func (r *Rolls) put(ctx context.Context, it any, condition string) error {
	a, err := put(r.ephemeral, it, condition, nil, nil)
	if err != nil {
		return err
	}
	in := &dynamodb.PutItemInput{TableName: &r.ephemeral, Item: a.write.Put.Item}
	if condition != "" {
		in.ConditionExpression = &condition
	}
	if _, err := r.client.PutItem(ctx, in); !conditionFailed(err) {
		return problem.Passing("put into "+r.ephemeral, err)
	}
	return nil
}

// Pages is the first so many pages, see [reconcile.Store].
func (r *Rolls) Pages(ctx context.Context, run string, pages int) ([]reconcile.Member, error) {
	var all []reconcile.Member
	found := 0
	query := dynamodb.NewQueryPaginator(r.client, &dynamodb.QueryInput{
		TableName: &r.ephemeral, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :first AND :last"),
		ExpressionAttributeValues: item{":pk": text(rollPartition(run)), ":first": pageKey(run, 0)["sk"], ":last": pageKey(run, pages-1)["sk"]},
	})
	for query.HasMorePages() {
		out, err := query.NextPage(ctx)
		if err != nil {
			return nil, problem.Passing("query "+r.ephemeral, err)
		}
		for _, attributes := range out.Items {
			var i pageItem
			if _, err := read(attributes, &i); err != nil {
				return nil, err
			}
			found++
			for _, id := range i.Present {
				all = append(all, reconcile.Member{ID: id})
			}
			for _, id := range i.Guests {
				all = append(all, reconcile.Member{ID: id, Guest: true})
			}
			for _, id := range i.Deleted {
				all = append(all, reconcile.Member{ID: id, Deleted: true})
			}
		}
	}
	if found != pages {
		return nil, fmt.Errorf("%d pages of %d: %w", found, pages, reconcile.ErrPages)
	}
	return all, nil
}

type questionItem struct {
	base
	IDs        []string `dynamodbav:"ids"`
	Known      int      `dynamodbav:"known"`
	By         string   `dynamodbav:"answered_by,omitempty"`
	Job        string   `dynamodbav:"job,omitempty"`
	GoOn       bool     `dynamodbav:"go_on,omitempty"`
	Expiration int64    `dynamodbav:"expiration"`
}

func (i questionItem) question(run string) reconcile.Question {
	return reconcile.Question{Run: run, IDs: i.IDs, Known: i.Known, By: i.By, Job: i.Job, GoOn: i.GoOn}
}

// Ask keeps a question, see [reconcile.Store].
func (r *Rolls) Ask(ctx context.Context, q reconcile.Question, now time.Time) error {
	return r.put(ctx, questionItem{base: at(questionKey(q.Run)), IDs: q.IDs, Known: q.Known, Expiration: now.Add(rollLife).Unix()}, absent)
}

// Question is a run's question, see [reconcile.Store].
func (r *Rolls) Question(ctx context.Context, run string) (reconcile.Question, error) {
	var i questionItem
	_, err := get(ctx, r.client, r.ephemeral, questionKey(run), &i)
	return i.question(run), err
}

var errAnswered = errors.New("somebody has answered")

// Answer keeps the first answer, see [reconcile.Store].
func (r *Rolls) Answer(ctx context.Context, q reconcile.Question) (reconcile.Question, error) {
	goOn, err := marshal(q.GoOn)
	if err != nil {
		return q, err
	}
	found, err := writeOrSee(ctx, r.client, update(r.ephemeral, questionKey(q.Run), "SET answered_by = :by, job = :job, go_on = :go",
		"attribute_exists(pk) AND attribute_not_exists(answered_by)", item{":by": text(q.By), ":job": text(q.Job), ":go": goOn}, errAnswered))
	if !errors.Is(err, errAnswered) {
		return q, err
	}
	var i questionItem
	_, err = read(found, &i)
	return i.question(q.Run), err
}
