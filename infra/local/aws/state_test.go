package aws_test

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/faults"
)

func TestStateSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	t.Run("before", func(t *testing.T) {
		cfg, _ := start(t, aws.Options{Dir: dir})
		if _, err := sqs.NewFromConfig(cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("q")}); err != nil {
			t.Fatal(err)
		}
		if _, err := secretsmanager.NewFromConfig(cfg).CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: sdk.String("s"), SecretString: sdk.String("v")}); err != nil {
			t.Fatal(err)
		}
	})
	cfg, cloud := start(t, aws.Options{Dir: dir})
	list, err := sqs.NewFromConfig(cfg).ListQueues(t.Context(), nil)
	if err != nil || len(list.QueueUrls) != 1 || cloud.Secrets().Count() != 1 {
		t.Errorf("got queues %v (%v) and %d secrets, want one each", list, err, cloud.Secrets().Count())
	}
}

func TestTwoCloudsShareNothing(t *testing.T) {
	var broken faults.Set
	one, _ := start(t, aws.Options{Dir: t.TempDir(), Faults: &broken})
	other, cloud := start(t, aws.Options{Dir: t.TempDir()})
	for _, cfg := range []sdk.Config{one, other} {
		// The same names in both: neither is in the other's way.
		makeTable(t, cfg, "table")
		if _, err := sqs.NewFromConfig(cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("q")}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := secretsmanager.NewFromConfig(one).CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: sdk.String("s"), SecretString: sdk.String("v")}); err != nil {
		t.Fatal(err)
	}
	if _, err := sqs.NewFromConfig(one).SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: sdk.String(*one.BaseEndpoint + "/000000000000/q"), MessageBody: sdk.String("m")}); err != nil {
		t.Fatal(err)
	}
	item := map[string]dynamodbtypes.AttributeValue{"pk": &dynamodbtypes.AttributeValueMemberS{Value: "i"}}
	if _, err := dynamodb.NewFromConfig(one).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: sdk.String("table"), Item: item}); err != nil {
		t.Fatal(err)
	}
	if err := broken.Add(faults.Fault{Target: "dynamodb", Kind: faults.Throttle}); err != nil {
		t.Fatal(err)
	}
	out, err := dynamodb.NewFromConfig(other).GetItem(t.Context(), &dynamodb.GetItemInput{TableName: sdk.String("table"), Key: item})
	if err != nil || out.Item != nil {
		t.Errorf("the other has %v, %v, want no item and no fault", out, err)
	}
	if secrets, messages := cloud.Secrets().Count(), cloud.Queues().Messages(); secrets != 0 || len(messages) != 0 {
		t.Errorf("the other has %d secrets and the messages %v, want none", secrets, messages)
	}
}
