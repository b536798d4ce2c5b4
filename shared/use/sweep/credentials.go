package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
)

// Waking names a credential that has something to end.
type Waking struct {
	Person     string // Slack's id
	Credential string
}

// Credentials is the part of [Store] that ends app passwords.
type Credentials interface {
	// Ending is credentials of which something was over at now, at most limit of them, from an index that may be behind.
	Ending(ctx context.Context, now time.Time, limit int) ([]Waking, error)
	// Credential is the owner's app password of that id, read consistently, or [credential.ErrNotFound].
	Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	// ExpireCredential ends a credential with all its entries, in one transaction.
	ExpireCredential(ctx context.Context, c credential.Credential, e audit.Event) error
	// EndFormer ends what a rotation of c has replaced, in one transaction. What has changed meanwhile is an error.
	EndFormer(ctx context.Context, c credential.Credential, e audit.Event) error
	// Rest moves when to look at c again; zero: never. [ErrChanged] where it is not as it was read.
	Rest(ctx context.Context, c credential.Credential, next time.Time) error
	// EndLater puts off when to look again at a credential that now is due.
	EndLater(ctx context.Context, owner credential.Owner, id string, now, until time.Time) error
}

// endings ends what is over of credentials: verifications refuse it already, by its time; here it is written down, and the feed tells whose
// sessions end. That comes [credential.Skew] later.
func (s *Sweeper) endings(ctx context.Context, now time.Time, done *Swept) error {
	all, err := s.store.Ending(ctx, now, Limit)
	if err != nil {
		return fmt.Errorf("find the app passwords that end: %w", err)
	}
	var failed []error
	for _, w := range all {
		if err := s.ending(ctx, w, now, done); err != nil {
			done.Failed++
			later := s.store.EndLater(ctx, credential.Owner{Team: s.team, Person: w.Person}, w.Credential, now, now.Add(again))
			failed = append(failed, fmt.Errorf("end credential %s: %w", w.Credential, errors.Join(err, unless(later, ErrChanged))))
		}
	}
	return errors.Join(failed...)
}

func (s *Sweeper) ending(ctx context.Context, w Waking, now time.Time, done *Swept) error {
	c, err := s.store.Credential(ctx, credential.Owner{Team: s.team, Person: w.Person}, w.Credential)
	if errors.Is(err, credential.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	e := audit.New(now, c.Owner, "apppass", audit.Expired)
	e.Credential = c.ID
	over := func(end time.Time) bool { return !end.IsZero() && !now.Add(-credential.Skew).Before(end) }
	next := credential.Sooner(c.End(), c.Former.Ends)
	switch {
	case c.State != credential.Active:
		return unless(s.store.Rest(ctx, c, time.Time{}), ErrChanged) // pending: its link ends it
	case over(c.End()):
		e.Reason = "lifetime"
		if c.End().Equal(c.Due) {
			e.Reason = "age"
		}
		err = s.store.ExpireCredential(ctx, c, e)
	case over(c.Former.Ends):
		e.Reason = "grace"
		err = s.store.EndFormer(ctx, c, e)
	case next.IsZero() || next.After(now):
		return unless(s.store.Rest(ctx, c, next), ErrChanged) // the index is behind, or has woken for what is no more
	default:
		return nil // it ends within the difference of clocks
	}
	if err == nil {
		done.Ended++
	}
	return unless(err, ErrChanged)
}

// unless is err, but nil where it is one that needs no mending.
func unless(err, fine error) error {
	if errors.Is(err, fine) {
		return nil
	}
	return err
}
