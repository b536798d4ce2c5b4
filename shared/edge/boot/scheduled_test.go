package boot

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"
)

type noted struct{ at time.Time }

func (n *noted) Run(_ context.Context, at time.Time) error {
	n.at = at
	return nil
}

func TestAScheduleRunsAtTheTimeOfItsEvent(t *testing.T) {
	text, err := os.ReadFile("../../../events/sweep/every-minute.json")
	if err != nil {
		t.Fatal(err)
	}
	var e Tick
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	n := &noted{}
	if err := NewSchedule(n).Handle(t.Context(), e); err != nil || !n.at.Equal(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("it runs at %v, %v", n.at, err)
	}
	if err := NewSchedule(n).Handle(t.Context(), Tick{}); !errors.Is(err, errTick) {
		t.Errorf("without a time: got %v, want %v", err, errTick)
	}
}
