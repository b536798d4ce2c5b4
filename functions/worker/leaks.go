package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/revoke"
)

// leaks revokes app passwords that were found where others can read them, and then tells their owners and the admins, each once.
type leaks struct {
	revoker interface {
		Revoke(ctx context.Context, r revoke.Request) (credential.Credential, error)
	}
	ledger interface {
		Lease(ctx context.Context, id string, until time.Time) (job.Once, error)
		Release(ctx context.Context, id string) error
		Finish(ctx context.Context, id string) error
	}
	admins interface {
		Admins(ctx context.Context) ([]string, error)
	}
	firstAdmin string // effective while no admin is stored; may be empty
	show       *presenter
	lease      time.Duration
	now        func() time.Time
}

// do ends all that a report has found. Trouble with one keeps none of the others.
func (l *leaks) do(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.LeakedArgs](j)
	if err != nil {
		return err
	}
	var failed error
	for _, found := range args.Found {
		failed = errors.Join(failed, l.end(ctx, found))
	}
	return failed
}

func (l *leaks) end(ctx context.Context, found job.Leak) error {
	c, err := l.revoker.Revoke(ctx, revoke.Request{
		Owner: credential.Owner{Team: found.Team, Person: found.Person}, Credential: found.Credential, Job: found.ID(),
		Actor: "apppass", Reason: "leaked", Made: time.Unix(found.Made, 0),
	})
	switch {
	case errors.Is(err, credential.ErrNotFound), err == nil && c.State == credential.Expired:
		return nil // what was found is over without this
	case err != nil:
		return err
	}
	return errors.Join(l.tell(ctx, found, c.Owner.Person, c, slackui.UI.Leaked), l.tellAdmins(ctx, found, c))
}

func (l *leaks) tellAdmins(ctx context.Context, found job.Leak, c credential.Credential) error {
	admins, err := l.admins.Admins(ctx)
	if err != nil {
		return fmt.Errorf("look who the admins are: %w", err)
	}
	if len(admins) == 0 && l.firstAdmin != "" {
		admins = []string{l.firstAdmin}
	}
	var failed error
	for _, admin := range admins {
		if admin != c.Owner.Person {
			failed = errors.Join(failed, l.tell(ctx, found, admin, c, slackui.UI.LeakedToAdmin))
		}
	}
	return failed
}

// tell tells a person, once.
func (l *leaks) tell(ctx context.Context, found job.Leak, to string, c credential.Credential, what wording) error {
	id := found.ID() + ":" + to
	switch _, err := l.ledger.Lease(ctx, id, l.now().Add(l.lease)); {
	case errors.Is(err, job.ErrDone):
		return nil
	case err != nil:
		return fmt.Errorf("lease %s: %w", id, err)
	}
	if err := l.show.Leaked(ctx, to, c, what); err != nil {
		return fmt.Errorf("tell %s of a leak: %w", to, errors.Join(err, l.ledger.Release(ctx, id)))
	}
	return l.ledger.Finish(ctx, id)
}

// wording is what somebody is told of an app password.
type wording = func(slackui.UI, credential.Credential, catalog.Catalog) slackui.Message

// Leaked tells a person of an app password that was found.
func (p *presenter) Leaked(ctx context.Context, to string, c credential.Credential, what wording) error {
	applications, err := p.catalog.Catalog(ctx)
	if err != nil {
		return err
	}
	return p.write(ctx, to, what(p.ui(ctx, credential.Owner{Team: c.Owner.Team, Person: to}), c, applications))
}
