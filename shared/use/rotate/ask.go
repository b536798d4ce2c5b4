package rotate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
)

// Requests is what is read and changed for an admin's request.
type Requests interface {
	// Credential is the owner's app password of that id, read consistently, or [credential.ErrNotFound].
	Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	// AskRotation notes until when c has to be rotated, and has its owner's reminders looked at now, in one transaction; or [ErrChanged].
	AskRotation(ctx context.Context, c credential.Credential, by time.Time, e audit.Event) error
}

// Asker asks owners to rotate, as an admin wants it.
type Asker struct {
	store Requests
	now   func() time.Time
}

// NewAsker returns an asker.
func NewAsker(store Requests, now func() time.Time) *Asker { return &Asker{store, now} }

// Request is an admin's: the app password is to be rotated until By, whole seconds.
type Request struct {
	Owner      credential.Owner
	Credential string
	By         time.Time
	Actor      string // who asks
	Job        string
}

// asks is how often a transaction is tried that others overtake.
const asks = 4

// Ask notes the request, and returns the app password as it is then. The errors are [credential.ErrNotFound], and [ErrOver] where it does not
// work any more or was rotated after the request was made.
func (a *Asker) Ask(ctx context.Context, r Request, asked time.Time) (c credential.Credential, err error) {
	for range asks {
		if c, err = a.try(ctx, r, asked); !errors.Is(err, ErrChanged) {
			return c, err
		}
	}
	return c, fmt.Errorf("ask for a rotation of %s, overtaken %d times: %w", r.Credential, asks, err)
}

func (a *Asker) try(ctx context.Context, r Request, asked time.Time) (credential.Credential, error) {
	c, err := a.store.Credential(ctx, r.Owner, r.Credential)
	now := a.now()
	switch {
	case err != nil:
		return c, fmt.Errorf("read credential %s: %w", r.Credential, err)
	case c.State != credential.Active, !c.Live(now), c.Renewed.After(asked):
		return c, ErrOver
	case c.Nudges.RotateBy.Unix() == r.By.Unix():
		return c, nil
	}
	e := audit.New(now, c.Owner, r.Actor, audit.RotationAsked)
	e.Credential, e.Reason, e.Job = c.ID, "admin", r.Job
	if err := a.store.AskRotation(ctx, c, r.By, e); err != nil {
		return c, fmt.Errorf("ask for a rotation of %s: %w", c.ID, err)
	}
	c.Nudges.RotateBy = r.By
	return c, nil
}
