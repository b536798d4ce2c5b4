package main

import (
	"context"
	"net/http"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// rotate has another password made for a credential. The link comes into the modal in which it was pressed, else into one that opens for it:
// a link has no place in a message that stays.
func (a *app) rotate(ctx context.Context, w http.ResponseWriter, p press) {
	if !credential.ValidID(p.action.Value) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	reply := p.reply()
	if reply.ViewID == "" {
		id, err := a.slack.OpenView(ctx, p.from.TriggerID, p.ui.BeingMade())
		if err != nil {
			a.log.ErrorContext(ctx, "a rotation has no place to be shown", "cause", err.Error())
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		reply = job.Reply{ViewID: id}
	}
	if err := a.send(ctx, "trigger:"+p.from.TriggerID, job.Rotate, p.who, reply, job.RotateArgs{Credential: p.action.Value}, 0); err != nil {
		a.log.ErrorContext(ctx, "a rotation can't be queued", "cause", err.Error())
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// endsFormer leaves the end of what a rotation has replaced to the worker, or its putting off.
func (a *app) endsFormer(kind job.Kind) does {
	return func(ctx context.Context, w http.ResponseWriter, p press) {
		args, ok := slackui.ParseFormer(p.action.Value)
		if !ok {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		a.queued(ctx, w, p, kind, args)
	}
}
