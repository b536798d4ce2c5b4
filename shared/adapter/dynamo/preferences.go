package dynamo

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

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
	return p.prefer(ctx, owner, "SET v = :v, #locale = :locale, #zone = :zone", "", item{":locale": text(locale), ":zone": text(zone)})
}

// PreferLanguage notes what somebody has chosen, at an instant; empty: Slack's. A later choice stays.
func (p *People) PreferLanguage(ctx context.Context, owner credential.Owner, language string, at time.Time) error {
	return p.prefer(ctx, owner, "SET v = :v, #language = :language, language_at = :at",
		"attribute_not_exists(language_at) OR language_at <= :at", item{":language": text(language), ":at": instant(at)})
}

// PreferQuiet notes when somebody wants no reminders, as chosen at an instant. A later choice stays.
func (p *People) PreferQuiet(ctx context.Context, owner credential.Owner, q person.Quiet, at time.Time) error {
	return p.prefer(ctx, owner, "SET v = :v, quiet_from = :from, quiet_until = :until, quiet_at = :at",
		"attribute_not_exists(quiet_at) OR quiet_at <= :at",
		item{":from": number(int64(q.From)), ":until": number(int64(q.Until)), ":at": instant(at)})
}

// prefer changes what is kept of somebody, if the condition holds; empty: there is none.
func (p *People) prefer(ctx context.Context, owner credential.Owner, change, condition string, values item) error {
	values[":v"] = number(shape)
	in := &dynamodb.UpdateItemInput{
		TableName: &p.credentials, Key: preferencesKey(owner), UpdateExpression: &change,
		ExpressionAttributeNames: names(change), ExpressionAttributeValues: values,
	}
	if condition != "" {
		in.ConditionExpression = &condition
	}
	if _, err := p.client.UpdateItem(ctx, in); !conditionFailed(err) {
		return problem.Passing("update "+p.credentials, err)
	}
	return nil
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
