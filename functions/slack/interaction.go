package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
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
		a.actions(ctx, w, who, cb)
	}
	// Anything else is acknowledged: it needs no answer.
}

// afterAck is how long a submission's job waits: the answer to it must have reached Slack before the worker changes the view.
const afterAck = time.Second

func (a *app) submitNew(ctx context.Context, w http.ResponseWriter, who credential.Owner, cb slack.InteractionCallback) {
	ui := slackui.In("")
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

func (a *app) actions(ctx context.Context, w http.ResponseWriter, who credential.Owner, cb slack.InteractionCallback) {
	for _, action := range cb.ActionCallback.BlockActions {
		if tapped := strings.HasPrefix(action.ActionID, slackui.ActionTap); tapped || action.ActionID == slackui.ActionNotMe {
			a.tap(ctx, w, who, cb, action.Value)
			continue
		}
		switch action.ActionID {
		case slackui.ActionOpenLink:
			a.openDoor(ctx, who, cb, action.Value)
		case slackui.ActionSuggestion:
			a.suggested(ctx, who, cb, action.Value)
		case slackui.ActionRevoke:
			if !credential.ValidID(action.Value) {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			reply := job.Reply{ResponseURL: cb.ResponseURL}
			if cb.ResponseURL == "" {
				reply.ViewID = cb.View.ID
			}
			if err := a.send(ctx, "trigger:"+cb.TriggerID, job.Revoke, who, reply, job.RevokeArgs{Credential: action.Value}, 0); err != nil {
				// Slack shows a warning at the button, and it can be pressed again.
				a.log.ErrorContext(ctx, "a revocation can't be queued", "cause", err.Error())
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
		}
	}
}

// suggested does the command that a person has meant, in the place of the message that offered it.
func (a *app) suggested(ctx context.Context, who credential.Owner, cb slack.InteractionCallback, command string) {
	ui := slackui.In("")
	m, err := a.perform(ctx, ui, who, slackui.ParseCommand(command, a.prefixes...), cb.TriggerID)
	if err != nil {
		m = a.failed(ctx, ui, err)
	}
	if m.Text == "" {
		return // a form is open
	}
	if err := a.slack.Replace(ctx, cb.ResponseURL, slackapi.Message(m)); err != nil {
		a.log.WarnContext(ctx, "an answer can't be shown", "cause", err.Error())
	}
}
