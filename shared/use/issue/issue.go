// Package issue makes an app password and shows its owner the one-time link to it. It also makes another one in the place of one that works,
// which is a rotation: nothing changes before its link is used.
//
// # Steps
//
//	lease the job · ask Slack who this is · T1 · queue the secret's deletion · seal · T2 · look again · show · done
//
// T1 is one transaction: the person's gate and login, the credential and its entry (both pending), the reveal (preparing), the audit event,
// the once-record. T2 makes the reveal ready. The plaintext exists between T1's preparation and the seal, in this process only.
//
// # What is promised
//
// Until the link is used the password does not work. A job that comes again never needs the old plaintext: it makes a new password and a
// new link under the same credential, in one transaction on the condition that nobody has claimed the old link; if somebody has, there
// is nothing left to do. Of several runs only the newest generation's link is shown.
//
// What the person has to mend or can't have (a problem that is not ours) is shown in place of the link, and the job is done.
//
// # What may be changed here
//
// The order of the steps is what makes each of them safe to be the last: nothing is stored of which the end is not queued, nothing is
// shown that is not ready. A change is tried by infra/e2e, which pulls the plug after each.
package issue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/problem"
)

var (
	// ErrClaimed reports that somebody has used the former link of the job.
	ErrClaimed = errors.New("the former link is claimed")
	// ErrConflict reports a transaction of which another condition did not hold: the gate, the login or the job's generation.
	ErrConflict = errors.New("a condition of the transaction does not hold")
)

// Company is what does not change while the process lives.
type Company struct {
	Team    string   // Slack's id of the workspace
	Domains []string // of e-mail addresses that may have app passwords; none: any
	// Prefixes are those of app passwords, the present one first.
	Prefixes []string
	// SecretPrefix is what the names of sealed passwords begin with, "apppass/reveal/".
	SecretPrefix string
	// Lease is how long a job is taken for: longer than the process may work on it.
	Lease time.Duration
}

// Issuer issues.
type Issuer struct {
	Ports
	company Company
	now     func() time.Time
}

// New returns an issuer.
func New(p Ports, c Company, now func() time.Time) *Issuer { return &Issuer{p, c, now} }

// Issue does the job. A returned error means that it has to come again.
func (i *Issuer) Issue(ctx context.Context, j job.Job) error {
	once, err := i.Ledger.Lease(ctx, j.ID, i.now().Add(i.company.Lease))
	if errors.Is(err, job.ErrDone) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lease job %s: %w", j.ID, err)
	}
	switch err := i.attempt(ctx, j, once); {
	case errors.Is(err, ErrClaimed):
		// Its owner has read it already: only the record is missing.
	case final(err):
		if err := i.Presenter.Problem(ctx, j, problem.Of(err)); err != nil {
			return fmt.Errorf("show why job %s comes to nothing: %w", j.ID, errors.Join(err, i.Ledger.Release(ctx, j.ID)))
		}
	case err != nil:
		return fmt.Errorf("issue for job %s: %w", j.ID, errors.Join(err, i.Ledger.Release(ctx, j.ID)))
	}
	if err := i.Ledger.Finish(ctx, j.ID); err != nil {
		return fmt.Errorf("finish job %s: %w", j.ID, err)
	}
	return nil
}

// final reports an error that trying again does not mend.
func final(err error) bool {
	if err == nil {
		return false
	}
	kind := problem.Of(err).Kind()
	return kind != problem.Internal && kind != problem.Unavailable
}

func (i *Issuer) attempt(ctx context.Context, j job.Job, once job.Once) error {
	var (
		d      Draft
		former *link.Reveal
		l      link.Link
		pw     password.Password
		err    error
	)
	begin := i.Store.Begin
	if j.Kind == job.Rotate {
		begin = i.Store.Renew
		d, former, l, pw, err = i.renewal(ctx, j, once)
	} else if former, err = i.former(ctx, once); err == nil {
		d, l, pw, err = i.draft(ctx, j, once.Generation+1)
	}
	if err != nil {
		return err
	}
	sealed, err := l.Seal(pw, i.company.Prefixes[0], d.Credential.ID)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if err := begin(ctx, d, former); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if former != nil {
		if err := i.discard(ctx, *former, 0); err != nil {
			return err
		}
	}
	if err := i.store(ctx, d.Reveal, sealed); err != nil {
		return err
	}
	switch now, err := i.Ledger.Once(ctx, j.ID); {
	case err != nil:
		return fmt.Errorf("look again: %w", err)
	case now.Generation != d.Reveal.Generation:
		return fmt.Errorf("generation %d has overtaken %d: %w", now.Generation, d.Reveal.Generation, job.ErrBusy)
	}
	place, err := i.Presenter.Link(ctx, j, Offer{Link: l, Account: d.Reveal.Account, Expires: d.Reveal.Expires, Rotation: j.Kind == job.Rotate})
	if err != nil {
		return err
	}
	if err := i.Store.Shown(ctx, d.Reveal.ID, place); err != nil {
		return fmt.Errorf("note where link %s is shown: %w", d.Reveal.ID, err)
	}
	return nil
}

// former is the link that an earlier run of the job has made.
func (i *Issuer) former(ctx context.Context, once job.Once) (*link.Reveal, error) {
	if once.Generation == 0 {
		return nil, nil
	}
	r, err := i.Store.Reveal(ctx, link.ID(once.Reveal))
	if err != nil {
		return nil, fmt.Errorf("read the former link %s: %w", once.Reveal, err)
	}
	switch r.State {
	case link.Claimed:
		return nil, ErrClaimed
	case link.Void:
		return nil, credential.ErrEnded // its owner has revoked it meanwhile: a retry's link is void only together with a newer one
	}
	return &r, nil
}

// store puts the sealed password into the vault, its end queued before, and makes the reveal ready.
func (i *Issuer) store(ctx context.Context, r link.Reveal, sealed []byte) error {
	if err := i.discard(ctx, r, r.Disposable().Sub(i.now())); err != nil {
		return err
	}
	if err := i.Vault.Create(ctx, r.Secret, sealed); err != nil {
		return fmt.Errorf("store what link %s seals: %w", r.ID, err)
	}
	if err := i.Store.Ready(ctx, r.ID); err != nil {
		return fmt.Errorf("make link %s ready: %w", r.ID, err)
	}
	return nil
}

func (i *Issuer) discard(ctx context.Context, r link.Reveal, after time.Duration) error {
	j, err := r.DiscardJob(i.now())
	if err != nil {
		return err
	}
	if err := i.Queue.Send(ctx, j, after); err != nil {
		return fmt.Errorf("queue the deletion of link %s's secret: %w", r.ID, err)
	}
	return nil
}

// draw makes a password, the link that will lead to it, and the name of the secret between the two.
func (i *Issuer) draw(ctx context.Context, f password.Format) (password.Password, link.Link, pepper.Keyed, error) {
	peppers, err := i.Peppers.Current(ctx)
	if err != nil {
		return password.Password{}, link.Link{}, pepper.Keyed{}, fmt.Errorf("read the pepper: %w", err)
	}
	pw := password.New(f)
	return pw, link.New(), peppers.Issue(pw), nil
}
