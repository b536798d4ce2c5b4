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
	c := slackui.ParseCommand(form.Get("text"), a.prefixes...)
	a.log.InfoContext(ctx, "command", "verb", string(c.Verb), "person", who.Person)
	switch c.Verb {
	case slackui.VerbNew:
		if err := a.slack.OpenView(ctx, form.Get("trigger_id"), ui.New(a.applications(ctx), c.Argument)); err != nil {
			a.fail(ctx, w, ui, err)
		}
	case slackui.VerbList:
		a.list(ctx, w, ui, who)
	case slackui.VerbRevoke:
		a.chooseToRevoke(ctx, w, ui, who, c.Argument)
	case slackui.VerbHelp:
		ephemeral(w, ui.Help())
	case slackui.VerbPassword:
		ephemeral(w, ui.Plain("label.password"))
	default:
		m := ui.Plain("help.unknown")
		m.Blocks = append(m.Blocks, ui.Help().Blocks...)
		ephemeral(w, m)
	}
}

// served reports a person of the workspace that this deployment serves.
func (a *app) served(who credential.Owner) bool { return who.Team == a.team && who.Person != "" }

func (a *app) list(ctx context.Context, w http.ResponseWriter, ui slackui.UI, who credential.Owner) {
	all, err := a.lister.Live(ctx, who)
	if err != nil {
		a.fail(ctx, w, ui, err)
		return
	}
	ephemeral(w, ui.List(all, a.names()))
}

// chooseToRevoke shows the app passwords that a word means, each with its button: typing alone revokes nothing.
func (a *app) chooseToRevoke(ctx context.Context, w http.ResponseWriter, ui slackui.UI, who credential.Owner, word string) {
	all, err := a.lister.Live(ctx, who)
	if err != nil {
		a.fail(ctx, w, ui, err)
		return
	}
	applications := a.names()
	some := list.Matching(all, applications, word)
	if len(some) == 0 {
		some = all
	}
	ephemeral(w, ui.Choose("revoke.choose", some, applications))
}

// fail answers with a sentence, and logs the cause.
func (a *app) fail(ctx context.Context, w http.ResponseWriter, ui slackui.UI, err error) {
	p := problem.Of(err)
	a.log.WarnContext(ctx, "a person was told of a problem", "code", p.Code(), "cause", err.Error())
	ephemeral(w, ui.FailedMessage(p))
}
