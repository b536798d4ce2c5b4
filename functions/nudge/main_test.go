package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/nudge"
)

// ticker notes when it ticks.
type ticker struct {
	at  time.Time
	err error
}

func (k *ticker) Tick(_ context.Context, now time.Time) (nudge.Ticked, error) {
	k.at = now
	return nudge.Ticked{Due: 3, Queued: 2, More: true}, k.err
}

func TestATickIsAtTheTimeOfItsEvent(t *testing.T) {
	examples, err := filepath.Glob("../../events/nudge/*.json")
	if err != nil || len(examples) == 0 {
		t.Fatal(examples, err)
	}
	for _, example := range examples {
		text, err := os.ReadFile(example)
		if err != nil {
			t.Fatal(err)
		}
		var e boot.Tick
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		k := &ticker{err: problem.ErrUnavailable}
		err = boot.NewSchedule(&task{k, slog.New(slog.NewJSONHandler(&log, nil))}).Handle(t.Context(), e)
		if !errors.Is(err, problem.ErrUnavailable) || !k.at.Equal(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: it ticks at %v, %v", example, k.at, err)
		}
		if want := `"due":3,"queued":2,"more":true`; !strings.Contains(log.String(), want) {
			t.Errorf("%s: the log has %s, want %s", example, log.String(), want)
		}
	}
}
