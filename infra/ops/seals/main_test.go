package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/use/seal"
)

func TestAMonthIsChecked(t *testing.T) {
	cloud := inprocess.New(t)
	client := dynamodb.NewFromConfig(cloud.Config)
	past := dynamo.NewAudit(client, cloud.Table("audit"))
	november := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	says := func(month time.Time, fine bool, lines ...string) {
		t.Helper()
		var out bytes.Buffer
		if err := check(t.Context(), &out, past, month); (err == nil) != fine || err != nil && !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", month, err)
		}
		if n := strings.Count(out.String(), "\n"); n != dynamo.AuditShards {
			t.Errorf("it has %d lines", n)
		}
		for _, line := range lines {
			if !strings.Contains(out.String(), line+"\n") && !strings.Contains(out.String(), line+" ") {
				t.Errorf("it does not say %q, but\n%s", line, &out)
			}
		}
	}
	says(november, false, "shard  3: it has no seals at all")

	sealer := seal.New(past, past, dynamo.AuditShards)
	for n := range dynamo.AuditShards {
		if _, err := sealer.Seal(t.Context(), n, november.Add(3*time.Hour+seal.Margin)); err != nil {
			t.Fatal(err)
		}
		if _, err := sealer.Seal(t.Context(), n, november.Add(12*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	says(november, true, "shard  3: 9 hours with 0 events are as they were sealed, from 2026-11-01T02, where sealing began; the last one, 2026-11-01T10, has the seal")
	says(november.AddDate(0, 1, 0), false, "shard 15: it is not sealed further than 2026-11-01T10")

	_, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(cloud.Table("audit")), Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "seal#3"}, "sk": &types.AttributeValueMemberS{Value: "2026-11-01T05"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	says(november, false, "shard  3: 2026-11-01T05: ITS SEAL IS MISSING; before it 3 hours", "shard  2: 9 hours")
}
