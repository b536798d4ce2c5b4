package main

import (
	"context"
	"errors"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/answer"
)

// taps takes the answers to the question which number a browser shows, and withdraws what somebody else has the link to.
type taps struct {
	answerer interface {
		Answer(ctx context.Context, owner credential.Owner, args job.TapArgs) (r link.Reveal, right bool, err error)
	}
	revoker interface {
		Withdraw(ctx context.Context, r link.Reveal, job string) (credential.Credential, error)
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
	c, err := t.revoker.Withdraw(ctx, r, j.ID)
	if err != nil {
		return err
	}
	return t.show.replace(ctx, j, t.show.ui(ctx, who).NotMe(r, c.Application))
}
