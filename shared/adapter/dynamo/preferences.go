package dynamo

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
)

type preferencesItem struct {
	base
	Locale     string `dynamodbav:"locale,omitempty"`
	Zone       string `dynamodbav:"zone,omitempty"`
	Language   string `dynamodbav:"language,omitempty"`
	QuietFrom  int    `dynamodbav:"quiet_from,omitempty"`
	QuietUntil int    `dynamodbav:"quiet_until,omitempty"`
}

func (i preferencesItem) preferences() person.Preferences {
	return person.Preferences{Locale: i.Locale, Zone: i.Zone, Language: i.Language, Quiet: person.Quiet{From: i.QuietFrom, Until: i.QuietUntil}}
}

// Preferences is how somebody wants to be spoken to; zero where nothing is known.
func (p *People) Preferences(ctx context.Context, owner credential.Owner) (person.Preferences, error) {
	var i preferencesItem
	_, err := get(ctx, p.client, p.credentials, preferencesKey(owner), &i)
	return i.preferences(), err
}

// Learn notes what Slack says of somebody's locale and time zone.
func (p *People) Learn(ctx context.Context, owner credential.Owner, locale, zone string) error {
	return p.prefer(ctx, owner, "SET v = :v, #locale = :locale, #zone = :zone", item{":locale": text(locale), ":zone": text(zone)})
}

// PreferLanguage notes what somebody has chosen; empty: Slack's.
func (p *People) PreferLanguage(ctx context.Context, owner credential.Owner, language string) error {
	return p.prefer(ctx, owner, "SET v = :v, #language = :language", item{":language": text(language)})
}

// PreferQuiet notes when somebody wants no reminders.
func (p *People) PreferQuiet(ctx context.Context, owner credential.Owner, q person.Quiet) error {
	return p.prefer(ctx, owner, "SET v = :v, quiet_from = :from, quiet_until = :until",
		item{":from": number(int64(q.From)), ":until": number(int64(q.Until))})
}

func (p *People) prefer(ctx context.Context, owner credential.Owner, change string, values item) error {
	values[":v"] = number(shape)
	_, err := p.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &p.credentials, Key: preferencesKey(owner), UpdateExpression: &change,
		ExpressionAttributeNames: names(change), ExpressionAttributeValues: values,
	})
	return problem.Passing("update "+p.credentials, err)
}

// Everything is what is kept for a person, read consistently in one request: how to speak to them, and all they have and had, by id.
func (s *Store) Everything(ctx context.Context, owner credential.Owner) (person.Preferences, []credential.Credential, error) {
	var (
		speak person.Preferences
		all   []credential.Credential
	)
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName: &s.tables.Credentials, ConsistentRead: aws.Bool(true),
		KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: item{":pk": text(personPartition(owner))},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return speak, nil, problem.Passing("query "+s.tables.Credentials, err)
		}
		for _, attributes := range page.Items {
			var b base
			if _, err := read(attributes, &b); err != nil {
				return speak, nil, err
			}
			switch {
			case b.SK == preferences:
				var i preferencesItem
				if _, err := read(attributes, &i); err != nil {
					return speak, nil, err
				}
				speak = i.preferences()
			case strings.HasPrefix(b.SK, credentialPrefix):
				var i credentialItem
				if _, err := read(attributes, &i); err != nil {
					return speak, nil, err
				}
				c, err := i.credential()
				if err != nil {
					return speak, nil, err
				}
				all = append(all, c)
			}
		}
	}
	return speak, all, nil
}

// Opening reads what the form for a new app password needs, in one request.
type Opening struct {
	client                *dynamodb.Client
	credentials, settings string
}

// NewOpening returns it over the tables credentials and settings.
func NewOpening(client *dynamodb.Client, credentials, settings string) *Opening {
	return &Opening{client, credentials, settings}
}

// Opening is how to speak to a person, and the company's applications, or [catalog.Builtin] where none are stored.
func (o *Opening) Opening(ctx context.Context, owner credential.Owner) (person.Preferences, catalog.Catalog, error) {
	out, err := o.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		o.credentials: {Keys: []item{preferencesKey(owner)}}, o.settings: {Keys: []item{catalogKey()}},
	}})
	if err != nil {
		return person.Preferences{}, nil, problem.Passing("get a person and the catalog", err)
	}
	if len(out.UnprocessedKeys) > 0 {
		return person.Preferences{}, nil, problem.ErrUnavailable
	}
	var (
		i preferencesItem
		c catalogItem
	)
	for _, attributes := range out.Responses[o.credentials] {
		if _, err := read(attributes, &i); err != nil {
			return person.Preferences{}, nil, err
		}
	}
	for _, attributes := range out.Responses[o.settings] {
		if _, err := read(attributes, &c); err != nil {
			return person.Preferences{}, nil, err
		}
	}
	applications, err := c.catalog()
	return i.preferences(), applications, err
}
