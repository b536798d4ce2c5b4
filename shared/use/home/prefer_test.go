package home_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/home"
)

func prefer(t *testing.T, id string, at time.Time, args job.PreferArgs) job.Job {
	t.Helper()
	j, err := job.New(id, job.Prefer, args)
	if err != nil {
		t.Fatal(err)
	}
	j.Person, j.Team, j.At = alice.Person, alice.Team, at.Unix()
	return j
}

func TestChoices(t *testing.T) {
	t.Parallel()
	hour := func(n int) *int { return &n }
	word := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		before person.Quiet
		args   job.PreferArgs
		want   person.Preferences
	}{
		"a language":                {person.Quiet{From: 1, Until: 2}, job.PreferArgs{Language: word("en")}, person.Preferences{Language: "en", Quiet: person.Quiet{From: 1, Until: 2}}},
		"Slack's language":          {person.Quiet{}, job.PreferArgs{Language: word("")}, person.Preferences{}},
		"a beginning":               {person.Quiet{}, job.PreferArgs{QuietFrom: hour(22)}, person.Preferences{Quiet: person.Quiet{From: 22, Until: 8}}},
		"a beginning at midnight":   {person.Quiet{}, job.PreferArgs{QuietFrom: hour(0)}, person.Preferences{Quiet: person.Quiet{From: 0, Until: 10}}},
		"another beginning":         {person.Quiet{From: 22, Until: 8}, job.PreferArgs{QuietFrom: hour(20)}, person.Preferences{Quiet: person.Quiet{From: 20, Until: 8}}},
		"a beginning at the end":    {person.Quiet{From: 22, Until: 8}, job.PreferArgs{QuietFrom: hour(8)}, person.Preferences{Quiet: person.Quiet{From: 8, Until: 16}}},
		"another end":               {person.Quiet{From: 22, Until: 8}, job.PreferArgs{QuietUntil: hour(6)}, person.Preferences{Quiet: person.Quiet{From: 22, Until: 6}}},
		"an end, where was nothing": {person.Quiet{}, job.PreferArgs{QuietUntil: hour(6)}, person.Preferences{Quiet: person.Quiet{From: 20, Until: 6}}},
		"an end at the beginning":   {person.Quiet{From: 22, Until: 8}, job.PreferArgs{QuietUntil: hour(22)}, person.Preferences{Quiet: person.Quiet{From: 12, Until: 22}}},
		"both ends":                 {person.Quiet{From: 1, Until: 2}, job.PreferArgs{QuietFrom: hour(22), QuietUntil: hour(6)}, person.Preferences{Quiet: person.Quiet{From: 22, Until: 6}}},
		"both ends are the same":    {person.Quiet{From: 22, Until: 8}, job.PreferArgs{QuietFrom: hour(8), QuietUntil: hour(8)}, person.Preferences{Quiet: person.Quiet{From: 8, Until: 16}}},
		"off":                       {person.Quiet{From: 22, Until: 8}, job.PreferArgs{QuietOff: true}, person.Preferences{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			if err := h.people.PreferQuiet(t.Context(), alice, c.before, h.Clock.Now().Add(-time.Hour)); err != nil {
				t.Fatal(err)
			}
			if err := h.Prefer(t.Context(), prefer(t, "trigger:1", h.Clock.Now(), c.args)); err != nil {
				t.Fatal(err)
			}
			if got, err := h.people.Preferences(t.Context(), alice); got != c.want || err != nil {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

func TestWhatCantBeChosenIsNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	hour, language := 24, "tlh"
	for n, args := range []job.PreferArgs{{Language: &language}, {QuietFrom: &hour}, {QuietUntil: &hour}} {
		err := h.Prefer(t.Context(), prefer(t, "trigger:"+strings.Repeat("x", n+1), h.Clock.Now(), args))
		if !errors.Is(err, job.ErrForeign) {
			t.Errorf("%+v: got %v, want %v", args, err, job.ErrForeign)
		}
	}
	if got, err := h.people.Preferences(t.Context(), alice); got != (person.Preferences{}) || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestQuietHoursThatLeaveNoTimeForRemindersAreRefusedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	before := person.Quiet{From: 22, Until: 7}
	if err := h.people.PreferQuiet(t.Context(), alice, before, h.Clock.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	hour := 9
	for _, want := range []error{home.ErrQuiet, nil} { // the job is done with the answer
		if err := h.Prefer(t.Context(), prefer(t, "trigger:1", h.Clock.Now(), job.PreferArgs{QuietFrom: &hour})); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	if got, err := h.people.Preferences(t.Context(), alice); got.Quiet != before || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
	for from := range 24 { // who has none yet can begin at any hour
		if err := h.Prefer(t.Context(), prefer(t, fmt.Sprint("off:", from), h.Clock.Now(), job.PreferArgs{QuietOff: true})); err != nil {
			t.Fatal(err)
		}
		if err := h.Prefer(t.Context(), prefer(t, fmt.Sprint("from:", from), h.Clock.Now(), job.PreferArgs{QuietFrom: &from})); err != nil {
			t.Errorf("from %d: got %v", from, err)
		}
	}
}

// However often choices come, and in whichever order: the last one counts.
func TestTheLastChoiceCounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := h.Clock.Now()
	from, until, english, slacks := 22, 6, "en", ""
	jobs := []job.Job{
		prefer(t, "trigger:1", at, job.PreferArgs{Language: &slacks}), prefer(t, "trigger:2", at, job.PreferArgs{QuietFrom: &from}),
		prefer(t, "trigger:3", at.Add(time.Second), job.PreferArgs{QuietUntil: &until}), prefer(t, "trigger:4", at.Add(time.Second), job.PreferArgs{Language: &english}),
	}
	for _, j := range slices.Concat(jobs, jobs, jobs) {
		if err := h.Prefer(t.Context(), j); err != nil {
			t.Fatal(err)
		}
	}
	late := prefer(t, "trigger:5", at.Add(-time.Second), job.PreferArgs{QuietOff: true})
	if err := h.Prefer(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	if err := h.Prefer(t.Context(), prefer(t, "trigger:6", at.Add(-time.Second), job.PreferArgs{Language: &slacks})); err != nil {
		t.Fatal(err)
	}
	want := person.Preferences{Language: "en", Quiet: person.Quiet{From: 22, Until: 6}}
	if got, err := h.people.Preferences(t.Context(), alice); got != want || err != nil {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// broken is choices that can't be kept.
type broken struct{ *dynamo.People }

func (broken) PreferLanguage(context.Context, credential.Owner, string, time.Time) error {
	return problem.ErrUnavailable
}

func TestAChoiceThatCantBeKeptComesAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	language := "en"
	j := prefer(t, "trigger:1", h.Clock.Now(), job.PreferArgs{Language: &language})
	ledger := dynamo.NewLedger(h.tables, h.Table("ephemeral"), h.Clock.Now)
	err := home.NewChooser(broken{h.people}, ledger, time.Minute, h.Clock.Now).Prefer(t.Context(), j)
	if !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("got %v, want %v", err, problem.ErrUnavailable)
	}
	if err := h.Prefer(t.Context(), j); err != nil {
		t.Errorf("the second time: %v", err)
	}
	if got, _ := h.people.Preferences(t.Context(), alice); got.Language != "en" {
		t.Errorf("got %+v", got)
	}
}

func TestOfTwoChoicesTheLaterOneCountsInWhateverOrderTheyArrive(t *testing.T) {
	t.Parallel()
	hour := func(n int) *int { return &n }
	from, until := job.PreferArgs{QuietFrom: hour(22)}, job.PreferArgs{QuietFrom: hour(22), QuietUntil: hour(6)}
	for name, late := range map[string]bool{"in order": false, "the first comes last": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			now := h.Clock.Now()
			jobs := []job.Job{prefer(t, "trigger:1", now.Add(-10*time.Second), from), prefer(t, "trigger:2", now.Add(-5*time.Second), until)}
			if late {
				slices.Reverse(jobs)
			}
			for _, j := range jobs {
				if err := h.Prefer(t.Context(), j); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := h.people.Preferences(t.Context(), alice); got.Quiet != (person.Quiet{From: 22, Until: 6}) || err != nil {
				t.Errorf("got %+v, %v", got.Quiet, err)
			}
		})
	}
}
