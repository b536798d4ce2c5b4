// Package revoke ends an app password for good.
//
// # What is promised
//
// One transaction over all it concerns: the credential, its entry (which stays as a tombstone, so that its owner can be told why a
// program fails), the link if nobody has used it, the audit event. When [Revoker.Revoke] returns, the next verification refuses. A
// credential that is revoked already stays as it was, and is no error.
//
// # What may be changed here
//
// What else comes to belong to an app password ends in the same transaction, or it outlives its end after a crash.
package revoke

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
)

// ErrChanged reports a transaction that met another state than was read: look again.
var ErrChanged = errors.New("the state has changed meanwhile")

// Store is what is read and changed.
type Store interface {
	// Credential is the owner's app password of that id, read consistently, or [credential.ErrNotFound].
	Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	// Reveal is what is stored about a link, read consistently, or [link.ErrUnknown].
	Reveal(ctx context.Context, id link.ID) (link.Reveal, error)
	// Revoke ends c in one transaction. unread, if not nil, is its link, which becomes void if still nobody has used it. The error is
	// [ErrChanged] where a condition does not hold.
	Revoke(ctx context.Context, c credential.Credential, unread *link.Reveal, e audit.Event) error
	// EndFormer ends what a rotation of c has replaced, in one transaction; or [ErrChanged].
	EndFormer(ctx context.Context, c credential.Credential, e audit.Event) error
	// Withdraw makes void the link of a rotation that nobody has used, and its entry revoked, in one transaction; or [ErrChanged].
	Withdraw(ctx context.Context, r link.Reveal, e audit.Event) error
}

// Queue takes jobs.
type Queue interface {
	// Send queues a job that arrives after delay at the earliest.
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Revoker revokes.
type Revoker struct {
	store Store
	queue Queue
	now   func() time.Time
}

// New returns a revoker.
func New(store Store, queue Queue, now func() time.Time) *Revoker { return &Revoker{store, queue, now} }

// Request is what is to be revoked, and by which job.
type Request struct {
	Owner      credential.Owner
	Credential string
	Job        string
	// Actor is who revokes; empty: the owner. Reason is a code for the audit; empty: there is none.
	Actor, Reason string
	// Made is when the password was made that is to end, in whole seconds: of a rotation only what it has replaced, or what nobody has seen
	// yet. One that was made anew since then is another, and not found. Zero: the credential with all that belongs to it.
	Made time.Time
	// Still, if not nil, says of the credential as it is read whether it is still to be revoked; else it stays as it is.
	Still func(credential.Credential) bool
}

// attempts is how often a transaction is tried that others overtake.
const attempts = 4

// Revoke ends the credential and returns it as it was. The errors are [credential.ErrNotFound] and trouble of ours.
func (v *Revoker) Revoke(ctx context.Context, r Request) (credential.Credential, error) {
	var err error
	for range attempts {
		var c credential.Credential
		if c, err = v.try(ctx, r); !errors.Is(err, ErrChanged) {
			return c, err
		}
	}
	return credential.Credential{}, fmt.Errorf("revoke %s, overtaken %d times: %w", r.Credential, attempts, err)
}

func (v *Revoker) try(ctx context.Context, r Request) (credential.Credential, error) {
	c, err := v.store.Credential(ctx, r.Owner, r.Credential)
	if err != nil {
		return c, fmt.Errorf("read credential %s: %w", r.Credential, err)
	}
	if !r.Made.IsZero() && r.Made.Unix() != c.Renewed.Unix() {
		return v.older(ctx, c, r)
	}
	if c.State == credential.Revoked || c.State == credential.Expired || r.Still != nil && !r.Still(c) {
		return c, nil
	}
	unread, err := v.unread(ctx, c)
	if err != nil {
		return c, err
	}
	e := audit.New(v.now(), c.Owner, cmp.Or(r.Actor, r.Owner.Person), audit.Revoked)
	e.Credential, e.Reason, e.Job = c.ID, r.Reason, r.Job
	if err := v.store.Revoke(ctx, c, unread, e); err != nil {
		return c, fmt.Errorf("revoke %s: %w", c.ID, err)
	}
	if unread == nil {
		return c, nil
	}
	return c, v.discard(ctx, *unread, e.At)
}

// discard deletes what a link has sealed.
func (v *Revoker) discard(ctx context.Context, unread link.Reveal, at time.Time) error {
	// The link's own deletion job comes at the end of its time at the latest; this one is sooner.
	j, err := unread.DiscardJob(at)
	if err != nil {
		return err
	}
	if err := v.queue.Send(ctx, j, 0); err != nil {
		return fmt.Errorf("queue the deletion of link %s's secret: %w", unread.ID, err)
	}
	return nil
}

// unread is the credential's link, if nobody has used it.
func (v *Revoker) unread(ctx context.Context, c credential.Credential) (*link.Reveal, error) {
	if c.State != credential.Pending && c.Next == "" {
		return nil, nil
	}
	r, err := v.store.Reveal(ctx, link.ID(c.Reveal))
	switch {
	case errors.Is(err, link.ErrUnknown):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read link %s: %w", c.Reveal, err)
	case r.State == link.Claimed:
		return nil, ErrChanged // it was claimed after the credential was read
	case r.State == link.Void:
		return nil, nil
	}
	return &r, nil
}
