package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/use/seal"
)

func TestWhatHappensIsSealedAndAChangedPastIsTold(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	hour := w.Clock.Now().UTC().Truncate(time.Hour)
	if left := hour.Add(time.Hour).Sub(w.Clock.Now()); left < 5*time.Minute { // all of it is to be of one hour
		w.Advance(left)
		hour = hour.Add(time.Hour)
	}
	w.Alice.Makes("CRM", "sealed")
	w.Alice.Types("/apppass revoke sealed").Confirms()
	w.Eventually("it is revoked", func() bool { return w.Owns(w.Alice)[0].State == "revoked" })

	// Sixteen minutes are a turn of each shard.
	for minute := range dynamo.AuditShards {
		ticks(t, w, "sweep", hour.Add(time.Hour+seal.Margin+time.Duration(minute)*time.Minute))
	}
	client, table := dynamodb.NewFromConfig(w.Config), w.Table("AuditTable")
	past := dynamo.NewAudit(client, table)
	sealer := seal.New(past, past, dynamo.AuditShards)
	events := 0
	for shard := range dynamo.AuditShards {
		r, err := sealer.Check(t.Context(), shard, hour, hour.Add(time.Hour))
		if err != nil || r.Fault != "" || r.Hours != 1 {
			t.Fatalf("shard %d: %+v, %v", shard, r, err)
		}
		events += r.Events
	}
	if events < 3 { // issued, revealed, revoked
		t.Fatalf("%d events are sealed", events)
	}

	// Who may write to the table lets somebody else have done it.
	out, err := client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(out.Items, func(it map[string]types.AttributeValue) bool {
		action, ok := it["action"].(*types.AttributeValueMemberS)
		return ok && action.Value == "revoked"
	})
	if i < 0 {
		t.Fatalf("nothing was revoked: %v", out.Items)
	}
	it, shard := out.Items[i], -1
	if _, err := fmt.Sscanf(it["pk"].(*types.AttributeValueMemberS).Value, "%d#", &shard); err != nil {
		t.Fatal(err)
	}
	it["actor"] = &types.AttributeValueMemberS{Value: w.Bob.ID}
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: it}); err != nil {
		t.Fatal(err)
	}
	night := hour.Truncate(24*time.Hour).AddDate(0, 0, 1)
	ticks(t, w, "sweep", night.Add(3*time.Hour+20*time.Minute+time.Duration(shard)*time.Minute))
	w.Eventually("the log tells of it", func() bool {
		return slices.ContainsFunc(w.Logs(), func(line string) bool {
			var said struct {
				Message, Hour, Fault string
				Shard                int
			}
			line, ok := strings.CutPrefix(line, "sweep ")
			return ok && json.Unmarshal([]byte(line), &said) == nil && said.Message == seal.BrokenEvent && said.Shard == shard &&
				said.Fault == string(seal.Differs) && said.Hour == hour.Format(seal.HourFormat)
		})
	})
}
