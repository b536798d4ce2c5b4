package slackui

import (
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
)

// New is the form for a new app password. typed is what followed the command: an application that it means is chosen, anything else is
// the label.
func (u UI) New(applications catalog.Catalog, typed string) slack.ModalViewRequest {
	options := make([]*slack.OptionBlockObject, len(applications))
	choice := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(u.say.Say("new.application.placeholder")), blockApplication)
	label := slack.NewPlainTextInputBlockElement(plain(u.say.Say("new.label.placeholder")), blockLabel)
	label.MaxLength = credential.LongestLabel
	meant, known := applications.Match(typed)
	for i, a := range applications {
		options[i] = slack.NewOptionBlockObject(a.ID, plain(a.Name), nil)
		if known && a.ID == meant.ID {
			choice.InitialOption = options[i]
		}
	}
	choice.Options = options
	if !known {
		// A label that is too long or has what can't be shown is not worth refusing a form for: it is left out.
		if fit, err := credential.Label(typed); err == nil {
			label.InitialValue = fit
		}
	}
	optional := slack.NewInputBlock(blockLabel, plain(u.say.Say("new.label")), plain(u.say.Say("new.label.hint")), label)
	optional.Optional = true
	v := u.modal("view.cancel",
		slack.NewSectionBlock(plain(u.say.Say("new.intro")), nil, nil),
		slack.NewInputBlock(blockApplication, plain(u.say.Say("new.application")), nil, choice),
		optional)
	v.CallbackID = CallbackNew
	v.Submit = plain(u.say.Say("new.submit"))
	return v
}

// Submitted is what a person has filled into [UI.New].
type Submitted struct{ Application, Label string }

// ParseNew reads a submission of [UI.New].
func ParseNew(state *slack.ViewState) Submitted {
	if state == nil {
		return Submitted{}
	}
	return Submitted{
		Application: state.Values[blockApplication][blockApplication].SelectedOption.Value,
		Label:       state.Values[blockLabel][blockLabel].Value,
	}
}

// ApplicationError and LabelError are the answers to a submission that can't be accepted: the sentence stands at the field.
func (u UI) ApplicationError(p *problem.Problem) *slack.ViewSubmissionResponse {
	return slack.NewErrorsViewSubmissionResponse(map[string]string{blockApplication: u.say.Say(p.Code())})
}

// LabelError is like [UI.ApplicationError], at the label.
func (u UI) LabelError(p *problem.Problem) *slack.ViewSubmissionResponse {
	return slack.NewErrorsViewSubmissionResponse(map[string]string{blockLabel: u.say.Say(p.Code())})
}

// BeingMade is what the form turns into while the password is made.
func (u UI) BeingMade() slack.ModalViewRequest {
	return u.modal("view.close", slack.NewSectionBlock(plain(u.say.Say("new.being_made")), nil, nil))
}

// Failed is what the form turns into where there will be no password.
func (u UI) Failed(p *problem.Problem) slack.ModalViewRequest {
	return u.modal("view.close", slack.NewSectionBlock(plain(u.say.Say(p.Code())), nil, nil))
}

// FailedMessage is [UI.Failed] for who has closed the form.
func (u UI) FailedMessage(p *problem.Problem) Message { return u.Plain(p.Code()) }

// Link is what the form turns into when the password is ready: a button that leads to it, once. url has the link's key in it.
func (u UI) Link(a link.Account, id link.ID, url string, expires time.Time) slack.ModalViewRequest {
	return u.modal("view.close", u.link(a, id, url, expires)...)
}

// LinkMessage is [UI.Link] for who has closed the form.
func (u UI) LinkMessage(a link.Account, id link.ID, url string, expires time.Time) Message {
	return Message{Text: u.say.Say("link.notification", "application", a.Application), Blocks: u.link(a, id, url, expires)}
}

func (u UI) link(a link.Account, id link.ID, url string, expires time.Time) []slack.Block {
	open := slack.NewButtonBlockElement(ActionOpenLink, string(id), plain(u.say.Say("link.open")))
	open.URL = url
	open.Style = slack.StylePrimary
	return []slack.Block{
		slack.NewSectionBlock(plain(u.say.Say("link.ready", "name", name(a.Application, a.Label))), nil, nil),
		slack.NewActionBlock("link", open),
		slack.NewContextBlock("", marked(u.say.Say("link.once", "time", date(expires, "{time}")))),
	}
}

// name is how an app password is called.
func name(application, label string) string {
	if label == "" {
		return application
	}
	return application + " · " + label
}
