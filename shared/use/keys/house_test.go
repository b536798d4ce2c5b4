package keys_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/keys"
)

// olga does everything here.
const olga = "arn:aws:sts::123456789012:assumed-role/operators/olga"

type house struct {
	*inprocess.Cloud
	*keys.Keeper
	settings *dynamo.Settings
}

func newHouse(t *testing.T) *house {
	t.Helper()
	c := inprocess.New(t)
	client := dynamodb.NewFromConfig(c.Config)
	return &house{
		Cloud: c, Keeper: keys.New(dynamo.NewServiceKeys(client, c.Table("settings"), c.Table("audit")), c.Clock.Now),
		settings: dynamo.NewSettings(client, c.Table("settings")),
	}
}

// makes makes a key that must come about.
func (h *house) makes(t *testing.T, id string) (text string, k service.Key) {
	t.Helper()
	text, k, err := h.Make(t.Context(), id, olga)
	if err != nil {
		t.Fatalf("make a key of %s: %v", id, err)
	}
	return text, k
}

// prefixes lists the service's keys.
func (h *house) prefixes(t *testing.T, id string) []string {
	t.Helper()
	all, err := h.List(t.Context(), id)
	if err != nil {
		t.Fatalf("list the keys of %s: %v", id, err)
	}
	found := []string{}
	for _, k := range all {
		found = append(found, k.Prefix)
	}
	return found
}

// event is an audit event as it stands in its table.
type event struct{ PK, Action, Service, Key, Actor, Person string }

// events is every audit event, the oldest first.
func (h *house) events(t *testing.T) (all []event) {
	t.Helper()
	byID := map[string]event{}
	for _, raw := range h.DynamoDB().Dump()[h.Table("audit")] {
		var e struct{ PK, SK, Action, Service, Key, Actor, Person struct{ S string } }
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatal(err)
		}
		byID[e.SK.S] = event{e.PK.S, e.Action.S, e.Service.S, e.Key.S, e.Actor.S, e.Person.S}
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		all = append(all, byID[id])
	}
	return all
}
