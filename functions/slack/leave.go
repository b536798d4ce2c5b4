package main

import (
	"context"
	"net/http"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// decide leaves an admin's answer about somebody to the worker, which looks whether they are an admin.
func (a *app) decide(ctx context.Context, w http.ResponseWriter, p press) {
	args, ok := slackui.ParseDecision(p.action.ActionID, p.action.Value)
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.queued(ctx, w, p, job.Decide, args)
}

// goOn leaves an admin's answer about a reconciliation to the worker.
func (a *app) goOn(ctx context.Context, w http.ResponseWriter, p press) {
	run, ok := slackui.ParseRun(p.action.Value)
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.queued(ctx, w, p, job.GoOn, job.GoOnArgs{Run: run, GoOn: p.action.ActionID == slackui.ActionGoOn})
}
