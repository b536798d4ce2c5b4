package nudge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/job"
)

// Index says whom to look at.
type Index interface {
	// Due is the ids of persons who were to be looked at up to now, each once, and at most so many of them, the longest due first of each
	// part of the index; more says that there are others. The index may be behind.
	Due(ctx context.Context, now time.Time, most int) (persons []string, more bool, err error)
}

// Jobs takes many jobs.
type Jobs interface {
	// SendAll queues jobs. It returns how many it has queued also where others have failed.
	SendAll(ctx context.Context, all []job.Job) (sent int, err error)
}

// Limit is how many persons one tick deals with at most; the next one goes on.
const Limit = 8000

// Ticker has persons looked at.
type Ticker struct {
	index Index
	jobs  Jobs
	team  string
	limit int
}

// NewTicker returns a ticker for a workspace.
func NewTicker(index Index, jobs Jobs, team string) *Ticker { return &Ticker{index, jobs, team, Limit} }

// Ticked is what a tick has done.
type Ticked struct {
	Due, Queued int
	// More says that there were others, who are the next tick's.
	More bool
}

// Tick queues a job for each person who is to be looked at at now. Those whose job can't be queued are found again by the next tick, as are
// those whose job has come to nothing.
func (t *Ticker) Tick(ctx context.Context, now time.Time) (Ticked, error) {
	persons, more, err := t.index.Due(ctx, now, t.limit)
	if err != nil {
		err = fmt.Errorf("find whom to look at: %w", err)
	}
	done := Ticked{Due: len(persons), More: more}
	var all []job.Job
	for _, p := range persons {
		j, failed := job.New(job.NudgeID(p, now), job.Nudge, struct{}{})
		if failed != nil {
			return done, errors.Join(err, failed)
		}
		j.Person, j.Team, j.At = p, t.team, now.Unix()
		all = append(all, j)
	}
	var failed error
	done.Queued, failed = t.jobs.SendAll(ctx, all)
	return done, errors.Join(err, failed)
}
