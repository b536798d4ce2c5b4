package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/home"
)

// homes publishes home tabs.
type homes struct {
	looker interface {
		Look(ctx context.Context, owner credential.Owner) (home.Shown, error)
		Stale(ctx context.Context, owner credential.Owner, s home.Shown) (bool, error)
	}
	chooser interface {
		Prefer(ctx context.Context, j job.Job) error
	}
	people interface {
		Preferences(ctx context.Context, owner credential.Owner) (person.Preferences, error)
		Learn(ctx context.Context, owner credential.Owner, locale, zone string) error
	}
	slack interface {
		Account(ctx context.Context, person string) (person.Account, error)
		PublishHome(ctx context.Context, to string, v slack.HomeTabViewRequest) error
	}
	digests interface {
		Refresh(ctx context.Context, who credential.Owner) error
	}
	queue interface {
		Send(ctx context.Context, j job.Job, delay time.Duration) error
	}
	log *slog.Logger
}

// do publishes a person's home tab, and before, if they have just come to it, learns how they speak. If something has changed for them, their
// last digest is to say so too.
func (h *homes) do(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.HomeArgs](j)
	if err != nil {
		return err
	}
	if args.Opened {
		if err := h.learn(ctx, owner(j)); err != nil {
			h.log.WarnContext(ctx, "what is known of a person is not renewed", "cause", err.Error())
		}
	}
	err = h.Publish(ctx, owner(j), args.Page, slackui.Message{})
	if err != nil && args.Opened {
		h.away(ctx, owner(j), args.Page, j.Reference())
	}
	if err != nil || j.Reply != (job.Reply{}) {
		return err
	}
	return h.digests.Refresh(ctx, owner(j))
}

// away shows at once that the tab can't be made at present. It is tried again without the person, and they may try too.
func (h *homes) away(ctx context.Context, who credential.Owner, page int, reference string) {
	ui := slackui.In("")
	why := ui.Referenced(ui.FailedMessage(problem.ErrUnavailable), reference)
	if err := h.slack.PublishHome(ctx, who.Person, ui.HomeFailed(page, why)); err != nil {
		h.log.InfoContext(ctx, "no home tab is shown", "person", who.Person, "cause", err.Error())
	}
}

// prefer keeps a choice, and shows it, or why it can't be kept.
func (h *homes) prefer(ctx context.Context, j job.Job) error {
	var notice slackui.Message
	switch err := h.chooser.Prefer(ctx, j); {
	case errors.Is(err, home.ErrQuiet):
		speak, err := h.people.Preferences(ctx, owner(j))
		if err != nil {
			return err
		}
		notice = slackui.In(speak.Speaks()).FailedMessage(home.ErrQuiet)
	case err != nil:
		return err
	}
	return h.Publish(ctx, owner(j), max(j.Reply.Home, 1), notice)
}

func (h *homes) learn(ctx context.Context, who credential.Owner) error {
	a, err := h.slack.Account(ctx, who.Person)
	if err != nil {
		return err
	}
	known, err := h.people.Preferences(ctx, who)
	if err != nil || a.Owner.Team != who.Team || a.Locale == known.Locale && a.Zone == known.Zone {
		return err
	}
	return h.people.Learn(ctx, who, a.Locale, a.Zone)
}

// overtaken is how often a tab is published anew because what it shows has changed meanwhile.
const overtaken = 3

// Publish shows a page of a person's home tab as things are, with a notice of what was done there. Two jobs may publish at a time, and the
// one that looked first may be the last: each looks again after it has published, so that what is seen in the end is true. A person
// who has no home tab misses nothing.
func (h *homes) Publish(ctx context.Context, who credential.Owner, page int, notice slackui.Message) error {
	for range overtaken {
		s, err := h.looker.Look(ctx, who)
		if err != nil {
			return err
		}
		err = h.slack.PublishHome(ctx, who.Person, slackui.In(s.Speak.Speaks()).Home(slackui.Home{
			Owner: who, Speak: s.Speak, Live: s.Live, Ended: s.Ended, Rejected: s.Rejected, Activity: s.Activity, Applications: s.Applications,
			Now: s.At, Page: page, Notice: notice,
		}))
		if errors.Is(err, slackapi.ErrNoHome) {
			h.log.InfoContext(ctx, "no home tab is shown", "person", who.Person, "cause", err.Error())
			return nil
		}
		if err != nil {
			return fmt.Errorf("publish the home tab of %s: %w", who.Person, err)
		}
		if stale, err := h.looker.Stale(ctx, who, s); err != nil || !stale {
			return err
		}
	}
	return fmt.Errorf("the home tab of %s changes all the time: %w", who.Person, errOvertaken)
}

var errOvertaken = errors.New("overtaken")

// GaveUp says in a person's home tab that something has come to nothing; where the tab can't be made, nothing else is in it.
func (h *homes) GaveUp(ctx context.Context, ui slackui.UI, who credential.Owner, page int, why slackui.Message) error {
	if err := h.Publish(ctx, who, page, why); err != nil {
		return h.slack.PublishHome(ctx, who.Person, ui.HomeFailed(page, why))
	}
	return nil
}

// indexed is how long the audit's index may lag behind a change: a home tab that is made anew waits for it.
const indexed = time.Second

// After makes the home tabs anew of those for whom a job has changed something, by jobs of their own: what fails there comes again by
// itself, nobody waits for it, and what was done is not done again.
func (h *homes) After(ctx context.Context, done job.Job) {
	for _, who := range changedFor(done) {
		again, err := job.New("home:"+done.ID+":"+who.Person, job.Home, job.HomeArgs{Page: 1})
		if err == nil {
			again.Person, again.Team, again.At = who.Person, who.Team, done.At
			err = h.queue.Send(ctx, again, indexed)
		}
		if err != nil {
			h.log.WarnContext(ctx, "a home tab is made anew when it is opened", "person", who.Person, "cause", err.Error())
		}
	}
}

// changedFor is for whom a job has changed what their home tab shows. One that was asked for in the tab has shown it already.
func changedFor(j job.Job) []credential.Owner {
	switch j.Kind {
	case job.Home, job.Prefer, job.AskOwner, job.Warn, job.DeleteSecret, job.Doctor, job.Account, job.Reconcile, job.GoOn, job.Tried, job.Guessed, job.Nudge:
		return nil
	case job.Decide:
		args, err := job.ArgsOf[job.DecideArgs](j)
		if err != nil {
			return nil
		}
		return []credential.Owner{{Team: j.Team, Person: args.Person}}
	case job.Leaked:
		args, err := job.ArgsOf[job.LeakedArgs](j)
		if err != nil {
			return nil
		}
		var all []credential.Owner
		for _, found := range args.Found {
			if who := (credential.Owner{Team: found.Team, Person: found.Person}); !slices.Contains(all, who) {
				all = append(all, who)
			}
		}
		return all
	}
	if j.Person == "" || j.Reply.Home > 0 {
		return nil
	}
	return []credential.Owner{owner(j)}
}
