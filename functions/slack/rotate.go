package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
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
	view, err := a.beingRotated(ctx, p)
	switch {
	case errors.Is(err, slackapi.ErrViewChanged):
		return // pressed twice: the first press has changed what the second was pressed in
	case err != nil:
		a.log.ErrorContext(ctx, "a rotation has no place to be shown", "cause", err.Error())
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	err = a.send(ctx, "trigger:"+p.from.TriggerID, job.Rotate, p.who, job.Reply{ViewID: view}, job.RotateArgs{Credential: p.action.Value}, 0)
	if err == nil {
		return
	}
	// Where it is said that one is being made, the truth is worth a second call.
	if err := a.slack.UpdateView(ctx, view, "", p.ui.View(a.failed(ctx, p.ui, err))); err != nil {
		a.log.WarnContext(ctx, "an answer can't be shown", "cause", err.Error())
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// beingRotated says in a modal that another password is being made, and returns its id. One that was closed meanwhile, or can't be told, is
// none that a rotation fails for: the worker finds a place.
func (a *app) beingRotated(ctx context.Context, p press) (view string, err error) {
	if p.from.View.Type != slack.VTModal {
		return a.slack.OpenView(ctx, p.from.TriggerID, p.ui.BeingRotated())
	}
	err = a.slack.UpdateView(ctx, p.from.View.ID, p.from.View.Hash, p.ui.BeingRotated())
	if err != nil && !errors.Is(err, slackapi.ErrViewChanged) {
		a.log.InfoContext(ctx, "it is not said that a rotation is under way", "cause", err.Error())
		err = nil
	}
	return p.from.View.ID, err
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
