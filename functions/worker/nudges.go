package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	core "github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/nudge"
	"github.com/apppass/apppass/shared/use/revoke"
)

// nudges reminds people, takes what they answer, and keeps the last digest true.
type nudges struct {
	nudger interface {
		Snooze(ctx context.Context, j job.Job) (nudge.Answered, error)
		Keep(ctx context.Context, j job.Job) (nudge.Answered, error)
		Card(ctx context.Context, owner credential.Owner) (nudge.Shown, error)
	}
	read interface {
		Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	}
	slack interface {
		DirectMessage(ctx context.Context, to string, m slackapi.Message) (channel, ts string, err error)
		UpdateMessage(ctx context.Context, channel, ts string, m slackapi.Message) error
	}
	catalog interface {
		Catalog(ctx context.Context) (catalog.Catalog, error)
	}
	admins *admins
	show   *presenter
	now    func() time.Time
	log    *slog.Logger
}

var _ nudge.Presenter = (*nudges)(nil)

// endsIdle revokes what nobody uses, if it still is so.
func endsIdle(revoker *revoke.Revoker) nudge.Ender {
	return func(ctx context.Context, owner credential.Owner, id, job string, still func(credential.Credential) bool) error {
		_, err := revoker.Revoke(ctx, revoke.Request{Owner: owner, Credential: id, Job: job, Actor: "apppass", Reason: "idle", Still: still})
		return err
	}
}

// do does what an owner has answered to a reminder, and shows in the digest what has become of it. By a copy that is not the last digest
// nothing is done.
func (n *nudges) do(ctx context.Context, j job.Job) error {
	act, id, err := n.answer(j)
	if err != nil {
		return err
	}
	last, err := n.last(ctx, j)
	if err != nil {
		return err
	}
	if !last {
		return n.stale(ctx, j, id)
	}
	a, err := act(ctx, j)
	switch {
	case errors.Is(err, credential.ErrNotFound):
		return n.show.replace(ctx, j, n.show.failed(ctx, j, problem.Of(err)))
	case err != nil:
		return err
	case j.Kind == job.Snooze && a.Outcome == core.Open:
		return n.refresh(ctx, owner(j), id)
	}
	return n.Refresh(ctx, owner(j))
}

// answer is what is to be done, and with which app password.
func (n *nudges) answer(j job.Job) (act func(context.Context, job.Job) (nudge.Answered, error), id string, err error) {
	if j.Kind == job.Keep {
		args, err := job.ArgsOf[job.KeepArgs](j)
		return n.nudger.Keep, args.Credential, err
	}
	args, err := job.ArgsOf[job.SnoozeArgs](j)
	return n.nudger.Snooze, args.Credential, err
}

// last reports whether a job was asked for in the last digest.
func (n *nudges) last(ctx context.Context, j job.Job) (bool, error) {
	s, err := n.nudger.Card(ctx, owner(j))
	return s.Card.TS != "" && s.Card.TS == j.Reply.TS && s.Card.Channel == j.Reply.Channel, err
}

func (n *nudges) stale(ctx context.Context, j job.Job, id string) error {
	c, err := n.read.Credential(ctx, owner(j), id)
	if errors.Is(err, credential.ErrNotFound) {
		return n.replace(ctx, j, n.show.failed(ctx, j, problem.Of(err)))
	}
	if err != nil {
		return err
	}
	applications, err := n.catalog.Catalog(ctx)
	if err != nil {
		return err
	}
	return n.replace(ctx, j, n.show.ui(ctx, owner(j)).Stale(c, applications, n.now()))
}

// replace shows what has come of a job that was asked for in a digest: the last one says it in its lines, another one turns into m.
func (n *nudges) replace(ctx context.Context, j job.Job, m slackui.Message) error {
	last, err := n.last(ctx, j)
	if err != nil {
		return err
	}
	if last {
		return n.Refresh(ctx, owner(j))
	}
	return n.slack.UpdateMessage(ctx, j.Reply.Channel, j.Reply.TS, slackapi.Message(m))
}

