package slackui

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
)

const (
	// ShortcutNew is the global shortcut that opens the form; the Slack app's manifest declares it.
	ShortcutNew = "new_app_password"
	// ActionApplication is a choice in the form, which is reported at once.
	ActionApplication = "application"

	blockEnds     = "ends"
	blockNetworks = "networks"
)

// The longest texts that Slack lets people type into the form. Ten networks fit, with all that may stand between them.
const (
	longestLabel    = credential.LongestLabel
	longestNetworks = 1000
)

// Form is the form for a new app password, as far as it is filled in.
type Form struct {
	Applications catalog.Catalog
	// Policy bounds when it may end; nil where it could not be read.
	Policy *policy.Policy
	Submitted
}

// Submitted is what a person has filled into [UI.New].
type Submitted struct {
	Application, Label string
	// Days is after how many it ends: 0 as late as possible. Something else than what was offered is -1.
	Days     int
	Networks string // as it was typed
}

// Meant is what followed the command: an application that it means is chosen, anything else is the label.
func Meant(applications catalog.Catalog, typed string) Submitted {
	if a, known := applications.Match(typed); known {
		return Submitted{Application: a.ID}
	}
	// A label that is too long or has what can't be shown is not worth refusing a form for: it is left out.
	label, err := credential.Label(typed)
	if err != nil {
		return Submitted{}
	}
	return Submitted{Label: label}
}

// New is the form for a new app password. Of a chosen application that can do without one it says so first, and how. A choice is
// reported at once, as [ActionApplication]; the form that is built then, of [ParseNew], has all that was filled in.
func (u UI) New(f Form) slack.ModalViewRequest {
	about, submit := u.say.Say("new.intro"), u.say.Say("new.submit")
	choice := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(u.say.Say("new.application.placeholder")), ActionApplication)
	var good []slack.Block
	for _, a := range f.Applications {
		option := slack.NewOptionBlockObject(a.ID, plain(u.application(a.Name)), nil)
		choice.Options = append(choice.Options, option)
		if a.ID != f.Application {
			continue
		}
		choice.InitialOption = option
		if a.OAuth {
			about, submit = u.oauth(a), u.say.Say("new.submit.needed")
		}
		good = append(good, slack.NewSectionBlock(plain(u.good(a)), nil, nil))
	}
	v := u.modal("view.cancel", slices.Concat(
		[]slack.Block{
			slack.NewSectionBlock(plain(about), nil, nil),
			slack.NewInputBlock(blockApplication, plain(u.say.Say("new.application")), nil, choice).WithDispatchAction(true),
		}, good, []slack.Block{
			u.typed(blockLabel, words{"new.label", "new.label.placeholder", "new.label.hint"}, f.Label, longestLabel),
			u.ends(f),
			u.typed(blockNetworks, words{"new.networks", "new.networks.placeholder", "new.networks.hint"}, f.Networks, longestNetworks),
		})...)
	v.CallbackID = CallbackNew
	v.Submit = plain(submit)
	return v
}

// words is the codes of what stands at a field.
type words struct{ label, placeholder, hint string }

// typed is an optional field for a text.
func (u UI) typed(block string, w words, filled string, longest int) slack.Block {
	field := slack.NewPlainTextInputBlockElement(plain(u.say.Say(w.placeholder)), block)
	field.MaxLength = longest
	if utf8.RuneCountInString(filled) <= longest {
		field.InitialValue = filled
	}
	return slack.NewInputBlock(block, plain(u.say.Say(w.label)), plain(u.say.Say(w.hint)), field).WithOptional(true)
}

// ends is the choice when the app password ends. Its first option, as late as possible, is chosen where nothing else is.
func (u UI) ends(f Form) slack.Block {
	rules, latest := policy.Policy{}, u.say.Say("new.ends.latest")
	if f.Policy != nil {
		rules, latest = *f.Policy, u.latest(f.Policy.Lifetime)
	}
	options := []*slack.OptionBlockObject{slack.NewOptionBlockObject("0", plain(latest), nil)}
	chosen := options[0]
	for _, days := range rules.Choices() {
		count := strconv.Itoa(days)
		option := slack.NewOptionBlockObject(count, plain(u.say.Say("new.ends.days", "count", count)), nil)
		options = append(options, option)
		if days == f.Days {
			chosen = option
		}
	}
	choice := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, blockEnds, options...)
	choice.InitialOption = chosen
	return slack.NewInputBlock(blockEnds, plain(u.say.Say("new.ends")), nil, choice)
}

