package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/use/seal"
	"github.com/apppass/apppass/shared/use/sweep"
)

// ports does what it is told to have done.
type ports struct {
	done   seal.Done
	failed error
}

func (p *ports) Sweep(context.Context, time.Time) (sweep.Swept, error) { return sweep.Swept{}, nil }
func (p *ports) Tick(context.Context, time.Time) (seal.Done, error)    { return p.done, p.failed }
func (p *ports) Send(context.Context, job.Job, time.Duration) error    { return nil }
func (p *ports) runs(t *testing.T, at time.Time) (logged string, err error) {
	t.Helper()
	var log bytes.Buffer
	err = (&task{p, p, p, "TLOCAL", slog.New(slog.NewJSONHandler(&log, nil))}).Run(t.Context(), at)
	return log.String(), err
}

var (
	noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	made = seal.Seal{Shard: 7, Hour: noon.Add(-time.Hour), Hash: seal.Hash{0xab}, Events: 3}
)

func TestWhatTheLogSaysOfTheAudit(t *testing.T) {
	for name, c := range map[string]struct {
		done         seal.Done
		want, absent string
	}{
		"nothing is due":    {seal.Done{}, `"swept"`, "audit"},
		"an hour is sealed": {seal.Done{Sealed: seal.Sealed{Seals: []seal.Seal{made}}}, `"audit_sealed","shard":7,"hour":"2026-11-25T11","seal":"ab00`, seal.BrokenEvent},
		"all is well":       {seal.Done{Checked: &seal.Report{Shard: 7, Hours: 48, Last: made}}, `"audit_checked","shard":7,"hour":"2026-11-25T11","seal":"ab00`, seal.BrokenEvent},
		"an event was changed": {
			seal.Done{Checked: &seal.Report{Shard: 7, Broken: noon, Fault: seal.Differs}}, `"` + seal.BrokenEvent + `","shard":7,"hour":"2026-11-25T12","fault":"differs"`, "sealed",
		},
		"the seals are gone": {
			seal.Done{Sealed: seal.Sealed{Seals: []seal.Seal{made}, Anew: true}}, `"` + seal.BrokenEvent + `","shard":7,"fault":"begun_anew"`, "differs",
		},
	} {
		t.Run(name, func(t *testing.T) {
			log, err := (&ports{done: c.done}).runs(t, noon)
			if err != nil || !strings.Contains(log, c.want) || strings.Contains(log, c.absent) {
				t.Errorf("got %v and\n%s\nwant %s and not %s", err, log, c.want, c.absent)
			}
		})
	}
}

func TestTroubleWithTheSealsIsTheFunctions(t *testing.T) {
	trouble := errors.New("no storage")
	if log, err := (&ports{failed: trouble}).runs(t, noon); !errors.Is(err, trouble) || !strings.Contains(log, `"swept"`) {
		t.Errorf("got %v and %s", err, log)
	}
}
