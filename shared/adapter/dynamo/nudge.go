package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"

	use "github.com/apppass/apppass/shared/use/nudge"
)

// Nudges keeps what people are reminded of, and when to look at them.
type Nudges struct {
	client                 *dynamodb.Client
	credentials, verifiers string
}

var (
	_ use.Store = (*Nudges)(nil)
	_ use.Index = (*Nudges)(nil)
)

// NewNudges returns it over the tables credentials and verifiers. Who only looks whom to remind needs no verifiers.
func NewNudges(client *dynamodb.Client, credentials, verifiers string) *Nudges {
	return &Nudges{client, credentials, verifiers}
}

const (
	nudgeIndex = "nudge"
	// nudgePage is how many keys are read at a time.
	nudgePage = 1000
)

// Due is whom to look at up to now, see [use.Index]: of each shard the longest due, page by page.
func (n *Nudges) Due(ctx context.Context, now time.Time, most int) (persons []string, more bool, err error) {
	for shard := range peopleShards {
		some, left, err := n.due(ctx, shard, now, most/peopleShards)
		persons, more = append(persons, some...), more || left
		if err != nil {
			return persons, more, err
		}
	}
	return persons, more, nil
}

func (n *Nudges) due(ctx context.Context, shard int, now time.Time, most int) (persons []string, more bool, err error) {
	known := map[string]bool{}
	pages := dynamodb.NewQueryPaginator(n.client, &dynamodb.QueryInput{
		TableName: &n.credentials, IndexName: aws.String(nudgeIndex), Limit: aws.Int32(nudgePage),
		KeyConditionExpression:    aws.String("nudge_shard = :shard AND nudge_at <= :now"),
		ExpressionAttributeValues: item{":shard": text(fmt.Sprint(shard)), ":now": instant(now)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return persons, true, problem.Passing("query the nudge index", err)
		}
		for _, attributes := range page.Items {
			var b base
			if _, err := read(attributes, &b); err != nil {
				return persons, true, err
			}
			switch who := strings.TrimPrefix(b.PK, personPrefix); {
			case known[who]:
			case len(persons) == most:
				return persons, true, nil
			default:
				known[who], persons = true, append(persons, who)
			}
		}
	}
	return persons, false, nil
}

type cardItem struct {
	base
	Channel string     `dynamodbav:"channel"`
	TS      string     `dynamodbav:"ts"`
	At      int64      `dynamodbav:"at"`
	Lines   []lineItem `dynamodbav:"lines"`
}

type lineItem struct {
	Credential string `dynamodbav:"credential"`
	Why        string `dynamodbav:"why"`
	At         int64  `dynamodbav:"at"`
	Stops      bool   `dynamodbav:"stops,omitempty"`
}

func (i cardItem) card() nudge.Card {
	c := nudge.Card{Channel: i.Channel, TS: i.TS, At: moment(i.At)}
	for _, l := range i.Lines {
		c.Lines = append(c.Lines, nudge.Line{Credential: l.Credential, Why: nudge.Why(l.Why), At: moment(l.At), Stops: l.Stops})
	}
	return c
}

// Known is all that is kept of a person, see [use.Store].
func (n *Nudges) Known(ctx context.Context, owner credential.Owner) (use.Known, error) {
	var k use.Known
	pages := dynamodb.NewQueryPaginator(n.client, &dynamodb.QueryInput{
		TableName: &n.credentials, ConsistentRead: aws.Bool(true),
		KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: item{":pk": text(personPartition(owner))},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return k, problem.Passing("query "+n.credentials, err)
		}
		for _, attributes := range page.Items {
			if err := know(&k, attributes); err != nil {
				return k, err
			}
		}
	}
	return k, nil
}

// know adds an item of a person's to what is known of them.
func know(k *use.Known, attributes item) error {
	var b base
	if _, err := read(attributes, &b); err != nil {
		return err
	}
	switch {
	case b.SK == profile:
		var i struct {
			profileItem
			Missing int64 `dynamodbav:"unreached,omitempty"`
			Listed  int64 `dynamodbav:"unreached_listed,omitempty"`
		}
		if _, err := read(attributes, &i); err != nil {
			return err
		}
		k.Person = person.Person{
			Owner: credential.Owner{Team: i.Team, Person: i.Person}, Login: i.Login,
			Gate: person.Gate{State: person.GateState(i.Gate), Generation: i.Generation, Since: moment(i.Since), Why: person.Reason(i.Why), Asked: i.Asked},
		}
		k.Person.Known = i.PeopleShard != ""
		k.Missing = use.Missing{Since: moment(i.Missing), Listed: moment(i.Listed)}
	case b.SK == preferences:
		var i preferencesItem
		if _, err := read(attributes, &i); err != nil {
			return err
		}
		k.Speak = i.preferences()
	case b.SK == digest:
		var i cardItem
		if _, err := read(attributes, &i); err != nil {
			return err
		}
		k.Card = i.card()
	case strings.HasPrefix(b.SK, credentialPrefix):
		var i credentialItem
		if _, err := read(attributes, &i); err != nil {
			return err
		}
		c, err := i.credential()
		if err != nil {
			return err
		}
		k.All = append(k.All, c)
	}
	return nil
}

// Mark notes that the owner was told of c, see [use.Store].
func (n *Nudges) Mark(ctx context.Context, c, told credential.Credential, wake time.Time) error {
	change := "SET told = :told, nudge_shard = :shard, nudge_at = :wake"
	condition, values := n.active(c)
	values[":told"], values[":shard"], values[":wake"] = instant(told.Nudges.Told), text(peopleShard(c.Owner.Person)), instant(wake)
	if !told.Nudges.Asked.IsZero() {
		change += ", asked = :asked"
		values[":asked"] = instant(told.Nudges.Asked)
	}
	was, value := same("due", c.Due)
	condition += " AND " + was
	if value != nil {
		values[":due"] = value
	}
	if told.Due.Equal(c.Due) {
		return write(ctx, n.client, update(n.credentials, credentialKey(c.Owner, c.ID), change, condition, values, use.ErrChanged))
	}
	// The sweep wakes for what ends first. What a rotation has replaced has an end too, whose wake-up stays where it is sooner.
	ends := told.End()
	if c.Former.Verifier != "" {
		ends = credential.Sooner(ends, c.Former.Ends)
		condition += " AND former_ends = :former_ends"
		values[":former_ends"] = instant(c.Former.Ends)
	} else {
		condition += " AND attribute_not_exists(former_ends)"
	}
	values[":new_due"], values[":ends"] = instant(told.Due), instant(ends)
	marked := update(n.credentials, credentialKey(c.Owner, c.ID), change+", due = :new_due, sweep_shard = :shard, sweep_at = :ends", condition, values, use.ErrChanged)
	entry := update(n.verifiers, verifierKey(c.Verifier), "SET ends = :ends", "#state = :active", item{
		":ends": instant(told.Due), ":active": text(string(credential.EntryActive)),
	}, use.ErrChanged)
	return transact(ctx, n.client, marked, entry)
}

// active is the condition that c works by the entry that was read.
func (n *Nudges) active(c credential.Credential) (condition string, values item) {
	return "#state = :active AND verifier = :verifier", item{":active": text(string(credential.Active)), ":verifier": text(string(c.Verifier))}
}

// same is the condition that a time is as it was read; value is what it names, nil where there was none.
func same(attribute string, was time.Time) (condition string, value types.AttributeValue) {
	if was.IsZero() {
		return "attribute_not_exists(" + attribute + ")", nil
	}
	return attribute + " = :" + attribute, instant(was)
}
