package main

import (
	"context"
	"net/http"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// press is a button that was pressed, or a choice that was made, somewhere in Slack.
type press struct {
	who    credential.Owner
	ui     slackui.UI
	from   slack.InteractionCallback // may hold a link's key
	action *slack.BlockAction
}

// reply is where the person looks for what comes of it.
func (p press) reply() job.Reply {
	if p.from.ResponseURL != "" {
		return job.Reply{ResponseURL: p.from.ResponseURL}
	}
	return job.Reply{ViewID: p.from.View.ID}
}

// does is what a press does. It answers with nothing, or with the status of a press that Slack shows a warning at.
type does func(ctx context.Context, w http.ResponseWriter, p press)

// table is what each press does, by its action id. One that is not in it is acknowledged: it needs no answer.
func (a *app) table() map[string]does {
	return map[string]does{
		slackui.ActionOpenLink:   a.openDoor,
		slackui.ActionSuggestion: a.suggested,
		slackui.ActionRevoke:     a.revoke,
		slackui.ActionNotMe:      a.tap,
		slackui.ActionTap + "1":  a.tap,
		slackui.ActionTap + "2":  a.tap,
		slackui.ActionTap + "3":  a.tap,
	}
}

// queued leaves what a press asks for to the worker. Where that can't be queued Slack shows a warning at the button, and it can be pressed
// again.
func (a *app) queued(ctx context.Context, w http.ResponseWriter, p press, kind job.Kind, args any) {
	if err := a.send(ctx, "trigger:"+p.from.TriggerID, kind, p.who, p.reply(), args, 0); err != nil {
		a.log.ErrorContext(ctx, "a press can't be queued", "kind", string(kind), "cause", err.Error())
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func (a *app) revoke(ctx context.Context, w http.ResponseWriter, p press) {
	if !credential.ValidID(p.action.Value) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.queued(ctx, w, p, job.Revoke, job.RevokeArgs{Credential: p.action.Value})
}

// suggested does the command that a person has meant, in the place of the message that offered it.
func (a *app) suggested(ctx context.Context, _ http.ResponseWriter, p press) {
	m := a.perform(ctx, p.who, slackui.ParseCommand(p.action.Value, a.prefixes...), p.from.TriggerID, false)
	if m.Text == "" {
		return // a form is open
	}
	a.replace(ctx, p, m)
}

// replace puts a message in the place of the one in which something was pressed.
func (a *app) replace(ctx context.Context, p press, m slackui.Message) {
	if err := a.slack.Replace(ctx, p.from.ResponseURL, slackapi.Message(m)); err != nil {
		a.log.WarnContext(ctx, "an answer can't be shown", "cause", err.Error())
	}
}
