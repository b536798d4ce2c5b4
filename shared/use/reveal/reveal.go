// Package reveal hands a sealed password over to the one browser session that claims its link.
//
// # What is promised
//
// At most one session obtains it, and that one may fetch again for a minute, so that a lost answer or a reload loses nothing. The
// claim is one transaction, which also makes the password work: what nobody has seen never works. The deletion of the secret is queued
// before the secret is read, so that a crash can't keep it; what was claimed and never handed over is revoked by the sweep.
//
// An unknown id and a wrong proof are one answer, [link.ErrUnknown], in one time. A wrong proof is told to the owner and changes nothing:
// whoever knows an id can neither lock nor burn a link.
//
// # The door
//
// Holding the link is not enough. The press of its button in Slack opens the door for two minutes, for the first session that shows the
// proof. Where no press comes within five seconds (a copied link, some mobile clients), where two sessions ask, and always for the
// sensitive tier, the page shows two digits, and the owner taps them in Slack among three: only the session that shows them is let in. A
// wrong tap, or "That wasn't me", withdraws the link and revokes the password.
//
// # Who learns what
//
//	who                            before it is used           while it is used          afterwards
//	nobody but an id               that it answers "unknown"   the same                  the same
//	who holds the link             nothing: the door is shut,  that it was used, when    that it was used, when
//	                               or the owner has to tap
//	the owner's Slack client       the link, in one view       the same                  that it was used; the link is gone
//	Slack itself                   the link, and whatever its  the same                  the same: it keeps what it keeps
//	                               people may read
//	AWS, our tables, our logs      ciphertext without its key  the same                  a keyed hash
//	a proxy, a mail scanner        the page, which is          the same; with the link   nothing
//	                               constant                    it can only ask the owner
//	an extension in that browser   the link                    the password              what it has kept
//	a person behind you            dots                        what you show             nothing
//
// What can't be prevented: an extension, or whoever controls the browser or Slack's client, sees what its person sees. A scanner that
// presses the button within the same second as the browser that the press was meant for may win the door; the owner is told that the
// link was used, and one press revokes what it led to. An answer that is lost after it was sent, with nobody asking again, leaves a
// password that works and that nobody knows.
//
// # What may be changed here
//
// How long things take, freely. The order of steps is the promise: claim, queue the deletion, read, note, answer. A new way in is a state
// of the door (package link), with its condition in the claim's transaction.
package reveal

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
)

// ErrLost reports a claim whose condition did not hold: somebody was faster, or the gate is not open.
var ErrLost = errors.New("the claim's condition does not hold")

// Store is what is read and changed. Each change is on the condition that nobody has claimed the link, and on its own; the error is
// [ErrLost] where that does not hold.
type Store interface {
	// Reveal is what is stored about a link, read consistently, or [link.ErrUnknown].
	Reveal(ctx context.Context, id link.ID) (link.Reveal, error)
	// Claim gives the reveal to the session and makes the password work, in one transaction on the conditions of
	// [link.Reveal.Claimable], of [link.Reveal.Admits] and of the owner's gate.
	Claim(ctx context.Context, r link.Reveal, nonce link.Nonce, e audit.Event) error
	// Fetched notes that the session is about to get what is sealed, if it is the one that has claimed.
	Fetched(ctx context.Context, id link.ID, nonce link.Nonce, at time.Time) error
	Door
}

// Door is what is changed in front of a claim.
type Door interface {
	// Knock notes the session as the first that has shown the proof, if it is.
	Knock(ctx context.Context, id link.ID, nonce link.Nonce) error
	// AskForNumber makes the door ask for a number from now on.
	AskForNumber(ctx context.Context, id link.ID) error
	// SetMatch sets the number that has to be tapped, if none is asked for at now.
	SetMatch(ctx context.Context, id link.ID, m link.Match, now time.Time) error
	// DropMatch forgets the number that is asked for, if it is m.
	DropMatch(ctx context.Context, id link.ID, m link.Match) error
	// Cut ends the link's time early.
	Cut(ctx context.Context, id link.ID, expires time.Time) error
	// WrongProof notes the first wrong proof of a link.
	WrongProof(ctx context.Context, id link.ID) error
}

// Vault is where sealed passwords lie.
type Vault interface {
	// Read is the sealed password, or [link.ErrUsed] where it is deleted.
	Read(ctx context.Context, name string) ([]byte, error)
	// Delete removes a secret for good; it is no error that there is none.
	Delete(ctx context.Context, name string) error
}

