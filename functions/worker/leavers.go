package main

import (
	"context"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/leave"
	"github.com/apppass/apppass/shared/use/revoke"
)

// leavers looks after people who leave, change or come back, and tells the admins.
type leavers struct {
	leaver interface {
		Look(ctx context.Context, j job.Job) (leave.Found, error)
		Decide(ctx context.Context, j job.Job) (leave.Found, error)
		Told(ctx context.Context, f leave.Found) error
	}
	catalog interface {
		Catalog(ctx context.Context) (catalog.Catalog, error)
	}
	queue interface {
		Send(ctx context.Context, j job.Job, delay time.Duration) error
	}
	admins *admins
	show   *presenter
}

// step is what one job ends, well within the function's timeout in template.yaml.
var step = leave.Step{Most: 200, Time: 20 * time.Second}

// ends revokes what people have who leave. Its job is the app password's own, so that it is one act by whomever it is done.
func ends(revoker *revoke.Revoker) leave.Ender {
	return func(ctx context.Context, owner credential.Owner, id string, why person.Reason) error {
		_, err := revoker.Revoke(ctx, revoke.Request{Owner: owner, Credential: id, Job: "left:" + id, Actor: "apppass", Reason: string(why)})
		return err
	}
}

// look looks what Slack says of a person. Of who has left and is back there is more to see once that was told.
func (l *leavers) look(ctx context.Context, j job.Job) error {
	for again := true; again; {
		f, err := l.leaver.Look(ctx, j)
		if err != nil {
			return err
		}
		if err := l.tell(ctx, j, f); err != nil {
			return err
		}
		again = f.Again
	}
	return nil
}

// tell tells the admins what was found, but those who know it, or leaves the rest to another job.
func (l *leavers) tell(ctx context.Context, j job.Job, f leave.Found, know ...string) error {
	id := fmt.Sprintf("%s:%s:%d", f.State, f.Person.Owner.Person, f.Person.Gate.Generation)
	know = append(know, f.Person.Owner.Person)
	switch f.State {
	case leave.Unfinished:
		return l.queue.Send(ctx, j, 0)
	case leave.Left:
		applications, err := l.catalog.Catalog(ctx)
		if err != nil {
			return err
		}
		err = l.admins.tell(ctx, id, func(u slackui.UI) slackui.Message { return u.Left(f.Person, f.All, applications) }, know...)
		if err != nil {
			return err
		}
	case leave.Moved:
		err := l.admins.tell(ctx, id, func(u slackui.UI) slackui.Message { return u.Moved(f.Person, f.Login, f.All) }, know...)
		if err != nil {
			return err
		}
	}
	return l.leaver.Told(ctx, f)
}

// decide does what an admin has said, if they still are one, and puts what is the case in the place of the question.
func (l *leavers) decide(ctx context.Context, j job.Job) error {
	ui := l.show.ui(ctx, owner(j))
	switch is, err := l.admins.is(ctx, j.Person); {
	case err != nil:
		return err
	case !is:
		return l.show.replace(ctx, j, ui.Plain("leave.admin"))
	}
	f, err := l.leaver.Decide(ctx, j)
	if err != nil {
		return err
	}
	if err := l.tell(ctx, j, f, j.Person); err != nil {
		return err
	}
	m := ui.Decided(f.Person)
	switch f.State {
	case leave.Unfinished:
		m = ui.Ending(f.Person)
	case leave.Left:
		applications, err := l.catalog.Catalog(ctx)
		if err != nil {
			return err
		}
		m = ui.Left(f.Person, f.All, applications)
	case leave.Admitted:
		m = ui.LetIn(f.Person, f.All)
	case leave.Refused:
		m = ui.Refused(f.Person, f.Login, f.All)
	}
	return l.show.replace(ctx, j, m)
}
