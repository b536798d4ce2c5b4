// Package keys makes, lists and revokes the keys with which a service asks.
//
// # What is promised
//
// A key's text is returned once, by [Keeper.Make]; what is kept is its SHA-256, its prefix and when it was made. Making and revoking are
// each one transaction with the audit event that says who did it. A service has at most [service.MaxKeys] keys, however many make one at
// the same moment. A key that is made is good at once; one that is revoked is refused within 10 s, when the last verifier has read the
// services again (package verify).
//
// If storage does not answer a write, it is [ErrUnsure], and a key may have been made whose text nobody has: it is listed, and can be
// revoked.
//
// # What may be changed here
//
// Revoking the last key is allowed, because a key that others know has to go at once; who wants no gap makes the next one first. The text
// never goes into an error, an event or a log; nor does what a caller takes for an id or a prefix into an error, as it may be a key that was
// pasted into the wrong place.
package keys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// ErrChanged reports a transaction that met another state than was read: look again.
var ErrChanged = errors.New("the state has changed meanwhile")

// ErrUnsure reports a change that storage may have made: its answer did not come. It wraps trouble that passes.
var ErrUnsure = problem.New(problem.Unavailable, "service.keys_unsure")

// Store is what is read and changed.
type Store interface {
	// Service is the service of that id, read consistently, or [service.ErrUnknown].
	Service(ctx context.Context, id string) (service.Service, error)
	// AddKey gives s, as it was read, one more key in one transaction with e. The error is [ErrChanged] where s is gone, has a key of that
	// prefix, or has [service.MaxKeys] keys.
	AddKey(ctx context.Context, s service.Service, k service.Key, e audit.Event) error
	// RemoveKey takes the key of that prefix from the service of that id in one transaction with e, or [ErrChanged] where there is none.
	RemoveKey(ctx context.Context, id, prefix string, e audit.Event) error
}

// Keeper keeps the services' keys.
type Keeper struct {
	store Store
	now   func() time.Time
}

// New returns a keeper.
func New(store Store, now func() time.Time) *Keeper { return &Keeper{store, now} }

// attempts is how often a transaction is tried that others overtake.
const attempts = 4

// Make makes a key for the service, on behalf of actor, and returns its text, which nobody can see again. The errors are
// [service.ErrUnknown], [service.ErrTooManyKeys] and trouble of ours.
func (p *Keeper) Make(ctx context.Context, id, actor string) (text string, k service.Key, err error) {
	err = retry(func() error {
		s, err := p.store.Service(ctx, id)
		if err != nil {
			return fmt.Errorf("read the service: %w", err)
		}
		if len(s.Keys) >= service.MaxKeys {
			return service.ErrTooManyKeys
		}
		now := p.now()
		text, k = service.NewKey(now)
		return sure(p.store.AddKey(ctx, s, k, audit.OfService(now, id, k.Prefix, actor, audit.KeyMade)))
	})
	if err != nil {
		return "", service.Key{}, fmt.Errorf("make a key: %w", err)
	}
	return text, k, nil
}

// List is the service's keys, the oldest first, or [service.ErrUnknown].
func (p *Keeper) List(ctx context.Context, id string) ([]service.Key, error) {
	s, err := p.store.Service(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("list the keys: %w", err)
	}
	slices.SortFunc(s.Keys, func(a, b service.Key) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.Prefix, b.Prefix)) })
	return s.Keys, nil
}

// Revoke ends the service's key of that prefix, on behalf of actor. The errors are [service.ErrUnknown], [service.ErrKeyUnknown], which is
// also what a key gets that was revoked before, and trouble of ours.
func (p *Keeper) Revoke(ctx context.Context, id, prefix, actor string) error {
	err := retry(func() error {
		s, err := p.store.Service(ctx, id)
		if err != nil {
			return fmt.Errorf("read the service: %w", err)
		}
		if !slices.ContainsFunc(s.Keys, func(k service.Key) bool { return k.Prefix == prefix }) {
			return service.ErrKeyUnknown
		}
		return sure(p.store.RemoveKey(ctx, id, prefix, audit.OfService(p.now(), id, prefix, actor, audit.KeyRevoked)))
	})
	if err != nil {
		return fmt.Errorf("revoke a key: %w", err)
	}
	return nil
}

// sure marks the trouble of a write: the sentence of other trouble says that nothing was changed.
func sure(err error) error {
	if errors.Is(err, problem.ErrUnavailable) {
		return fmt.Errorf("%w: %w", ErrUnsure, err)
	}
	return err
}

func retry(try func() error) (err error) {
	for range attempts {
		if err = try(); !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return fmt.Errorf("overtaken %d times: %w", attempts, err)
}
