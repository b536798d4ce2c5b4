package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/home"
)

// History reads what has happened to people's app passwords.
type History struct {
	client           *dynamodb.Client
	audit, ephemeral string
}

var _ home.History = (*History)(nil)

// NewHistory returns the history in the tables audit and ephemeral.
func NewHistory(client *dynamodb.Client, audit, ephemeral string) *History {
	return &History{client, audit, ephemeral}
}

const activityIndex = "person"

// Activity is what concerned the owner last, see [home.History]. It is read from an index, which lags behind the table.
func (h *History) Activity(ctx context.Context, owner credential.Owner, most int) ([]audit.Event, error) {
	out, err := h.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &h.audit, IndexName: aws.String(activityIndex), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(most)),
		KeyConditionExpression: aws.String("person = :person"), ExpressionAttributeValues: item{":person": text(owner.Person)},
	})
	if err != nil {
		return nil, problem.Passing("query "+h.audit, err)
	}
	var all []audit.Event
	for _, attributes := range out.Items {
		var i auditItem
		if _, err := read(attributes, &i); err != nil {
			return nil, err
		}
		if i.Team == owner.Team {
			all = append(all, i.event())
		}
	}
	return all, nil
}

func (i auditItem) event() audit.Event {
	return audit.Event{
		ID: i.SK, At: moment(i.At), Owner: credential.Owner{Team: i.Team, Person: i.Person}, Actor: i.Actor, Action: audit.Action(i.Action),
		Credential: i.Credential, Service: i.Service, Key: i.Key, Reason: i.Reason, Job: i.Job,
	}
}

// mostRejections is how many are looked at, the newest ones: one a minute, service, network and cause is kept.
const mostRejections = 500

// Rejected is when the app passwords of a login were refused last, see [home.History].
func (h *History) Rejected(ctx context.Context, login string, since time.Time) (map[string]time.Time, error) {
	out, err := h.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &h.ephemeral, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(mostRejections),
		KeyConditionExpression:    aws.String("pk = :pk AND sk >= :since"),
		ExpressionAttributeValues: item{":pk": text(rejectedPrefix + login), ":since": text(fmt.Sprintf("%010d", since.Truncate(time.Minute).Unix()))},
	})
	if err != nil {
		return nil, problem.Passing("query "+h.ephemeral, err)
	}
	all := map[string]time.Time{}
	for _, attributes := range out.Items {
		var i rejectionItem
		if _, err := read(attributes, &i); err != nil {
			return nil, err
		}
		if at := moment(i.At); i.Credential != "" && !at.Before(since) && at.After(all[i.Credential]) {
			all[i.Credential] = at
		}
	}
	return all, nil
}
