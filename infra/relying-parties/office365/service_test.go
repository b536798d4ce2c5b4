package office365

import (
	"encoding/json"
	"net/netip"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/service"
)

// attribute is a value in DynamoDB's JSON, as the AWS CLI takes it.
type attribute struct {
	S, N *string
	L    []attribute
	M    map[string]attribute
}

func (a attribute) value() types.AttributeValue {
	switch {
	case a.S != nil:
		return &types.AttributeValueMemberS{Value: *a.S}
	case a.N != nil:
		return &types.AttributeValueMemberN{Value: *a.N}
	case a.L != nil:
		var list []types.AttributeValue
		for _, one := range a.L {
			list = append(list, one.value())
		}
		return &types.AttributeValueMemberL{Value: list}
	}
	return &types.AttributeValueMemberM{Value: values(a.M)}
}

func values(all map[string]attribute) map[string]types.AttributeValue {
	m := map[string]types.AttributeValue{}
	for name, a := range all {
		m[name] = a.value()
	}
	return m
}

func TestTheShippedServiceIsABridge(t *testing.T) {
	text, err := os.ReadFile("service.json")
	if err != nil {
		t.Fatal(err)
	}
	var item map[string]attribute
	if err := json.Unmarshal(text, &item); err != nil {
		t.Fatal(err)
	}
	cloud := inprocess.New(t)
	client := dynamodb.NewFromConfig(cloud.Config)
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(cloud.Table("settings")), Item: values(item)}); err != nil {
		t.Fatal(err)
	}
	settings := dynamo.NewSettings(client, cloud.Table("settings"))
	want := service.Service{
		ID: "mail", Name: "Example mail", Host: "mail.example.com", Protocols: []service.Protocol{service.IMAP, service.SMTP},
		Ports:    map[service.Protocol]int{service.IMAP: 993, service.SMTP: 587},
		Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.25/32")},
		Upstream: &service.Upstream{
			Tenant: "00000000-0000-0000-0000-000000000000", ClientID: "11111111-1111-1111-1111-111111111111", Secret: "apppass/upstream/mail",
			Scope:     "https://outlook.office365.com/.default",
			Hosts:     map[service.Protocol]string{service.IMAP: "outlook.office365.com:993", service.SMTP: "smtp.office365.com:587"},
			Mailboxes: map[string]string{"alice@example.com": "office@example.com"},
		},
	}
	stored := func() service.Service {
		t.Helper()
		all, err := settings.Services(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			if s.ID == want.ID {
				return s
			}
		}
		t.Fatal("it is not stored")
		return service.Service{}
	}
	as := cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Prefix{})}
	got := stored()
	if d := cmp.Diff(want, got, as); d != "" || got.Check() != nil {
		t.Errorf("%v (-want +got):\n%s", got.Check(), d)
	}
	// As it is stored by apppass itself.
	if err := settings.PutService(t.Context(), got, false); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, stored(), as); d != "" {
		t.Errorf("stored again (-want +got):\n%s", d)
	}
}
