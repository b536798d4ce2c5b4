package dynamo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/issue"
)

// Settings reads what the company has decided.
type Settings struct {
	client *dynamodb.Client
	table  string
}

var _ issue.Settings = (*Settings)(nil)

// NewSettings returns the settings in the table.
func NewSettings(client *dynamodb.Client, table string) *Settings { return &Settings{client, table} }

type policyItem struct {
	base
	LinkLife int64  `dynamodbav:"link_life"`          // seconds
	Lifetime int64  `dynamodbav:"lifetime,omitempty"` // seconds; none: no end
	Grace    *int64 `dynamodbav:"grace,omitempty"`    // seconds; none: the default
	DoorOff  bool   `dynamodbav:"door_off,omitempty"`
	Guests   bool   `dynamodbav:"guests"`
	// Seconds; none: the default, 0: never.
	GeneralAge   *int64 `dynamodbav:"general_age,omitempty"`
	SensitiveAge *int64 `dynamodbav:"sensitive_age,omitempty"`
	Idle         *int64 `dynamodbav:"idle,omitempty"`
	IdleAnswer   *int64 `dynamodbav:"idle_answer,omitempty"`
	Remind       *[]int `dynamodbav:"remind,omitempty"` // days before an end; none: the default
	Enforce      bool   `dynamodbav:"enforce,omitempty"`
}

// Policy is the newest policy, or [policy.Default] where there is none. One that is out of its bounds is an error.
func (s *Settings) Policy(ctx context.Context) (policy.Policy, error) {
	out, err := s.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(1),
		KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: item{":pk": text(policyPartition)},
	})
	if err != nil {
		return policy.Policy{}, problem.Passing("query "+s.table, err)
	}
	if len(out.Items) == 0 {
		return policy.Default(), nil
	}
	return readPolicy(out.Items[0])
}

func readPolicy(attributes item) (policy.Policy, error) {
	var i policyItem
	_, err := read(attributes, &i)
	if err != nil {
		return policy.Policy{}, err
	}
	p := policy.Default()
	p.LinkLife, p.Lifetime = time.Duration(i.LinkLife)*time.Second, time.Duration(i.Lifetime)*time.Second
	p.Door, p.Guests, p.Enforce = !i.DoorOff, i.Guests, i.Enforce
	for to, from := range map[*time.Duration]*int64{
		&p.Grace: i.Grace, &p.GeneralAge: i.GeneralAge, &p.SensitiveAge: i.SensitiveAge, &p.Idle: i.Idle, &p.IdleAnswer: i.IdleAnswer,
	} {
		if from != nil {
			*to = time.Duration(*from) * time.Second
		}
	}
	if i.Remind != nil {
		p.Remind = *i.Remind
	}
	if p.Version, err = strconv.Atoi(i.SK); err != nil {
		return p, fmt.Errorf("the policy's version %q: %w", i.SK, err)
	}
	return p, p.Check()
}

type catalogItem struct {
	base
	Applications string `dynamodbav:"applications"` // JSON
}

// Catalog is the company's applications, or [catalog.Builtin] where none are stored.
func (s *Settings) Catalog(ctx context.Context) (catalog.Catalog, error) {
	var i catalogItem
	if _, err := get(ctx, s.client, s.table, catalogKey(), &i); err != nil {
		return nil, err
	}
	return i.catalog()
}

func (i catalogItem) catalog() (catalog.Catalog, error) {
	if i.Applications == "" {
		return catalog.Builtin(), nil
	}
	return catalog.Parse([]byte(i.Applications))
}
