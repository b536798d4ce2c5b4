package world

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/credential"
)

// Messages is how many messages a queue holds, by its logical id in the template.
func (w *World) Messages(queue string) int {
	n := 0
	for _, m := range w.AWS.Queues().Messages() {
		if strings.HasSuffix(m.Queue, "-"+strings.ToLower(queue)) {
			n++
		}
	}
	return n
}

// Owns is everything that a person has and had.
func (w *World) Owns(p *Person) []credential.Credential {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	store := dynamo.NewStore(dynamodb.NewFromConfig(w.Config), dynamo.Tables{Credentials: w.Table("CredentialsTable")})
	all, err := store.Credentials(ctx, credential.Owner{Team: "TLOCAL", Person: p.ID})
	if err != nil {
		w.t.Fatalf("look what %s owns: %v", p.ID, err)
	}
	return all
}

// OwnsOne expects that a person has one app password, and that it works: a job has acted once.
func (w *World) OwnsOne(p *Person) {
	w.t.Helper()
	if all := w.Owns(p); len(all) != 1 || all[0].State != credential.Active {
		w.t.Errorf("%s has %d app passwords, want one that is active: %+v", p.ID, len(all), all)
	}
}

// TurnsDoorOff stores a policy under which links of the general tier have no door.
func (w *World) TurnsDoorOff() {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	table := w.Table("SettingsTable")
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "policy"}, "sk": &types.AttributeValueMemberS{Value: "00000001"},
		"v": &types.AttributeValueMemberN{Value: "1"}, "link_life": &types.AttributeValueMemberN{Value: "900"},
		"guests": &types.AttributeValueMemberBOOL{Value: false}, "door_off": &types.AttributeValueMemberBOOL{Value: true},
	}})
	if err != nil {
		w.t.Fatalf("turn the door off: %v", err)
	}
}

// ChangesPepper makes a new version of the pepper issue, as an operator does; the former stays readable.
func (w *World) ChangesPepper() {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	client := secretsmanager.NewFromConfig(w.Config)
	var name string
	for _, s := range w.Template.Secrets {
		if s.LogicalID == "PepperSecret" {
			name = s.Name
		}
	}
	old, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name})
	if err != nil {
		w.t.Fatalf("read the pepper: %v", err)
	}
	var deployed struct{ Key string }
	if err := json.Unmarshal([]byte(*old.SecretString), &deployed); err != nil || deployed.Key == "" {
		w.t.Fatal("the pepper was changed before")
	}
	changed := fmt.Sprintf(`{"versions":[{"id":1,"key":%q,"state":"readable"},{"id":2,"key":%q,"state":"issuing"}]}`, deployed.Key, rand.Text()+rand.Text())
	if _, err := client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &name, SecretString: &changed}); err != nil {
		w.t.Fatalf("change the pepper: %v", err)
	}
}
