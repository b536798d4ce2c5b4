package issue

import (
	"context"
	"errors"
	"fmt"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/problem"
)

// Why there is nothing to rotate. Nothing was changed.
var (
	// ErrRevoked reports that it is revoked.
	ErrRevoked = problem.New(problem.Gone, "rotate.revoked")
	// ErrExpired reports that its time is over.
	ErrExpired = problem.New(problem.Gone, "rotate.expired")
	// ErrWithdrawn reports that the link of this rotation has made way for another's, or has ended, before it was shown.
	ErrWithdrawn = problem.New(problem.Conflict, "rotate.withdrawn")
	// ErrUnopened reports that its first link was not used yet.
	ErrUnopened = problem.New(problem.Conflict, "rotate.unopened")
)

// renewal makes what T1 of a rotation writes: another password under the same credential. unread is the link of a rotation that nobody
// has revealed yet, which makes way. [ErrClaimed] means that the job's own link is used, [ErrWithdrawn]
// that it has made way for another's.
func (i *Issuer) renewal(ctx context.Context, j job.Job, once job.Once) (d Draft, unread *link.Reveal, l link.Link, pw password.Password, err error) {
	fail := func(err error) (Draft, *link.Reveal, link.Link, password.Password, error) {
		return Draft{}, nil, link.Link{}, password.Password{}, err
	}
	args, err := job.ArgsOf[job.RotateArgs](j)
	if err != nil {
		return fail(err)
	}
	former, err := i.former(ctx, once)
	if errors.Is(err, credential.ErrEnded) {
		return fail(ErrWithdrawn)
	}
	if err != nil {
		return fail(err)
	}
	rules, err := i.Settings.Policy(ctx)
	if err != nil {
		return fail(fmt.Errorf("read the policy: %w", err))
	}
	who, _, err := i.who(ctx, j, rules)
	if err != nil {
		return fail(err)
	}
	c, err := i.Store.Credential(ctx, who.Owner, args.Credential)
	switch {
	case err != nil:
		return fail(fmt.Errorf("read credential %s: %w", args.Credential, err))
	case c.State == credential.Revoked:
		return fail(ErrRevoked)
	case !c.Live(i.now()):
		return fail(ErrExpired)
	case c.State != credential.Active:
		return fail(ErrUnopened)
	case former != nil && c.Next != former.Verifier:
		return fail(ErrConflict) // the job's own link was used, or has made way, after it was read
	}
	if unread, err = i.unread(ctx, c); err != nil {
		return fail(err)
	}
	application, services, err := i.choice(ctx, c.Application)
	if err != nil {
		return fail(err)
	}
	pw, l, keyed, err := i.draw(ctx, application.Format())
	if err != nil {
		return fail(err)
	}
	account := link.Account{Login: c.Login, Application: application.Name, Label: c.Label, Services: services}
	r := i.offered(c, l, keyed, account, who, rules, once.Generation+1)
	r.Rotation = link.Rotation{From: c.Verifier, Grace: rules.Grace, Before: c.Former.Verifier, Expires: c.Expires}
	e := audit.New(r.Made, who.Owner, who.Owner.Person, audit.Renewed)
	e.Credential, e.Job = c.ID, j.ID
	next := entry(c, keyed.Version)
	next.Verifier, next.Made = keyed.Verifier, r.Made
	return Draft{Person: who, Credential: c, Entry: next, Reveal: r, Event: e}, unread, l, pw, nil
}

// unread is the link of a rotation of the credential that was not revealed yet; nil where there is none.
func (i *Issuer) unread(ctx context.Context, c credential.Credential) (*link.Reveal, error) {
	if c.Next == "" {
		return nil, nil
	}
	r, err := i.Store.Reveal(ctx, link.ID(c.Reveal))
	if err != nil {
		return nil, fmt.Errorf("read the unread link %s: %w", c.Reveal, err)
	}
	if r.State == link.Claimed {
		return nil, ErrConflict // it was used after the credential was read
	}
	return &r, nil
}
