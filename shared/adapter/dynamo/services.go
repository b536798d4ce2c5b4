package dynamo

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

var _ verify.Settings = (*Settings)(nil)

type serviceItem struct {
	base
	Name        string                      `dynamodbav:"name"`
	Protocols   []service.Protocol          `dynamodbav:"protocols"`
	Host        string                      `dynamodbav:"host,omitempty"`
	Ports       map[service.Protocol]int    `dynamodbav:"ports,omitempty"`
	Domain      string                      `dynamodbav:"domain,omitempty"`
	Networks    []string                    `dynamodbav:"networks,omitempty"` // CIDR
	TellsClient bool                        `dynamodbav:"tells_client,omitempty"`
	Answers200  bool                        `dynamodbav:"answers_200,omitempty"`
	Backends    map[service.Protocol]string `dynamodbav:"backends,omitempty"` // address:port
	Upstream    *upstreamItem               `dynamodbav:"upstream,omitempty"`
	Keys        map[string]keyItem          `dynamodbav:"keys"` // by prefix
}

type upstreamItem struct {
	Kind      string                      `dynamodbav:"kind"`
	Tenant    string                      `dynamodbav:"tenant,omitempty"`
	ClientID  string                      `dynamodbav:"client_id"`
	Secret    string                      `dynamodbav:"secret"` // name or ARN
	Scope     string                      `dynamodbav:"scope"`
	TokenURL  string                      `dynamodbav:"token_url,omitempty"`
	Hosts     map[service.Protocol]string `dynamodbav:"hosts"`               // host:port
	Mailboxes map[string]string           `dynamodbav:"mailboxes,omitempty"` // by login
}

// xoauth2 is the one kind of upstream that there is.
const xoauth2 = "xoauth2"

type keyItem struct {
	Hash []byte `dynamodbav:"hash"` // SHA-256
	Made int64  `dynamodbav:"made"`
}

// Services is every relying party. A key that a bridge shares is not among the bridge's, see [service.Fenced].
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
	return service.Fenced(all), nil
}

func readService(attributes item) (service.Service, error) {
	var i serviceItem
	if _, err := read(attributes, &i); err != nil {
		return service.Service{}, err
	}
	s := service.Service{
		ID: i.SK, Name: i.Name, Protocols: i.Protocols, Host: i.Host, Ports: i.Ports, Domain: i.Domain,
		TellsClient: i.TellsClient, Answers200: i.Answers200,
	}
	if u := i.Upstream; u != nil {
		s.Upstream = &service.Upstream{
			Tenant: u.Tenant, ClientID: u.ClientID, Secret: u.Secret, Scope: u.Scope, TokenURL: u.TokenURL, Hosts: u.Hosts, Mailboxes: u.Mailboxes,
		}
		if u.Kind != xoauth2 {
			// Of a kind that is not known nothing is known; without a client it is no upstream that anyone can use.
			s.Upstream = &service.Upstream{}
		}
	}
	for _, n := range i.Networks {
		network, err := netip.ParsePrefix(n)
		if err != nil {
			return s, fmt.Errorf("service %s: the network %q: %w", s.ID, n, err)
		}
		s.Networks = append(s.Networks, network)
	}
	for protocol, b := range i.Backends {
		backend, err := netip.ParseAddrPort(b)
		if err != nil {
			return s, fmt.Errorf("service %s: the backend %q: %w", s.ID, b, err)
		}
		if s.Backends == nil {
			s.Backends = map[service.Protocol]netip.AddrPort{}
		}
		s.Backends[protocol] = backend
	}
	for prefix, k := range i.Keys {
		if len(k.Hash) != len(service.KeyHash{}) {
			return s, fmt.Errorf("service %s: the key %s… is stored as no SHA-256", s.ID, prefix)
		}
		s.Keys = append(s.Keys, service.Key{Prefix: prefix, Hash: service.KeyHash(k.Hash), Made: moment(k.Made)})
	}
	return s, nil
}

// former is the condition of an item in the shape before the first release, in which keys had no prefixes.
const former = "attribute_type(#keys, :list)"

// PutService stores a relying party whole. With absentOnly one that is there stays as it is, unless it has a former shape. A bridge that
// lacks what [service.Service.Check] wants is refused, and so is one that shares a key, with [service.ErrBridgeKey].
func (s *Settings) PutService(ctx context.Context, one service.Service, absentOnly bool) error {
	if err := s.fence(ctx, one); err != nil {
		return fmt.Errorf("store the service %s: %w", one.ID, err)
	}
	i := serviceItem{
		base: at(key(servicePartition, one.ID)), Name: one.Name, Protocols: one.Protocols, Host: one.Host, Ports: one.Ports, Domain: one.Domain,
		TellsClient: one.TellsClient, Answers200: one.Answers200, Backends: map[service.Protocol]string{}, Keys: map[string]keyItem{},
	}
	for _, n := range one.Networks {
		i.Networks = append(i.Networks, n.String())
	}
	for protocol, b := range one.Backends {
		i.Backends[protocol] = b.String()
	}
	if u := one.Upstream; u != nil {
		i.Upstream = &upstreamItem{xoauth2, u.Tenant, u.ClientID, u.Secret, u.Scope, u.TokenURL, u.Hosts, u.Mailboxes}
	}
	for _, k := range one.Keys {
		i.Keys[k.Prefix] = keyItem{k.Hash[:], seconds(k.Made)}
	}
	attributes, err := attributevalue.MarshalMap(i)
	if err != nil {
		return fmt.Errorf("marshal service %s: %w", one.ID, err)
	}
	in := &dynamodb.PutItemInput{TableName: &s.table, Item: attributes}
	if absentOnly {
		in.ConditionExpression = aws.String(absent + " OR " + former)
		in.ExpressionAttributeNames, in.ExpressionAttributeValues = names(former), item{":list": text("L")}
	}
	_, err = s.client.PutItem(ctx, in)
	if absentOnly && conditionFailed(err) {
		return nil
	}
	return problem.Passing("put into "+s.table, err)
}

// fence refuses a bridge that is not fenced.
func (s *Settings) fence(ctx context.Context, one service.Service) error {
	if one.Upstream == nil {
		return nil
	}
	if err := one.Check(); err != nil {
		return err
	}
	all, err := s.Services(ctx)
	if err != nil {
		return err
	}
	all = append(slices.DeleteFunc(all, func(other service.Service) bool { return other.ID == one.ID }), one)
	if fenced := service.Fenced(all); len(fenced[len(fenced)-1].Keys) < len(one.Keys) {
		return service.ErrBridgeKey
	}
	return nil
}
