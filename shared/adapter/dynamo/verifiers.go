package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/verify"
)

// Verifiers reads what stands under app passwords, and remembers how they are used and what was refused.
type Verifiers struct {
	client *dynamodb.Client
	tables Tables
}

var _ verify.Store = (*Verifiers)(nil)

// NewVerifiers returns the verifiers in the tables; the audit table is not used.
func NewVerifiers(client *dynamodb.Client, tables Tables) *Verifiers {
	return &Verifiers{client, tables}
}

// Entry is what stands under v, read consistently, or [verify.ErrNone].
func (s *Verifiers) Entry(ctx context.Context, v credential.Verifier) (credential.Entry, error) {
	var i verifierItem
	found, err := get(ctx, s.client, s.tables.Verifiers, verifierKey(v), &i)
	if err != nil {
		return credential.Entry{}, err
	}
	if !found {
		return credential.Entry{}, verify.ErrNone
	}
	return i.entry()
}

// Entries is what stands under any of these, at most 100, read consistently in one request.
func (s *Verifiers) Entries(ctx context.Context, vs []credential.Verifier) ([]credential.Entry, error) {
	keys := make([]item, len(vs))
	for n, v := range vs {
		keys[n] = verifierKey(v)
	}
	out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{s.tables.Verifiers: {Keys: keys, ConsistentRead: aws.Bool(true)}},
	})
	if err != nil {
		return nil, problem.Passing("get from "+s.tables.Verifiers, err)
	}
	if len(out.UnprocessedKeys) > 0 {
		// A key that was not looked up is not a key that is absent.
		return nil, fmt.Errorf("get from %s: not all keys were processed: %w", s.tables.Verifiers, problem.ErrUnavailable)
	}
	var found []credential.Entry
	for _, attributes := range out.Responses[s.tables.Verifiers] {
		var i verifierItem
		if _, err := read(attributes, &i); err != nil {
			return nil, err
		}
		e, err := i.entry()
		if err != nil {
			return nil, err
		}
		found = append(found, e)
	}
	return found, nil
}

// Warm makes the connection to the table, by reading a key that is no verifier's.
func (s *Verifiers) Warm(ctx context.Context) error {
	_, err := s.Entry(ctx, "-")
	if errors.Is(err, verify.ErrNone) {
		return nil
	}
	return err
}