// latest is the latest end that a policy with that lifetime knows, in the largest unit of which there are two.
func (u UI) latest(lifetime time.Duration) string {
	const day = 24 * time.Hour
	count := func(unit time.Duration) string { return strconv.Itoa(int(lifetime / unit)) }
	switch {
	case lifetime == 0:
		return u.say.Say("new.ends.revoked")
	case lifetime >= 2*day:
		return u.say.Say("new.ends.latest_days", "count", count(day))
	case lifetime >= 2*time.Hour:
		return u.say.Say("new.ends.latest_hours", "count", count(time.Hour))
	}
	return u.say.Say("new.ends.latest_minutes", "count", count(time.Minute))
}

// ParseNew reads what is filled into [UI.New], submitted or not.
func ParseNew(state *slack.ViewState) Submitted {
	if state == nil {
		return Submitted{}
	}
	in := func(block, action string) slack.BlockAction { return state.Values[block][action] }
	s := Submitted{
		Application: in(blockApplication, ActionApplication).SelectedOption.Value, Label: in(blockLabel, blockLabel).Value,
		Networks: in(blockNetworks, blockNetworks).Value,
	}
	if days := in(blockEnds, blockEnds).SelectedOption.Value; days != "" {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 {
			n = -1
		}
		s.Days = n
	}
	return s
}

// Faults is what can't be accepted of a submission: a problem a field.
type Faults struct {
	Application, Label, Ends, Networks *problem.Problem
	// Reference is where the log has more of Application's; empty: nowhere.
	Reference string
}

// Any reports whether there is one.
func (f Faults) Any() bool { return f != Faults{} }

// NewErrors is the answer to a submission that can't be accepted: the sentences stand at their fields, and what was filled in stays.
func (u UI) NewErrors(f Faults) *slack.ViewSubmissionResponse {
	said := map[string]string{}
	for block, p := range map[string]*problem.Problem{blockApplication: f.Application, blockLabel: f.Label, blockEnds: f.Ends, blockNetworks: f.Networks} {
		if p != nil {
			said[block] = u.say.Say(p.Code())
		}
		if block == blockApplication && f.Reference != "" {
			said[block] += " " + u.say.Say("reference", "id", f.Reference)
		}
	}
	return slack.NewErrorsViewSubmissionResponse(said)
}

// BeingMade is what the form turns into while the password is made.
func (u UI) BeingMade() slack.ModalViewRequest {
	return u.modal("view.close", slack.NewSectionBlock(plain(u.say.Say("new.being_made")), nil, nil))
}

// FailedMessage is what is said of a problem.
func (u UI) FailedMessage(p *problem.Problem) Message { return u.Plain(p.Code()) }

// Link is what the form turns into when the password is ready: a button that leads to it, once. url has the link's key in it.
func (u UI) Link(a link.Account, id link.ID, url string, expires time.Time) slack.ModalViewRequest {
	return u.modal("view.close", u.link(a, id, url, expires)...)
}

// LinkMessage is [UI.Link] for who has closed the form.
func (u UI) LinkMessage(a link.Account, id link.ID, url string, expires time.Time) Message {
	return Message{Text: u.say.Say("link.notification", "application", u.application(a.Application)), Blocks: u.link(a, id, url, expires)}
}

func (u UI) link(a link.Account, id link.ID, url string, expires time.Time) []slack.Block {
	open := slack.NewButtonBlockElement(ActionOpenLink, string(id), plain(u.say.Say("link.open")))
	open.URL = url
	open.Style = slack.StylePrimary
	return []slack.Block{
		slack.NewSectionBlock(plain(u.say.Say("link.ready", "name", u.name(a.Application, a.Label))), nil, nil),
		slack.NewActionBlock("link", open),
		slack.NewContextBlock("", marked(u.say.Say("link.once", "time", date(expires, "{time}")))),
	}
}

// name is how an app password is called.
