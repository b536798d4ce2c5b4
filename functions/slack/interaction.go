package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// interaction answers buttons and forms.
func (a *app) interaction(ctx context.Context, w http.ResponseWriter, body []byte) {
	var cb slack.InteractionCallback
	form, err := url.ParseQuery(string(body))
	if err != nil || json.Unmarshal([]byte(form.Get("payload")), &cb) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	who := credential.Owner{Team: cb.Team.ID, Person: cb.User.ID}
	if !a.served(who) {
		a.log.WarnContext(ctx, "refused", "cause", "another team", "kind", string(cb.Type))
		w.WriteHeader(http.StatusForbidden)
		return
	}
	switch cb.Type {
	case slack.InteractionTypeViewSubmission:
		if cb.View.CallbackID == slackui.CallbackNew {
			a.submitNew(ctx, w, who, cb)
		}
	case slack.InteractionTypeBlockActions:
		for _, one := range cb.ActionCallback.BlockActions {
			if do := a.presses[one.ActionID]; do != nil {
				do(ctx, w, press{who, a.inView(who, cb.View), cb, one})
			}
		}
	}
	// Anything else is acknowledged: it needs no answer.
}

// afterAck is how long a submission's job waits: the answer to it must have reached Slack before the worker changes the view.
const afterAck = time.Second

func (a *app) submitNew(ctx context.Context, w http.ResponseWriter, who credential.Owner, cb slack.InteractionCallback) {
	ui := a.inView(who, cb.View)
	s := slackui.ParseNew(cb.View.State)
	label, err := credential.Label(s.Label, a.prefixes...)
	switch {
	case s.Application == "":
		answer(w, ui.ApplicationError(catalog.ErrUnknown))
		return
	case err != nil:
		answer(w, ui.LabelError(problem.Of(err)))
		return
	}
	args := job.IssueArgs{Application: s.Application, Label: label}
	if err := a.send(ctx, "view:"+cb.View.ID+":"+cb.View.Hash, job.Issue, who, job.Reply{ViewID: cb.View.ID}, args, afterAck); err != nil {
		// What was typed stays in the form.
		a.log.ErrorContext(ctx, "a submission can't be queued", "cause", err.Error())
		answer(w, ui.ApplicationError(problem.Of(err)))
		return
	}
	v := ui.BeingMade()
	answer(w, slack.NewUpdateViewSubmissionResponse(&v))
}

// inView speaks the language of an open view, or elsewhere as far as the person's is known.
func (a *app) inView(who credential.Owner, v slack.View) slackui.UI {
	if v.ID != "" && v.PrivateMetadata != "" {
		return slackui.In(v.PrivateMetadata)
	}
	return a.ui(who)
}
