package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/feed"
)

var _ feed.Store = (*Verifiers)(nil)

// feedLife is how long a relying party may be away and still hear of an end.
const feedLife = 7 * 24 * time.Hour

type feedItem struct {
	base
	Login      string `dynamodbav:"login"`
	Expiration int64  `dynamodbav:"expiration"`
}

// ends tells each service that accepts an active app password of its end. One that never worked has opened no session.
func (s *Store) ends(c credential.Credential, at time.Time, failed error) ([]action, error) {
	if c.State != credential.Active {
		return nil, nil
	}
	var actions []action
	for _, service := range c.Services {
		i := feedItem{base: base{PK: feedPartition(service), SK: feed.Position(at, c.ID), V: shape}, Login: c.Login, Expiration: at.Add(feedLife).Unix()}
		told, err := put(s.tables.Ephemeral, i, absent, nil, failed)
		if err != nil {
			return nil, err
		}
		actions = append(actions, told)
	}
	return actions, nil
}

// Revocations is what stands in a service's feed behind a position, see [feed.Store].
func (s *Verifiers) Revocations(ctx context.Context, service, after string) ([]feed.Revocation, error) {
	var all []feed.Revocation
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName: &s.tables.Ephemeral, ConsistentRead: aws.Bool(true), Limit: aws.Int32(feed.Most),
		KeyConditionExpression:    aws.String("pk = :pk AND sk > :after"),
		ExpressionAttributeValues: item{":pk": text(feedPartition(service)), ":after": text(after)},
	})
	for pages.HasMorePages() && len(all) < feed.Most {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, problem.Passing("query "+s.tables.Ephemeral, err)
		}
		for _, attributes := range page.Items {
			var i feedItem
			if _, err := read(attributes, &i); err != nil {
				return nil, err
			}
			all = append(all, feed.Revocation{Position: i.SK, Login: i.Login})
		}
	}
	return all, nil
}
