package nudge_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	core "github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/use/nudge"
)

// wednesday is within the hours of Berlin: 10:00.
var wednesday = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// aYearOld is somebody with an app password that became too old today, and is used.
func aYearOld(t *testing.T) (*house, credential.Credential) {
	h := newHouse(t, wednesday.Add(-364*day))
	alice := h.joins("UALICE", "Europe/Berlin")
	c := h.makes(alice, credential.General, time.Time{})
	h.now = wednesday.Add(-day)
	h.uses(c)
	h.now = wednesday
	return h, c
}

func TestADigestIsSaidOnceADateAndMarked(t *testing.T) {
	t.Parallel()
	h, c := aYearOld(t)
	for range 3 {
		h.must(h.looks(c.Owner))
	}
	if len(h.digests) != 1 || len(h.digests[0].items) != 1 || h.digests[0].items[0].Why != core.Age {
		t.Fatalf("said was %+v", h.digests)
	}
	got := h.is(c.Owner, c.ID)
	if !got.Nudges.Told.Equal(h.now) || !got.Nudges.Wake.After(h.now.Add(12*time.Hour)) || !got.Due.IsZero() {
		t.Errorf("it is %+v, due %v", got.Nudges, got.Due)
	}
	if who := h.due(); len(who) > 0 {
		t.Errorf("%v is looked at again", who)
	}
	speak, _, err := h.store.Everything(t.Context(), c.Owner)
	if h.must(err); speak.Zone != "Europe/Berlin" || speak.Locale != "en-US" {
		t.Errorf("what Slack says was not kept: %+v", speak)
	}
	shown, err := h.nudger().Card(t.Context(), c.Owner)
	if err != nil || shown.Card.Channel != "DUALICE" || len(shown.Lines) != 1 || shown.Lines[0].Outcome != core.Open {
		t.Errorf("the card is %+v, %v", shown, err)
	}
	h.now = h.now.Add(time.Hour)
	h.rotates(c)
	if shown, err := h.nudger().Card(t.Context(), c.Owner); err != nil || shown.Lines[0].Outcome != core.Rotated {
		t.Errorf("the card is %+v, %v", shown, err)
	}
}

func TestOutsideTheirHoursNobodyIsReminded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone string // by Slack; nothing is known of it
		wake time.Time
	}{
		"too early":   {"America/New_York", time.Date(2026, 11, 25, 14, 30, 0, 0, time.UTC)},
		"too late":    {"Pacific/Auckland", time.Date(2026, 11, 25, 20, 30, 0, 0, time.UTC)},
		"the day off": {"Pacific/Kiritimati", time.Date(2026, 11, 25, 19, 30, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			h, one := aYearOld(t)
			a := h.slack["UALICE"]
			a.Zone = c.zone
			h.slack["UALICE"] = a
			h.must(h.looks(one.Owner))
			if len(h.digests) > 0 {
				t.Errorf("said was %+v", h.digests)
			}
			if got := h.is(one.Owner, one.ID); !got.Nudges.Wake.Equal(c.wake) {
				t.Errorf("it wakes at %v, want %v", got.Nudges.Wake.UTC(), c.wake)
			}
		})
	}
}

var errSlack = errors.New("Slack is away")

func TestWhatIsNotSaidForSureWaitsForTheNextDay(t *testing.T) {
	t.Parallel()
	h, c := aYearOld(t)
	h.before = func() error { return errSlack }
	if err := h.looks(c.Owner); !errors.Is(err, errSlack) {
		t.Fatalf("got %v", err)
	}
	h.before = nil
	h.must(h.looks(c.Owner))
	if tomorrow := time.Date(2026, 11, 26, 8, 30, 0, 0, time.UTC); len(h.digests) > 0 || !h.is(c.Owner, c.ID).Nudges.Wake.Equal(tomorrow) {
		t.Fatalf("said was %+v, it wakes at %v", h.digests, h.is(c.Owner, c.ID).Nudges.Wake)
	}
	h.now = h.is(c.Owner, c.ID).Nudges.Wake
	h.must(h.looks(c.Owner))
	if len(h.digests) != 1 {
		t.Errorf("said was %+v", h.digests)
	}
}

