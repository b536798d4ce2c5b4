package main

import (
	"context"
	"net/http"
	"net/url"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
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
	at := asked{
		who: who, app: form.Get("api_app_id"), trigger: form.Get("trigger_id"),
		reply: job.Reply{ResponseURL: form.Get("response_url")}, mayAsk: true,
	}
	m := a.perform(ctx, at, slackui.ParseCommand(form.Get("text"), a.prefixes...))
	if m.Text != "" {
		ephemeral(w, m)
	}
}

// served reports a person of the workspace that this deployment serves.
func (a *app) served(who credential.Owner) bool { return who.Team == a.team && who.Person != "" }

// asked is who asks for something, and where the answer goes.
type asked struct {
	who     credential.Owner
	app     string // its id, as Slack knows it
	trigger string
	reply   job.Reply
	// mayAsk says that Slack may be asked for the person's language, because no other call of Slack's will be made.
	mayAsk bool
}

// perform does what a command says: it opens a form, and then there is no message, or it finds the message that answers.
func (a *app) perform(ctx context.Context, at asked, c slackui.Command) slackui.Message {
	a.log.InfoContext(ctx, "command", "verb", string(c.Verb), "person", at.who.Person)
	switch c.Verb {
	case slackui.VerbNew:
		return a.openNew(ctx, at.who, c.Argument, at.trigger)
	case slackui.VerbPassword:
		return a.heard(ctx, at.who, person.Preferences{}, at.mayAsk).LooksLikePassword()
	case slackui.VerbGuide:
		return a.guideTo(ctx, a.heard(ctx, at.who, person.Preferences{}, at.mayAsk), c.Argument)
	case slackui.VerbDoctor:
		return a.doctor(ctx, at.who, a.heard(ctx, at.who, person.Preferences{}, at.mayAsk), at.reply, "trigger:"+at.trigger)
	}
	// One query answers all others, also in which language.
	own, err := a.lister.Overview(ctx, at.who)
	ui := a.ui(at.who)
	all, several := slackui.ParseAll(c.Argument)
	several = several && c.Verb == slackui.VerbRevoke
	if err == nil {
		// What opens a form calls Slack for that.
		ui = a.heard(ctx, at.who, own.Speak, at.mayAsk && c.Verb != slackui.VerbLost && !several)
	}
	switch c.Verb {
	case slackui.VerbHelp:
		return ui.Help(c.Argument)
	case slackui.VerbUnknown:
		return ui.Unknown(c)
	}
	if err != nil {
		return a.failed(ctx, ui, err)
	}
	switch {
	case several:
		return a.findAll(ctx, at, ui, own, all)
	case c.Verb == slackui.VerbLost:
		return a.findLost(ctx, at, ui, own)
	}
	switch c.Verb {
	case slackui.VerbShow:
		return a.findToShow(ui, own, c.Argument)
	case slackui.VerbRotate:
		return a.findToRotate(ui, own, c.Argument)
	case slackui.VerbRevoke:
		return a.findToRevoke(ui, own, c.Argument)
	case slackui.VerbShort:
		return ui.Short(a.passwords(own, slackui.KindLive, 0), slackui.Place{Team: at.who.Team, App: at.app}, a.names())
	}
	return a.listed(ui, own, c.Argument)
}

// failed is what a person is told of a problem; the cause is logged, under the reference that the person sees.
func (a *app) failed(ctx context.Context, ui slackui.UI, err error) slackui.Message {
	p, reference := problem.Of(err), reference(ctx)
	a.log.WarnContext(ctx, "a person was told of a problem", "code", p.Code(), "reference", reference, "cause", err.Error())
	return ui.Referenced(ui.FailedMessage(p), reference)
}

// reference is a short name of what is done now: the beginning of the request's id, under which the log has it too.
func reference(ctx context.Context) string {
	lc, ok := lambdacontext.FromContext(ctx)
	if !ok {
		return ""
	}
	return lc.AwsRequestID[:min(8, len(lc.AwsRequestID))]
}
