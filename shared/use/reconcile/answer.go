package reconcile

import (
	"context"
	"fmt"

	"github.com/apppass/apppass/shared/core/job"
)

// batch is how many people one job of an answer deals with.
const batch = 200

// Answer takes an admin's answer about a run that has stopped, the job's person's: that they administer is for the caller to check. The run
// goes on for exactly the people about whom was asked. The question is returned as it is answered now, which may be by somebody who
// was sooner; its IDs are empty where it is kept no more.
func (r *Reconciler) Answer(ctx context.Context, j job.Job) (Question, error) {
	args, err := job.ArgsOf[job.GoOnArgs](j)
	if err != nil {
		return Question{}, err
	}
	q, err := r.Store.Question(ctx, args.Run)
	if err != nil {
		return q, fmt.Errorf("read the question of %s: %w", args.Run, err)
	}
	if len(q.IDs) == 0 {
		return q, nil
	}
	if q.By == "" {
		q.By, q.Job, q.GoOn = j.Person, j.ID, args.GoOn
		if q, err = r.Store.Answer(ctx, q); err != nil {
			return q, fmt.Errorf("keep the answer about %s: %w", args.Run, err)
		}
	}
	if q.Job != j.ID && args.From == 0 || !q.GoOn {
		return q, nil
	}
	from := min(args.From, len(q.IDs))
	until := min(from+batch, len(q.IDs))
	if err := r.look(ctx, j, args.Run, q.IDs[from:until]); err != nil || until == len(q.IDs) {
		return q, err
	}
	args.From = until
	more, err := job.New(fmt.Sprintf("%s:%d", q.Job, until), job.GoOn, args)
	if err != nil {
		return q, err
	}
	more.Person, more.Team, more.At = j.Person, j.Team, j.At
	return q, r.Queue.Send(ctx, more, 0)
}
