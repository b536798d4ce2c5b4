package main

import (
	"context"
	"net/http"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// snooze leaves it to the worker to put a reminder off.
func (a *app) snooze(ctx context.Context, w http.ResponseWriter, p press) {
	args, ok := slackui.ParseSnooze(p.chosen())
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.queued(ctx, w, p, job.Snooze, args)
}

// keep leaves it to the worker to note that an app password is needed.
func (a *app) keep(ctx context.Context, w http.ResponseWriter, p press) {
	if !credential.ValidID(p.action.Value) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.queued(ctx, w, p, job.Keep, job.KeepArgs{Credential: p.action.Value})
}
