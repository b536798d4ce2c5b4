package dynamodb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/aws/dynamodb"
)

// reopened closes the stage's engine and opens it anew.
func (s *stage) reopened(path string) *stage {
	s.t.Helper()
	if err := s.Close(); err != nil {
		s.t.Fatal(err)
	}
	return newStage(s.t, path)
}

func TestEverythingSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dynamodb.journal")
	s := newStage(t, path)
	s.table()
	s.do("UpdateTimeToLive", `{"TableName":"tab","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}`, "")
	s.do("UpdateContinuousBackups", `{"TableName":"tab","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}`, "")
	s.put("kept", `,"at":{"N":"1"},"state":{"S":"x"},"text":{"S":"\"\\ <ü>\n\u2028"}`)
	s.put("gone", `,"at":{"N":"2"},"state":{"S":"x"}`)
	s.put("due", `,"ttl":{"N":"`+fmt.Sprint(s.clock.Now().Unix()-1)+`"}`)
	s.do("DeleteItem", `{"TableName":"tab","Key":{`+key("gone")+`}}`, "{}")
	add := `{"ClientRequestToken":"a \"token\"","TransactItems":[{"Update":{"TableName":"tab","Key":{` + key("sum") + `},"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}]}`
	s.do("TransactWriteItems", add, "{}")
	s.do("CreateTable", `{"TableName":"other","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}`, "")
	s.do("PutItem", `{"TableName":"other","Item":{"pk":{"S":"lost"}}}`, "{}")
	s.do("DeleteTable", `{"TableName":"other"}`, "")
	before, tables, due := s.Dump(), s.ask("DescribeTable", `{"TableName":"tab"}`), s.due()

	s = s.reopened(path)
	if diff := cmp.Diff(before, s.Dump()); diff != "" {
		t.Errorf("items before and after:\n%s", diff)
	}
	if got := s.ask("DescribeTable", `{"TableName":"tab"}`); got != tables {
		t.Errorf("got  %s\nwant %s", got, tables)
	}
	if got := s.due(); got != due || due != "kept" {
		t.Errorf("got %q in the index, want %q", got, due)
	}
	s.do("TransactWriteItems", add, "{}")
	s.do("GetItem", `{"TableName":"tab","Key":{`+key("sum")+`},"ProjectionExpression":"n"}`, `{"Item":{"n":{"N":"1"}}}`)
	s.do("DescribeTimeToLive", `{"TableName":"tab"}`, `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"ttl"}}`)
	if n, err := s.Expire(); n != 1 || err != nil {
		t.Errorf("expired %d (%v), want 1", n, err)
	}
	s.do("ListTables", `{}`, `{"TableNames":["tab"]}`)
}

func TestAJournalOfThePastIsWrittenAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dynamodb.journal")
	s := newStage(t, path)
	s.table()
	for n := range 250 {
		s.put(fmt.Sprint(n), `,"a":{"S":"`+strings.Repeat("x", 100)+`"}`)
	}
	for n := range 300 {
		s.put("0", `,"a":{"S":"`+strings.Repeat(string(rune('a'+n%26)), 10_000)+`"}`)
	}
	token := `{"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"tab","Item":{` + key("1") + `},"ConditionExpression":"attribute_exists(pk)"}}]}`
	s.do("TransactWriteItems", token, "{}")
	want, size := s.Dump(), length(t, path)
	s = s.reopened(path)
	if now := length(t, path); now > size/10 {
		t.Errorf("the journal has %d bytes, and had %d", now, size)
	}
	s.put("after", "")
	s = s.reopened(path)
	s.do("DeleteItem", `{"TableName":"tab","Key":{`+key("after")+`}}`, "{}")
	if diff := cmp.Diff(want, s.Dump()); diff != "" {
		t.Errorf("items before and after:\n%s", diff)
	}
	s.do("DeleteItem", `{"TableName":"tab","Key":{`+key("1")+`}}`, "{}")
	s.do("TransactWriteItems", token, "{}")
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAFailedWriteIsNotInTheJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dynamodb.journal")
	s := newStage(t, path)
	s.table()
	size := length(t, path)
	s.ask("PutItem", `{"TableName":"tab","Item":{`+key("1")+`},"ConditionExpression":"attribute_exists(pk)"}`)
	s.ask("TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"tab","Item":{`+key("1")+`}}},{"ConditionCheck":{"TableName":"tab","Key":{`+key("2")+`},"ConditionExpression":"attribute_exists(pk)"}}]}`)
	s.do("DeleteItem", `{"TableName":"tab","Key":{`+key("1")+`}}`, "{}")
	if now := length(t, path); now != size {
		t.Errorf("it grew from %d to %d bytes", size, now)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func length(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// BenchmarkOpen100000 opens a journal of 100,000 items of about 400 bytes, one record each, with an index.
func BenchmarkOpen100000(b *testing.B) {
	path := filepath.Join(b.TempDir(), "dynamodb.journal")
	s := newStage(b, path)
	s.table()
	for n := range 100_000 {
		s.put(fmt.Sprintf("credential#%06d", n*7919%100_000), fmt.Sprintf(`,"at":{"N":"%d"},"state":{"S":"shard %d"},"label":{"S":"Thunderbird on the desk"},"created":{"N":"1790000000"},
			"services":{"L":[{"S":"imap"},{"S":"smtp"}]},"protocols":{"SS":["imap","smtp"]},"generation":{"N":"1"},"owner":{"S":"U024BE7LH"}`, 1790000000+n, n%8))
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e, err := dynamodb.New(dynamodb.Options{Clock: s.clock, Path: path})
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
