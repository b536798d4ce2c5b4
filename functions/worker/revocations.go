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
	"github.com/apppass/apppass/shared/use/list"
	"github.com/apppass/apppass/shared/use/revoke"
)

// revocations revokes and then says so.
type revocations struct {
	revoker interface {
		Revoke(ctx context.Context, r revoke.Request) (credential.Credential, error)
	}
	lister interface {
		Overview(ctx context.Context, owner credential.Owner) (list.Overview, error)
	}
	catalog interface {
		Catalog(ctx context.Context) (catalog.Catalog, error)
	}
	show *presenter
	now  func() time.Time
}

func (r *revocations) do(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.RevokeArgs](j)
	if err != nil {
		return err
	}
	who := owner(j)
	c, err := r.revoker.Revoke(ctx, revoke.Request{Owner: who, Credential: args.Credential, Job: j.ID})
	if errors.Is(err, credential.ErrNotFound) {
		return r.show.replace(ctx, j, r.show.failed(ctx, j, problem.Of(err)))
	}
	if err != nil {
		return err
	}
	left, err := r.lister.Overview(ctx, who)
	if err != nil {
		return err
	}
	applications, err := r.catalog.Catalog(ctx)
	if err != nil {
		return err
	}
	say := slackui.UI.Revoked
	if !c.Ended.IsZero() && c.Ended.Before(time.Unix(j.At, 0)) {
		say = slackui.UI.WasOver // not by this job, nor by a delivery of it before
	}
	return r.show.replace(ctx, j, say(r.show.ui(ctx, who), c, slackui.Passwords{Kind: slackui.KindLive, All: left.Live, Now: r.now()}, applications))
}
