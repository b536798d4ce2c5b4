package dynamodb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/aws/dynamodb"
	"github.com/apppass/apppass/infra/local/clock"
)

// stage is an engine of which the tests ask operations, as JSON, as the listener does.
type stage struct {
	t     testing.TB
	clock *clock.Clock
	*dynamodb.Engine
}

func newStage(t testing.TB, path string) *stage {
	t.Helper()
	c := clock.New(0)
	e, err := dynamodb.New(dynamodb.Options{Clock: c, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return &stage{t, c, e}
}

// ask runs an operation and returns its answer; a refusal as its type without the namespace, and its message.
func (s *stage) ask(operation, in string) string {
	s.t.Helper()
	out, err := s.Serve(s.t.Context(), operation, []byte(in))
	if refused := (*awsjson.Error)(nil); errors.As(err, &refused) {
		return refused.Type[strings.IndexByte(refused.Type, '#')+1:] + ": " + refused.Message
	}
	if err != nil {
		s.t.Fatalf("%s %s: %v", operation, in, err)
	}
	return string(out)
}

// do is ask for what must be answered with want; an empty want is any answer but a refusal.
func (s *stage) do(operation, in, want string) {
	s.t.Helper()
	got := s.ask(operation, in)
	if got != want && (want != "" || !strings.HasPrefix(got, "{")) {
		s.t.Errorf("%s %s\ngot  %s\nwant %s", operation, in, got, want)
	}
}

// table makes a table: pk, sk and the index due (state, at), with all.
func (s *stage) table() {
	s.t.Helper()
	s.do("CreateTable", `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
		{"AttributeName":"state","AttributeType":"S"},{"AttributeName":"at","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
		"GlobalSecondaryIndexes":[{"IndexName":"due","KeySchema":[{"AttributeName":"state","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]}`, "")
}

func key(sk string) string { return `"pk":{"S":"p"},"sk":{"S":"` + sk + `"}` }

// put puts an item of that sort key, with further attributes.
func (s *stage) put(sk, further string) {
	s.t.Helper()
	s.do("PutItem", `{"TableName":"tab","Item":{`+key(sk)+further+`}}`, "{}")
}

func (s *stage) expect(sk, further string) {
	s.t.Helper()
	want := `{"Item":{` + strings.TrimPrefix(further, ",") + key(sk) + `}}`
	if further == "none" {
		want = "{}"
	}
	s.do("GetItem", `{"TableName":"tab","ConsistentRead":true,"Key":{`+key(sk)+`}}`, want)
}

// due is the sort keys in the index, in order.
func (s *stage) due() string {
	s.t.Helper()
	answer := s.ask("Query", `{"TableName":"tab","IndexName":"due","KeyConditionExpression":"#s = :s","ProjectionExpression":"sk","ExpressionAttributeNames":{"#s":"state"},"ExpressionAttributeValues":{":s":{"S":"x"}}}`)
	var page struct {
		Items []struct{ SK struct{ S string } }
	}
	if err := json.Unmarshal([]byte(answer), &page); err != nil {
		s.t.Fatalf("%s: %v", answer, err)
	}
	var keys []string
	for _, i := range page.Items {
		keys = append(keys, i.SK.S)
	}
	return strings.Join(keys, " ")
}

func TestWhatIsNotKnownIsRefused(t *testing.T) {
	s := newStage(t, "")
	s.table()
	for _, c := range []struct{ operation, in, want string }{
		{"DescribeBackup", `{}`, "UnknownOperationException"},
		{"UpdateTable", `{"TableName":"tab"}`, "UnknownOperationException"},
		{"GetItem", `no JSON`, "SerializationException"},
		{"GetItem", `{"TableName":"tab","Key":{` + key("1") + `},"AttributesToGet":["a"]}`, "SerializationException"},
		{"PutItem", `{"TableName":"tab","Item":{` + key("1") + `},"Expected":{}}`, "SerializationException"},
		{"UpdateItem", `{"TableName":"tab","Key":{` + key("1") + `},"AttributeUpdates":{}}`, "SerializationException"},
		{"Query", `{"TableName":"tab","KeyConditions":{}}`, "SerializationException"},
		{"Scan", `{"TableName":"tab","Segment":0,"TotalSegments":2}`, "SerializationException"},
		{"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"tab","Key":{` + key("1") + `},"ConsistentRead":true}}]}`, "SerializationException"},
		{"CreateTable", `{"TableName":"lsi","LocalSecondaryIndexes":[]}`, "SerializationException"},
		{"CreateTable", `{"TableName":"stream","StreamSpecification":{"StreamEnabled":true}}`, "SerializationException"},
		{"PutItem", `{"TableName":"tab","Item":{"pk":{"S":1}}}`, "SerializationException"},
		{"PutItem", `{"TableName":"tab","Item":{"pk":{"X":"1"}}}`, "ValidationException"},
		{"PutItem", `{"TableName":"tab","Item":{"pk":{}}}`, "ValidationException"},
		{"PutItem", `{"TableName":"tab","Item":{"pk":{"S":"1","N":"1"}}}`, "ValidationException"},
		{"PutItem", `{"TableName":"tab","Item":{` + key("1") + `,"a":{"NULL":false}}}`, "ValidationException"},
		{"PutItem", `{"TableName":"tab","Item":{` + key("1") + `,"a":{"B":"?"}}}`, "SerializationException"},
		{"PutItem", `{"TableName":"tab","Item":{` + key("1") + `,"":{"S":"x"}}}`, "ValidationException"},
		{"PutItem", `{"TableName":"tab","Item":{` + key("1") + `,"a":{"N":" 1"}}}`, "ValidationException"},
		{"UpdateItem", `{"TableName":"tab","Key":{` + key("1") + `},"UpdateExpression":"ADD a.b :n","ExpressionAttributeValues":{":n":{"N":"1"}}}`, "ValidationException"},
		{"PutItem", `{"TableName":"tab"}`, "ValidationException"},
		{"PutItem", `{"Item":{` + key("1") + `}}`, "ValidationException"},
		{"PutItem", `{"TableName":"tab","Item":{` + key("1") + `},"ReturnConsumedCapacity":"SOME"}`, "ValidationException"},
	} {
		if got := s.ask(c.operation, c.in); !strings.HasPrefix(got, c.want+": ") {
			t.Errorf("%s %s\ngot  %s\nwant %s", c.operation, c.in, got, c.want)
		}
	}
}

func TestRefusalsSayWhatAWSSays(t *testing.T) {
	s := newStage(t, "")
	s.table()
	for in, want := range map[string]string{
		`"ConditionExpression":"name = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`:             "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name",
		`"ConditionExpression":"a = :a","ExpressionAttributeValues":{":a":{"S":"x"},":b":{"S":"x"}}`: "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}",
		`"ConditionExpression":"a = :a"`:                                                            "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :a",
		`"ConditionExpression":"attribute_exists(#a)"`:                                              "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #a",
		`"ConditionExpression":"a == :a"`:                                                           `Invalid ConditionExpression: Syntax error; token: "=", near: "== :a"`,
		`"ConditionExpression":"attribute_exists(a"`:                                                `Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "a"`,
		`"ExpressionAttributeNames":{"#a":"a"}`:                                                     "ExpressionAttributeNames can only be specified when using expressions",
		`"ConditionExpression":"attribute_exists(a)","ExpressionAttributeNames":{"a":"a"}`:          `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`,
		`"UpdateExpression":"SET a = :a, a.b = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`:    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
		`"UpdateExpression":"SET a[0] = :a, a.b = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`: "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [0]], path two: [a, b]",
		`"UpdateExpression":"SET pk = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`:             "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
		`"UpdateExpression":"SET a = b"`:                                                            "The provided expression refers to an attribute that does not exist in the item",
		`"UpdateExpression":"SET a.b = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`:            "The document path provided in the update expression is invalid for update",
		`"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"SS":[]}}`:              "One or more parameter values were invalid: An string set  may not be empty",
		`"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"N":"1e999"}}`:          "Number overflow. Attempting to store a number with magnitude larger than supported range",
	} {
		got := s.ask("UpdateItem", `{"TableName":"tab","Key":{`+key("1")+`},`+in+`}`)
		if got != "ValidationException: "+want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
	s.do("GetItem", `{"TableName":"tab","Key":{"pk":{"S":"p"}}}`, "ValidationException: The provided key element does not match the schema")
	s.do("GetItem", `{"TableName":"tab","Key":{"pk":{"S":""},"sk":{"S":"x"}}}`, "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk")
	s.do("GetItem", `{"TableName":"none","Key":{"pk":{"S":""}}}`, "ResourceNotFoundException: Requested resource not found")
}

func TestAnIndexLagsBehindByTheClock(t *testing.T) {
	s := newStage(t, "")
	s.table()
	s.put("old", `,"at":{"N":"1"},"state":{"S":"x"}`)
	s.Switch(dynamodb.Switches{IndexDelay: time.Minute})
	if got := s.due(); got != "old" {
		t.Errorf("written before the delay: got %q, want old", got)
	}
	s.put("new", `,"at":{"N":"2"},"state":{"S":"x"}`)
	s.do("DeleteItem", `{"TableName":"tab","Key":{`+key("old")+`}}`, "{}")
	s.expect("old", "none")
	if got := s.due(); got != "old" {
		t.Errorf("at once: got %q, want what was", got)
	}
	s.clock.Advance(59 * time.Second)
	if got := s.due(); got != "old" {
		t.Errorf("after 59 s: got %q, want what was", got)
	}
	s.clock.Advance(time.Second)
	if got := s.due(); got != "new" {
		t.Errorf("after a minute: got %q, want new", got)
	}
	s.put("newer", `,"at":{"N":"3"},"state":{"S":"x"}`)
	s.Switch(dynamodb.Switches{})
	if got := s.due(); got != "new newer" {
		t.Errorf("switched off: got %q, want all", got)
	}
}

func TestABatchIsLeftUndoneInPart(t *testing.T) {
	s := newStage(t, "")
	s.table()
	s.put("1", "")
	s.put("2", "")
	s.Switch(dynamodb.Switches{UnprocessedKeys: 3, UnprocessedItems: 1})
	all := `{"RequestItems":{"tab":{"Keys":[{` + key("1") + `},{` + key("2") + `}],"ConsistentRead":true}}}`
	s.do("BatchGetItem", all, `{"Responses":{"tab":[]},"UnprocessedKeys":{"tab":{"Keys":[{`+key("1")+`},{`+key("2")+`}],"ConsistentRead":true}}}`)
	s.do("BatchGetItem", all, `{"Responses":{"tab":[{`+key("2")+`}]},"UnprocessedKeys":{"tab":{"Keys":[{`+key("1")+`}],"ConsistentRead":true}}}`)
	s.do("BatchGetItem", all, `{"Responses":{"tab":[{`+key("1")+`},{`+key("2")+`}]},"UnprocessedKeys":{}}`)
	s.do("BatchWriteItem", `{"RequestItems":{"tab":[{"DeleteRequest":{"Key":{`+key("1")+`}}},{"DeleteRequest":{"Key":{`+key("2")+`}}}]}}`,
		`{"UnprocessedItems":{"tab":[{"DeleteRequest":{"Key":{`+key("1")+`}}}]}}`)
	s.expect("1", "")
	s.expect("2", "none")
}

func TestATransactionIsCancelledByConflict(t *testing.T) {
	s := newStage(t, "")
	s.table()
	s.Switch(dynamodb.Switches{Conflicts: 1})
	put := `{"TransactItems":[{"Put":{"TableName":"tab","Item":{` + key("1") + `}}},{"Put":{"TableName":"tab","Item":{` + key("2") + `}}}]}`
	s.do("TransactWriteItems", put, "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None]")
	s.expect("2", "none")
	s.do("TransactWriteItems", put, "{}")
	s.expect("2", "")
}

func TestATokenIsForgottenAfterTenMinutes(t *testing.T) {
	s := newStage(t, "")
	s.table()
	add := `{"ClientRequestToken":"t","TransactItems":[{"Update":{"TableName":"tab","Key":{` + key("1") + `},"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}]}`
	s.do("TransactWriteItems", add, "{}")
	s.clock.Advance(9*time.Minute + 59*time.Second)
	s.do("TransactWriteItems", add, "{}")
	s.do("GetItem", `{"TableName":"tab","Key":{`+key("1")+`},"ProjectionExpression":"n"}`, `{"Item":{"n":{"N":"1"}}}`)
	s.clock.Advance(time.Second)
	s.do("TransactWriteItems", add, "{}")
	s.do("GetItem", `{"TableName":"tab","Key":{`+key("1")+`},"ProjectionExpression":"n"}`, `{"Item":{"n":{"N":"2"}}}`)
}

func TestExpireRemovesWhatIsDue(t *testing.T) {
	s := newStage(t, "")
	s.table()
	now := s.clock.Now().Unix()
	ttl := func(seconds int64) string { return fmt.Sprintf(`,"ttl":{"N":"%d"}`, seconds) }
	s.put("before", ttl(now-1))
	s.do("UpdateTimeToLive", `{"TableName":"tab","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}`, "")
	s.put("due", ttl(now-1)+`,"at":{"N":"1"},"state":{"S":"x"}`)
	s.put("later", ttl(now+3600))
	s.put("ancient", ttl(now-6*365*24*3600))
	s.put("text", fmt.Sprintf(`,"ttl":{"S":"%d"}`, now-1))
	s.put("none", "")
	s.put("extended", ttl(now-1))
	s.put("extended", ttl(now+7200))
	s.do("GetItem", `{"TableName":"tab","Key":{`+key("due")+`},"ProjectionExpression":"sk"}`, `{"Item":{"sk":{"S":"due"}}}`)
	for _, c := range []struct {
		advance time.Duration
		want    int
		left    string
	}{{0, 2, "ancient extended later none text"}, {0, 0, "ancient extended later none text"}, {time.Hour + time.Second, 1, "ancient extended none text"}, {time.Hour, 1, "ancient none text"}} {
		s.clock.Advance(c.advance)
		got, err := s.Expire()
		if err != nil || got != c.want {
			t.Errorf("expired %d (%v), want %d", got, err, c.want)
		}
		var page struct {
			Items []struct{ SK struct{ S string } }
		}
		answer := s.ask("Query", `{"TableName":"tab","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}}`)
		if err := json.Unmarshal([]byte(answer), &page); err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, i := range page.Items {
			left = append(left, i.SK.S)
		}
		if strings.Join(left, " ") != c.left {
			t.Errorf("left %v, want %s", left, c.left)
		}
	}
	if got := s.due(); got != "" {
		t.Errorf("the index still has %s", got)
	}
}

func TestAProtectedTableStays(t *testing.T) {
	s := newStage(t, "")
	s.do("CreateTable", `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST","DeletionProtectionEnabled":true,"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}`, "")
	s.do("DeleteTable", `{"TableName":"tab"}`, "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
}

func TestARepeatedTransactionCostsReads(t *testing.T) {
	s := newStage(t, "")
	s.table()
	put := `{"ClientRequestToken":"t","ReturnConsumedCapacity":"TOTAL","TransactItems":[{"Put":{"TableName":"tab","Item":{` + key("1") + `}}}]}`
	s.do("TransactWriteItems", put, `{"ConsumedCapacity":[{"TableName":"tab","CapacityUnits":2,"WriteCapacityUnits":2}]}`)
	s.do("TransactWriteItems", put, `{"ConsumedCapacity":[{"TableName":"tab","CapacityUnits":2,"ReadCapacityUnits":2}]}`)
}

func TestDumpHasEveryItem(t *testing.T) {
	s := newStage(t, "")
	s.table()
	s.put("1", `,"secret":{"B":"aHVudGVyMg=="}`)
	s.put("2", "")
	got := s.Dump()
	if len(got) != 1 || len(got["tab"]) != 2 || !strings.Contains(string(got["tab"][0]), "aHVudGVyMg==") {
		t.Errorf("got %s", got)
	}
}