func TestWhatSlackHasRefusedForNowIsSaidOnTheSameDay(t *testing.T) {
	t.Parallel()
	h, c := aYearOld(t)
	h.before = func() error { return &job.Later{After: time.Second, Err: errSlack} }
	if err := h.looks(c.Owner); !errors.Is(err, errSlack) {
		t.Fatalf("got %v", err)
	}
	h.before, h.now = nil, h.now.Add(time.Minute)
	h.must(h.looks(c.Owner))
	if len(h.digests) != 1 {
		t.Errorf("said was %+v", h.digests)
	}
}

func TestAnEndThatIsEnforcedIsItsEntrysFromTheReminderOn(t *testing.T) {
	t.Parallel()
	h, c := aYearOld(t)
	h.decides(1, func(p *policy.Policy) { p.Enforce = true })
	h.must(h.looks(c.Owner))
	got, want := h.is(c.Owner, c.ID), h.now.Add(14*day) // it is too old by now, and was not said before
	e, err := h.verifiers.Entry(t.Context(), c.Verifier)
	h.must(err)
	if !got.Due.Equal(want) || !e.Ends.Equal(want) {
		t.Errorf("it ends at %v, its entry at %v, want %v", got.Due.UTC(), e.Ends.UTC(), want)
	}
	if waking, err := h.store.Ending(t.Context(), want, 80); err != nil || len(waking) != 1 {
		t.Errorf("the sweep finds %v, %v", waking, err)
	}
}

func TestWhatIsRotatedBesideTheReminderIsNotMarked(t *testing.T) {
	t.Parallel()
	for name, enforce := range map[string]bool{"where it is enforced": true, "where it is not": false} {
		t.Run(name, func(t *testing.T) {
			h, c := aYearOld(t)
			h.decides(1, func(p *policy.Policy) { p.Enforce = enforce })
			h.before = func() error { h.rotates(c); return nil }
			h.must(h.looks(c.Owner))
			got := h.is(c.Owner, c.ID)
			e, err := h.verifiers.Entry(t.Context(), got.Verifier)
			if h.must(err); !got.Due.IsZero() || !got.Nudges.Told.IsZero() || !e.Ends.IsZero() {
				t.Errorf("it is due at %v, told at %v, and its entry ends at %v", got.Due, got.Nudges.Told, e.Ends)
			}
		})
	}
}

func TestWhatIsKeyedAnewBesideTheReminderGetsItsEnd(t *testing.T) {
	t.Parallel()
	h, c := aYearOld(t)
	h.decides(1, func(p *policy.Policy) { p.Enforce = true })
	h.before = func() error {
		e, err := h.verifiers.Entry(t.Context(), c.Verifier)
		h.must(err)
		return h.verifiers.Rekey(t.Context(), e, pepper.Keyed{Version: 2, Verifier: "v-anew"})
	}
	h.must(h.looks(c.Owner))
	e, err := h.verifiers.Entry(t.Context(), "v-anew")
	if h.must(err); e.Ends.IsZero() || !e.Ends.Equal(h.is(c.Owner, c.ID).Due) {
		t.Errorf("it is due at %v, its entry ends at %v", h.is(c.Owner, c.ID).Due, e.Ends)
	}
}

// idle is somebody with an app password that nobody uses, who was asked about it two weeks ago.
func idle(t *testing.T) (*house, credential.Credential) {
	h := newHouse(t, wednesday.Add(-90*day))
	alice := h.joins("UALICE", "Europe/Berlin")
	c := h.makes(alice, credential.General, time.Time{})
	h.now = wednesday
	h.must(h.looks(alice))
	if len(h.digests) != 1 || h.digests[0].items[0].Why != core.Idle {
		t.Fatalf("said was %+v", h.digests)
	}
	h.digests, h.now = nil, wednesday.Add(14*day)
	return h, c
}

// words delivers the words about what was revoked, twice.
func (h *house) words() {
	h.t.Helper()
	h.now = h.now.Add(time.Minute)
	for _, j := range slices.Repeat(h.queued, 2) {
		if j.Kind == job.Abandoned {
			h.must(h.nudger().Abandoned(h.t.Context(), j))
		}
	}
}

