package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/seal"
)

// AuditShards is how many shards the audit has.
const AuditShards = auditShards

// Audit reads what has happened as it is stored, and keeps its seals.
type Audit struct {
	client *dynamodb.Client
	table  string
}

var (
	_ seal.Audit = (*Audit)(nil)
	_ seal.Chain = (*Audit)(nil)
)

// NewAudit returns the audit in its table.
func NewAudit(client *dynamodb.Client, table string) *Audit { return &Audit{client, table} }

type sealItem struct {
	base
	Hash   []byte `dynamodbav:"hash"`
	Events int    `dynamodbav:"events"`
	First  bool   `dynamodbav:"first,omitempty"`
	Made   int64  `dynamodbav:"made"`
}

func readSeal(attributes item, shard int) (seal.Seal, error) {
	var i sealItem
	if _, err := read(attributes, &i); err != nil {
		return seal.Seal{}, err
	}
	s := seal.Seal{Shard: shard, Events: i.Events, First: i.First}
	var err error
	if s.Hour, err = time.Parse(seal.HourFormat, i.SK); err != nil {
		return s, fmt.Errorf("the seal %q of shard %d is of no hour", i.SK, shard)
	}
	copy(s.Hash[:], i.Hash) // one of another length is not the one that was made
	return s, nil
}

// Oldest is a shard's first seal, see [seal.Chain].
func (a *Audit) Oldest(ctx context.Context, shard int) (seal.Seal, error) {
	return a.end(ctx, shard, true)
}

// Newest is a shard's last seal, see [seal.Chain].
func (a *Audit) Newest(ctx context.Context, shard int) (seal.Seal, error) {
	return a.end(ctx, shard, false)
}

func (a *Audit) end(ctx context.Context, shard int, forward bool) (seal.Seal, error) {
	out, err := a.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &a.table, ConsistentRead: aws.Bool(true), ScanIndexForward: &forward, Limit: aws.Int32(1),
		KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: item{":pk": text(sealPartition(shard))},
	})
	if err != nil {
		return seal.Seal{}, problem.Passing("query "+a.table, err)
	}
	if len(out.Items) == 0 {
		return seal.Seal{}, seal.ErrNone
	}
	return readSeal(out.Items[0], shard)
}

// Append adds a seal, see [seal.Chain].
func (a *Audit) Append(ctx context.Context, s seal.Seal, now time.Time) error {
	it, err := attributevalue.MarshalMap(sealItem{
		base: base{PK: sealPartition(s.Shard), SK: s.Hour.UTC().Format(seal.HourFormat), V: shape}, Hash: s.Hash[:], Events: s.Events, First: s.First, Made: now.Unix(),
	})
	if err != nil {
		return fmt.Errorf("marshal a seal: %w", err)
	}
	_, err = a.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &a.table, Item: it, ConditionExpression: aws.String(absent)})
	if conditionFailed(err) {
		return seal.ErrSealed
	}
	return problem.Passing("put into "+a.table, err)
}

// Seals is a shard's seals of some hours, see [seal.Audit].
func (a *Audit) Seals(ctx context.Context, shard int, from, until time.Time) ([]seal.Seal, error) {
	var all []seal.Seal
	for attributes, err := range a.between(ctx, sealPartition(shard), from.UTC().Format(seal.HourFormat), until.UTC().Format(seal.HourFormat)) {
		if err != nil {
			return nil, err
		}
		s, err := readSeal(attributes, shard)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Events is a shard's events of some hours, see [seal.Audit]. An id that sorts before a month's first hour belongs to that hour, and one behind
// its last hour to that one.
func (a *Audit) Events(ctx context.Context, shard int, from, until time.Time) iter.Seq2[seal.Event, error] {
	return func(yield func(seal.Event, error) bool) {
		for hour, end := from.UTC(), until.UTC(); hour.Before(end); {
			month := time.Date(hour.Year(), hour.Month(), 1, 0, 0, 0, 0, time.UTC)
			next := month.AddDate(0, 1, 0)
			stop := end
			first, behind := firstID(hour), firstID(end)
			if hour.Equal(month) {
				first = ""
			}
			if !stop.Before(next) {
				stop, behind = next, ""
			}
			for attributes, err := range a.between(ctx, auditPartition(uint32(shard), month), first, behind) {
				if err != nil {
					yield(seal.Event{}, err)
					return
				}
				e, id, err := stored(attributes)
				for hour.Add(time.Hour).Before(stop) && id >= firstID(hour.Add(time.Hour)) {
					hour = hour.Add(time.Hour)
				}
				e.Hour = hour
				if !yield(e, err) || err != nil {
					return
				}
			}
			hour = stop
		}
	}
}

// between is what stands in a partition from one key up to, not including, another, read consistently. An empty key is no bound.
func (a *Audit) between(ctx context.Context, pk, from, behind string) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		condition, values := "pk = :pk", item{":pk": text(pk)}
		if from != "" {
			values[":from"] = text(from)
		}
		if behind != "" {
			values[":behind"] = text(behind)
		}
		switch {
		case from != "" && behind != "":
			condition += " AND sk BETWEEN :from AND :behind"
		case from != "":
			condition += " AND sk >= :from"
		case behind != "":
			condition += " AND sk < :behind"
		}
		pages := dynamodb.NewQueryPaginator(a.client, &dynamodb.QueryInput{
			TableName: &a.table, ConsistentRead: aws.Bool(true), KeyConditionExpression: &condition, ExpressionAttributeValues: values,
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(nil, problem.Passing("query "+a.table, err))
				return
			}
			for _, attributes := range page.Items {
				if sk, _ := attributes["sk"].(*types.AttributeValueMemberS); sk != nil && sk.Value == behind {
					continue
				}
				if !yield(attributes, nil) {
					return
				}
			}
		}
	}
}

// firstID is the first id of a time.
func firstID(t time.Time) string {
	var id ulid.ULID
	if err := id.SetTime(ulid.Timestamp(t)); err != nil {
		panic(err) // not before the year 10889
	}
	return id.String()
}

// stored is an item as it is sealed: JSON of its attributes by name, each with its type, as DynamoDB writes them. The items of a set are in
// order.
func stored(attributes item) (e seal.Event, id string, err error) {
	all := map[string]any{}
	for name, value := range attributes {
		all[name] = plain(value)
	}
	if sk, ok := attributes["sk"].(*types.AttributeValueMemberS); ok {
		id = sk.Value
	}
	if e.Bytes, err = json.Marshal(all); err != nil {
		return e, id, fmt.Errorf("write event %s down: %w", id, err)
	}
	return e, id, nil
}

func plain(value types.AttributeValue) map[string]any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": slices.Sorted(slices.Values(v.Value))}
	case *types.AttributeValueMemberNS:
		return map[string]any{"NS": slices.Sorted(slices.Values(v.Value))}
	case *types.AttributeValueMemberBS:
		return map[string]any{"BS": slices.SortedFunc(slices.Values(v.Value), slices.Compare[[]byte])}
	case *types.AttributeValueMemberL:
		var all []any
		for _, one := range v.Value {
			all = append(all, plain(one))
		}
		return map[string]any{"L": all}
	case *types.AttributeValueMemberM:
		all := map[string]any{}
		for name, one := range v.Value {
			all[name] = plain(one)
		}
		return map[string]any{"M": all}
	}
	return nil
}
