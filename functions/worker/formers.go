package main

import (
	"context"
	"errors"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/rotate"
)

// formers ends what rotations have replaced, or puts its end off, and then says so.
type formers struct {
	rotator interface {
		End(ctx context.Context, f rotate.Former) (credential.Credential, error)
		Extend(ctx context.Context, f rotate.Former) (credential.Credential, error)
	}
	catalog interface {
		Catalog(ctx context.Context) (catalog.Catalog, error)
	}
	show *presenter
	now  func() time.Time
}

func (f *formers) do(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.FormerArgs](j)
	if err != nil {
		return err
	}
	which := rotate.Former{Owner: owner(j), Credential: args.Credential, Made: time.Unix(args.Made, 0), Job: j.ID}
	act := f.rotator.End
	if j.Kind == job.ExtendFormer {
		act = f.rotator.Extend
	}
	ui := f.show.ui(ctx, which.Owner)
	c, err := act(ctx, which)
	switch {
	case errors.Is(err, credential.ErrNotFound), errors.Is(err, rotate.ErrOver), errors.Is(err, rotate.ErrExtended):
		return f.show.replace(ctx, j, ui.FailedMessage(problem.Of(err)))
	case err != nil:
		return err
	}
	applications, err := f.catalog.Catalog(ctx)
	if err != nil {
		return err
	}
	if j.Kind == job.ExtendFormer {
		return f.show.replace(ctx, j, ui.Rotated(c, applications, f.now()))
	}
	return f.show.replace(ctx, j, ui.FormerEnded(c, applications))
}
