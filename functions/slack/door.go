package main

import (
	"context"
	"net/http"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// openDoor lets the browser in that the press of a link's button opens: it asks Slack who has pressed, and opens the door for two
// minutes if that is the link's owner, with the login that the link was made for. It is done here and not by the worker, because the
// browser waits. What fails is logged only: the page then asks for a number.
func (a *app) openDoor(ctx context.Context, who credential.Owner, cb slack.InteractionCallback, value string) {
	id, err := link.ParseID(value)
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
		return
	}
	a.log.InfoContext(ctx, "the door is open", "link", string(id), "person", who.Person)
	if err := a.sayOpened(ctx, cb); err != nil {
		a.log.InfoContext(ctx, "where the link stands it is not said that it was opened", "link", string(id), "cause", err.Error())
	}
}

// openedTime bounds what is said where the link stands, which nobody waits for.
const openedTime = 700 * time.Millisecond

// sayOpened adds to the view or message with a link that it was opened. Only here is it at hand: it has the link's key, which no job
// carries. A view that meanwhile turned into "revealed" stays so, by its hash. A message has none: its reader would have to reveal, and
// the worker to say it, while this one call is under way.
func (a *app) sayOpened(ctx context.Context, cb slack.InteractionCallback) error {
	ctx, cancel := context.WithTimeout(ctx, openedTime)
	defer cancel()
	ui, now := slackui.In(""), a.now()
	if cb.View.ID != "" {
		return a.slack.UpdateView(ctx, cb.View.ID, cb.View.Hash, ui.OpenedView(cb.View.Blocks, now))
	}
	m := slackui.Message{Text: cb.Message.Text, Blocks: ui.Opened(cb.Message.Blocks, now)}
	return a.slack.UpdateMessage(ctx, cb.Container.ChannelID, cb.Container.MessageTs, slackapi.Message(m))
}

// tap queues the answer to the question which number a browser shows.
func (a *app) tap(ctx context.Context, w http.ResponseWriter, who credential.Owner, cb slack.InteractionCallback, value string) {
	args, ok := slackui.ParseTap(value)
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if err := a.send(ctx, "trigger:"+cb.TriggerID, job.Tap, who, job.Reply{ResponseURL: cb.ResponseURL}, args, 0); err != nil {
		a.log.ErrorContext(ctx, "an answer can't be queued", "cause", err.Error())
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}