// Digest writes a digest, and takes the buttons from the one before.
func (n *nudges) Digest(ctx context.Context, who credential.Owner, speak person.Preferences, card core.Card, items []core.Item) (channel, ts string, err error) {
	applications, err := n.catalog.Catalog(ctx)
	if err != nil {
		return "", "", err
	}
	d := slackui.Digest{Speak: speak, Now: card.At}
	for i, item := range items {
		d.Lines = append(d.Lines, slackui.Reminder{Line: card.Lines[i], Of: item.Credential, Outcome: core.Open})
	}
	channel, ts, err = n.slack.DirectMessage(ctx, who.Person, slackapi.Message(slackui.In(speak.Speaks()).Digest(d, applications)))
	switch {
	case errors.Is(err, slackapi.ErrNobody):
		return "", "", fmt.Errorf("%w: %w", person.ErrUnreachable, err)
	case err != nil:
		return "", "", err
	}
	// The digest is said, and must not be said again for the sake of the former one.
	if s, err := n.nudger.Card(ctx, who); err != nil {
		n.log.WarnContext(ctx, "the former digest keeps its buttons", "person", who.Person, "cause", err.Error())
	} else if err := n.update(ctx, s, applications, slackui.Digest{Former: true}); err != nil {
		n.log.WarnContext(ctx, "the former digest keeps its buttons", "person", who.Person, "cause", err.Error())
	}
	return channel, ts, nil
}

// Refresh shows in a person's last digest, if there is one, what has become of its lines.
func (n *nudges) Refresh(ctx context.Context, who credential.Owner) error {
	return n.refresh(ctx, who, "")
}

// state is what a line of a digest shows.
type state struct {
	id      string
	outcome core.Outcome
	snoozed int64
}

// refresh is [nudges.Refresh], late the app password that could not be put off for so long. As with home tabs, each who updates the message
// looks again after it, so that of two at a time the last one is true.
func (n *nudges) refresh(ctx context.Context, who credential.Owner, late string) error {
	var shown []state
	for range overtaken {
		s, err := n.nudger.Card(ctx, who)
		if err != nil || s.Card.TS == "" {
			return err
		}
		var now []state
		for _, l := range s.Lines {
			now = append(now, state{l.Credential.ID, l.Outcome, l.Credential.Nudges.Snoozed.Unix()})
		}
		if slices.Equal(now, shown) {
			return nil
		}
		applications, err := n.catalog.Catalog(ctx)
		if err != nil {
			return err
		}
		if err := n.update(ctx, s, applications, slackui.Digest{Late: late}); err != nil {
			return err
		}
		shown = now
	}
	return nil
}

// update shows a digest anew.
func (n *nudges) update(ctx context.Context, s nudge.Shown, applications catalog.Catalog, d slackui.Digest) error {
	if s.Card.TS == "" {
		return nil
	}
	d.Speak, d.Now = s.Speak, s.At
	for _, l := range s.Lines {
		d.Lines = append(d.Lines, slackui.Reminder{Line: l.Line, Of: l.Credential, Outcome: l.Outcome})
	}
	return n.slack.UpdateMessage(ctx, s.Card.Channel, s.Card.TS, slackapi.Message(slackui.In(s.Speak.Speaks()).Digest(d, applications)))
}

// Abandoned tells an owner what was revoked because nobody used it.
func (n *nudges) Abandoned(ctx context.Context, who credential.Owner, all []credential.Credential) error {
	return n.show.writeOf(ctx, who, func(ui slackui.UI, applications catalog.Catalog) slackui.Message {
		return ui.Abandoned(all, applications)
	})
}

// Unreachable tells the admins of somebody whom reminders don't reach, each once a day.
func (n *nudges) Unreachable(ctx context.Context, who person.Person) error {
	id := "unreachable:" + who.Owner.Person + ":" + n.now().UTC().Format(time.DateOnly)
	return n.admins.tell(ctx, id, func(u slackui.UI) slackui.Message { return u.Unreachable(who) }, who.Owner.Person)
}
