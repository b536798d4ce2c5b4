package seal_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/use/seal"
)

// days is a chain of two days with events in some hours; it was begun at 09 of the first, and sealed up to 12 of the third.
func days(t *testing.T) (h *house, events map[string]item) {
	h = newHouse(t)
	h.seals(moment("2026-11-25T10:15"))
	events = map[string]item{}
	for _, at := range []string{"2026-11-25T10:00", "2026-11-25T10:00", "2026-11-25T10:59", "2026-11-25T23:30", "2026-11-26T00:00", "2026-11-27T11:59"} {
		name := at
		if events[name] != nil {
			name += " again"
		}
		events[name] = h.happens(moment(at))
	}
	for range 3 {
		h.seals(moment("2026-11-27T12:15"))
	}
	return h, events
}

var begin, end = moment("2026-11-25T09:00"), moment("2026-11-27T12:00")

func TestWhatIsAsItWasSealedIsFoundSo(t *testing.T) {
	t.Parallel()
	h, _ := days(t)
	r := h.check(begin, end)
	if r.Fault != "" || r.Hours != 51 || r.Events != 6 || !r.Began.IsZero() || !r.Last.Hour.Equal(moment("2026-11-27T11:00")) {
		t.Errorf("got %+v", r)
	}
	if r := h.check(begin.Add(-time.Hour), end); r.Fault != "" || r.Hours != 51 || !r.Began.Equal(begin) {
		t.Errorf("from before it began: %+v", r)
	}
	if r := h.check(begin.Add(time.Hour), moment("2026-11-25T11:00")); r.Fault != "" || r.Hours != 1 || r.Events != 3 || !r.Began.IsZero() {
		t.Errorf("a single hour: %+v", r)
	}
	if r := h.check(begin.Add(-5*time.Hour), begin); r.Fault != "" || r.Hours != 0 || !r.Began.Equal(begin) {
		t.Errorf("only before it began: %+v", r)
	}
}

func TestAnyChangeIsFound(t *testing.T) {
	t.Parallel()
	const first = "2026-11-25T10:00"
	for name, tc := range map[string]struct {
		change func(h *house, events map[string]item)
		hour   string // that is found
		fault  seal.Fault
	}{
		"an event was removed": {func(h *house, e map[string]item) { h.remove(e["2026-11-25T23:30"]) }, "2026-11-25T23:00", seal.Differs},
		"an event was changed": {func(h *house, e map[string]item) {
			h.put(with(e["2026-11-25T10:59"], "actor", text("UMALLORY")))
		}, first, seal.Differs},
		"a time was changed": {func(h *house, e map[string]item) {
			h.put(with(e["2026-11-25T10:59"], "at", &types.AttributeValueMemberN{Value: "1764064741"}))
		}, first, seal.Differs},
		"an attribute was added": {func(h *house, e map[string]item) {
			h.put(with(e["2026-11-26T00:00"], "harmless", &types.AttributeValueMemberM{Value: item{"really": &types.AttributeValueMemberBOOL{Value: true}}}))
		}, "2026-11-26T00:00", seal.Differs},
		"a number became words": {func(h *house, e map[string]item) {
			it := e["2026-11-26T00:00"]
			h.put(with(it, "at", text(it["at"].(*types.AttributeValueMemberN).Value)))
		}, "2026-11-26T00:00", seal.Differs},
		"words moved from one attribute to the next": {func(h *house, e map[string]item) {
			it := e["2026-11-26T00:00"]
			h.put(with(with(it, "person", text("U")), "actor", text("UALICEALICE")))
		}, "2026-11-26T00:00", seal.Differs},
		"an event was added":                    {func(h *house, _ map[string]item) { h.happens(moment("2026-11-26T15:00")) }, "2026-11-26T15:00", seal.Differs},
		"an event was added to the first month": {func(h *house, _ map[string]item) { h.happens(moment("2026-11-25T09:00")) }, "2026-11-25T09:00", seal.Differs},
		"two events have changed their order": {func(h *house, e map[string]item) {
			a, b := e[first], e[first+" again"]
			h.put(with(a, "sk", b["sk"]))
			h.put(with(b, "sk", a["sk"]))
		}, first, seal.Differs},
		"an event was moved to another hour": {func(h *house, e map[string]item) {
			it := e["2026-11-27T11:59"]
			h.remove(it)
			moved := h.happens(moment("2026-11-27T09:00"))
			h.put(with(it, "sk", moved["sk"]))
		}, "2026-11-27T09:00", seal.Differs},
		"a seal is missing":      {func(h *house, _ map[string]item) { h.remove(sealKey(moment("2026-11-26T07:00"))) }, "2026-11-26T07:00", seal.Missing},
		"the first seal is gone": {func(h *house, _ map[string]item) { h.remove(sealKey(begin)) }, "2026-11-25T09:00", seal.Missing},
		"the last seal is gone":  {func(h *house, _ map[string]item) { h.remove(sealKey(end.Add(-time.Hour))) }, "2026-11-27T11:00", seal.Missing},
		"a seal was made anew without the ones behind it": {func(h *house, e map[string]item) {
			// The hour looks well by itself; the next one was made on what stood there before.
			h.remove(e["2026-11-25T23:30"])
			var behind []item
			for hour := moment("2026-11-25T23:00"); hour.Before(end); hour = hour.Add(time.Hour) {
				behind = append(behind, h.get(sealKey(hour)))
				h.remove(sealKey(hour))
			}
			h.seals(moment("2026-11-26T00:15"))
			for _, it := range behind[1:] {
				h.put(it)
			}
		}, "2026-11-26T00:00", seal.Differs},
		"a seal was changed": {func(h *house, _ map[string]item) {
			h.put(with(h.get(sealKey(moment("2026-11-26T07:00"))), "hash", &types.AttributeValueMemberB{Value: make([]byte, 32)}))
		}, "2026-11-26T07:00", seal.Differs},
		"a seal says that there was more": {func(h *house, _ map[string]item) {
			h.put(with(h.get(sealKey(moment("2026-11-26T07:00"))), "events", &types.AttributeValueMemberN{Value: "1"}))
		}, "2026-11-26T07:00", seal.Differs},
		"a seal says that it is the first": {func(h *house, _ map[string]item) {
			h.put(with(h.get(sealKey(moment("2026-11-26T07:00"))), "first", &types.AttributeValueMemberBOOL{Value: true}))
		}, "2026-11-26T07:00", seal.Differs},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, events := days(t)
			tc.change(h, events)
			h.finds(begin, end, tc.hour, tc.fault)
		})
	}
}

