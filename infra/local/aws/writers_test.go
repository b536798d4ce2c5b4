package aws_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/infra/local/aws"
)

// transfers writes transactions into a table of that name: two items, and a count of the transactions. One without an answer is asked for
// again, with its token, after the next start.
type transfers struct {
	name            string
	asked, answered int
}

func (w *transfers) prepare(t *testing.T, cfg sdk.Config) {
	t.Helper()
	makeTable(t, cfg, w.name)
}

func (w *transfers) key(part string, n int) map[string]dynamodbtypes.AttributeValue {
	return map[string]dynamodbtypes.AttributeValue{"pk": &dynamodbtypes.AttributeValueMemberS{Value: fmt.Sprint(part, n)}}
}

func (w *transfers) write(ctx context.Context, cfg sdk.Config) error {
	n := w.answered + 1
	w.asked = n
	table := &w.name
	left, right := w.key("left", n), w.key("right", n)
	// Large, so that the journal is written anew at some of the starts.
	left["filling"] = &dynamodbtypes.AttributeValueMemberS{Value: strings.Repeat("x", 1000)}
	count := w.key("count", 0)
	_, err := dynamodb.NewFromConfig(cfg).TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		ClientRequestToken: sdk.String(fmt.Sprintf("%s/%d", w.name, n)),
		TransactItems: []dynamodbtypes.TransactWriteItem{
			{Put: &dynamodbtypes.Put{TableName: table, Item: left}},
			{Update: &dynamodbtypes.Update{
				TableName: table, Key: count, UpdateExpression: sdk.String("ADD n :one SET filling = :f"),
				ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{
					":one": &dynamodbtypes.AttributeValueMemberN{Value: "1"}, ":f": &dynamodbtypes.AttributeValueMemberS{Value: strings.Repeat("y", 10_000)},
				},
			}},
			{Put: &dynamodbtypes.Put{TableName: table, Item: right}},
		},
	})
	if err == nil {
		w.answered = n
	}
	return err
}

func (w *transfers) check(t *testing.T, cloud *aws.Cloud) {
	t.Helper()
	has, count := map[string]bool{}, "0"
	for _, text := range cloud.DynamoDB().Dump()[w.name] {
		var i struct {
			PK struct{ S string } `json:"pk"`
			N  struct{ N string } `json:"n"`
		}
		if err := json.Unmarshal(text, &i); err != nil {
			t.Fatal(err)
		}
		has[i.PK.S] = true
		if i.PK.S == "count0" {
			count = i.N.N
		}
	}
	whole := 0
	for n := 1; n <= w.asked; n++ {
		left, right := has[fmt.Sprint("left", n)], has[fmt.Sprint("right", n)]
		if left != right || n <= w.answered && !left {
			t.Errorf("%s: of transaction %d (answered: %t) there is left %t, right %t", w.name, n, n <= w.answered, left, right)
		}
		if left {
			whole++
		}
	}
	if count != fmt.Sprint(whole) {
		t.Errorf("%s: counted %s of %d transactions", w.name, count, whole)
	}
}

// secrets makes secrets of that name and a number, and deletes every second one by force.
type secrets struct {
	name     string
	made     []string
	deleted  []string
	deleting bool
	asked    int
	open     string // what was asked for last: done or not
}

func (w *secrets) prepare(*testing.T, sdk.Config) {}

func (w *secrets) write(ctx context.Context, cfg sdk.Config) error {
	client := secretsmanager.NewFromConfig(cfg)
	if w.deleting {
		w.deleting = false
		w.open = w.made[len(w.made)-1]
		_, err := client.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: &w.open, ForceDeleteWithoutRecovery: sdk.Bool(true)})
		if err == nil {
			w.made, w.deleted = w.made[:len(w.made)-1], append(w.deleted, w.open)
		}
		return err
	}
	w.asked++
	w.open = fmt.Sprintf("%s/%d", w.name, w.asked)
	_, err := client.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: &w.open, SecretString: &w.open})
	if err == nil {
		w.made = append(w.made, w.open)
		w.deleting = w.asked%2 == 0
	}
	return err
}

func (w *secrets) check(t *testing.T, cloud *aws.Cloud) {
	t.Helper()
	get := func(name string) (string, bool) {
		body, err := cloud.Secrets().Serve(t.Context(), "GetSecretValue", fmt.Appendf(nil, `{"SecretId":%q}`, name))
		return string(body), err == nil
	}
	for _, name := range w.made {
		if got, ok := get(name); name != w.open && (!ok || !strings.Contains(got, `"SecretString":"`+name+`"`)) {
			t.Errorf("the secret %s is lost: %s", name, got)
		}
	}
	for _, name := range w.deleted {
		if _, ok := get(name); ok {
			t.Errorf("the secret %s is back", name)
		}
	}
	// From now on that is so, either way.
	_, there := get(w.open)
	w.made = slices.DeleteFunc(w.made, func(name string) bool { return name == w.open && !there })
}

// messages sends messages to a queue of that name, and receives and deletes every second one.
type messages struct {
	name  string
	asked int
	is    map[string]state
}

// state is what is known of a message. One that was sent without an answer is unknown.
type state int

const (
	unknown state = iota
	sent
	deleting
	deleted
)

func (w *messages) prepare(t *testing.T, cfg sdk.Config) {
	t.Helper()
	w.is = map[string]state{}
	if _, err := sqs.NewFromConfig(cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &w.name}); err != nil {
		t.Fatal(err)
	}
}

func (w *messages) write(ctx context.Context, cfg sdk.Config) error {
	client, url := sqs.NewFromConfig(cfg), sdk.String(*cfg.BaseEndpoint+"/000000000000/"+w.name)
	w.asked++
	body := fmt.Sprint(w.asked)
	if _, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body}); err != nil {
		return err
	}
	w.is[body] = sent
	if w.asked%2 == 1 {
		return nil
	}
	out, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url})
	if err != nil || len(out.Messages) == 0 {
		return err
	}
	body = *out.Messages[0].Body
	w.is[body] = deleting
	_, err = client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: out.Messages[0].ReceiptHandle})
	if err == nil {
		w.is[body] = deleted
	}
	return err
}

func (w *messages) check(t *testing.T, cloud *aws.Cloud) {
	t.Helper()
	there := map[string]int{}
	for _, m := range cloud.Queues().Messages() {
		if m.Queue == w.name {
			there[m.Body]++
		}
	}
	for body, is := range w.is {
		if n := there[body]; is == sent && n != 1 || is == deleting && n > 1 || is == deleted && n != 0 {
			t.Errorf("%s: message %s is there %d times; known of it is %d", w.name, body, n, is)
		}
	}
}
