// Package discard deletes what a link had sealed, as soon as nobody may read it any more.
//
// # What is promised
//
// A sealed password lives no longer than its link, and a minute after a claim. The job that deletes it is queued before the secret is
// made and again before it is read, so that no crash can keep one. The job looks at the stored reveal, whatever it was queued for,
// and comes back later where it is too early; running it twice changes nothing.
//
// # What may be changed here
//
// When a secret may go is said by [link.Reveal.Disposable]. The look at the reveal stays in front of the deletion: the job comes early,
// late and twice.
package discard

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

// Vault is where sealed passwords lie.
type Vault interface {
	// Delete removes a secret for good; it is no error that there is none.
	Delete(ctx context.Context, name string) error
}

// Queue takes jobs.
type Queue interface {
	// Send queues a job that arrives after delay at the earliest, and earlier than that where the queue can't wait so long.
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Discarder discards.
type Discarder struct {
	store Store
	vault Vault
	queue Queue
	now   func() time.Time
}

// New returns a discarder.
func New(store Store, vault Vault, queue Queue, now func() time.Time) *Discarder {
	return &Discarder{store, vault, queue, now}
}

// Discard deletes the secret that the job names, or queues the job again for when that may be done.
func (d *Discarder) Discard(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.DeleteSecretArgs](j)
	if err != nil {
		return err
	}
	r, err := d.store.Reveal(ctx, link.ID(args.Reveal))
	switch {
	case errors.Is(err, link.ErrUnknown):
		// Long over: the table has forgotten it. Or the link's transaction never came about.
	case err != nil:
		return fmt.Errorf("look whether the secret of link %s may be deleted: %w", args.Reveal, err)
	case r.Secret == args.Secret:
		if wait := r.Disposable().Sub(d.now()); wait > 0 {
			return d.queue.Send(ctx, j, wait)
		}
	}
	if err := d.vault.Delete(ctx, args.Secret); err != nil {
		return fmt.Errorf("delete the secret of link %s: %w", args.Reveal, err)
	}
	return nil
}
