package main

import (
	"context"
	"errors"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/answer"
	"github.com/apppass/apppass/shared/use/revoke"
)

// taps takes the answers to the question which number a browser shows, and revokes what somebody else has the link to.
type taps struct {
	answerer interface {
		Answer(ctx context.Context, owner credential.Owner, args job.TapArgs) (r link.Reveal, right bool, err error)
	}
	revoker interface {
		Revoke(ctx context.Context, r revoke.Request) (credential.Credential, error)
	}
	show *presenter
}

func (t *taps) do(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.TapArgs](j)
	if err != nil {
		return err
	}
	who := owner(j)
	r, right, err := t.answerer.Answer(ctx, who, args)
	switch {
	case errors.Is(err, answer.ErrOver):
		return t.show.replace(ctx, j, t.show.ui(ctx, who).Over())
	case err != nil:
		return err
	case right:
		return t.show.replace(ctx, j, t.show.ui(ctx, who).Admitted())
	}
	c, err := t.revoker.Revoke(ctx, revoke.Request{Owner: who, Credential: r.Credential, Job: j.ID})
	if err != nil {
		return err
	}
	return t.show.replace(ctx, j, t.show.ui(ctx, who).NotMe(r, c.Application))
}
