package home

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/text"
)

// Choices keeps what people choose. A choice that is older than the one that is kept changes nothing, and is no error.
type Choices interface {
	Preferences(ctx context.Context, owner credential.Owner) (person.Preferences, error)
	PreferLanguage(ctx context.Context, owner credential.Owner, language string, at time.Time) error
	PreferQuiet(ctx context.Context, owner credential.Owner, q person.Quiet, at time.Time) error
}

// Ledger keeps jobs from acting twice.
type Ledger interface {
	Lease(ctx context.Context, id string, until time.Time) (job.Once, error)
	Release(ctx context.Context, id string) error
	Finish(ctx context.Context, id string) error
}

// Chooser keeps choices.
type Chooser struct {
	choices Choices
	ledger  Ledger
	lease   time.Duration
	now     func() time.Time
}

// NewChooser returns a chooser. lease is how long a job is taken for: longer than the process may work on it.
func NewChooser(choices Choices, ledger Ledger, lease time.Duration, now func() time.Time) *Chooser {
	return &Chooser{choices, ledger, lease, now}
}

// ErrQuiet reports quiet hours that would leave no time for reminders. Nothing was changed.
var ErrQuiet = problem.New(problem.Invalid, "home.quiet.all")

// Prefer does a job of that kind, once. What can't be chosen is [job.ErrForeign], or [ErrQuiet], which is the end of the job.
func (c *Chooser) Prefer(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.PreferArgs](j)
	if err != nil {
		return err
	}
	switch _, err := c.ledger.Lease(ctx, j.ID, c.now().Add(c.lease)); {
	case errors.Is(err, job.ErrDone):
		return nil
	case err != nil:
		return fmt.Errorf("lease job %s: %w", j.ID, err)
	}
	err = c.keep(ctx, j, args)
	if err != nil && !errors.Is(err, ErrQuiet) {
		return fmt.Errorf("keep what %s has chosen: %w", j.Person, errors.Join(err, c.ledger.Release(ctx, j.ID)))
	}
	return errors.Join(err, c.ledger.Finish(ctx, j.ID))
}

func (c *Chooser) keep(ctx context.Context, j job.Job, args job.PreferArgs) error {
	owner, at := credential.Owner{Team: j.Team, Person: j.Person}, time.Unix(j.At, 0)
	if args.Language != nil {
		if *args.Language != "" && !slices.Contains(text.Languages(), *args.Language) {
			return fmt.Errorf("the language %q: %w", *args.Language, job.ErrForeign)
		}
		return c.choices.PreferLanguage(ctx, owner, *args.Language, at)
	}
	now, err := c.choices.Preferences(ctx, owner)
	if err != nil {
		return err
	}
	q := quiet(now.Quiet, args)
	if !q.Valid() {
		return fmt.Errorf("the hours %d and %d: %w", q.From, q.Until, job.ErrForeign)
	}
	if !nudge.Leaves(q) {
		return ErrQuiet
	}
	return c.choices.PreferQuiet(ctx, owner, q, at)
}

// night is how many hours are quiet for who has chosen one end of them only, or fewer where that leaves no time for reminders.
const night = 10

// quiet is the quiet hours after a choice.
func quiet(q person.Quiet, args job.PreferArgs) person.Quiet {
	if args.QuietFrom != nil && args.QuietUntil != nil && *args.QuietFrom != *args.QuietUntil {
		return person.Quiet{From: *args.QuietFrom, Until: *args.QuietUntil}
	}
	none := q.From == q.Until
	switch {
	case args.QuietOff:
		return person.Quiet{}
	case args.QuietFrom != nil:
		if q.From = *args.QuietFrom; none || q.From == q.Until {
			return longest(func(hours int) person.Quiet { return person.Quiet{From: q.From, Until: (q.From + hours) % 24} })
		}
	case args.QuietUntil != nil:
		if q.Until = *args.QuietUntil; none || q.From == q.Until {
			return longest(func(hours int) person.Quiet { return person.Quiet{From: (q.Until + 24 - hours) % 24, Until: q.Until} })
		}
	}
	return q
}

// longest is the longest quiet hours that leave time for reminders.
func longest(of func(hours int) person.Quiet) person.Quiet {
	hours := night
	for hours > 1 && of(hours).Valid() && !nudge.Leaves(of(hours)) {
		hours--
	}
	return of(hours)
}
