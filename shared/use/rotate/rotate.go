// Package rotate looks after what a rotation has replaced: it works for a while beside the new password, and ends, or is put off once.
//
// # What is promised
//
// Two passwords of a credential work at the most, and the former of them has an end from the moment at which the new one was revealed. To end
// it early, or to put that off, are each one transaction over the credential and the entry. A press that comes late, about another former
// password than the present one, changes nothing.
//
// # What may be changed here
//
// How long an extension is, freely. That there is one only is what keeps two passwords from becoming a habit.
package rotate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
)

var (
	// ErrOver reports that the former password does not work any more.
	ErrOver = problem.New(problem.Gone, "rotate.over")
	// ErrExtended reports that its end was put off before.
	ErrExtended = problem.New(problem.Conflict, "rotate.extended")
	// ErrChanged reports a transaction that met another state than was read: look again.
	ErrChanged = errors.New("the state has changed meanwhile")
)

// Extension is how much longer a former password works when its end is put off.
const Extension = 7 * 24 * time.Hour

// Store is what is read and changed.
type Store interface {
	// Credential is the owner's app password of that id, read consistently, or [credential.ErrNotFound].
	Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	// EndFormer ends what a rotation of c has replaced, in one transaction. What has changed meanwhile is an error.
	EndFormer(ctx context.Context, c credential.Credential, e audit.Event) error
	// ExtendFormer puts that end off until then, in one transaction; or [ErrChanged].
	ExtendFormer(ctx context.Context, c credential.Credential, until time.Time, e audit.Event) error
}

// Rotator looks after former passwords.
type Rotator struct {
	store Store
	now   func() time.Time
}

// New returns a rotator.
func New(store Store, now func() time.Time) *Rotator { return &Rotator{store, now} }

// Former names a former password: the credential's, made at that time (whole seconds).
type Former struct {
	Owner      credential.Owner
	Credential string
	Made       time.Time
	Job        string
}

// End ends it now, and returns the credential as it is then. The errors are [credential.ErrNotFound] and [ErrOver].
func (r *Rotator) End(ctx context.Context, f Former) (credential.Credential, error) {
	c, e, err := r.look(ctx, f)
	if err != nil {
		return c, err
	}
	e.Action, e.Reason = audit.Revoked, "former_ended"
	if err := r.store.EndFormer(ctx, c, e); err != nil {
		return c, fmt.Errorf("end the former password of %s: %w", c.ID, err)
	}
	c.Former = credential.Former{}
	return c, nil
}

// Extend puts its end off by [Extension], once, and returns the credential as it is then. The errors are [credential.ErrNotFound], [ErrOver]
// and [ErrExtended].
func (r *Rotator) Extend(ctx context.Context, f Former) (credential.Credential, error) {
	c, e, err := r.look(ctx, f)
	switch {
	case err != nil:
		return c, err
	case c.Former.Extended:
		return c, ErrExtended
	}
	e.Action = audit.Extended
	until := c.Former.Ends.Add(Extension)
	if err := r.store.ExtendFormer(ctx, c, until, e); err != nil {
		return c, fmt.Errorf("put off the end of the former password of %s: %w", c.ID, err)
	}
	c.Former.Ends, c.Former.Extended = until, true
	return c, nil
}

func (r *Rotator) look(ctx context.Context, f Former) (credential.Credential, audit.Event, error) {
	c, err := r.store.Credential(ctx, f.Owner, f.Credential)
	if err != nil {
		return c, audit.Event{}, fmt.Errorf("read credential %s: %w", f.Credential, err)
	}
	now := r.now()
	if c.State != credential.Active || !c.Rotating(now) || c.Former.Made.Unix() != f.Made.Unix() {
		return c, audit.Event{}, ErrOver
	}
	e := audit.New(now, c.Owner, f.Owner.Person, "")
	e.Credential, e.Job = c.ID, f.Job
	return c, e, nil
}
