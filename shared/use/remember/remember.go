// Package remember keeps the owner's word that a network is theirs: that an app password is used from there is no news any more.
//
// # What is promised
//
// One transaction over the app password and the audit. At most [credential.MaxKnown] networks are kept, and with them the app password's life
// is no other: a network that is forgotten is asked about again. Of what has ended nothing is remembered.
//
// # What may be changed here
//
// What else an owner can confirm is an attribute of the app password, bounded, and a method here.
package remember

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
)

// ErrChanged reports a transaction that met another state than was read: look again.
var ErrChanged = errors.New("the state has changed meanwhile")

// Store is what is read and changed.
type Store interface {
	// Credential is the owner's app password of that id, read consistently, or [credential.ErrNotFound].
	Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	// Remember keeps these networks in place of those of c, in one transaction; or [ErrChanged].
	Remember(ctx context.Context, c credential.Credential, known []string, e audit.Event) error
}

// Rememberer remembers.
type Rememberer struct {
	store Store
	now   func() time.Time
}

// New returns a rememberer.
func New(store Store, now func() time.Time) *Rememberer { return &Rememberer{store, now} }

// Network is which network is whose.
type Network struct {
	Owner      credential.Owner
	Credential string
	Network    string // see [credential.Network]
	Job        string
}

// attempts is how often a transaction is tried that others overtake.
const attempts = 4

// Remember keeps the network, and returns the app password as it was: one that does not work any more stays as it is. The errors are
// [credential.ErrNotFound] and trouble of ours.
func (r *Rememberer) Remember(ctx context.Context, n Network) (c credential.Credential, err error) {
	for range attempts {
		if c, err = r.try(ctx, n); !errors.Is(err, ErrChanged) {
			return c, err
		}
	}
	return c, fmt.Errorf("remember a network of %s, overtaken %d times: %w", n.Credential, attempts, err)
}

func (r *Rememberer) try(ctx context.Context, n Network) (credential.Credential, error) {
	c, err := r.store.Credential(ctx, n.Owner, n.Credential)
	if err != nil {
		return c, fmt.Errorf("read credential %s: %w", n.Credential, err)
	}
	now := r.now()
	if c.State != credential.Active || !c.Live(now) || slices.Contains(c.Known, n.Network) {
		return c, nil
	}
	e := audit.New(now, c.Owner, n.Owner.Person, audit.Remembered)
	e.Credential, e.Job = c.ID, n.Job
	return c, r.store.Remember(ctx, c, credential.Remembered(c.Known, n.Network), e)
}
