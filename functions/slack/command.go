package main

import (
	"context"
	"net/http"
	"net/url"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/list"
)

// command answers /apppass.
func (a *app) command(ctx context.Context, w http.ResponseWriter, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if form.Get("ssl_check") == "1" {
		return // Slack looks whether the certificate is good
	}
	ui := slackui.In("")
	who := credential.Owner{Team: form.Get("team_id"), Person: form.Get("user_id")}
	if !a.served(who) {
		ephemeral(w, ui.Plain("person.not_employee"))
		return
	}
	m, err := a.perform(ctx, ui, who, slackui.ParseCommand(form.Get("text"), a.prefixes...), form.Get("trigger_id"))
	if err != nil {
		m = a.failed(ctx, ui, err)
	}
	if m.Text != "" {
		ephemeral(w, m)
	}
}

// served reports a person of the workspace that this deployment serves.
func (a *app) served(who credential.Owner) bool { return who.Team == a.team && who.Person != "" }

// perform does what a command says: it opens a form, and then there is no message, or it finds the message that answers.
func (a *app) perform(ctx context.Context, ui slackui.UI, who credential.Owner, c slackui.Command, trigger string) (slackui.Message, error) {
	a.log.InfoContext(ctx, "command", "verb", string(c.Verb), "person", who.Person)
	switch c.Verb {
	case slackui.VerbNew:
		return slackui.Message{}, a.slack.OpenView(ctx, trigger, ui.New(a.applications(ctx), c.Argument))
	case slackui.VerbList:
		all, err := a.lister.Live(ctx, who)
		return ui.List(all, a.names()), err
	case slackui.VerbRevoke:
		return a.chooseToRevoke(ctx, ui, who, c.Argument)
	case slackui.VerbHelp:
		return ui.Help(), nil
	case slackui.VerbPassword:
		return ui.Plain("label.password"), nil
	}
	return ui.Unknown(c), nil
}

// chooseToRevoke is the app passwords that a word means, each with its button: typing alone revokes nothing.
func (a *app) chooseToRevoke(ctx context.Context, ui slackui.UI, who credential.Owner, word string) (slackui.Message, error) {
	all, err := a.lister.Live(ctx, who)
	if err != nil {
		return slackui.Message{}, err
	}
	applications := a.names()
	some := list.Matching(all, applications, word)
	if len(some) == 0 {
		some = all
	}
	return ui.Choose("revoke.choose", some, applications), nil
}

// failed is what a person is told of a problem; the cause is logged.
func (a *app) failed(ctx context.Context, ui slackui.UI, err error) slackui.Message {
	p := problem.Of(err)
	a.log.WarnContext(ctx, "a person was told of a problem", "code", p.Code(), "cause", err.Error())
	return ui.FailedMessage(p)
}
