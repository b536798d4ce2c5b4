package main

import (
	"context"
	"net/http"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// openDoor lets the browser in that the press of a link's button opens: it asks Slack who has pressed, and opens the door for two
// minutes if that is the link's owner, with the login that the link was made for. It is done here and not by the worker, because the
// browser waits. What fails is logged only: the page then asks for a number.
func (a *app) openDoor(ctx context.Context, who credential.Owner, value string) {
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
