// Package reconcile finds leavers that no event has told of: it holds the people of the workspace, page by page, against those who have app
// passwords.
//
// # What is promised
//
// Nothing is done before every page is read, by a token of the right workspace. A page that can't be read, or is not whole, is read again
// by the queue's patience, and after that the run has changed nothing.
//
// Only who is in the list, and is said there to be deactivated, or a guest where guests may have none, is taken for a leaver; and of each
// of them Slack is asked once more, by package leave, before anything ends. Who is known here and not in the list is unknown: nothing is
// done, and the admins are told.
//
// More than [Most] leavers in a run, or more than one of [Share] of all that are known, are more likely a mistake than the truth: the run
// stops before the first of them, and an admin is asked. One person alone is never too many, or a company of nineteen could not
// reconcile anybody.
//
// # What may be changed here
//
// The limits, freely. That absence means nothing must stay: a list that lacks somebody is what a fault looks like.
package reconcile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/policy"
)

const (
	// Most is how many people may have left in a run without a question.
	Most = 20
	// Share is of how many that are known one may have left without a question: 5 %.
	Share = 20
	// mostPages bounds a list that has no end.
	mostPages = 2000
)

var (
	// ErrTeam reports a token of another workspace than the one that is served.
	ErrTeam = errors.New("Slack's token is of another workspace")
	// ErrPages reports a list that is not whole.
	ErrPages = errors.New("the list of people is not whole")
)

// Member is somebody in Slack's list.
type Member struct {
	ID      string
	Deleted bool
	Guest   bool
}

// Roster is Slack's list of the people of a workspace.
type Roster interface {
	// Team is the workspace of the token.
	Team(ctx context.Context) (string, error)
	// Members is the page under a cursor, empty for the first one, and the next page's cursor, empty for the last.
	Members(ctx context.Context, cursor string) (page []Member, next string, err error)
}

// Question is what an admin is asked about a run that has stopped.
type Question struct {
	Run   string
	IDs   []string // in order
	Known int      // of how many
	// By is the admin who has answered, empty before; Job the answer's job; GoOn what it was.
	By, Job string
	GoOn    bool
}

// Store is what is read and kept.
type Store interface {
	// Known is the ids of everybody who has something or may be given something, from an index.
	Known(ctx context.Context) ([]string, error)
	// KeepPage keeps a page of a run's list, in the place of the one that was kept before.
	KeepPage(ctx context.Context, run string, page int, members []Member, at time.Time) error
	// Pages is the first so many pages of a run's list; [ErrPages] where one is missing.
	Pages(ctx context.Context, run string, pages int) ([]Member, error)
	// Ask keeps a question; one that is kept already stays.
	Ask(ctx context.Context, q Question, at time.Time) error
	// Question is a run's question, with what was answered; its IDs are empty where there is none.
	Question(ctx context.Context, run string) (Question, error)
	// Answer keeps the first answer to a question, and returns the question with it.
	Answer(ctx context.Context, q Question) (Question, error)
}

// Ledger keeps jobs from acting twice.
type Ledger interface {
	Lease(ctx context.Context, id string, until time.Time) (job.Once, error)
	Release(ctx context.Context, id string) error
	Finish(ctx context.Context, id string) error
}

// Settings is what the company has decided.
type Settings interface {
	Policy(ctx context.Context) (policy.Policy, error)
}

// Queue takes jobs.
type Queue interface {
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Presenter tells the admins, each once a run.
type Presenter interface {
	// TooMany asks what to do.
	TooMany(ctx context.Context, q Question) error
	// Absent names who is known here and not in Slack's list.
	Absent(ctx context.Context, run string, ids []string) error
}

// Ports is all that a [Reconciler] works with.
type Ports struct {
	Store    Store
	Roster   Roster
	Ledger   Ledger
	Settings Settings
	Queue    Queue
	Show     Presenter
}

// Reconciler reconciles.
type Reconciler struct {
	Ports
	team  string
	lease time.Duration
	now   func() time.Time
}

// New returns a reconciler of a workspace. lease is how long a job is taken for: longer than the process may work on it.
func New(p Ports, team string, lease time.Duration, now func() time.Time) *Reconciler {
	return &Reconciler{p, team, lease, now}
}

// Due is the job that begins a run, and whether a tick of every minute has to send it: once a day, at 02:17 UTC.
func Due(team string, at time.Time) (j job.Job, due bool, err error) {
	at = at.UTC()
	if at.Hour() != 2 || at.Minute() != 17 {
		return job.Job{}, false, nil
	}
	j, err = page(at.Format(time.DateOnly), 0, "")
	j.Team, j.At = team, at.Unix()
	return j, true, err
}

func page(run string, n int, cursor string) (job.Job, error) {
	id := "schedule:reconcile:" + run
	if n > 0 {
		id += fmt.Sprintf(":%d", n)
	}
	return job.New(id, job.Reconcile, job.ReconcileArgs{Run: run, Page: n, Cursor: cursor})
}

// Reconcile does a job of that kind: it reads a page, and leaves the next one to another job, or concludes after the last.
func (r *Reconciler) Reconcile(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.ReconcileArgs](j)
	if err != nil {
		return err
	}
	switch _, err := r.Ledger.Lease(ctx, j.ID, r.now().Add(r.lease)); {
	case errors.Is(err, job.ErrDone):
		return nil
	case err != nil:
		return fmt.Errorf("lease job %s: %w", j.ID, err)
	}
	if err := r.read(ctx, j, args); err != nil {
		return fmt.Errorf("page %d of %s: %w", args.Page, args.Run, errors.Join(err, r.Ledger.Release(ctx, j.ID)))
	}
	return r.Ledger.Finish(ctx, j.ID)
}

