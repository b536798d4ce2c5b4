package nudge_test

import (
	"errors"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	core "github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/use/nudge"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	h, c := aYearOld(t)
	h.must(h.looks(c.Owner))
	snooze := func(choice core.Snooze) (nudge.Answered, error) {
		return h.nudger().Snooze(t.Context(), h.answer(c.Owner, job.Snooze, job.SnoozeArgs{Credential: c.ID, For: string(choice)}))
	}
	until := time.Date(2026, 11, 26, 8, 30, 0, 0, time.UTC)
	a, err := snooze(core.ADay)
	if got := h.is(c.Owner, c.ID).Nudges; err != nil || a.Outcome != core.Snoozed || !a.Until.Equal(until) || !got.Snoozed.Equal(until) || !got.Wake.Equal(until) {
		t.Errorf("got %+v, %v; it is %+v", a, err, got)
	}
	// It becomes too old on the 26th, so that a week is too long.
	if a, err := snooze(core.AWeek); err != nil || a.Outcome != core.Snoozed || !a.Until.Equal(until) {
		t.Errorf("a week: got %+v, %v", a, err)
	}
	if _, err := snooze("for ever"); !errors.Is(err, job.ErrForeign) {
		t.Errorf("for ever: got %v", err)
	}
	h.now = h.now.Add(time.Hour)
	h.rotates(c)
	if a, err := snooze(core.ADay); err != nil || a.Outcome != core.Rotated || !h.is(c.Owner, c.ID).Nudges.Snoozed.IsZero() {
		t.Errorf("rotated: got %+v, %v", a, err)
	}
	h.revokes(c)
	if a, err := snooze(core.ADay); err != nil || a.Outcome != core.Revoked {
		t.Errorf("revoked: got %+v, %v", a, err)
	}
	if a, err := h.nudger().Keep(t.Context(), h.answer(c.Owner, job.Keep, job.KeepArgs{Credential: c.ID})); err != nil || a.Outcome != core.Revoked {
		t.Errorf("kept: got %+v, %v", a, err)
	}
	if _, err := h.nudger().Keep(t.Context(), h.answer(c.Owner, job.Keep, job.KeepArgs{Credential: "c0"})); !errors.Is(err, credential.ErrNotFound) {
		t.Errorf("another: got %v", err)
	}
}