// Queue takes jobs.
type Queue interface {
	// Send queues a job that arrives after delay at the earliest.
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Revealer reveals.
type Revealer struct {
	store Store
	vault Vault
	queue Queue
	ask   Queue
	now   func() time.Time

	// How long to wait for the owner's press of the button, how often to look, and how long a wrong proof takes.
	patience, step, slow time.Duration
}

// New returns a revealer. Deletions go into queue, and what the owner waits for into ask.
func New(store Store, vault Vault, queue, ask Queue, now func() time.Time) *Revealer {
	return &Revealer{
		store: store, vault: vault, queue: queue, ask: ask, now: now,
		patience: 5 * time.Second, step: 250 * time.Millisecond, slow: 500 * time.Millisecond,
	}
}

// Claim is what a session shows of itself and its link.
type Claim struct {
	ID    link.ID
	Proof [link.ProofLen]byte
	Nonce link.Nonce
	// Mangled says that the link's key has reached a request line on its way.
	Mangled bool
	// Browser and Network are for the owner's eyes: "Firefox on Windows", an address.
	Browser, Network string
}

// Revealed is what the session gets.
type Revealed struct {
	Reveal link.Reveal
	Sealed []byte // ciphertext ‖ tag
	Until  time.Time
}

// Ended is the error of a link that is over, with the time at which it ended. It wraps a sentinel of package link.
type Ended struct {
	At  time.Time
	Err error
}

// Error is the sentinel's.
func (e *Ended) Error() string { return e.Err.Error() }

// Unwrap is the sentinel.
func (e *Ended) Unwrap() error { return e.Err }

// Claim claims the link for the session, or fetches again for the session that has it. The errors are those of package link; those
// of a link that is over come in an [Ended].
func (v *Revealer) Claim(ctx context.Context, c Claim) (Revealed, error) {
	r, err := v.proved(ctx, c)
	if err != nil {
		return Revealed{}, err
	}
	if r.State != link.Claimed {
		if r, err = v.take(ctx, r, c); err != nil {
			return Revealed{}, err
		}
	}
	now := v.now()
	if !r.ClaimedBy(c.Nonce, now) {
		return Revealed{}, &Ended{r.ClaimedAt, link.ErrUsed}
	}
	discard, err := r.DiscardJob(now)
	if err != nil {
		return Revealed{}, err
	}
	until := r.ClaimedAt.Add(link.Refetch)
	if err := v.queue.Send(ctx, discard, until.Sub(now)); err != nil {
		return Revealed{}, fmt.Errorf("queue the deletion of link %s's secret: %w", r.ID, err)
	}
	sealed, err := v.vault.Read(ctx, r.Secret)
	if errors.Is(err, link.ErrUsed) {
		return Revealed{}, &Ended{r.ClaimedAt, link.ErrUsed}
	}
	if err != nil {
		return Revealed{}, fmt.Errorf("read what link %s seals: %w", r.ID, err)
	}
	// Before the answer: what is not noted as fetched is revoked by the sweep, so that no password works that nobody has seen.
	if err := v.store.Fetched(ctx, r.ID, c.Nonce, now); err != nil {
		return Revealed{}, fmt.Errorf("note that link %s is fetched: %w", r.ID, err)
	}
	if r.Fetched.IsZero() {
		if err := v.tell(ctx, r, "revealed:"+string(r.ID), job.Revealed, job.RevealArgs{Reveal: string(r.ID)}); err != nil {
			return Revealed{}, err
		}
	}
	return Revealed{Reveal: r, Sealed: sealed, Until: until}, nil
}

// take makes the claim's transaction, once the door admits the session, and returns the reveal as it stands then.
func (v *Revealer) take(ctx context.Context, r link.Reveal, c Claim) (link.Reveal, error) {
	if c.Mangled {
		if err := v.leaked(ctx, r); err != nil {
			return link.Reveal{}, err
		}
	}
	r, err := v.admit(ctx, r, c)
	if err != nil || r.State == link.Claimed {
		return r, err
	}
	now := v.now()
	e := audit.New(now, r.Owner, r.Owner.Person, audit.Revealed)
	e.Credential = r.Credential
	claim := v.store.Claim(ctx, r, c.Nonce, e)
	if claim == nil {
		r.State, r.Nonce, r.ClaimedAt = link.Claimed, c.Nonce, now
		return r, nil
	}
	// A lost condition may be our own earlier claim, of which the answer was lost. So may be any other error.
	again, err := v.store.Reveal(ctx, r.ID)
	switch {
	case err != nil:
		return link.Reveal{}, fmt.Errorf("claim link %s: %w", r.ID, errors.Join(claim, err))
	case again.State == link.Claimed:
		return again, nil
	case !errors.Is(claim, ErrLost):
		return link.Reveal{}, fmt.Errorf("claim link %s: %w", r.ID, claim)
	}
	if err := ended(again, again.Claimable(now)); err != nil {
		return link.Reveal{}, err
	}
	if !again.Admits(c.Nonce, now) {
		return link.Reveal{}, problem.Passing("claim link "+string(r.ID), errDoor) // the page asks again
	}
	return link.Reveal{}, link.ErrHeld
}

// errDoor reports a door that has changed between a look and a claim.
var errDoor = errors.New("the door has changed meanwhile")

// Done ends the minute early: the session has what it came for, and the secret is deleted. Repeating it changes nothing.
func (v *Revealer) Done(ctx context.Context, c Claim) error {
	r, err := v.proved(ctx, c)
	switch {
	case err != nil:
		return err
	case r.State != link.Claimed:
		return ended(r, r.Claimable(v.now()))
	case r.Nonce != c.Nonce:
		return &Ended{r.ClaimedAt, link.ErrUsed}
	}
	if err := v.vault.Delete(ctx, r.Secret); err != nil {
		return fmt.Errorf("delete what link %s seals: %w", r.ID, err)
	}
	return nil
}

// proved is the reveal, if the proof is its own. An unknown id and a wrong proof take the same time.
func (v *Revealer) proved(ctx context.Context, c Claim) (link.Reveal, error) {
	r, err := v.store.Reveal(ctx, c.ID)
	known := err == nil
	if err != nil && !errors.Is(err, link.ErrUnknown) {
		return link.Reveal{}, fmt.Errorf("look up link %s: %w", c.ID, err)
	}
	hash := link.HashProof(c.Proof)
	if subtle.ConstantTimeCompare(hash[:], r.ProofHash[:]) == 1 && known {
		return r, nil
	}
	slow := time.After(v.slow)
	if known {
		v.wrongProof(ctx, r)
	}
	select {
	case <-slow:
	case <-ctx.Done():
	}
	return link.Reveal{}, link.ErrUnknown
}

// ended adds the time to the error of a link that is over.
func ended(r link.Reveal, err error) error {
	switch {
	case errors.Is(err, link.ErrVoid):
		return &Ended{r.Ended, err}
	case errors.Is(err, link.ErrExpired):
		return &Ended{r.Expires, err}
	}
	return err
}
