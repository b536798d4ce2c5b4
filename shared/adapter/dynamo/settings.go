package dynamo

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/verify"
)

// Settings reads what the company has decided.
type Settings struct {
	client *dynamodb.Client
	table  string
}

var (
	_ issue.Settings  = (*Settings)(nil)
	_ verify.Settings = (*Settings)(nil)
)

// NewSettings returns the settings in the table.
func NewSettings(client *dynamodb.Client, table string) *Settings { return &Settings{client, table} }

type policyItem struct {
	base
	LinkLife int64 `dynamodbav:"link_life"`          // seconds
	Lifetime int64 `dynamodbav:"lifetime,omitempty"` // seconds; none: no end
	DoorOff  bool  `dynamodbav:"door_off,omitempty"`
	Guests   bool  `dynamodbav:"guests"`
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
	var i policyItem
	if _, err := read(out.Items[0], &i); err != nil {
		return policy.Policy{}, err
	}
	p := policy.Policy{LinkLife: time.Duration(i.LinkLife) * time.Second, Lifetime: time.Duration(i.Lifetime) * time.Second, Door: !i.DoorOff, Guests: i.Guests}
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
	found, err := get(ctx, s.client, s.table, catalogKey(), &i)
	if err != nil {
		return nil, err
	}
	if !found {
		return catalog.Builtin(), nil
	}
	return catalog.Parse([]byte(i.Applications))
}

type serviceItem struct {
	base
	Name      string                   `dynamodbav:"name"`
	Protocols []service.Protocol       `dynamodbav:"protocols"`
	Host      string                   `dynamodbav:"host,omitempty"`
	Ports     map[service.Protocol]int `dynamodbav:"ports,omitempty"`
	Domain    string                   `dynamodbav:"domain,omitempty"`
	Keys      []string                 `dynamodbav:"keys"` // SHA-256, hexadecimal
}

// Services is every relying party.
func (s *Settings) Services(ctx context.Context) ([]service.Service, error) {
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: item{":pk": text(servicePartition)},
	})
	var all []service.Service
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, problem.Passing("query "+s.table, err)
		}
		for _, attributes := range page.Items {
			one, err := readService(attributes)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
	}
	return all, nil
}

func readService(attributes map[string]types.AttributeValue) (service.Service, error) {
	var i serviceItem
	if _, err := read(attributes, &i); err != nil {
		return service.Service{}, err
	}
	s := service.Service{ID: i.SK, Name: i.Name, Protocols: i.Protocols, Host: i.Host, Ports: i.Ports, Domain: i.Domain}
	for _, k := range i.Keys {
		hash, err := hex.DecodeString(k)
		if err != nil || len(hash) != len(service.KeyHash{}) {
			return s, fmt.Errorf("service %s: a key is stored that is no SHA-256", s.ID)
		}
		s.Keys = append(s.Keys, service.KeyHash(hash))
	}
	return s, nil
}

// PutService stores a relying party whole. With absentOnly one that is there stays as it is.
func (s *Settings) PutService(ctx context.Context, one service.Service, absentOnly bool) error {
	i := serviceItem{
		base: at(key(servicePartition, one.ID)), Name: one.Name, Protocols: one.Protocols, Host: one.Host, Ports: one.Ports,
		Domain: one.Domain, Keys: []string{},
	}
	for _, k := range one.Keys {
		i.Keys = append(i.Keys, hex.EncodeToString(k[:]))
	}
	attributes, err := attributevalue.MarshalMap(i)
	if err != nil {
		return fmt.Errorf("marshal service %s: %w", one.ID, err)
	}
	in := &dynamodb.PutItemInput{TableName: &s.table, Item: attributes}
	if absentOnly {
		in.ConditionExpression = aws.String(absent)
	}
	_, err = s.client.PutItem(ctx, in)
	if absentOnly && conditionFailed(err) {
		return nil
	}
	return problem.Passing("put into "+s.table, err)
}
