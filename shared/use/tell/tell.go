// Package tell tells owners what happens at their links and with their app passwords: that a browser asks, that something is odd, that a
// link was used, and the password behind it.
//
// Each is told once, however often its job arrives, and only while it is still so.
//
// # What may be changed here
//
// A further thing to tell is a kind of job, a method here and one of the Presenter. What is told of a link or an app password is read from
// there; the job says only what happened.
package tell

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
)

// Store is what is read.
type Store interface {
	// Reveal is what is stored about a link, read consistently, or [link.ErrUnknown].
	Reveal(ctx context.Context, id link.ID) (link.Reveal, error)
	// Credential is the owner's app password of that id, read consistently, or [credential.ErrNotFound].
	Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	// NoteTried keeps these words in place of c's Tried. It may be that others were kept at that moment.
	NoteTried(ctx context.Context, c credential.Credential, tried []string) error
}

// People is what is known of persons.
type People interface {
	// Person is what is stored; its Login is empty where nothing is.
	Person(ctx context.Context, owner credential.Owner) (person.Person, error)
	// Owner is whose login it is; nobody where it is nobody's.
	Owner(ctx context.Context, login string) (credential.Owner, error)
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
	// Unread puts that the link was not used in time in the place where it was shown; of a rotation it says so, and that nothing has changed.
	Unread(ctx context.Context, r link.Reveal) error
	// Used says that an app password was used for the first time, or from a new network. The first use is put in the place where its
	// link was shown, if that is known and still there.
	Used(ctx context.Context, c credential.Credential, place job.Reply, at time.Time, args job.UsedArgs) error
	// Tried says that something still sends a password of c that is over.
	Tried(ctx context.Context, c credential.Credential, at time.Time, args job.TriedArgs) error
	// Guessed says that many unknown passwords have come with the owner's login.
	Guessed(ctx context.Context, owner credential.Owner, at time.Time, args job.GuessedArgs) error
	// AdminRevoked says that an administrator has revoked these, and why, in words of theirs.
	AdminRevoked(ctx context.Context, owner credential.Owner, all []credential.Credential, reason string) error
	// RotationAsked says that an administrator wants c rotated until a time, and why.
	RotationAsked(ctx context.Context, c credential.Credential, by time.Time, reason string) error
}

// Teller tells.
type Teller struct {
	store  Store
	people People
	ledger Ledger
	show   Presenter
	lease  time.Duration
	now    func() time.Time
}

// New returns a teller. lease is how long a job is taken for: longer than the process may work on it.
func New(store Store, people People, ledger Ledger, show Presenter, lease time.Duration, now func() time.Time) *Teller {
	return &Teller{store, people, ledger, show, lease, now}
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

// Unread does a job of that kind, unless the link was withdrawn, or was used after all.
func (t *Teller) Unread(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.RevealArgs](j)
	if err != nil {
		return err
	}
	return t.once(ctx, j, args.Reveal, func(r link.Reveal) error {
		switch {
		case r.State == link.Preparing, r.State == link.Ready:
			return job.ErrBusy // the sweep is not done with it
		case !r.Lapsed():
			return nil
		}
		return t.show.Unread(ctx, r)
	})
}

// Used does a job of that kind, unless the app password has ended meanwhile, or the network is one that its owner knows.
func (t *Teller) Used(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.UsedArgs](j)
	if err != nil {
		return err
	}
	return t.leased(ctx, j, func() error {
		c, err := t.store.Credential(ctx, credential.Owner{Team: j.Team, Person: j.Person}, args.Credential)
		switch {
		case errors.Is(err, credential.ErrNotFound), err == nil && (c.State != credential.Active || !args.First && c.Knows(args.Network)):
			return nil
		case err != nil:
			return err
		}
		var place job.Reply
		if args.First {
			r, err := t.store.Reveal(ctx, link.ID(c.Reveal))
			if err != nil && !errors.Is(err, link.ErrUnknown) {
				return err
			}
			place = r.Place
		}
		return t.show.Used(ctx, c, place, time.Unix(j.At, 0), args)
	})
}

// once does what concerns a link, if there is such a link.
func (t *Teller) once(ctx context.Context, j job.Job, id string, do func(link.Reveal) error) error {
	return t.leased(ctx, j, func() error {
		r, err := t.store.Reveal(ctx, link.ID(id))
		switch {
		case errors.Is(err, link.ErrUnknown):
			return nil
		case err != nil:
			return err
		}
		return do(r)
	})
}

// leased does what is to be done once for a job.
func (t *Teller) leased(ctx context.Context, j job.Job, do func() error) error {
	_, err := t.first(ctx, j.ID, do)
	return err
}

// first does what is to be done once under an id; it is false where that was done before.
func (t *Teller) first(ctx context.Context, id string, do func() error) (bool, error) {
	switch _, err := t.ledger.Lease(ctx, id, t.now().Add(t.lease)); {
	case errors.Is(err, job.ErrDone):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("lease job %s: %w", id, err)
	}
	if err := do(); err != nil {
		return false, fmt.Errorf("tell the owner, by job %s: %w", id, errors.Join(err, t.ledger.Release(ctx, id)))
	}
	return true, t.ledger.Finish(ctx, id)
}
