package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
)

// Tables is the names of the tables over which a state changes.
type Tables struct {
	Credentials string
	Verifiers   string
	Ephemeral   string
	Audit       string
}

// Store keeps credentials, their entries and their links, and changes them together.
type Store struct {
	client *dynamodb.Client
	tables Tables
}

// NewStore returns a store over the tables. A function whose role may use only some of them leaves the others empty, and must
// not call what needs them.
func NewStore(client *dynamodb.Client, tables Tables) *Store { return &Store{client, tables} }

// Credential is the owner's app password of that id, read consistently, or [credential.ErrNotFound].
func (s *Store) Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error) {
	var i credentialItem
	found, err := get(ctx, s.client, s.tables.Credentials, credentialKey(owner, id), &i)
	if err != nil {
		return credential.Credential{}, err
	}
	if !found || i.Team != owner.Team {
		return credential.Credential{}, credential.ErrNotFound
	}
	return i.credential()
}

// Credentials is everything the owner has and had, by id, read consistently.
func (s *Store) Credentials(ctx context.Context, owner credential.Owner) ([]credential.Credential, error) {
	_, all, err := s.Everything(ctx, owner)
	return all, err
}

// Reveal is what is stored about a link, read consistently, or [link.ErrUnknown].
func (s *Store) Reveal(ctx context.Context, id link.ID) (link.Reveal, error) {
	var i revealItem
	found, err := get(ctx, s.client, s.tables.Ephemeral, revealKey(id), &i)
	if err != nil {
		return link.Reveal{}, err
	}
	if !found {
		return link.Reveal{}, link.ErrUnknown
	}
	return i.reveal(id)
}

// get reads an item consistently into it; found says whether there is one.
func get(ctx context.Context, client *dynamodb.Client, table string, k item, it any) (found bool, err error) {
	out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: k, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return false, problem.Passing("get from "+table, err)
	}
	return read(out.Item, it)
}

func read(attributes map[string]types.AttributeValue, it any) (found bool, err error) {
	if len(attributes) == 0 {
		return false, nil
	}
	if err := attributevalue.UnmarshalMap(attributes, it); err != nil {
		return false, fmt.Errorf("read a %T: %w", it, err)
	}
	return true, nil
}
