package aws_test

import (
	"errors"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretsmanagertypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/infra/local/aws"
	tables "github.com/apppass/apppass/infra/local/aws/dynamodb"
	secretservice "github.com/apppass/apppass/infra/local/aws/secretsmanager"
	"github.com/apppass/apppass/infra/local/clock"
)

// What AWS does on a bad day can be switched on, and is seen as on AWS: by the SDK.

func TestABatchIsReadInPartAndAskedForAgain(t *testing.T) {
	cfg, cloud := start(t, aws.Options{})
	client := dynamodb.NewFromConfig(cfg)
	makeTable(t, cfg, "table")
	var keys []map[string]dynamodbtypes.AttributeValue
	for _, pk := range []string{"a", "b", "c"} {
		keys = append(keys, map[string]dynamodbtypes.AttributeValue{"pk": &dynamodbtypes.AttributeValueMemberS{Value: pk}})
		if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: sdk.String("table"), Item: keys[len(keys)-1]}); err != nil {
			t.Fatal(err)
		}
	}
	cloud.DynamoDB().Switch(tables.Switches{UnprocessedKeys: 4})
	ask := map[string]dynamodbtypes.KeysAndAttributes{"table": {Keys: keys, ConsistentRead: sdk.Bool(true)}}
	var got []int
	for len(ask) > 0 {
		out, err := client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: ask})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, len(out.Responses["table"]))
		ask = out.UnprocessedKeys
	}
	// Four keys are left undone: three at first, one then.
	if len(got) != 3 || got[0] != 0 || got[1] != 2 || got[2] != 1 {
		t.Errorf("the answers have %v items, want 0, 2, 1", got)
	}
}

func TestAnIndexIsReadLate(t *testing.T) {
	c := clock.New(0)
	cfg, cloud := start(t, aws.Options{Clock: c})
	client := dynamodb.NewFromConfig(cfg)
	pk, state := dynamodbtypes.AttributeDefinition{AttributeName: sdk.String("pk"), AttributeType: "S"}, dynamodbtypes.AttributeDefinition{AttributeName: sdk.String("state"), AttributeType: "S"}
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: sdk.String("table"), BillingMode: dynamodbtypes.BillingModePayPerRequest, AttributeDefinitions: []dynamodbtypes.AttributeDefinition{pk, state},
		KeySchema: []dynamodbtypes.KeySchemaElement{{AttributeName: pk.AttributeName, KeyType: dynamodbtypes.KeyTypeHash}},
		GlobalSecondaryIndexes: []dynamodbtypes.GlobalSecondaryIndex{{
			IndexName: sdk.String("state"), KeySchema: []dynamodbtypes.KeySchemaElement{{AttributeName: state.AttributeName, KeyType: dynamodbtypes.KeyTypeHash}},
			Projection: &dynamodbtypes.Projection{ProjectionType: dynamodbtypes.ProjectionTypeKeysOnly},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	count := func() int32 {
		t.Helper()
		out, err := client.Query(t.Context(), &dynamodb.QueryInput{
			TableName: sdk.String("table"), IndexName: sdk.String("state"), KeyConditionExpression: sdk.String("#s = :s"),
			ExpressionAttributeNames:  map[string]string{"#s": "state"},
			ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":s": &dynamodbtypes.AttributeValueMemberS{Value: "on"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.Count
	}
	cloud.DynamoDB().Switch(tables.Switches{IndexDelay: time.Minute})
	_, err = client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: sdk.String("table"), Item: map[string]dynamodbtypes.AttributeValue{
		"pk": &dynamodbtypes.AttributeValueMemberS{Value: "a"}, "state": &dynamodbtypes.AttributeValueMemberS{Value: "on"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 0 {
		t.Errorf("at once the index has %d items, want none", n)
	}
	c.Advance(time.Minute)
	if n := count(); n != 1 {
		t.Errorf("after a minute the index has %d items, want 1", n)
	}
}

func TestSecretsAreHiddenForAWhileOrAway(t *testing.T) {
	c := clock.New(0)
	cfg, cloud := start(t, aws.Options{Clock: c})
	client := secretsmanager.NewFromConfig(cfg)
	get := func() error {
		_, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: sdk.String("s")})
		return err
	}
	cloud.Secrets().Switch(secretservice.Switches{VisibleAfter: time.Second, ReadableAfterDeletion: time.Second})
	if _, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: sdk.String("s"), SecretString: sdk.String("v")}); err != nil {
		t.Fatal(err)
	}
	if missing := new(secretsmanagertypes.ResourceNotFoundException); !errors.As(get(), &missing) {
		t.Errorf("just made: got %v, want a ResourceNotFoundException", get())
	}
	c.Advance(time.Second)
	if err := get(); err != nil {
		t.Errorf("a second later: %v", err)
	}
	if _, err := client.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: sdk.String("s"), ForceDeleteWithoutRecovery: sdk.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	if err := get(); err != nil {
		t.Errorf("just deleted: got %v, want that it can still be read", err)
	}
	c.Advance(time.Second)
	if get() == nil {
		t.Error("a second after its deletion it can be read")
	}
	cloud.Secrets().Switch(secretservice.Switches{Failing: true})
	if failed := new(secretsmanagertypes.InternalServiceError); !errors.As(get(), &failed) {
		t.Errorf("failing: got %v, want an InternalServiceError", get())
	}
}

func TestAMessageIsDeliveredTwice(t *testing.T) {
	cfg, cloud := start(t, aws.Options{})
	client := sqs.NewFromConfig(cfg)
	q, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("q")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: q.QueueUrl, MessageBody: sdk.String("m")}); err != nil {
		t.Fatal(err)
	}
	cloud.Queues().DeliverTwice("q", 1)
	for n, want := range []int{1, 1, 0} {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.QueueUrl})
		if err != nil || len(out.Messages) != want {
			t.Errorf("receive %d: got %d messages (%v), want %d", n+1, len(out.Messages), err, want)
		}
	}
}
