package slackui

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/text"
)

// The ids of what a person chooses in the home tab.
const (
	ActionLanguage   = "language"
	ActionQuietFrom  = "quiet_from"
	ActionQuietUntil = "quiet_until"

	languageOfSlack = "slack"
	quietOff        = "off"
)

// settings is in which language a person is spoken to, and when not.
func (u UI) settings(p person.Preferences) []slack.Block {
	languages := []*slack.OptionBlockObject{option(languageOfSlack, u.say.Say("home.language.slack"))}
	for _, l := range text.Languages() {
		languages = append(languages, option(l, text.In(l).Say("language.name")))
	}
	quiet := p.Quiet.From != p.Quiet.Until
	from, until := append([]*slack.OptionBlockObject{option(quietOff, u.say.Say("home.quiet.off"))}, hours(-1)...), ""
	begins := quietOff
	if quiet {
		begins, until = strconv.Itoa(p.Quiet.From), strconv.Itoa(p.Quiet.Until)
	}
	blocks := []slack.Block{
		slack.NewDividerBlock(), slack.NewHeaderBlock(plain(u.say.Say("home.settings"))),
		u.choice("home.language", ActionLanguage, languages, cmp.Or(p.Language, languageOfSlack)),
		u.choice("home.quiet.from", ActionQuietFrom, from, begins),
	}
	if quiet {
		blocks = append(blocks, u.choice("home.quiet.until", ActionQuietUntil, hours(p.Quiet.From), until))
	}
	return append(blocks, slack.NewContextBlock("", plain(u.say.Say("home.quiet.zone", "zone", p.Location().String()))))
}

// choice is a sentence with a menu beside it. What is chosen there at present is in the block's id: Slack keeps what somebody has picked
// in a block for as long as its id stays, whatever the app says.
func (u UI) choice(code, action string, options []*slack.OptionBlockObject, chosen string) *slack.SectionBlock {
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, action, options...)
	for _, o := range options {
		if o.Value == chosen {
			menu.InitialOption = o
		}
	}
	return slack.NewSectionBlock(plain(u.say.Say(code)), nil, slack.NewAccessory(menu), slack.SectionBlockOptionBlockID(action+":"+chosen))
}

// hours is the full hours of a day but one.
func hours(but int) (all []*slack.OptionBlockObject) {
	for h := range 24 {
		if h != but {
			all = append(all, option(strconv.Itoa(h), fmt.Sprintf("%02d:00", h)))
		}
	}
	return all
}

func option(value, says string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plain(says), nil)
}

// ParsePreference reads what was chosen in the home tab, of quiet hours with the other end that stands there: of two choices the later one
// then says all, in whatever order they arrive. ok is false where it is nothing that can be chosen.
func ParsePreference(a *slack.BlockAction, state *slack.ViewState) (args job.PreferArgs, ok bool) {
	value := a.SelectedOption.Value
	switch {
	case a.ActionID == ActionLanguage && value == languageOfSlack:
		value = ""
		return job.PreferArgs{Language: &value}, true
	case a.ActionID == ActionLanguage:
		return job.PreferArgs{Language: &value}, value != ""
	case a.ActionID == ActionQuietFrom && value == quietOff:
		return job.PreferArgs{QuietOff: true}, true
	}
	args = job.PreferArgs{QuietFrom: hourOf(state, ActionQuietFrom), QuietUntil: hourOf(state, ActionQuietUntil)}
	switch hour := parseHour(value); a.ActionID {
	case ActionQuietFrom:
		args.QuietFrom = hour
		return args, hour != nil
	case ActionQuietUntil:
		args.QuietUntil = hour
		return args, hour != nil
	}
	return job.PreferArgs{}, false
}

// hourOf is the hour that a menu shows; nil: none.
func hourOf(state *slack.ViewState, action string) *int {
	if state == nil {
		return nil
	}
	for _, actions := range state.Values {
		if chosen, ok := actions[action]; ok {
			return parseHour(chosen.SelectedOption.Value)
		}
	}
	return nil
}

func parseHour(value string) *int {
	hour, err := strconv.Atoi(value)
	if err != nil || hour < 0 || hour > 23 {
		return nil
	}
	return &hour
}
