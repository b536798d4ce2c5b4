package seal_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/use/seal"
)

func TestAChainThatBeginsAnewIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.happens(moment("2026-10-02T12:00"))
	if done := h.seals(moment("2026-11-25T10:15")); !done.Anew || len(done.Seals) != 1 || !done.Seals[0].First {
		t.Errorf("with an event of October: %+v", done)
	}
	if done := h.seals(moment("2026-11-25T11:15")); done.Anew || len(done.Seals) != 1 || done.Seals[0].First {
		t.Errorf("the next hour: %+v", done)
	}
	young := newHouse(t)
	young.happens(moment("2026-11-25T09:30"))
	if done := young.seals(moment("2026-11-25T10:15")); done.Anew || len(done.Seals) != 1 || done.Seals[0].Events != 1 {
		t.Errorf("with events of the hour that is sealed: %+v", done)
	}
}

func TestAnHourIsSealedWhenItHasBeenOverForTheMargin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.seals(moment("2026-11-25T10:15"))
	if done := h.seals(moment("2026-11-25T11:00").Add(seal.Margin - time.Second)); len(done.Seals) != 0 {
		t.Errorf("a second too early: %+v", done)
	}
	late := h.happens(moment("2026-11-25T10:59"))
	done := h.seals(moment("2026-11-25T11:00").Add(seal.Margin))
	if len(done.Seals) != 1 || !done.Seals[0].Hour.Equal(moment("2026-11-25T10:00")) || done.Seals[0].Events != 1 {
		t.Errorf("at the margin, with %v: %+v", late["sk"], done)
	}
	if done := h.seals(moment("2026-11-25T11:00").Add(seal.Margin)); len(done.Seals) != 0 {
		t.Errorf("again: %+v", done)
	}
}

func TestAnOutageIsMadeGoodInSteps(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.seals(moment("2026-01-30T10:15"))
	h.happens(moment("2026-02-01T00:00"))
	now := moment("2026-02-02T13:10") // 75 hours later
	for step, want := range []int{seal.Limit, seal.Limit, seal.Limit, 3, 0} {
		h.Seen()
		if got := len(h.seals(now).Seals); got != want {
			t.Errorf("step %d sealed %d hours, want %d", step, got, want)
		}
		// The last seal, the events of at most two months, and the seals.
		if seen := h.Seen(); len(seen) > 3+want {
			t.Errorf("step %d asked for %q", step, seen)
		}
	}
	if r := h.check(moment("2026-01-30T09:00"), moment("2026-02-02T13:00")); r.Fault != "" || r.Hours != 76 || r.Events != 1 {
		t.Errorf("got %+v", r)
	}
}

func TestTwoSweepsAtOnceMakeOneSeal(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.happens(moment("2026-11-25T09:30"))
	var made []seal.Seal
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 3 {
				done, err := h.Seal(t.Context(), shard, moment("2026-11-26T10:15"))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				made = append(made, done.Seals...)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	hours := map[string]bool{}
	for _, s := range made {
		if hours[s.Hour.String()] {
			t.Errorf("%s was sealed twice", s.Hour)
		}
		hours[s.Hour.String()] = true
	}
	if len(made) != 1 {
		t.Errorf("%d seals, want one: the chain begins with the last hour", len(made))
	}
	if r := h.check(moment("2026-11-26T09:00"), moment("2026-11-26T10:00")); r.Fault != "" || r.Hours != 1 {
		t.Errorf("got %+v", r)
	}
}

// overtaken is an audit in which another sweep is faster.
type overtaken struct {
	*dynamo.Audit
	other func()
}

func (o overtaken) Append(ctx context.Context, s seal.Seal, now time.Time) error {
	o.other()
	return o.Audit.Append(ctx, s, now)
}

func TestASweepThatIsOvertakenLeavesTheSealsAsTheyAre(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.seals(moment("2026-11-25T10:15"))
	now := moment("2026-11-25T13:15")
	slow := seal.New(overtaken{h.audit, func() { h.seals(now) }}, h.audit, dynamo.AuditShards)
	done, err := slow.Seal(t.Context(), shard, now)
	if err != nil || len(done.Seals) != 0 || done.Anew {
		t.Errorf("got %+v, %v", done, err)
	}
	if r := h.check(moment("2026-11-25T09:00"), moment("2026-11-25T13:00")); r.Fault != "" || r.Hours != 4 {
		t.Errorf("got %+v", r)
	}
}

func TestMonthsHaveNoGapBetweenThem(t *testing.T) {
	t.Parallel()
	for _, edge := range []string{"2026-12-01T00:00", "2027-01-01T00:00", "2028-02-29T00:00", "2028-03-01T00:00", "2027-03-01T00:00"} {
		t.Run(edge, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			at := moment(edge)
			h.seals(at.Add(-2*time.Hour + seal.Margin))
			last, first := h.happens(at.Add(-time.Millisecond)), h.happens(at)
			if last["pk"] == first["pk"] && at.Day() == 1 {
				t.Fatal("they are of one month")
			}
			done := h.seals(at.Add(time.Hour + seal.Margin))
			if len(done.Seals) != 3 || done.Seals[0].Events != 0 || done.Seals[1].Events != 1 || done.Seals[2].Events != 1 {
				t.Fatalf("got %+v", done)
			}
			h.remove(first)
			h.finds(at.Add(-3*time.Hour), at.Add(time.Hour), edge, seal.Differs)
			h.remove(last)
			h.finds(at.Add(-3*time.Hour), at.Add(time.Hour), at.Add(-time.Hour).Format("2006-01-02T15:04"), seal.Differs)
		})
	}
}

func TestManyEventsOfAnHourAreReadPageByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.seals(moment("2026-11-25T10:15"))
	long := strings.Repeat("x", 300_000)
	for range 8 {
		h.put(with(h.happens(moment("2026-11-25T10:30")), "reason", text(long)))
	}
	if done := h.seals(moment("2026-11-25T11:15")); len(done.Seals) != 1 || done.Seals[0].Events != 8 {
		t.Errorf("got %+v", done)
	}
	if r := h.check(moment("2026-11-25T10:00"), moment("2026-11-25T11:00")); r.Fault != "" || r.Events != 8 {
		t.Errorf("got %+v", r)
	}
}

// What a seal is made of is stored for good.
func TestASealIsMadeOfThese(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.seals(moment("2026-11-25T10:15"))
	it := h.happens(moment("2026-11-25T10:30"))
	done := h.seals(moment("2026-11-25T11:15"))
	first := part("apppass/1/audit") + part("3") + part("2026-11-25T09") + part("")
	before := sha256.Sum256([]byte(first))
	event := `{"action":{"S":"revoked"},"actor":{"S":"UALICE"},"at":{"N":"1795602600"},"person":{"S":"UALICE"},"pk":{"S":"3#2026-11"},` +
		`"reason":{"S":"reason 1"},"sk":{"S":"` + it["sk"].(*types.AttributeValueMemberS).Value + `"},"team":{"S":"TLOCAL"},"v":{"N":"1"}}`
	want := sha256.Sum256([]byte(part("apppass/1/audit") + part("3") + part("2026-11-25T10") + part(string(before[:])) + part(event)))
	if got := done.Seals[0].Hash.String(); got != hex.EncodeToString(want[:]) {
		t.Errorf("got %s, want %x", got, want)
	}
}

func part(s string) string {
	n := len(s)
	return string([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + s
}

func TestTroubleIsNoFault(t *testing.T) {
	t.Parallel()
	h, _ := days(t)
	for _, operation := range []string{"Query", "PutItem"} {
		h.fails(operation)
		if done, err := h.Seal(t.Context(), shard, moment("2026-11-27T13:15")); err == nil || len(done.Seals) != 0 {
			t.Errorf("%s: got %+v, %v", operation, done, err)
		}
	}
	h.fails("Query")
	if r, err := h.Check(t.Context(), shard, begin, end); err == nil || r.Fault != "" {
		t.Errorf("got %+v, %v", r, err)
	}
	if _, err := h.Check(t.Context(), shard, begin, begin.Add(time.Minute)); err == nil {
		t.Error("a minute can be checked")
	}
	if _, err := h.Check(t.Context(), shard+1, begin, end); !errors.Is(err, seal.ErrNone) {
		t.Errorf("of a shard without seals: %v", err)
	}
	if done := h.seals(moment("2026-11-27T13:15")); len(done.Seals) != 1 {
		t.Errorf("after it: %+v", done)
	}
}
