package seal_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/use/seal"
)

// shard is the one in which things happen here.
const shard = 3

// house is a sealer of an audit into which anything can be written.
type house struct {
	*seal.Sealer
	*inprocess.Cloud
	t      *testing.T
	client *dynamodb.Client
	audit  *dynamo.Audit
	n      int // of events
}

type item = map[string]types.AttributeValue

func newHouse(t *testing.T) *house {
	t.Helper()
	c := inprocess.New(t)
	h := &house{Cloud: c, t: t, client: dynamodb.NewFromConfig(c.Config)}
	h.audit = dynamo.NewAudit(h.client, c.Table("audit"))
	h.Sealer = seal.New(h.audit, h.audit, dynamo.AuditShards)
	return h
}

// moment is a time of the tests, "2026-11-25T09:30".
func moment(s string) time.Time {
	at, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		panic(err)
	}
	return at
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// happens writes an event of a moment.
func (h *house) happens(at time.Time) item {
	h.t.Helper()
	h.n++
	id := ulid.ULID{15: byte(h.n)} // so that of two in one moment the first has the lower id
	if err := id.SetTime(ulid.Timestamp(at)); err != nil {
		h.t.Fatal(err)
	}
	return h.put(item{
		"pk": text(fmt.Sprintf("%d#%s", shard, at.Format("2006-01"))), "sk": text(id.String()), "v": &types.AttributeValueMemberN{Value: "1"},
		"at": &types.AttributeValueMemberN{Value: fmt.Sprint(at.Unix())}, "team": text("TLOCAL"), "person": text("UALICE"), "actor": text("UALICE"),
		"action": text("revoked"), "reason": text(fmt.Sprint("reason ", h.n)),
	})
}

func (h *house) put(it item) item {
	h.t.Helper()
	if _, err := h.client.PutItem(h.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(h.Table("audit")), Item: it}); err != nil {
		h.t.Fatal(err)
	}
	return it
}

func (h *house) remove(it item) {
	h.t.Helper()
	_, err := h.client.DeleteItem(h.t.Context(), &dynamodb.DeleteItemInput{
		TableName: aws.String(h.Table("audit")), Key: item{"pk": it["pk"], "sk": it["sk"]},
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// fails makes DynamoDB refuse an operation once.
func (h *house) fails(operation string) {
	h.t.Helper()
	if err := h.Faults.Add(faults.Fault{Target: "dynamodb", Operation: operation, Kind: faults.Throttle, Times: 1}); err != nil {
		h.t.Fatal(err)
	}
}

// sealKey is where an hour's seal lies.
func sealKey(hour time.Time) item {
	return item{"pk": text(fmt.Sprintf("seal#%d", shard)), "sk": text(hour.Format(seal.HourFormat))}
}

func (h *house) get(key item) item {
	h.t.Helper()
	out, err := h.client.GetItem(h.t.Context(), &dynamodb.GetItemInput{TableName: aws.String(h.Table("audit")), Key: key})
	if err != nil || len(out.Item) == 0 {
		h.t.Fatalf("get %v: %v, %v", key, out, err)
	}
	return out.Item
}

// seals lets a sweep pass, and returns what it has sealed.
func (h *house) seals(now time.Time) seal.Sealed {
	h.t.Helper()
	done, err := h.Seal(h.t.Context(), shard, now)
	if err != nil {
		h.t.Fatal(err)
	}
	return done
}

func (h *house) check(from, until time.Time) seal.Report {
	h.t.Helper()
	r, err := h.Check(h.t.Context(), shard, from, until)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// finds expects a fault in an hour.
func (h *house) finds(from, until time.Time, hour string, fault seal.Fault) {
	h.t.Helper()
	if r := h.check(from, until); !r.Broken.Equal(moment(hour)) || r.Fault != fault {
		h.t.Errorf("checked from %s until %s: %+v, want %s of %s", from, until, r, fault, hour)
	}
}

// with is an item with an attribute that is another one.
func with(it item, name string, value types.AttributeValue) item {
	it = maps.Clone(it)
	it[name] = value
	return it
}
