package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/doctor"
	"github.com/apppass/apppass/shared/use/verify"
)

var _ doctor.Store = (*Store)(nil)

// slack is more than what the time in a sort key is rounded down by: a minute, or the window in which unknown passwords are counted.
const slack = time.Hour

// Rejections is what was refused to a login since then, see [doctor.Store]: one request each for unknown passwords and for the others.
func (s *Store) Rejections(ctx context.Context, login string, since time.Time, most int) (all []diagnosis.Rejection, more bool, err error) {
	for _, prefix := range []string{rejectedPrefix, throttlePrefix} {
		out, err := s.client.Query(ctx, &dynamodb.QueryInput{
			TableName: &s.tables.Ephemeral, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(most + 1)),
			KeyConditionExpression:    aws.String("pk = :pk AND sk >= :since"),
			ExpressionAttributeValues: item{":pk": text(prefix + login), ":since": text(fmt.Sprintf("%010d", since.Add(-slack).Unix()))},
		})
		if err != nil {
			return nil, false, problem.Passing("query "+s.tables.Ephemeral, err)
		}
		more = more || len(out.Items) > most
		for _, attributes := range out.Items[:min(len(out.Items), most)] {
			var i struct {
				rejectionItem
				Misses [][]byte `dynamodbav:"misses"`
			}
			if _, err := read(attributes, &i); err != nil {
				return nil, false, err
			}
			if moment(i.At).Before(since) {
				continue
			}
			all = append(all, diagnosis.Rejection{
				At: moment(i.At), Service: i.Service, Protocol: service.Protocol(i.Protocol), Cause: diagnosis.Known(i.Reason), Network: i.Network,
				Address: i.Address, Credential: i.Credential, Passwords: len(i.Misses), Full: len(i.Misses) >= verify.MissLimit,
			})
		}
	}
	return all, more, nil
}
