package main

import (
	"context"
	"net/http"
	"slices"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/list"
)

// findAll opens the question whether all that a word means are to be revoked, or all of a person's; there is a message only where that is
// not possible.
func (a *app) findAll(ctx context.Context, at asked, ui slackui.UI, own list.Overview, word string) slackui.Message {
	all := own.Live
	if word != "" {
		all = list.Matching(own.Live, ui.Names(a.names()), word)
	}
	if len(all) == 0 {
		return ui.ChooseToRevoke("revoke.none", a.passwords(own, slackui.KindLive, 0), a.names())
	}
	return a.opens(ctx, at, ui, ui.AskMany(all, a.names()))
}

// findLost opens the form for who has lost a phone.
func (a *app) findLost(ctx context.Context, at asked, ui slackui.UI, own list.Overview) slackui.Message {
	p := a.passwords(own, slackui.KindLive, 0)
	if len(p.All) == 0 {
		return ui.List(p, a.names())
	}
	return a.opens(ctx, at, ui, ui.Lost(p, a.names(), own.Speak.Location()))
}

func (a *app) opens(ctx context.Context, at asked, ui slackui.UI, v slack.ModalViewRequest) slackui.Message {
	if _, err := a.slack.OpenView(ctx, at.trigger, v); err != nil {
		return a.failed(ctx, ui, err)
	}
	return slackui.Message{}
}

// pressed is what a button for several does: over a message a modal opens, and a modal changes.
func (a *app) pressed(view func(p press, own list.Overview) (slack.ModalViewRequest, bool)) does {
	return func(ctx context.Context, w http.ResponseWriter, p press) {
		own, err := a.lister.Overview(ctx, p.who)
		if err != nil {
			a.replace(ctx, p, a.failed(ctx, p.ui, err))
			return
		}
		v, ok := view(p, own)
		switch {
		case !ok:
			a.replace(ctx, p, p.ui.List(a.passwords(own, slackui.KindLive, 0), a.names()))
			return
		case p.from.View.Type == slack.VTModal:
			err = a.slack.UpdateView(ctx, p.from.View.ID, p.from.View.Hash, v)
		default:
			_, err = a.slack.OpenView(ctx, p.from.TriggerID, v)
		}
		if err != nil {
			a.log.WarnContext(ctx, "a form can't be shown", "cause", err.Error())
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}
}

func (a *app) lost(p press, own list.Overview) (slack.ModalViewRequest, bool) {
	return p.ui.Lost(a.passwords(own, slackui.KindLive, 0), a.names(), own.Speak.Location()), len(own.Live) > 0
}

func (a *app) revokeAll(p press, own list.Overview) (slack.ModalViewRequest, bool) {
	all := own.Live
	if p.action.Value != slackui.AllPasswords {
		all = slices.DeleteFunc(slices.Clone(all), func(c credential.Credential) bool { return c.Application != p.action.Value })
	}
	return p.ui.AskMany(all, a.names()), len(all) > 0
}

// submitLost asks whether what was checked is to be revoked: typing, and even checking, revokes nothing.
func (a *app) submitLost(ctx context.Context, w http.ResponseWriter, who credential.Owner, cb slack.InteractionCallback) {
	ui, ids := a.inView(who, cb.View), slackui.ParseLost(cb.View.State)
	own, err := a.lister.Overview(ctx, who)
	if err != nil {
		a.log.ErrorContext(ctx, "what was checked can't be looked up", "cause", err.Error())
		answer(w, ui.LostErrors(cb.View, problem.Of(err).Code()))
		return
	}
	chosen := slices.DeleteFunc(slices.Clone(own.Live), func(c credential.Credential) bool { return !slices.Contains(ids, c.ID) })
	if len(chosen) == 0 {
		answer(w, ui.LostErrors(cb.View, "lost.none"))
		return
	}
	v := ui.AskMany(chosen, a.names())
	answer(w, slack.NewUpdateViewSubmissionResponse(&v))
}

// submitMany leaves it to the worker to revoke what was asked about. Where that can't be queued Slack shows an error in the view, and it can be
// sent again.
func (a *app) submitMany(ctx context.Context, w http.ResponseWriter, who credential.Owner, cb slack.InteractionCallback) {
	ids := slackui.ParseMany(cb.View)
	if len(ids) == 0 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	args := job.RevokeManyArgs{Credentials: ids}
	if err := a.send(ctx, "view:"+cb.View.ID+":"+cb.View.Hash, job.RevokeMany, who, job.Reply{ViewID: cb.View.ID}, args, afterAck); err != nil {
		a.log.ErrorContext(ctx, "a submission can't be queued", "cause", err.Error())
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	v := a.inView(who, cb.View).BeingRevoked(len(ids))
	answer(w, slack.NewUpdateViewSubmissionResponse(&v))
}
