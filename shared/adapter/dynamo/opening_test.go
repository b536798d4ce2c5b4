package dynamo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
)

var alice = credential.Owner{Team: "TLOCAL", Person: "UALICE"}

// forms is what reads for the form, on an AWS of its own.
type forms struct {
	*inprocess.Cloud
	*dynamo.Opening
	t *testing.T
}

func newForms(t *testing.T) *forms {
	c := inprocess.New(t)
	f := &forms{Cloud: c, t: t}
	f.begins()
	return f
}

// begins is a process anew.
func (f *forms) begins() {
	f.Opening = dynamo.NewOpening(dynamodb.NewFromConfig(f.Config), f.Table("credentials"), f.Table("settings"))
}

func (f *forms) put(pk, sk string, attributes map[string]types.AttributeValue) {
	f.t.Helper()
	table := f.Table("settings")
	attributes["pk"], attributes["sk"] = &types.AttributeValueMemberS{Value: pk}, &types.AttributeValueMemberS{Value: sk}
	attributes["v"] = &types.AttributeValueMemberN{Value: "1"}
	if _, err := dynamodb.NewFromConfig(f.Config).PutItem(f.t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: attributes}); err != nil {
		f.t.Fatal(err)
	}
}

// decides stores a policy, and linkLife with it, in seconds.
func (f *forms) decides(version int, lifetime time.Duration, linkLife int) {
	f.t.Helper()
	number := func(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(n)} }
	f.put("policy", fmt.Sprintf("%08d", version), map[string]types.AttributeValue{
		"link_life": number(linkLife), "lifetime": number(int(lifetime.Seconds())), "guests": &types.AttributeValueMemberBOOL{},
	})
}

// finds expects the policy of that version, by one request.
func (f *forms) finds(version int, lifetime time.Duration) {
	f.t.Helper()
	f.Seen()
	_, _, rules, err := f.Opening.Opening(f.t.Context(), alice)
	if err != nil || rules.Version != version || rules.Lifetime != lifetime {
		f.t.Errorf("got the policy %d with a lifetime of %v, %v; want %d, %v", rules.Version, rules.Lifetime, err, version, lifetime)
	}
	if seen := f.Seen(); !slices.Equal(seen, []string{"BatchGetItem"}) {
		f.t.Errorf("it was found by %v", seen)
	}
}

func TestTheFormFindsTheNewestPolicyInOneRequest(t *testing.T) {
	f := newForms(t)
	f.finds(0, 0)
	f.decides(1, time.Hour, 900)
	f.finds(1, time.Hour)
	f.decides(1, 2*time.Hour, 900) // written over
	f.finds(1, 2*time.Hour)
	for version := 2; version <= 5; version++ {
		f.decides(version, time.Duration(version)*time.Hour, 900)
	}
	f.finds(5, 5*time.Hour)
	// More than four at once are caught up with by the next forms.
	for version := 6; version <= 12; version++ {
		f.decides(version, time.Duration(version)*time.Hour, 900)
	}
	f.finds(9, 9*time.Hour)
	f.finds(12, 12*time.Hour)

	// Another process begins with the newest, though the first were thrown away.
	table := f.Table("settings")
	for version := 1; version <= 8; version++ {
		key := map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "policy"}, "sk": &types.AttributeValueMemberS{Value: fmt.Sprintf("%08d", version)},
		}
		if _, err := dynamodb.NewFromConfig(f.Config).DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	f.begins()
	if err := f.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.finds(12, 12*time.Hour)
	// One that is out of its bounds is never in force.
	f.decides(13, time.Hour, 1)
	f.finds(12, 12*time.Hour)
	f.decides(14, time.Minute, 900)
	f.finds(14, time.Minute)
}

func TestTheFormFindsTheCompanysApplications(t *testing.T) {
	f := newForms(t)
	_, applications, rules, err := f.Opening.Opening(t.Context(), alice)
	if err != nil || len(applications) != len(catalog.Builtin()) || !reflect.DeepEqual(rules, policy.Default()) {
		t.Errorf("at first: got %d applications and %+v, %v", len(applications), rules, err)
	}
	own := catalog.Catalog{{ID: "fax", Name: "The old fax", Kind: catalog.LegacyDevice, Tier: credential.General, Services: []string{"mail"}}}
	stored, err := json.Marshal(own)
	if err != nil {
		t.Fatal(err)
	}
	f.put("catalog", "current", map[string]types.AttributeValue{"applications": &types.AttributeValueMemberS{Value: string(stored)}})
	f.decides(1, time.Hour, 900)
	_, applications, rules, err = f.Opening.Opening(t.Context(), alice)
	if err != nil || len(applications) != 1 || applications[0].ID != "fax" || rules.Version != 1 {
		t.Errorf("then: got %v and %+v, %v", applications, rules, err)
	}
}

func TestTroubleOfStorageIsTold(t *testing.T) {
	f := newForms(t)
	if err := f.Faults.Add(faults.Fault{Target: "dynamodb", Kind: faults.Before}); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := f.Opening.Opening(t.Context(), alice); !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("a form: got %v", err)
	}
	if err := f.Begin(t.Context()); !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("a process that begins: got %v", err)
	}
}