func TestWhatNobodyUsesIsRevokedAndToldOnce(t *testing.T) {
	t.Parallel()
	h, c := idle(t)
	h.must(h.looks(c.Owner))
	h.must(h.looks(c.Owner))
	if got := h.is(c.Owner, c.ID); got.State != credential.Revoked || !got.Nudges.Wake.IsZero() {
		t.Errorf("it is %s and wakes at %v", got.State, got.Nudges.Wake)
	}
	h.words()
	if !slices.Equal(h.abandoned, []string{c.ID}) {
		t.Errorf("told was %v", h.abandoned)
	}
}

func TestAUseOrAnAnswerAtTheLastMomentWins(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(h *house, c credential.Credential){
		"a use": func(h *house, c credential.Credential) { h.uses(c) },
		"an answer": func(h *house, c credential.Credential) {
			_, err := h.nudger().Keep(h.t.Context(), h.answer(c.Owner, job.Keep, job.KeepArgs{Credential: c.ID}))
			h.must(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, c := idle(t)
			end := h.ports.End
			h.ports.End = func(ctx ctx, owner credential.Owner, id, job string, still func(credential.Credential) bool) error {
				// It is read, and then used.
				return end(ctx, owner, id, job, func(c credential.Credential) bool {
					is := still(c)
					if is {
						act(h, c)
					}
					return is
				})
			}
			h.must(h.looks(c.Owner))
			h.ports.End = end
			if got := h.is(c.Owner, c.ID); got.State != credential.Active {
				t.Errorf("it is %s", got.State)
			}
			h.words()
			if len(h.abandoned) > 0 {
				t.Errorf("told was %v", h.abandoned)
			}
			h.must(h.looks(c.Owner))
			if who := h.due(); len(who) > 0 {
				t.Errorf("%v is looked at again", who)
			}
		})
	}
}

func TestWhoCantBeReachedIsListedOnceAMonth(t *testing.T) {
	t.Parallel()
	h, c := aYearOld(t)
	h.before = func() error { return fmt.Errorf("%w: channel_not_found", person.ErrUnreachable) }
	var looked []string
	for until := h.now.Add(40 * day); h.now.Before(until) && len(looked) < 20; h.now = h.is(c.Owner, c.ID).Nudges.Wake {
		looked = append(looked, h.now.UTC().Format("01-02 15:04"))
		h.must(h.looks(c.Owner))
	}
	want := []string{"11-25 09:00", "11-26 08:30", "12-03 08:30", "12-10 08:30", "12-17 08:30", "12-24 08:30", "12-31 08:30"}
	if !slices.Equal(looked, want) || len(h.missing) != 2 || len(h.digests) > 0 {
		t.Errorf("looked at %v, listed %v, told %v", looked, h.missing, h.digests)
	}
	h.before = nil
	h.must(h.looks(c.Owner))
	k, err := h.nudges.Known(t.Context(), c.Owner)
	if h.must(err); len(h.digests) != 1 || k.Missing != (nudge.Missing{}) {
		t.Errorf("told %v, missing %+v", h.digests, k.Missing)
	}
}

func TestWhoIsHeldOrGoneIsLeftAlone(t *testing.T) {
	t.Parallel()
	h, c := aYearOld(t)
	a := h.slack["UALICE"]
	a.Deleted = true
	h.slack["UALICE"] = a
	h.must(h.looks(c.Owner))
	if len(h.queued) != 1 || h.queued[0].Kind != job.Account || h.queued[0].Person != "UALICE" || len(h.digests) > 0 || len(h.due()) > 0 {
		t.Errorf("queued %+v, told %v, due %v", h.queued, h.digests, h.due())
	}
	h.now = h.is(c.Owner, c.ID).Nudges.Wake
	h.gate("held")
	h.must(h.looks(c.Owner))
	if got := h.is(c.Owner, c.ID).Nudges.Wake; !got.Equal(h.now.Add(7*day)) || len(h.digests) > 0 {
		t.Errorf("held: it wakes at %v, told %v", got, h.digests)
	}
	h.now = h.now.Add(7 * day)
	h.gate("closed")
	h.must(h.looks(c.Owner))
	if got := h.is(c.Owner, c.ID).Nudges.Wake; !got.IsZero() || len(h.digests) > 0 {
		t.Errorf("closed: it wakes at %v, told %v", got, h.digests)
	}
}
