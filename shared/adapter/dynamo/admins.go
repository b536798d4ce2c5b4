package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/problem"
)

// Admins is the Slack user ids of the stored admins, in order; none where nobody has made one.
func (s *Settings) Admins(ctx context.Context) ([]string, error) {
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: item{":pk": text(adminPartition)},
	})
	var all []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, problem.Passing("query "+s.table, err)
		}
		for _, attributes := range page.Items {
			var i base
			if _, err := read(attributes, &i); err != nil {
				return nil, err
			}
			all = append(all, i.SK)
		}
	}
	return all, nil
}
