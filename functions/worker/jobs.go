package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/boot"
)

// jobs gives each message to what does its kind.
type jobs struct {
	issuer      does
	discarder   discards
	revocations *revocations
	taps        *taps
	formers     *formers
	leaks       *leaks
	doctors     *doctors
	leavers     *leavers
	rolls       *rolls
	teller      owners
	networks    *networks
	many        *many
	nudges      *nudges
	nudger      reminds
	homes       publishes
	queues      map[string]putsOff // by name
	// lastReceive is the receive after which the queue gives a message up to its dead letters.
	lastReceive int
	tell        tells
	log         *slog.Logger
}

// publishes publishes home tabs.
type publishes interface {
	do(ctx context.Context, j job.Job) error
	prefer(ctx context.Context, j job.Job) error
	After(ctx context.Context, done job.Job)
}

// tells tells a person that their job has come to nothing.
type tells interface {
	GaveUp(ctx context.Context, j job.Job) error
}

type does interface {
	Issue(ctx context.Context, j job.Job) error
}

type discards interface {
	Discard(ctx context.Context, j job.Job) error
}

// owners tells the owners of links and app passwords.
type owners interface {
	AskOwner(ctx context.Context, j job.Job) error
	Warn(ctx context.Context, j job.Job) error
	Revealed(ctx context.Context, j job.Job) error
	Used(ctx context.Context, j job.Job) error
	Unread(ctx context.Context, j job.Job) error
	Tried(ctx context.Context, j job.Job) error
	Guessed(ctx context.Context, j job.Job) error
}

// reminds reminds people, and tells them what was revoked as they did not answer.
type reminds interface {
	Nudge(ctx context.Context, j job.Job) error
	Abandoned(ctx context.Context, j job.Job) error
}

// putsOff makes a message come again sooner or later than its queue would.
type putsOff interface {
	PutOff(ctx context.Context, receipt string, wait time.Duration) error
}

// Do does the job in a message. One that failed comes again after what was asked for, else after a pause that doubles from a second to
// a minute. At the last time the person who waits is told; the message then goes to the dead letters, whose number is an alarm.
func (j *jobs) Do(ctx context.Context, m boot.Message) error {
	err := j.do(ctx, m)
	if err == nil {
		if it, foreign := job.Parse(m.Body); foreign == nil {
			j.homes.After(ctx, it)
		}
		return nil
	}
	if it, foreign := job.Parse(m.Body); foreign == nil && m.Received >= j.lastReceive && it.Reply != (job.Reply{}) {
		return errors.Join(err, j.gaveUp(ctx, it))
	}
	wait := min(time.Second<<min(m.Received-1, 6), time.Minute)
	if later, ok := errors.AsType[*job.Later](err); ok {
		wait = max(wait, later.After)
	}
	if q, ok := j.queues[queueName(m.Queue)]; ok {
		if failed := q.PutOff(ctx, m.Receipt, wait); failed != nil {
			j.log.WarnContext(ctx, "the queue's own timeout counts", "cause", failed.Error())
		}
	}
	return err
}

func (j *jobs) gaveUp(ctx context.Context, it job.Job) error {
	if it.Kind == job.RevokeMany {
		return j.many.GaveUp(ctx, it)
	}
	return j.tell.GaveUp(ctx, it)
}

func (j *jobs) do(ctx context.Context, m boot.Message) error {
	it, err := job.Parse(m.Body)
	if err != nil {
		return err
	}
	j.log.InfoContext(ctx, "job", "kind", string(it.Kind), "job", it.ID, "reference", it.Reference(), "received", m.Received)
	switch it.Kind {
	case job.Issue, job.Rotate:
		return j.issuer.Issue(ctx, it)
	case job.EndFormer, job.ExtendFormer:
		return j.formers.do(ctx, it)
	case job.Unread:
		return j.teller.Unread(ctx, it)
	case job.Revoke:
		return j.revocations.do(ctx, it)
	case job.Tap:
		return j.taps.do(ctx, it)
	case job.AskOwner:
		return j.teller.AskOwner(ctx, it)
	case job.Warn:
		return j.teller.Warn(ctx, it)
	case job.Revealed:
		return j.teller.Revealed(ctx, it)
	case job.Used:
		return j.teller.Used(ctx, it)
	case job.Tried:
		return j.teller.Tried(ctx, it)
	case job.Guessed:
		return j.teller.Guessed(ctx, it)
	case job.Remember, job.Disown:
		return j.networks.do(ctx, it)
	case job.RevokeMany:
		return j.many.do(ctx, it)
	case job.AdminRevoke:
		return j.many.byAdmin(ctx, it)
	case job.AskRotation:
		return j.many.ask(ctx, it)
	case job.Leaked:
		return j.leaks.do(ctx, it)
	case job.Nudge:
		return j.nudger.Nudge(ctx, it)
	case job.Abandoned:
		return j.nudger.Abandoned(ctx, it)
	case job.Snooze, job.Keep:
		return j.nudges.do(ctx, it)
	case job.Account:
		return j.leavers.look(ctx, it)
	case job.Decide:
		return j.leavers.decide(ctx, it)
	case job.Reconcile:
		return j.rolls.reconciler.Reconcile(ctx, it)
	case job.GoOn:
		return j.rolls.answer(ctx, it)
	case job.Doctor:
		return j.doctors.do(ctx, it)
	case job.Home:
		return j.homes.do(ctx, it)
	case job.Prefer:
		return j.homes.prefer(ctx, it)
	case job.DeleteSecret:
		return j.discarder.Discard(ctx, it)
	}
	return fmt.Errorf("kind %q: %w", it.Kind, job.ErrForeign)
}

// queueName is the last part of a queue's URL or ARN.
func queueName(s string) string { return s[strings.LastIndexAny(s, "/:")+1:] }
