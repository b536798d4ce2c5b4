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
	// EndFormer ends what a rotation of c has replaced, in one transaction.
	EndFormer(ctx context.Context, c credential.Credential, e audit.Event) error
}

// endings ends what is over of credentials: verifications refuse it already, by its time; here it is written down, and the feed tells whose
// sessions end.
func (s *Sweeper) endings(ctx context.Context, now time.Time, done *Swept) error {
	all, err := s.store.Ending(ctx, now, Limit)
	if err != nil {
		return fmt.Errorf("find the app passwords that end: %w", err)
	}
	var failed []error
	for _, w := range all {
		if err := s.ending(ctx, w, now, done); err != nil {
			done.Failed++
			failed = append(failed, fmt.Errorf("end credential %s: %w", w.Credential, err))
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
	switch {
	case c.State != credential.Active:
		return nil // pending: its link ends it
	case !c.Expires.IsZero() && !now.Before(c.Expires):
		e.Reason = "lifetime"
		if err = s.store.ExpireCredential(ctx, c, e); err == nil {
			done.Ended++
		}
	case c.Former.Verifier != "" && !now.Before(c.Former.Ends):
		e.Reason = "grace"
		if err = s.store.EndFormer(ctx, c, e); err == nil {
			done.Ended++
		}
	}
	return err
}
