package main

import (
	"context"
	"errors"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
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
	links reads
	show  *presenter
	now   func() time.Time
}

// reads reads links.
type reads interface {
	Reveal(ctx context.Context, id link.ID) (link.Reveal, error)
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
	say, card := slackui.UI.Revoked, slackui.UI.Disowned
	if !c.Ended.IsZero() && c.Ended.Before(time.Unix(j.At, 0)) {
		say, card = slackui.UI.WasOver, slackui.UI.IsOver // not by this job, nor by a delivery of it before
	}
	// First: the place may be the one that the answer goes to.
	r.over(ctx, j, c, card(r.show.ui(ctx, who), c, applications))
	return r.show.replace(ctx, j, say(r.show.ui(ctx, who), c, slackui.Passwords{Kind: slackui.KindLive, All: left.Live, Now: r.now()}, applications))
}

// tidying bounds what is done beside a revocation, for which its answer waits.
const tidying = 2 * time.Second

// over puts that an app password has ended where its link was shown: neither the link nor a button of before is left there. It is done and
// holds without that, so what fails is logged only.
func (r *revocations) over(ctx context.Context, j job.Job, c credential.Credential, m slackui.Message) {
	ctx, cancel := context.WithTimeout(ctx, tidying)
	defer cancel()
	shown, err := r.links.Reveal(ctx, link.ID(c.Reveal))
	if err == nil && (shown.Place.ViewID == "" || shown.Place.ViewID != j.Reply.ViewID) {
		_, err = r.show.inPlace(ctx, shown.Place, r.show.ui(ctx, c.Owner), m)
	}
	if err != nil && !errors.Is(err, link.ErrUnknown) {
		r.show.log.WarnContext(ctx, "where the link was shown stays as it was", "credential", c.ID, "job", j.ID, "cause", err.Error())
	}
}
