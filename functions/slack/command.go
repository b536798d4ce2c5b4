package main

import (
	"context"
	"net/http"
	"net/url"

	"github.com/apppass/apppass/shared/core/catalog"
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
	who := credential.Owner{Team: form.Get("team_id"), Person: form.Get("user_id")}
	if !a.served(who) {
		ephemeral(w, slackui.In("").Plain("person.not_employee"))
		return
	}
	m := a.perform(ctx, who, slackui.ParseCommand(form.Get("text"), a.prefixes...), form.Get("trigger_id"), true)
	if m.Text != "" {
		ephemeral(w, m)
	}
}

// served reports a person of the workspace that this deployment serves.
func (a *app) served(who credential.Owner) bool { return who.Team == a.team && who.Person != "" }

// perform does what a command says: it opens a form, and then there is no message, or it finds the message that answers. mayAsk says that
// Slack may be asked for the person's language, because no other call of Slack's will be made.
func (a *app) perform(ctx context.Context, who credential.Owner, c slackui.Command, trigger string, mayAsk bool) slackui.Message {
	a.log.InfoContext(ctx, "command", "verb", string(c.Verb), "person", who.Person)
	switch c.Verb {
	case slackui.VerbNew:
		return a.openNew(ctx, who, c.Argument, trigger)
	case slackui.VerbPassword:
		return a.ui(who).Plain("label.password")
	}
	// One query answers all others, also in which language.
	own, err := a.lister.Overview(ctx, who)
	ui := a.ui(who)
	if err == nil {
		ui = a.heard(ctx, who, own.Speak, mayAsk)
	}
	switch c.Verb {
	case slackui.VerbHelp:
		return ui.Help()
	case slackui.VerbUnknown:
		return ui.Unknown(c)
	}
	if err != nil {
		return a.failed(ctx, ui, err)
	}
	if c.Verb == slackui.VerbRevoke {
		return a.chooseToRevoke(ui, own.Live, c.Argument)
	}
	return ui.List(own.Live, a.names())
}

// openNew opens the form; there is a message only where that is not possible.
func (a *app) openNew(ctx context.Context, who credential.Owner, typed, trigger string) slackui.Message {
	applications, ui := a.opening(ctx, who)
	if err := a.slack.OpenView(ctx, trigger, ui.New(applications, typed)); err != nil {
		return a.failed(ctx, ui, err)
	}
	return slackui.Message{}
}

// opening is the company's applications and the person's language, by one read; where that fails the built-in catalog and what is known.
func (a *app) opening(ctx context.Context, who credential.Owner) (catalog.Catalog, slackui.UI) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	speak, applications, err := a.forms.Opening(ctx, who)
	if err != nil {
		a.log.WarnContext(ctx, "the built-in catalog is used", "cause", err.Error())
		return catalog.Builtin(), a.ui(who)
	}
	a.known.Store(&applications)
	return applications, a.heard(ctx, who, speak, false)
}

// chooseToRevoke is the app passwords that a word means, each with its button: typing alone revokes nothing.
func (a *app) chooseToRevoke(ui slackui.UI, all []credential.Credential, word string) slackui.Message {
	applications := a.names()
	some := list.Matching(all, applications, word)
	if len(some) == 0 {
		some = all
	}
	return ui.Choose("revoke.choose", some, applications)
}

// failed is what a person is told of a problem; the cause is logged.
func (a *app) failed(ctx context.Context, ui slackui.UI, err error) slackui.Message {
	p := problem.Of(err)
	a.log.WarnContext(ctx, "a person was told of a problem", "code", p.Code(), "cause", err.Error())
	return ui.FailedMessage(p)
}