func TestAChainWithoutItsBeginIsFoundFromAnywhere(t *testing.T) {
	t.Parallel()
	h, _ := days(t)
	for hour := begin; hour.Before(moment("2026-11-26T00:00")); hour = hour.Add(time.Hour) {
		h.remove(sealKey(hour))
	}
	h.finds(begin, end, "2026-11-25T09:00", seal.Missing)
	h.finds(moment("2026-11-24T00:00"), moment("2026-11-25T00:00"), "2026-11-24T00:00", seal.Missing)
	h.finds(moment("2026-11-26T00:00"), end, "2026-11-25T23:00", seal.Missing) // what its first seal was made on
	if r := h.check(moment("2026-11-26T01:00"), end); r.Fault != "" {
		t.Errorf("what is behind it is as it was, but got %+v", r)
	}
}

func TestAnIDThatIsNoneIsNoPlaceToHide(t *testing.T) {
	t.Parallel()
	for id, hour := range map[string]string{
		"0": "2026-12-01T00:00", "\x01": "2026-12-01T00:00", "01KBCD": "2026-12-01T09:00", "zzz": "2026-12-31T23:00", "~~": "2026-12-31T23:00", "é": "2026-12-31T23:00",
		"01ABC": "2026-12-01T00:00", // of another month
	} {
		t.Run(fmt.Sprintf("%q", id), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.seals(moment("2026-12-01T00:15"))
			for range 32 {
				h.seals(moment("2027-01-01T01:15"))
			}
			it := h.happens(moment("2026-11-30T22:00"))
			h.remove(it)
			h.put(with(with(it, "pk", text(fmt.Sprintf("%d#2026-12", shard))), "sk", text(id)))
			r := h.check(moment("2026-12-01T00:00"), moment("2027-01-01T00:00"))
			if r.Fault != seal.Differs {
				t.Errorf("it is not found: %+v", r)
			} else if !strings.HasPrefix(id, "01KB") && !r.Broken.Equal(moment(hour)) {
				t.Errorf("it is found in %s, want %s", r.Broken, hour)
			}
		})
	}
}
