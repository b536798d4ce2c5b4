package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// admins is who administers apppass.
type admins struct {
	stored interface {
		Admins(ctx context.Context) ([]string, error)
	}
	first  string // effective while no admin is stored; may be empty
	ledger interface {
		Lease(ctx context.Context, id string, until time.Time) (job.Once, error)
		Release(ctx context.Context, id string) error
		Finish(ctx context.Context, id string) error
	}
	show  *presenter
	team  string
	lease time.Duration
	now   func() time.Time
}

// all is the Slack user ids of the admins.
func (a *admins) all(ctx context.Context) ([]string, error) {
	stored, err := a.stored.Admins(ctx)
	if err != nil {
		return nil, fmt.Errorf("look who the admins are: %w", err)
	}
	if len(stored) == 0 && a.first != "" {
		return []string{a.first}, nil
	}
	return stored, nil
}

// is says whether somebody is an admin now.
func (a *admins) is(ctx context.Context, person string) (bool, error) {
	all, err := a.all(ctx)
	return slices.Contains(all, person), err
}

// tell writes to every admin but some, to each once under that id. Trouble with one keeps none of the others from being told.
func (a *admins) tell(ctx context.Context, id string, what func(slackui.UI) slackui.Message, but ...string) error {
	all, err := a.all(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, admin := range all {
		if !slices.Contains(but, admin) {
			failed = errors.Join(failed, a.once(ctx, id+":"+admin, admin, what))
		}
	}
	return failed
}

func (a *admins) once(ctx context.Context, id, admin string, what func(slackui.UI) slackui.Message) error {
	switch _, err := a.ledger.Lease(ctx, id, a.now().Add(a.lease)); {
	case errors.Is(err, job.ErrDone):
		return nil
	case err != nil:
		return fmt.Errorf("lease %s: %w", id, err)
	}
	if err := a.show.write(ctx, admin, what(a.show.ui(ctx, credential.Owner{Team: a.team, Person: admin}))); err != nil {
		return fmt.Errorf("tell the admin %s: %w", admin, errors.Join(err, a.ledger.Release(ctx, id)))
	}
	return a.ledger.Finish(ctx, id)
}
