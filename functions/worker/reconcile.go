package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/reconcile"
)

// rolls reconciles, and takes the admins' answers.
type rolls struct {
	reconciler interface {
		Reconcile(ctx context.Context, j job.Job) error
		Answer(ctx context.Context, j job.Job) (reconcile.Question, error)
	}
	admins *admins
	show   *presenter
}

// answer takes an admin's answer, if they still are one, and puts what is the case in the place of the question.
func (r *rolls) answer(ctx context.Context, j job.Job) error {
	ui := r.show.ui(ctx, owner(j))
	switch is, err := r.admins.is(ctx, j.Person); {
	case err != nil:
		return err
	case !is:
		return r.show.replace(ctx, j, ui.Plain("leave.admin"))
	}
	q, err := r.reconciler.Answer(ctx, j)
	if err != nil || j.Reply == (job.Reply{}) { // a later part of an answer that is shown already
		return err
	}
	return r.show.replace(ctx, j, ui.Reconciled(q.By, q.GoOn, q.IDs))
}

// observed tells the admins what a reconciliation has found.
type observed struct{ admins *admins }

var _ reconcile.Presenter = observed{}

// TooMany asks the admins.
func (o observed) TooMany(ctx context.Context, q reconcile.Question) error {
	return o.admins.tell(ctx, "reconcile:"+q.Run, func(u slackui.UI) slackui.Message { return u.TooMany(q.Run, q.IDs, q.Known) })
}

// Absent names people to the admins. The same ones are not named again before the once-record is over, or it would be every night.
func (o observed) Absent(ctx context.Context, _ string, ids []string) error {
	sum := sha256.Sum256([]byte(strings.Join(ids, " ")))
	return o.admins.tell(ctx, "absent:"+hex.EncodeToString(sum[:8]), func(u slackui.UI) slackui.Message { return u.Absent(ids) })
}
