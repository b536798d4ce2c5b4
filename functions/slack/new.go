package main

import (
	"context"
	"net/http"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// forms reads what the form for a new app password needs, in one call.
type forms interface {
	Opening(ctx context.Context, owner credential.Owner) (person.Preferences, catalog.Catalog, policy.Policy, error)
}

// openNew opens the form; there is a message only where that is not possible.
func (a *app) openNew(ctx context.Context, who credential.Owner, typed, trigger string) slackui.Message {
	applications, ui := a.opening(ctx, who)
	form := slackui.Form{Applications: applications, Policy: a.rules.Load(), Submitted: slackui.Meant(ui.Names(applications), typed)}
	if _, err := a.slack.OpenView(ctx, trigger, ui.New(form)); err != nil {
		return a.failed(ctx, ui, err)
	}
	return slackui.Message{}
}

// opening is the company's applications and the person's language, by one read; where that fails what was read last, or the built-in
// catalog.
func (a *app) opening(ctx context.Context, who credential.Owner) (catalog.Catalog, slackui.UI) {
	speak, err := a.look(ctx, who)
	if err != nil {
		a.log.WarnContext(ctx, "the catalog that is known is used", "cause", err.Error())
		return a.names(), a.ui(who)
	}
	return a.names(), a.heard(ctx, who, speak, false)
}

// look reads the applications and the policy anew, and how to speak to a person.
func (a *app) look(ctx context.Context, who credential.Owner) (person.Preferences, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	speak, applications, rules, err := a.forms.Opening(ctx, who)
	if err != nil {
		return speak, err
	}
	a.known.Store(&applications)
	a.rules.Store(&rules)
	return speak, nil
}

// shortcut opens the form for who has chosen it from Slack's menu. There is no place for an answer: Slack shows a warning where it fails.
func (a *app) shortcut(ctx context.Context, w http.ResponseWriter, who credential.Owner, cb slack.InteractionCallback) {
	if cb.CallbackID != slackui.ShortcutNew {
		return
	}
	if m := a.openNew(ctx, who, "", cb.TriggerID); m.Text != "" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// choose builds the form anew for the application that was chosen there, with what was filled in. Where that is not possible the form
// stays as it is, and can be submitted. The hash keeps it from undoing what was done to the view after the choice.
func (a *app) choose(ctx context.Context, _ http.ResponseWriter, p press) {
	v := p.from.View
	if v.CallbackID != slackui.CallbackNew {
		return
	}
	if _, err := a.look(ctx, p.who); err != nil {
		a.log.WarnContext(ctx, "the catalog that is known is used", "cause", err.Error())
	}
	form := slackui.Form{Applications: a.names(), Policy: a.rules.Load(), Submitted: slackui.ParseNew(v.State)}
	if _, err := form.Applications.Application(form.Application); err != nil {
		a.log.InfoContext(ctx, "the form stays as it is", "cause", err.Error())
		return
	}
	if err := a.slack.UpdateView(ctx, v.ID, v.Hash, p.ui.New(form)); err != nil {
		a.log.InfoContext(ctx, "the form stays as it is", "cause", err.Error())
	}
}

// afterAck is how long a submission's job waits: the answer to it must have reached Slack before the worker changes the view.
const afterAck = time.Second

func (a *app) submitNew(ctx context.Context, w http.ResponseWriter, who credential.Owner, cb slack.InteractionCallback) {
	ui := a.inView(who, cb.View)
	args, faults := a.asked(slackui.ParseNew(cb.View.State))
	if faults.Any() {
		answer(w, ui.NewErrors(faults))
		return
	}
	if err := a.send(ctx, "view:"+cb.View.ID+":"+cb.View.Hash, job.Issue, who, job.Reply{ViewID: cb.View.ID}, args, afterAck); err != nil {
		// What was typed stays in the form.
		a.log.ErrorContext(ctx, "a submission can't be queued", "reference", reference(ctx), "cause", err.Error())
		answer(w, ui.NewErrors(slackui.Faults{Application: problem.Of(err), Reference: reference(ctx)}))
		return
	}
	v := ui.BeingMade()
	answer(w, slack.NewUpdateViewSubmissionResponse(&v))
}

// asked is what a submission asks for, or all that is wrong with it. Whether the policy lets it end so late is the worker's to say: another
// process may have offered it by a newer one.
func (a *app) asked(s slackui.Submitted) (job.IssueArgs, slackui.Faults) {
	var faults slackui.Faults
	fault := func(err error) *problem.Problem {
		if err == nil {
			return nil
		}
		return problem.Of(err)
	}
	args := job.IssueArgs{Application: s.Application, Days: s.Days}
	if s.Application == "" {
		faults.Application = catalog.ErrUnknown
	}
	var err error
	args.Label, err = credential.Label(s.Label, a.prefixes...)
	faults.Label = fault(err)
	args.Networks, err = credential.ParseNetworks(s.Networks)
	faults.Networks = fault(err)
	_, err = policy.Policy{}.Ends(a.now(), s.Days)
	faults.Ends = fault(err)
	return args, faults
}
