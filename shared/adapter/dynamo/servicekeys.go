package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/keys"
)

var _ keys.Store = (*ServiceKeys)(nil)

// ServiceKeys keeps the services' keys, each in a map of the service's item, by its prefix.
type ServiceKeys struct {
	client          *dynamodb.Client
	settings, audit string
}

// NewServiceKeys returns the keys in the table of settings, whose changes go into the table of audit events.
func NewServiceKeys(client *dynamodb.Client, settings, audit string) *ServiceKeys {
	return &ServiceKeys{client, settings, audit}
}

// longestSortKey is DynamoDB's limit, in bytes. An id that can't be stored is no service's.
const longestSortKey = 1024

// Service is one relying party, see [keys.Store].
func (s *ServiceKeys) Service(ctx context.Context, id string) (service.Service, error) {
	if id == "" || len(id) > longestSortKey {
		return service.Service{}, service.ErrUnknown
	}
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.settings, Key: serviceKey(id), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return service.Service{}, problem.Passing("get from "+s.settings, err)
	}
	if len(out.Item) == 0 {
		return service.Service{}, service.ErrUnknown
	}
	return readService(out.Item)
}

// AddKey adds a key in one transaction, see [keys.Store].
func (s *ServiceKeys) AddKey(ctx context.Context, to service.Service, k service.Key, e audit.Event) error {
	kept, err := attributevalue.Marshal(keyItem{k.Hash[:], seconds(k.Made)})
	if err != nil {
		return fmt.Errorf("marshal a key of %s: %w", to.ID, err)
	}
	change, condition := "SET #keys.#prefix = :key", "attribute_exists(pk) AND attribute_not_exists(#keys.#prefix) AND size(#keys) < :most"
	values := item{":key": kept, ":most": number(service.MaxKeys)}
	if len(to.Keys) == 0 {
		// The item of a service that was written by hand may have no map yet, and nothing can be put into a map that is not there.
		change, condition = "SET #keys = :keys", "attribute_exists(pk) AND (attribute_not_exists(#keys) OR #keys = :none)"
		values = item{
			":keys": &types.AttributeValueMemberM{Value: item{k.Prefix: kept}}, ":none": &types.AttributeValueMemberM{Value: item{}},
		}
	}
	return s.transact(ctx, s.change(to.ID, k.Prefix, change, condition, values), e)
}

// RemoveKey removes a key in one transaction, see [keys.Store].
func (s *ServiceKeys) RemoveKey(ctx context.Context, id, prefix string, e audit.Event) error {
	return s.transact(ctx, s.change(id, prefix, "REMOVE #keys.#prefix", "attribute_exists(#keys.#prefix)", nil), e)
}

// change is an update in whose expressions #prefix is the key's.
func (s *ServiceKeys) change(id, prefix, change, condition string, values item) action {
	a := update(s.settings, serviceKey(id), change, condition, values, keys.ErrChanged)
	if named := a.write.Update.ExpressionAttributeNames; named["#prefix"] != "" {
		named["#prefix"] = prefix
	}
	return a
}

func (s *ServiceKeys) transact(ctx context.Context, change action, e audit.Event) error {
	event, err := put(s.audit, newAudit(e), absent, nil, keys.ErrChanged)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, change, event)
}
