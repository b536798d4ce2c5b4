package dynamo

import (
	"context"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
)

// Opening reads what the form for a new app password needs, in one request.
type Opening struct {
	client                *dynamodb.Client
	credentials, settings string
	// newest is the policy that was read last; nil before.
	newest atomic.Pointer[policy.Policy]
}

// NewOpening returns it over the tables credentials and settings.
func NewOpening(client *dynamodb.Client, credentials, settings string) *Opening {
	return &Opening{client: client, credentials: credentials, settings: settings}
}

// Begin finds the policy that is in force, from which [Opening.Opening] goes on. It is for a process that begins.
func (o *Opening) Begin(ctx context.Context) error {
	p, err := NewSettings(o.client, o.settings).Policy(ctx)
	if err == nil {
		o.newest.Store(&p)
	}
	return err
}

// ahead is how many policies beyond the one that is known are looked for. Which is the newest no GetItem can ask; but versions count up, so
// what is newer stands under one of the next keys. More of them than that between two forms, and the last are found by the form after.
const ahead = 4

// Opening is how to speak to a person, the company's applications, or [catalog.Builtin] where none are stored, and the policy, or
// [policy.Default] where none is. A policy that is out of its bounds is passed over.
func (o *Opening) Opening(ctx context.Context, owner credential.Owner) (person.Preferences, catalog.Catalog, policy.Policy, error) {
	fail := func(err error) (person.Preferences, catalog.Catalog, policy.Policy, error) {
		return person.Preferences{}, nil, policy.Policy{}, err
	}
	known := policy.Default()
	if p := o.newest.Load(); p != nil {
		known = *p
	}
	keys := []item{catalogKey()}
	for version := max(known.Version, 1); version <= known.Version+ahead; version++ {
		keys = append(keys, policyKey(version))
	}
	out, err := o.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		o.credentials: {Keys: []item{preferencesKey(owner)}}, o.settings: {Keys: keys},
	}})
	if err != nil {
		return fail(problem.Passing("get a person, the catalog and the policy", err))
	}
	if len(out.UnprocessedKeys) > 0 {
		return fail(problem.ErrUnavailable)
	}
	var i preferencesItem
	for _, attributes := range out.Responses[o.credentials] {
		if _, err := read(attributes, &i); err != nil {
			return fail(err)
		}
	}
	var c catalogItem
	for _, attributes := range out.Responses[o.settings] {
		var b base
		if _, err := read(attributes, &b); err != nil {
			return fail(err)
		}
		if b.PK == policyPartition {
			if p, err := readPolicy(attributes); err == nil && p.Version >= known.Version {
				known = p
			}
		} else if _, err := read(attributes, &c); err != nil {
			return fail(err)
		}
	}
	o.newest.Store(&known)
	applications, err := c.catalog()
	return i.preferences(), applications, known, err
}
