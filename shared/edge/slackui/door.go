package slackui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
)

// The ids of the answers to [UI.AskOwner].
const (
	ActionTap   = "tap_" // and 1, 2 or 3
	ActionNotMe = "not_me"
)

// AskOwner asks which number a browser shows: three to tap, and a way to say that it is somebody else's.
func (u UI) AskOwner(r link.Reveal, args job.AskOwnerArgs, choices []string) Message {
	browser := args.Browser
	if browser == "" {
		browser = u.say.Say("door.browser.unknown")
	}
	m := u.Plain("door.ask", "name", u.name(r.Account.Application, r.Account.Label), "browser", browser, "network", args.Network)
	var buttons []slack.BlockElement
	for i, digits := range choices {
		value := strings.Join([]string{string(r.ID), args.Tag, digits}, " ")
		buttons = append(buttons, slack.NewButtonBlockElement(ActionTap+strconv.Itoa(i+1), value, plain(digits)))
	}
	notMe := slack.NewButtonBlockElement(ActionNotMe, string(r.ID)+" "+args.Tag, plain(u.say.Say("door.not_me")))
	notMe.Style = slack.StyleDanger
	m.Blocks = append(m.Blocks, slack.NewActionBlock("door", append(buttons, notMe)...), slack.NewContextBlock("", plain(u.say.Say("door.ask.hint"))))
	return m
}

// ParseTap reads the value of a button of [UI.AskOwner]; ok is false where it is none.
func ParseTap(value string) (args job.TapArgs, ok bool) {
	parts := strings.Split(value, " ")
	if len(parts) < 2 || len(parts) > 3 {
		return args, false
	}
	id, err := link.ParseID(parts[0])
	if err != nil || len(parts[1]) != 8 {
		return args, false
	}
	args = job.TapArgs{Reveal: string(id), Tag: parts[1]}
	if len(parts) == 3 {
		args.Digits = parts[2]
		_, err = strconv.Atoi(args.Digits)
	}
	return args, err == nil && (len(parts) == 2 || len(args.Digits) == 2)
}

// Admitted is what the question turns into after the right answer.
func (u UI) Admitted() Message { return u.Plain("door.admitted") }

// Over is what it turns into where it is asked no more.
func (u UI) Over() Message { return u.Plain("door.over") }

// NotMe is what it turns into after a wrong answer: the password is revoked, and another one is offered.
func (u UI) NotMe(r link.Reveal, applicationID string) Message {
	m := u.Plain("door.refused", "name", u.name(r.Account.Application, r.Account.Label))
	m.Blocks = append(m.Blocks, slack.NewActionBlock("suggestion",
		slack.NewButtonBlockElement(ActionSuggestion, string(VerbNew)+" "+applicationID, plain(u.say.Say("new.again")))))
	return m
}

// warnings are the sentences of what is odd at a link.
var warnings = map[job.Warning]string{job.WrongProof: "warn.wrong_proof", job.TwoAsk: "warn.two_ask", job.Mangled: "warn.mangled"}

// Warn tells of something odd at a link, with a button that revokes its password.
func (u UI) Warn(r link.Reveal, what job.Warning) Message {
	called := u.name(r.Account.Application, r.Account.Label)
	m := u.Plain(warnings[what], "name", called)
	m.Blocks = append(m.Blocks, slack.NewActionBlock("warning", u.revoke(r.Credential, called)))
	return m
}

// blockOpened is the block that says that a link was opened.
const blockOpened = "opened"

// Opened is the blocks of [UI.LinkMessage], as Slack sends them back, and that the link was opened at an instant; of more than one the last.
func (u UI) Opened(shown slack.Blocks, at time.Time) []slack.Block {
	kept := slices.DeleteFunc(slices.Clone(shown.BlockSet), func(b slack.Block) bool { return b.ID() == blockOpened })
	return append(kept, slack.NewContextBlock(blockOpened, marked(u.say.Say("link.opened", "time", date(at, "{time}")))))
}

// OpenedView is [UI.Opened] for the blocks of [UI.Link].
func (u UI) OpenedView(shown slack.Blocks, at time.Time) slack.ModalViewRequest {
	return u.modal("view.close", u.Opened(shown, at)...)
}

// RevealedView and RevealedMessage are what a link turns into when it is used: nothing of it is left.
func (u UI) RevealedView(r link.Reveal) slack.ModalViewRequest {
	return u.modal("view.close", u.revealed(r)...)
}

// RevealedMessage is [UI.RevealedView] for a direct message.
func (u UI) RevealedMessage(r link.Reveal) Message {
	sentence, _ := u.revealedWords(r)
	return Message{Text: sentence, Blocks: u.revealed(r)}
}

// revealedWords is what is said of a link that was used, and when.
func (u UI) revealedWords(r link.Reveal) (sentence, when string) {
	called, at := u.name(r.Account.Application, r.Account.Label), date(r.ClaimedAt, "{date_short_pretty} {time}")
	if r.Rotation.From == "" {
		return u.say.Say("link.revealed", "name", called), u.say.Say("link.revealed.at", "time", at)
	}
	if r.Rotation.Grace == 0 {
		return u.say.Say("rotate.revealed.at_once", "name", called), u.say.Say("link.revealed.at", "time", at)
	}
	ends := date(r.ClaimedAt.Add(r.Rotation.Grace), moment)
	return u.say.Say("rotate.revealed", "name", called), u.say.Say("link.revealed.at", "time", at) + " " + u.say.Say("rotate.until", "time", ends)
}

func (u UI) revealed(r link.Reveal) []slack.Block {
	sentence, when := u.revealedWords(r)
	called := u.name(r.Account.Application, r.Account.Label)
	buttons := []slack.BlockElement{u.revoke(r.Credential, called)}
	if r.Rotation.From != "" {
		buttons = append([]slack.BlockElement{u.show(r.Credential, called)}, buttons...) // what still uses the old one
	}
	return []slack.Block{
		slack.NewSectionBlock(plain(sentence), nil, nil),
		slack.NewContextBlock("", marked(when)),
		slack.NewActionBlock("revealed", buttons...),
	}
}

// LinkOver is what a link turns into that is over when its button is pressed: why, and the way on.
func (u UI) LinkOver(why *problem.Problem) Message {
	return u.Onward(u.FailedMessage(why))
}

// Onward is a message with the ways on from what is over: to what there is, and to a new one.
func (u UI) Onward(m Message) Message {
	m.Blocks = append(m.Blocks, slack.NewActionBlock("over", u.toList("list.button"), u.suggest(string(VerbNew), u.say.Say("new.again"))))
	return m
}
