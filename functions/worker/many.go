package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/rotate"
)

// many revokes several, as their owner or an administrator wants it, and then says so.
type many struct {
	revoker interface {
		Several(ctx context.Context, acts revoke.Acts, m revoke.Many) (revoke.Outcome, error)
		Outcome(ctx context.Context, acts revoke.Acts, m revoke.Many) (revoke.Outcome, error)
	}
	acts  revoke.Acts
	asker interface {
		Ask(ctx context.Context, r rotate.Request, asked time.Time) (credential.Credential, error)
	}
	teller interface {
		AdminRevoked(ctx context.Context, j job.Job, all []credential.Credential, reason string) error
		RotationAsked(ctx context.Context, j job.Job, c credential.Credential, by time.Time, reason string) error
	}
	catalog interface {
		Catalog(ctx context.Context) (catalog.Catalog, error)
	}
	show *presenter
	now  func() time.Time
}

func several(j job.Job) (revoke.Many, error) {
	args, err := job.ArgsOf[job.RevokeManyArgs](j)
	if err == nil && (len(args.Credentials) == 0 || len(args.Credentials) > job.MostRevoked) {
		err = fmt.Errorf("job %s is about %d app passwords: %w", j.ID, len(args.Credentials), job.ErrForeign)
	}
	return revoke.Many{Owner: owner(j), Credentials: args.Credentials, Job: j.ID}, err
}

// do revokes what an owner has chosen. Nothing is said before all of it holds, or the job has come for the last time.
func (m *many) do(ctx context.Context, j job.Job) error {
	what, err := several(j)
	if err != nil {
		return err
	}
	o, err := m.revoker.Several(ctx, m.acts, what)
	if err != nil {
		return err
	}
	return m.say(ctx, j, o)
}

// GaveUp says what has come of it although not all could be done: what is revoked is so, and the rest has its buttons.
func (m *many) GaveUp(ctx context.Context, j job.Job) error {
	what, err := several(j)
	if err != nil {
		return err
	}
	o, err := m.revoker.Outcome(ctx, m.acts, what)
	if err != nil {
		return errors.Join(err, m.show.GaveUp(ctx, j))
	}
	return m.say(ctx, j, o)
}

func (m *many) say(ctx context.Context, j job.Job, o revoke.Outcome) error {
	if len(o.Revoked)+len(o.Before)+len(o.Left) == 0 {
		return m.show.replace(ctx, j, m.show.failed(ctx, j, problem.Of(credential.ErrNotFound)))
	}
	applications, err := m.catalog.Catalog(ctx)
	if err != nil {
		return err
	}
	ended := slackui.Ended{Revoked: o.Revoked, Before: o.Before, Left: o.Left, Now: m.now()}
	return m.show.replace(ctx, j, m.show.ui(ctx, owner(j)).Many(ended, applications))
}

// byAdmin revokes what an administrator wants revoked, and tells its owner why.
func (m *many) byAdmin(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.AdminRevokeArgs](j)
	if err != nil {
		return err
	}
	all, err := m.acts.Credentials(ctx, owner(j))
	if err != nil {
		return err
	}
	what := revoke.Many{Owner: owner(j), Job: j.ID, Actor: args.Actor, Reason: "admin"}
	for _, c := range all {
		// What has ended since the job was made may have ended by it, at a delivery before.
		open := c.Ended.IsZero() || !c.Ended.Before(time.Unix(j.At, 0))
		if open && (args.Credential == "" || args.Credential == c.ID) && (args.Application == "" || args.Application == c.Application) {
			what.Credentials = append(what.Credentials, c.ID)
		}
	}
	o, err := m.revoker.Several(ctx, m.acts, what)
	if err != nil || len(o.Revoked) == 0 {
		return err
	}
	return m.teller.AdminRevoked(ctx, j, o.Revoked, args.Reason)
}

// ask notes until when an administrator wants a rotation, and asks the owner for it. Of what has ended, or was rotated since, there is
// nothing to ask.
func (m *many) ask(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.AskRotationArgs](j)
	if err != nil {
		return err
	}
	asked := time.Unix(j.At, 0)
	by := asked.AddDate(0, 0, args.Days)
	c, err := m.asker.Ask(ctx, rotate.Request{Owner: owner(j), Credential: args.Credential, By: by, Actor: args.Actor, Job: j.ID}, asked)
	switch {
	case errors.Is(err, credential.ErrNotFound), errors.Is(err, rotate.ErrOver):
		return nil
	case err != nil:
		return err
	}
	return m.teller.RotationAsked(ctx, j, c, by, args.Reason)
}
