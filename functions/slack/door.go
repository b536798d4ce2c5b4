package main

import (
	"context"
	"html"
	"net/http"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// openDoor lets the browser in that the press of a link's button opens: it asks Slack who has pressed, and opens the door for two
// minutes if that is the link's owner, with the login that the link was made for. It is done here and not by the worker, because the
// browser waits. What fails is logged only: the page then asks for a number.
func (a *app) openDoor(ctx context.Context, _ http.ResponseWriter, p press) {
	who := p.who
	id, err := link.ParseID(p.action.Value)
	if err != nil {
		a.log.WarnContext(ctx, "a link's button without its id")
		return
	}
	account, err := a.slack.Account(ctx, who.Person)
	if err == nil {
		// Guests were let in by the policy when the link was made.
		err = account.Check(a.team, a.domains, true)
	}
	if err == nil {
		err = a.doors.OpenDoor(ctx, id, who, account.Login(), a.now().Add(link.DoorLife))
	}
	if err != nil {
		a.log.WarnContext(ctx, "the door stays closed", "link", string(id), "person", who.Person, "cause", err.Error())
		if over := problem.Of(err); over == link.ErrUsed || over == link.ErrVoid || over == link.ErrExpired || over == link.ErrUnknown {
			a.say(ctx, p, p.ui.LinkOver(over))
		}
		return
	}
	a.log.InfoContext(ctx, "the door is open", "link", string(id), "person", who.Person)
	cb, now := p.from, a.now()
	if cb.View.ID != "" {
		a.sayInView(ctx, p, p.ui.OpenedView(cb.View.Blocks, now))
		return
	}
	a.say(ctx, p, slackui.Message{Text: html.UnescapeString(cb.Message.Text), Blocks: p.ui.Opened(cb.Message.Blocks, now)})
}

// openedTime bounds what is said where the link stands, which nobody waits for.
const openedTime = 700 * time.Millisecond

// say shows a message in the place of a link: that it was opened, or is over. Only here is what stands there at hand: it has the link's
// key, which no job carries. A view that meanwhile turned into "revealed" stays so, by its hash. A message has none: its reader would have
// to reveal, and the worker to say it, while this one call is under way.
func (a *app) say(ctx context.Context, p press, m slackui.Message) {
	if p.from.View.ID != "" {
		a.sayInView(ctx, p, p.ui.View(m))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, openedTime)
	defer cancel()
	a.saidOfLink(ctx, a.slack.UpdateMessage(ctx, p.from.Container.ChannelID, p.from.Container.MessageTs, slackapi.Message(m)))
}

func (a *app) sayInView(ctx context.Context, p press, v slack.ModalViewRequest) {
	ctx, cancel := context.WithTimeout(ctx, openedTime)
	defer cancel()
	a.saidOfLink(ctx, a.slack.UpdateView(ctx, p.from.View.ID, p.from.View.Hash, v))
}

func (a *app) saidOfLink(ctx context.Context, err error) {
	if err != nil {
		a.log.InfoContext(ctx, "where the link stands it is not said what became of it", "cause", err.Error())
	}
}

// tap queues the answer to the question which number a browser shows.
func (a *app) tap(ctx context.Context, w http.ResponseWriter, p press) {
	args, ok := slackui.ParseTap(p.action.Value)
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.queued(ctx, w, p, job.Tap, args)
}
