// Package sweep finishes what was left unfinished: links that nobody has opened in time, links that were claimed but of which nobody has got
// what is sealed, app passwords whose time is over, and what rotations have replaced, after its grace.
//
// # What is promised
//
// After a sweep no secret is left of a link that is over, the password of a link that nobody opened is expired, and one that was claimed
// but never handed over is revoked: nothing works that nobody has seen. An index says where to look; what is done is decided by a
// consistent read and a condition, so that a link that is claimed meanwhile is left alone. A step that fails is tried again five
// minutes later, and does not keep the others from being made, however many fail.
//
// # What may be changed here
//
// What else can be over gets the same three: an index entry that wakes, a consistent read, a condition. The secret goes first, because a
// sweep that ends there is made good by the next.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
)

// ErrChanged reports a link that is no longer as it was read: somebody has claimed or revoked it.
var ErrChanged = errors.New("the link has changed meanwhile")

// Store is what is read and changed.
type Store interface {
	// Unfinished is links whose time was over at now, at most limit of them, from an index that may be behind.
	Unfinished(ctx context.Context, now time.Time, limit int) ([]link.ID, error)
	// Reveal is what is stored about a link, read consistently, or [link.ErrUnknown].
	Reveal(ctx context.Context, id link.ID) (link.Reveal, error)
	// Expire makes void a link that nobody has claimed, and its password expired, in one transaction; or [ErrChanged].
	Expire(ctx context.Context, r link.Reveal, e audit.Event) error
	// RevokeUnseen revokes the password of a link that was claimed and not fetched, by which c works, in one transaction; or [ErrChanged]. What
	// it has replaced of c works again, as it did; where there is nothing of that kind any more, c is revoked.
	RevokeUnseen(ctx context.Context, r link.Reveal, c credential.Credential, e audit.Event) error
	// Dismiss takes a link that is over out of the index.
	Dismiss(ctx context.Context, id link.ID) error
	// Later puts off when to look again at a link that now is due.
	Later(ctx context.Context, id link.ID, now, until time.Time) error
	Credentials
}

// Vault is where sealed passwords lie.
type Vault interface {
	// Delete removes a secret for good; it is no error that there is none.
	Delete(ctx context.Context, name string) error
}

// Queue takes jobs.
type Queue interface {
	// Send queues a job that arrives after delay at the earliest.
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Limit is how many links one sweep deals with; the next one goes on.
const Limit = 200

// again is when what has failed is tried again: not by the next sweep, so that what always fails is never in the way of what comes behind it.
const again = 5 * time.Minute

// Sweeper sweeps.
type Sweeper struct {
	store Store
	vault Vault
	queue Queue
	team  string
}

// New returns a sweeper for a workspace.
func New(store Store, vault Vault, queue Queue, team string) *Sweeper {
	return &Sweeper{store, vault, queue, team}
}

// Swept is what a sweep has done.
type Swept struct{ Expired, Revoked, Ended, Failed int }

// Sweep deals with what is over at now. The error is of the index, or joins those of the single links.
func (s *Sweeper) Sweep(ctx context.Context, now time.Time) (Swept, error) {
	var done Swept
	ids, err := s.store.Unfinished(ctx, now, Limit)
	if err != nil {
		return done, fmt.Errorf("find the links that are not finished: %w", err)
	}
	var failed []error
	for _, id := range ids {
		if err := s.finish(ctx, id, now, &done); err != nil {
			done.Failed++
			failed = append(failed, fmt.Errorf("finish link %s: %w", id, errors.Join(err, unless(s.store.Later(ctx, id, now, now.Add(again)), ErrChanged))))
		}
	}
	return done, errors.Join(append(failed, s.endings(ctx, now, &done))...)
}

func (s *Sweeper) finish(ctx context.Context, id link.ID, now time.Time, done *Swept) error {
	r, err := s.store.Reveal(ctx, id)
	if errors.Is(err, link.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	if now.Before(r.Disposable()) {
		return nil // the index is early, or the link has a few seconds left
	}
	// First the secret: what fails after it is tried again, and a link that is over can't be claimed.
	if err := s.vault.Delete(ctx, r.Secret); err != nil {
		return err
	}
	e := audit.New(now, r.Owner, "apppass", audit.Expired)
	e.Credential = r.Credential
	switch {
	case r.State == link.Preparing || r.State == link.Ready:
		e.Reason = "link_unread"
		if err = s.tellUnread(ctx, r, now); err != nil {
			return err
		}
		if err = s.store.Expire(ctx, r, e); err == nil {
			done.Expired++
		}
		if errors.Is(err, ErrChanged) {
			err = s.orphaned(ctx, id)
		}
	case r.Unseen(now):
		e.Action, e.Reason = audit.Revoked, "never_shown"
		err = s.unseen(ctx, r, e, done)
	case r.State == link.Void || !r.Fetched.IsZero():
		err = s.store.Dismiss(ctx, id)
	}
	return unless(err, ErrChanged)
}

// orphaned takes a link out of the index of which time is over, and with which nothing can be ended any more: its app password was ended
// while it waited.
func (s *Sweeper) orphaned(ctx context.Context, id link.ID) error {
	r, err := s.store.Reveal(ctx, id)
	if err != nil || r.State != link.Preparing && r.State != link.Ready {
		return err
	}
	c, err := s.store.Credential(ctx, r.Owner, r.Credential)
	switch {
	case errors.Is(err, credential.ErrNotFound):
	case err != nil:
		return err
	case c.State == credential.Pending && c.Verifier == r.Verifier, c.State == credential.Active && c.Next == r.Verifier:
		return ErrChanged // something was in between
	}
	return s.store.Dismiss(ctx, id)
}

// unseen takes back what a link has led to that nobody has seen, wherever it stands by now.
func (s *Sweeper) unseen(ctx context.Context, r link.Reveal, e audit.Event, done *Swept) error {
	c, err := s.store.Credential(ctx, r.Owner, r.Credential)
	switch {
	case errors.Is(err, credential.ErrNotFound), err == nil && c.State != credential.Active:
		return s.store.Dismiss(ctx, r.ID)
	case err != nil:
		return err
	case c.Former.Verifier == r.Verifier: // its owner has rotated again
		if err := s.store.EndFormer(ctx, c, e); err != nil {
			return err
		}
		done.Revoked++
		return s.store.Dismiss(ctx, r.ID)
	case c.Verifier != r.Verifier:
		return s.store.Dismiss(ctx, r.ID)
	}
	if err = s.store.RevokeUnseen(ctx, r, c, e); err == nil {
		done.Revoked++
	}
	return err
}

// after is how much later a word arrives than what it tells of is written.
const after = 5 * time.Second

// tellUnread queues the word that a link was not used in time, where it is shown or was a rotation's. It goes first: whoever reads it looks
// whether it is so.
func (s *Sweeper) tellUnread(ctx context.Context, r link.Reveal, now time.Time) error {
	if r.Rotation.From == "" && r.Place == (job.Reply{}) {
		return nil
	}
	j, err := job.New("unread:"+string(r.ID), job.Unread, job.RevealArgs{Reveal: string(r.ID)})
	if err != nil {
		return err
	}
	j.Person, j.Team, j.At = r.Owner.Person, r.Owner.Team, now.Unix()
	return s.queue.Send(ctx, j, after)
}
