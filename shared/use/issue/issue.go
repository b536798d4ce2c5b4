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

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

var (
	// ErrClaimed reports that somebody has used the former link of the job.
	ErrClaimed = errors.New("the former link is claimed")
	// ErrConflict reports a transaction of which another condition did not hold: the gate, the login or the job's generation.
	ErrConflict = errors.New("a condition of the transaction does not hold")
)

// Store is where all of it is kept.
type Store interface {
	// Begin is T1. former is the job's link before this one, nil for the first; it and its entry make way in the same transaction. The
	// errors are [ErrClaimed], [ErrConflict], and [person.ErrHeld] where the login is bound to somebody else.
	Begin(ctx context.Context, d Draft, former *link.Reveal) error
	// Renew is T1 of a rotation. unread is the link of a rotation before, nil for none, which makes way with its entry. The errors are
	// [ErrClaimed] and [ErrConflict].
	Renew(ctx context.Context, d Draft, unread *link.Reveal) error
	// Credential is the owner's app password of that id, read consistently, or [credential.ErrNotFound].
	Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	// Ready is T2; [ErrConflict] where the reveal is not preparing any more.
	Ready(ctx context.Context, id link.ID) error
	// Reveal is what is stored about a link, read consistently, or [link.ErrUnknown].
	Reveal(ctx context.Context, id link.ID) (link.Reveal, error)
	// Shown notes where Slack shows the link, so that it can be taken from there when it is used.
	Shown(ctx context.Context, id link.ID, place job.Reply) error
}

// Ledger keeps jobs from acting twice.
type Ledger interface {
	// Lease takes the job until then and returns how far it had come; [job.ErrDone] or [job.ErrBusy] where it is not to be had.
	Lease(ctx context.Context, id string, until time.Time) (job.Once, error)
	// Once is how far the job has come, read consistently.
	Once(ctx context.Context, id string) (job.Once, error)
	// Release gives the lease up, so that the job can be taken again at once.
	Release(ctx context.Context, id string) error
	// Finish marks it done.
	Finish(ctx context.Context, id string) error
}

// People is who is known.
type People interface {
	// Person is what is stored; its Login is empty where nothing is.
	Person(ctx context.Context, owner credential.Owner) (person.Person, error)
	// Hold keeps the person from being given anything until an admin decides.
	Hold(ctx context.Context, p person.Person, e audit.Event) error
	// Learn notes what Slack says of somebody's locale and time zone.
	Learn(ctx context.Context, owner credential.Owner, locale, zone string) error
}

// Settings is what the company has decided.
type Settings interface {
	Policy(ctx context.Context) (policy.Policy, error)
	Catalog(ctx context.Context) (catalog.Catalog, error)
	Services(ctx context.Context) ([]service.Service, error)
}

// Directory is Slack's word on who somebody is.
type Directory interface {
	Account(ctx context.Context, person string) (person.Account, error)
}

// Peppers gives the keys of the hash.
type Peppers interface {
	Current(ctx context.Context) (pepper.Peppers, error)
}

// Vault is where sealed passwords lie.
type Vault interface {
	// Create stores a sealed password under a name that is used once. Repeating it changes nothing.
	Create(ctx context.Context, name string, sealed []byte) error
}

// Queue takes jobs.
type Queue interface {
	// Send queues a job that arrives after delay at the earliest, and earlier than that where the queue can't wait so long.
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Presenter shows the person what has come of it.
type Presenter interface {
	// Link shows the link, where reply says or else in a direct message, and returns where it stands.
	Link(ctx context.Context, to job.Job, o Offer) (job.Reply, error)
	// Problem shows why there is none.
	Problem(ctx context.Context, to job.Job, p *problem.Problem) error
}

// Offer is a link to be shown, and what is said beside it.
type Offer struct {
	Link    link.Link
	Account link.Account
	Expires time.Time
	// Rotation says that another password works until the link is used, and for a while after.
	Rotation bool
}

// Draft is all that T1 writes.
type Draft struct {
	Person     person.Person
	New        bool // nothing was stored about the person
	Credential credential.Credential
	Entry      credential.Entry
	Reveal     link.Reveal
	Event      audit.Event
}

// Ports is all that an [Issuer] works with.
type Ports struct {
	Store     Store
	Ledger    Ledger
	People    People
	Settings  Settings
	Directory Directory
	Peppers   Peppers
	Vault     Vault
	Queue     Queue
	Presenter Presenter
}

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
