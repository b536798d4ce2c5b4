package slackui

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
)

// usesShown is how many ways of use are shown of an app password.
const usesShown = 8

// Show is one app password whole: how it stands and what to do next, what is known of it, and how it was used lately.
func (u UI) Show(c credential.Credential, now time.Time, applications catalog.Catalog) Message {
	called := u.nameOf(c, applications)
	m := Message{Text: called}
	m.Blocks = append(m.Blocks,
		slack.NewHeaderBlock(plain(called)),
		slack.NewSectionBlock(marked(u.standing(c, now)), nil, nil),
		slack.NewSectionBlock(marked(u.facts(c)), nil, nil))
	if !c.Activated.IsZero() {
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(marked(u.uses(c, now)), nil, nil))
	}
	var buttons []slack.BlockElement
	if c.Live(now) && c.Rotating(now) {
		m.Blocks = append(m.Blocks, u.moving(c, called, now)...)
	}
	if c.Live(now) {
		buttons = append(buttons, u.acts(c, called, now)...)
	}
	if _, err := applications.Application(c.Application); err == nil {
		if need, needs := c.Attention(now); needs && need != credential.Unmoved || !c.Live(now) {
			buttons = append(buttons, u.suggest(string(VerbNew)+" "+c.Application, u.say.Say("new.again")))
		}
		buttons = append(buttons, u.toGuide(c.Application, "guide.button"))
	}
	m.Blocks = append(m.Blocks, slack.NewActionBlock(c.ID, append(buttons, u.toList("list.back"))...))
	return m
}

// ShowToRevoke is [UI.Show] for who wants to revoke it: typing alone revokes nothing.
func (u UI) ShowToRevoke(c credential.Credential, now time.Time, applications catalog.Catalog) Message {
	if !c.Live(now) {
		return u.Show(c, now, applications)
	}
	return u.showTo(u.say.Say("revoke.press", "name", u.nameOf(c, applications)), c, now, applications)
}

// showTo is [UI.Show] under a sentence on what can be done.
func (u UI) showTo(sentence string, c credential.Credential, now time.Time, applications catalog.Catalog) Message {
	m := u.Show(c, now, applications)
	m.Text = sentence
	m.Blocks = append([]slack.Block{slack.NewSectionBlock(plain(m.Text), nil, nil)}, m.Blocks...)
	return m
}

// standing is how it stands, and what to do next.
func (u UI) standing(c credential.Credential, now time.Time) string {
	over := date(c.Over(), "{date_long}")
	switch need, _ := c.Attention(now); {
	case need == credential.NeverOpened:
		return u.say.Say("show.state.pending")
	case need == credential.Expiring && c.Due.Equal(c.End()):
		return u.say.Say("show.state.due", "date", over)
	case need == credential.Unmoved:
		return u.say.Say("show.state.rotating")
	case need == credential.Expiring:
		return u.say.Say("show.state.expiring", "date", over)
	case need == credential.Unused:
		return u.say.Say("show.state.unused", "days", strconv.Itoa(int(now.Sub(c.IdleSince()).Hours()/24)))
	case c.Live(now):
		return u.say.Say("show.state.active")
	case c.State == credential.Revoked:
		return u.say.Say("show.state.revoked", "date", over)
	case c.Activated.IsZero():
		return u.say.Say("show.state.unopened", "date", over)
	}
	return u.say.Say("show.state.expired", "date", over)
}

// facts is what is known of it, a line each, in markup.
func (u UI) facts(c credential.Credential) string {
	lines := []string{u.say.Say("show.login", "login", escaped(c.Login)), u.say.Say("show.made", "time", date(c.Made, moment))}
	if !c.Activated.IsZero() {
		lines = append(lines, u.say.Say("show.opened", "time", date(c.Activated, moment)))
	}
	if c.Renewed.After(c.Made) {
		lines = append(lines, u.say.Say("show.rotated", "time", date(c.Renewed, moment)))
	}
	switch {
	case !c.Ended.IsZero():
		lines = append(lines, u.say.Say("show.ended", "time", date(c.Ended, moment)))
	case !c.End().IsZero():
		lines = append(lines, u.say.Say("show.ends", "time", date(c.End(), moment)))
	default:
		lines = append(lines, u.say.Say("show.no_end"))
	}
	lines = append(lines, u.say.Say("show.services", "services", escaped(strings.Join(c.Services, ", "))))
	if len(c.Protocols) > 0 {
		lines = append(lines, u.say.Say("show.protocols", "protocols", strings.ToUpper(listed(c.Protocols))))
	}
	if len(c.Networks) > 0 {
		var networks []string
		for _, n := range c.Networks {
			networks = append(networks, n.String())
		}
		lines = append(lines, u.say.Say("show.networks", "networks", strings.Join(networks, ", ")))
	} else {
		lines = append(lines, u.say.Say("show.anywhere"))
	}
	return strings.Join(lines, "\n")
}

func listed[S ~string](all []S) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

// uses is the ways in which it was used lately, a line each, in markup.
func (u UI) uses(c credential.Credential, now time.Time) string {
	all := c.Uses
	switch {
	case len(all) == 0 && c.Rotating(now):
		return u.say.Say("show.never_used.new")
	case len(all) == 0:
		return u.say.Say("show.never_used")
	}
	lines := []string{u.say.Say("show.uses")}
	for _, one := range all[:min(len(all), usesShown)] {
		lines = append(lines, "• "+u.say.Say("show.use", "use", u.use(one), "service", escaped(one.Service)))
	}
	if more := len(all) - usesShown; more > 0 {
		lines = append(lines, u.say.Say("show.more_uses", "count", strconv.Itoa(more)))
	}
	return strings.Join(lines, "\n")
}
