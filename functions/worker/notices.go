package main

import (
	"context"
	"errors"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/remember"
	"github.com/apppass/apppass/shared/use/revoke"
)

// networks does what owners answer about uses from new networks, and then says so.
type networks struct {
	rememberer interface {
		Remember(ctx context.Context, n remember.Network) (credential.Credential, error)
	}
	revoker interface {
		Revoke(ctx context.Context, r revoke.Request) (credential.Credential, error)
	}
	read interface {
		Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	}
	catalog interface {
		Catalog(ctx context.Context) (catalog.Catalog, error)
	}
	show *presenter
	now  func() time.Time
}

// do remembers the network, or ends the password that was used from there: of a rotation the one of the two that it was.
func (n *networks) do(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.NetworkArgs](j)
	if err != nil {
		return err
	}
	applications, err := n.catalog.Catalog(ctx)
	if err != nil {
		return err
	}
	ui, say := n.show.ui(ctx, owner(j)), n.disown
	if j.Kind == job.Remember {
		say = n.remember
	}
	m, err := say(ctx, j, args, ui, applications)
	switch {
	case errors.Is(err, credential.ErrNotFound):
		return n.show.replace(ctx, j, n.show.failed(ctx, j, problem.Of(err)))
	case err != nil:
		return err
	}
	return n.show.replace(ctx, j, m)
}

func (n *networks) remember(ctx context.Context, j job.Job, args job.NetworkArgs, ui slackui.UI, applications catalog.Catalog) (m slackui.Message, err error) {
	c, err := n.rememberer.Remember(ctx, remember.Network{Owner: owner(j), Credential: args.Credential, Network: args.Network, Job: j.ID})
	switch {
	case err != nil:
		return m, err
	case !c.Live(n.now()):
		return ui.IsOver(c, applications), nil
	}
	return ui.Remembered(c, applications, args.Network), nil
}

func (n *networks) disown(ctx context.Context, j job.Job, args job.NetworkArgs, ui slackui.UI, applications catalog.Catalog) (m slackui.Message, err error) {
	c, err := n.read.Credential(ctx, owner(j), args.Credential)
	if err != nil {
		return m, err
	}
	r := revoke.Request{Owner: owner(j), Credential: args.Credential, Job: j.ID}
	if args.Made != 0 {
		r.Made = time.Unix(args.Made, 0)
	}
	was, err := n.revoker.Revoke(ctx, r)
	switch {
	case errors.Is(err, credential.ErrNotFound) && c.Live(n.now()):
		return ui.Replaced(c, applications), nil
	case errors.Is(err, credential.ErrNotFound), err == nil && !was.Ended.IsZero() && was.Ended.Before(time.Unix(j.At, 0)):
		return ui.IsOver(c, applications), nil
	case err != nil:
		return m, err
	case args.Made != 0 && args.Made != was.Renewed.Unix():
		return ui.FormerEnded(was, applications), nil
	}
	return ui.Disowned(was, applications), nil
}

// Tried tells an owner that something still sends a password that is over.
func (p *presenter) Tried(ctx context.Context, c credential.Credential, at time.Time, args job.TriedArgs) error {
	return p.writeOf(ctx, c.Owner, func(ui slackui.UI, applications catalog.Catalog) slackui.Message {
		return ui.Tried(c, applications, at, args)
	})
}

// Guessed tells an owner that many unknown passwords have come with their login.
func (p *presenter) Guessed(ctx context.Context, who credential.Owner, at time.Time, args job.GuessedArgs) error {
	return p.write(ctx, who.Person, p.ui(ctx, who).Guessed(at, args))
}

// AdminRevoked tells an owner what an administrator has revoked.
func (p *presenter) AdminRevoked(ctx context.Context, who credential.Owner, all []credential.Credential, reason string) error {
	return p.writeOf(ctx, who, func(ui slackui.UI, applications catalog.Catalog) slackui.Message {
		return ui.AdminRevoked(all, applications, reason)
	})
}

// RotationAsked tells an owner until when an administrator wants a rotation.
func (p *presenter) RotationAsked(ctx context.Context, c credential.Credential, by time.Time, reason string) error {
	return p.writeOf(ctx, c.Owner, func(ui slackui.UI, applications catalog.Catalog) slackui.Message {
		return ui.RotationAsked(c, applications, by, reason)
	})
}

// writeOf writes somebody a message that names app passwords.
func (p *presenter) writeOf(ctx context.Context, to credential.Owner, what func(slackui.UI, catalog.Catalog) slackui.Message) error {
	applications, err := p.catalog.Catalog(ctx)
	if err != nil {
		return err
	}
	return p.write(ctx, to.Person, what(p.ui(ctx, to), applications))
}
