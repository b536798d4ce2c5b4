package slackui

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// The ids of what is pressed at a notice. The value of [ActionMine] and [ActionNotMine] is a credential's id, the time at which the password
// was made, and the network; [ActionDoctor] has none.
const (
	ActionMine    = "network_mine"
	ActionNotMine = "network_not_mine"
	ActionDoctor  = "doctor"
)

// fromNetwork is the answers to whether a use from a new network was the owner's.
func (u UI) fromNetwork(c credential.Credential, called string, args job.UsedArgs) []slack.BlockElement {
	value := strings.Join([]string{c.ID, strconv.FormatInt(args.Made, 10), args.Network}, " ")
	mine := slack.NewButtonBlockElement(ActionMine, value, plain(u.say.Say("use.mine")))
	mine.Style = slack.StylePrimary
	not := slack.NewButtonBlockElement(ActionNotMine, value, plain(u.say.Say("use.not_mine")))
	not.Style = slack.StyleDanger
	not.Confirm = slack.NewConfirmationBlockObject(plain(u.say.Say("revoke.confirm.title")), plain(u.say.Say("use.not_mine.text", "name", called)),
		plain(u.say.Say("revoke.confirm.yes")), plain(u.say.Say("revoke.confirm.no"))).WithStyle(slack.StyleDanger)
	return []slack.BlockElement{mine, not}
}

// ParseNetwork reads the value of [ActionMine] and [ActionNotMine]; ok is false where it is none.
func ParseNetwork(value string) (args job.NetworkArgs, ok bool) {
	parts := strings.Split(value, " ")
	if len(parts) != 3 {
		return args, false
	}
	made, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || !credential.ValidID(parts[0]) {
		return args, false
	}
	_, err = netip.ParsePrefix(parts[2])
	return job.NetworkArgs{Credential: parts[0], Made: made, Network: parts[2]}, err == nil
}

// Remembered is what the question turns into after the owner's yes.
func (u UI) Remembered(c credential.Credential, applications catalog.Catalog, network string) Message {
	return u.Plain("use.remembered", "name", u.nameOf(c, applications), "network", network)
}

// Disowned is what it turns into after the owner's no: the app password is revoked, and another one is offered.
func (u UI) Disowned(c credential.Credential, applications catalog.Catalog) Message {
	return u.renewable("revoke.done", c, applications)
}

// IsOver is what it turns into where the app password had ended before.
func (u UI) IsOver(c credential.Credential, applications catalog.Catalog) Message {
	if c.State == credential.Revoked {
		return u.renewable("revoke.before", c, applications)
	}
	return u.renewable("revoke.expired", c, applications)
}

// Replaced is what it turns into where the password that was used then was replaced since, and has ended.
func (u UI) Replaced(c credential.Credential, applications catalog.Catalog) Message {
	called := u.nameOf(c, applications)
	m := u.Plain("use.replaced", "name", called)
	m.Blocks = append(m.Blocks, slack.NewActionBlock("replaced", u.show(c.ID, called)))
	return m
}

// renewable is a sentence about an app password that is over, and another one offered.
func (u UI) renewable(code string, c credential.Credential, applications catalog.Catalog) Message {
	called := u.nameOf(c, applications)
	m := u.Plain(code, "name", called)
	m.Blocks = append(m.Blocks, slack.NewActionBlock("over", u.again(c.Application, called, applications)))
	return m
}

// Tried tells an owner that something still sends a password that is over: what to do, and a button for it. c is the app password as it is now.
func (u UI) Tried(c credential.Credential, applications catalog.Catalog, at time.Time, args job.TriedArgs) Message {
	called := u.nameOf(c, applications)
	code, todo, button := "tried.revoked", "tried.renew", u.again(c.Application, called, applications)
	switch {
	case c.Live(at):
		code, todo, button = "tried.replaced", "tried.enter", u.rotate(c.ID, called)
	case args.Reason == string(credential.Expired):
		code = "tried.expired"
	}
	m := u.Plain(code, "name", called, "from", u.from(args.Address), "protocol", strings.ToUpper(args.Protocol))
	m.Blocks = append(m.Blocks,
		slack.NewSectionBlock(plain(u.say.Say(todo)), nil, nil),
		slack.NewContextBlock("", marked(u.say.Say("notice.at", "time", date(at, "{date_short_pretty} {time}")))),
		slack.NewActionBlock("tried", button, u.toDoctor()))
	return m
}

// Guessed tells an owner that many unknown passwords have come with their login.
func (u UI) Guessed(at time.Time, args job.GuessedArgs) Message {
	m := u.Plain("guessed", "from", u.from(args.Address), "protocol", strings.ToUpper(args.Protocol))
	m.Blocks = append(m.Blocks,
		slack.NewSectionBlock(plain(u.say.Say("guessed.todo")), nil, nil),
		slack.NewContextBlock("", marked(u.say.Say("notice.at", "time", date(at, "{date_short_pretty} {time}")))),
		slack.NewActionBlock("guessed", u.toDoctor()))
	return m
}

// toDoctor is the button that finds out why programs can't sign in.
func (u UI) toDoctor() *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(ActionDoctor, "", plain(u.say.Say("doctor.button")))
}

// AdminRevoked tells an owner what an administrator has revoked, and why in the administrator's own words, and offers another one.
func (u UI) AdminRevoked(all []credential.Credential, applications catalog.Catalog, reason string) Message {
	m := u.Plain("admin.revoked.many", "count", strconv.Itoa(len(all)))
	application := all[0].Application
	if len(all) == 1 {
		m = u.Plain("admin.revoked", "name", u.nameOf(all[0], applications))
	}
	m.Blocks = append(m.Blocks, u.because(reason))
	if len(all) > 1 {
		m.Blocks = append(m.Blocks, u.names(all, applications)...)
	}
	for _, c := range all {
		if c.Application != application {
			application = ""
		}
	}
	m.Blocks = append(m.Blocks, slack.NewActionBlock("revoked", u.again(application, "", applications), u.toList("list.button")))
	return m
}

// RotationAsked tells an owner until when an administrator wants an app password rotated, and why.
func (u UI) RotationAsked(c credential.Credential, applications catalog.Catalog, by time.Time, reason string) Message {
	called := u.nameOf(c, applications)
	m := u.Plain("admin.rotate", "name", called)
	rotate := u.rotate(c.ID, called)
	rotate.Style = slack.StylePrimary
	m.Blocks = append(m.Blocks, u.because(reason),
		slack.NewContextBlock("", marked(u.say.Say("admin.rotate.by", "time", date(by, "{date_long}")))),
		slack.NewActionBlock("rotate", rotate, u.show(c.ID, called)))
	return m
}

// because is an administrator's words, as they typed them.
func (u UI) because(reason string) slack.Block {
	return slack.NewSectionBlock(plain(u.say.Say("admin.because", "reason", reason)), nil, nil)
}
