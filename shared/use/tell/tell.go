// Package tell tells the owner of a link what happens at it: that a browser asks, that something is odd, that it was used.
//
// Each is told once, however often its job arrives, and only while it is still so.
//
// # What may be changed here
//
// A further thing to tell is a kind of job, a method here and one of the Presenter. What is told is read from the link, never from
// the job.
package tell

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
)

// Store is what is read.
type Store interface {
	// Reveal is what is stored about a link, read consistently, or [link.ErrUnknown].
	Reveal(ctx context.Context, id link.ID) (link.Reveal, error)
}

// Ledger keeps jobs from acting twice.
type Ledger interface {
	Lease(ctx context.Context, id string, until time.Time) (job.Once, error)
	Release(ctx context.Context, id string) error
	Finish(ctx context.Context, id string) error
}

// Presenter shows it in Slack.
type Presenter interface {
	// AskOwner asks which of the numbers a browser shows.
	AskOwner(ctx context.Context, r link.Reveal, args job.AskOwnerArgs, choices []string) error
	// Warn says that something is odd.
	Warn(ctx context.Context, r link.Reveal, what job.Warning) error
	// Revealed puts that the link was used in the place where it was shown.
	Revealed(ctx context.Context, r link.Reveal) error
}

// Teller tells.
type Teller struct {
	store  Store
	ledger Ledger
	show   Presenter
	lease  time.Duration
	now    func() time.Time
}

// New returns a teller. lease is how long a job is taken for: longer than the process may work on it.
func New(store Store, ledger Ledger, show Presenter, lease time.Duration, now func() time.Time) *Teller {
	return &Teller{store, ledger, show, lease, now}
}

// AskOwner does a job of that kind: it asks, if the question is still open.
func (t *Teller) AskOwner(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.AskOwnerArgs](j)
	if err != nil {
		return err
	}
	return t.once(ctx, j, args.Reveal, func(r link.Reveal) error {
		if r.Match.Tag() != args.Tag || !r.Match.Pending(t.now()) {
			return nil
		}
		return t.show.AskOwner(ctx, r, args, r.Match.Choices())
	})
}

// Warn does a job of that kind.
func (t *Teller) Warn(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.WarnArgs](j)
	if err != nil {
		return err
	}
	return t.once(ctx, j, args.Reveal, func(r link.Reveal) error { return t.show.Warn(ctx, r, args.What) })
}

// Revealed does a job of that kind.
func (t *Teller) Revealed(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.RevealArgs](j)
	if err != nil {
		return err
	}
	return t.once(ctx, j, args.Reveal, func(r link.Reveal) error {
		if r.State != link.Claimed {
			return nil
		}
		return t.show.Revealed(ctx, r)
	})
}

func (t *Teller) once(ctx context.Context, j job.Job, id string, do func(link.Reveal) error) error {
	switch _, err := t.ledger.Lease(ctx, j.ID, t.now().Add(t.lease)); {
	case errors.Is(err, job.ErrDone):
		return nil
	case err != nil:
		return fmt.Errorf("lease job %s: %w", j.ID, err)
	}
	r, err := t.store.Reveal(ctx, link.ID(id))
	if err == nil {
		err = do(r)
	}
	if err != nil && !errors.Is(err, link.ErrUnknown) {
		return fmt.Errorf("tell the owner of link %s: %w", id, errors.Join(err, t.ledger.Release(ctx, j.ID)))
	}
	return t.ledger.Finish(ctx, j.ID)
}
