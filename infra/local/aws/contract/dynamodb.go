package contract

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// DynamoDB checks what apppass relies on at the DynamoDB that cfg leads to. It makes on-demand tables whose names begin with "contract-"
// and deletes them.
func DynamoDB(t *testing.T, cfg aws.Config, known ...KnownFault) {
	s := tableSuite{client: dynamodb.NewFromConfig(cfg), prefix: unique()}
	defer s.cleanUp(t)
	s.makeTables(t)
	// One after the other where there are faults: a transaction that moto rolls back takes others' writes with it.
	run(t, slices.Concat(s.tables(), s.items(), s.conditions(), s.updates(), s.transactions(), s.batches(), s.queries(), s.indexes(), s.capacities()),
		len(known) == 0, known)
}

// tableSuite has three tables: "main" (pk S, sk S) with the indexes "state" (state S, due N; with note) and "kind" (kind S; with all),
// "single" (pk S), and "typed" (pk B, sk N). A behaviour uses partitions of its own.
type tableSuite struct {
	client *dynamodb.Client
	prefix string
}

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue       { return &types.AttributeValueMemberS{Value: s} }
func number(n string) types.AttributeValue     { return &types.AttributeValueMemberN{Value: n} }
func binary(b string) types.AttributeValue     { return &types.AttributeValueMemberB{Value: []byte(b)} }
func truth(b bool) types.AttributeValue        { return &types.AttributeValueMemberBOOL{Value: b} }
func null() types.AttributeValue               { return &types.AttributeValueMemberNULL{Value: true} }
func object(members item) types.AttributeValue { return &types.AttributeValueMemberM{Value: members} }
func list(elements ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: elements}
}
func texts(s ...string) types.AttributeValue   { return &types.AttributeValueMemberSS{Value: s} }
func numbers(n ...string) types.AttributeValue { return &types.AttributeValueMemberNS{Value: n} }
func binaries(b ...string) types.AttributeValue {
	set := &types.AttributeValueMemberBS{}
	for _, e := range b {
		set.Value = append(set.Value, []byte(e))
	}
	return set
}

// show writes an item so that equal ones are equal texts: {a:"x" b:1 c:<"x">}.
func show(i item) string {
	var members []string
	for _, name := range slices.Sorted(maps.Keys(i)) {
		members = append(members, name+":"+showValue(i[name]))
	}
	return "{" + strings.Join(members, " ") + "}"
}

func showValue(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return fmt.Sprintf("%q", v.Value)
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return fmt.Sprintf("b%q", v.Value)
	case *types.AttributeValueMemberBOOL:
		return fmt.Sprint(v.Value)
	case *types.AttributeValueMemberNULL:
		return "null"
	case *types.AttributeValueMemberM:
		return show(v.Value)
	case *types.AttributeValueMemberL:
		var elements []string
		for _, e := range v.Value {
			elements = append(elements, showValue(e))
		}
		return "[" + strings.Join(elements, " ") + "]"
	case *types.AttributeValueMemberSS:
		return showSet("%q", v.Value)
	case *types.AttributeValueMemberNS:
		return showSet("%s", v.Value)
	case *types.AttributeValueMemberBS:
		return showSet("b%q", v.Value)
	}
	return fmt.Sprintf("%T", v)
}

func showSet[E any](format string, set []E) string {
	var elements []string
	for _, e := range set {
		elements = append(elements, fmt.Sprintf(format, e))
	}
	slices.Sort(elements)
	return "<" + strings.Join(elements, " ") + ">"
}

// same reports an item that is not as it should be.
func (v *verdict) same(what string, got, want item) {
	if show(got) != show(want) {
		v.errorf("%s: got %s, want %s", what, show(got), show(want))
	}
}

func (s tableSuite) name(of string) *string { return aws.String(s.prefix + "-" + of) }

// with is the key pk, sk and further attributes.
func with(pk, sk string, further ...item) item {
	i := item{"pk": text(pk), "sk": text(sk)}
	for _, f := range further {
		maps.Copy(i, f)
	}
	return i
}

// put puts items into the table main.
func (s tableSuite) put(v *verdict, items ...item) {
	for _, i := range items {
		_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: s.name("main"), Item: i})
		v.must(err)
	}
}

// get reads an item of the table main.
func (s tableSuite) get(v *verdict, pk, sk string) item {
	out, err := s.client.GetItem(v.ctx, &dynamodb.GetItemInput{TableName: s.name("main"), Key: with(pk, sk), ConsistentRead: aws.Bool(true)})
	v.must(err)
	return out.Item
}

func attributeOf(name string, t types.ScalarAttributeType) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: &name, AttributeType: t}
}

// keyOf is a key schema: a partition key and, if there are two names, a sort key.
func keyOf(names ...string) []types.KeySchemaElement {
	var k []types.KeySchemaElement
	for i, name := range names {
		k = append(k, types.KeySchemaElement{AttributeName: &name, KeyType: []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}[i]})
	}
	return k
}

func (s tableSuite) newTable(of string, attributes []types.AttributeDefinition, keys ...string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName: s.name(of), BillingMode: types.BillingModePayPerRequest, AttributeDefinitions: attributes, KeySchema: keyOf(keys...),
	}
}

func (s tableSuite) makeTables(t *testing.T) {
	main := s.newTable("main", []types.AttributeDefinition{
		attributeOf("pk", "S"), attributeOf("sk", "S"), attributeOf("state", "S"), attributeOf("due", "N"), attributeOf("kind", "S"),
	}, "pk", "sk")
	main.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{
		{IndexName: aws.String("state"), KeySchema: keyOf("state", "due"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"note"}}},
		{IndexName: aws.String("kind"), KeySchema: keyOf("kind"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll}},
	}
	inputs := []*dynamodb.CreateTableInput{
		main,
		s.newTable("single", []types.AttributeDefinition{attributeOf("pk", "S")}, "pk"),
		s.newTable("typed", []types.AttributeDefinition{attributeOf("pk", "B"), attributeOf("sk", "N")}, "pk", "sk"),
	}
	for _, in := range inputs {
		if _, err := s.client.CreateTable(t.Context(), in); err != nil {
			t.Fatalf("make table %s: %v", *in.TableName, err)
		}
	}
	for _, in := range inputs {
		if err := s.wait(t.Context(), in.TableName); err != nil {
			t.Fatalf("wait for table %s: %v", *in.TableName, err)
		}
	}
}

// wait waits until a table can be used.
func (s tableSuite) wait(ctx context.Context, name *string) error {
	soon := func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, 2*time.Second
	}
	return dynamodb.NewTableExistsWaiter(s.client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: name}, 3*time.Minute, soon)
}

func (s tableSuite) cleanUp(t *testing.T) {
	ctx := context.WithoutCancel(t.Context())
	pages := dynamodb.NewListTablesPaginator(s.client, &dynamodb.ListTablesInput{ExclusiveStartTableName: &s.prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatalf("list what is left: %v", err)
		}
		for _, name := range page.TableNames {
			if !strings.HasPrefix(name, s.prefix) {
				return
			}
			if err := s.wait(ctx, &name); err != nil {
				t.Errorf("wait for %s: %v", name, err)
			}
			if _, err := s.client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
				t.Errorf("delete %s: %v", name, err)
			}
		}
	}
}
