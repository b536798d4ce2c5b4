package main

import (
	"context"
	"net/http"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// ofNetwork leaves what an owner says of a new network to the worker.
func (a *app) ofNetwork(kind job.Kind) does {
	return func(ctx context.Context, w http.ResponseWriter, p press) {
		args, ok := slackui.ParseNetwork(p.action.Value)
		if !ok {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		a.queued(ctx, w, p, kind, args)
	}
}

// examine has the worker find out why programs can't sign in. What is found stands in a modal: the notice stays as it is.
func (a *app) examine(ctx context.Context, w http.ResponseWriter, p press) {
	reply := p.reply()
	if reply.ViewID == "" {
		id, err := a.slack.OpenView(ctx, p.from.TriggerID, p.ui.View(p.ui.Looking()))
		if err != nil {
			a.log.ErrorContext(ctx, "a diagnosis has no place to be shown", "cause", err.Error())
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		reply = job.Reply{ViewID: id}
	}
	if err := a.send(ctx, "trigger:"+p.from.TriggerID, job.Doctor, p.who, reply, struct{}{}, 0); err != nil {
		a.log.ErrorContext(ctx, "a diagnosis can't be queued", "cause", err.Error())
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}