func (r *Reconciler) read(ctx context.Context, j job.Job, args job.ReconcileArgs) error {
	team, err := r.Roster.Team(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("ask Slack whose the token is: %w", err)
	case team != r.team:
		return fmt.Errorf("%s in place of %s: %w", team, r.team, ErrTeam)
	}
	members, next, err := r.Roster.Members(ctx, args.Cursor)
	switch {
	case err != nil:
		return fmt.Errorf("ask Slack for a page of people: %w", err)
	case next != "" && (next == args.Cursor || args.Page+1 == mostPages):
		return fmt.Errorf("page %d has no end: %w", args.Page, ErrPages)
	}
	if err := r.Store.KeepPage(ctx, args.Run, args.Page, members, r.now()); err != nil {
		return fmt.Errorf("keep it: %w", err)
	}
	if next == "" {
		return r.conclude(ctx, j, args)
	}
	following, err := page(args.Run, args.Page+1, next)
	if err != nil {
		return err
	}
	following.Team, following.At = j.Team, j.At
	return r.Queue.Send(ctx, following, 0)
}

// conclude holds the whole list against who is known.
func (r *Reconciler) conclude(ctx context.Context, j job.Job, args job.ReconcileArgs) error {
	known, err := r.Store.Known(ctx)
	if err != nil {
		return fmt.Errorf("look who is known: %w", err)
	}
	all, err := r.Store.Pages(ctx, args.Run, args.Page+1)
	if err != nil {
		return fmt.Errorf("read the pages: %w", err)
	}
	rules, err := r.Settings.Policy(ctx)
	if err != nil {
		return fmt.Errorf("read the policy: %w", err)
	}
	listed := make(map[string]Member, len(all))
	for _, m := range all {
		listed[m.ID] = m
	}
	var left, absent []string
	for _, id := range known {
		switch m, ok := listed[id]; {
		case !ok:
			absent = append(absent, id)
		case m.Deleted, m.Guest && !rules.Guests:
			left = append(left, id)
		}
	}
	slices.Sort(left)
	slices.Sort(absent)
	if len(absent) > 0 {
		if err := r.Show.Absent(ctx, args.Run, absent); err != nil {
			return fmt.Errorf("tell who is absent: %w", err)
		}
	}
	if !TooMany(len(left), len(known)) {
		return r.look(ctx, j, args.Run, left)
	}
	q := Question{Run: args.Run, IDs: left, Known: len(known)}
	if err := r.Store.Ask(ctx, q, r.now()); err != nil {
		return fmt.Errorf("keep the question: %w", err)
	}
	return r.Show.TooMany(ctx, q)
}

// TooMany says whether so many people of all that are known are more than may have left without a question.
func TooMany(left, known int) bool { return left > Most || left > 1 && left*Share > known }

// look leaves it to a job each to ask Slack about them once more, and to do what follows.
func (r *Reconciler) look(ctx context.Context, j job.Job, run string, ids []string) error {
	for _, id := range ids {
		one, err := job.New("reconcile:"+run+":"+id, job.Account, struct{}{})
		if err != nil {
			return err
		}
		who := credential.Owner{Team: r.team, Person: id}
		one.Person, one.Team, one.At = who.Person, who.Team, j.At
		if err := r.Queue.Send(ctx, one, 0); err != nil {
			return fmt.Errorf("queue the look at %s: %w", id, err)
		}
	}
	return nil
}
