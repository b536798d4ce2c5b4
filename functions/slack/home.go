package main

import (
	"context"
	"net/http"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// openHome leaves it to the worker to publish a person's home tab. Where that can't be queued Slack sends the event again.
func (a *app) openHome(ctx context.Context, w http.ResponseWriter, who credential.Owner, event string) {
	if err := a.send(ctx, "event:"+event, job.Home, who, job.Reply{Home: 1}, job.HomeArgs{Page: 1, Opened: true}, 0); err != nil {
		a.log.ErrorContext(ctx, "an event can't be queued", "kind", string(job.Home), "cause", err.Error())
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// turnHome shows another page of the home tab.
func (a *app) turnHome(ctx context.Context, w http.ResponseWriter, p press) {
	page, ok := slackui.ParseHomePage(p.action.Value)
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.queued(ctx, w, p, job.Home, job.HomeArgs{Page: page})
}

// prefer keeps what a person has chosen in the home tab.
func (a *app) prefer(ctx context.Context, w http.ResponseWriter, p press) {
	args, ok := slackui.ParsePreference(p.action, p.from.View.State)
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.queued(ctx, w, p, job.Prefer, args)
}
