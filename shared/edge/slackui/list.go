package slackui

import (
	"strconv"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
)

// shown is how many app passwords a message shows: two blocks each, of Slack's 50, and some for the rest.
const shown = 20

// List is a person's app passwords, each with a button that revokes it.
func (u UI) List(all []credential.Credential, applications catalog.Catalog) Message {
	if len(all) == 0 {
		return u.Plain("list.empty")
	}
	m := Message{Text: u.say.Say("list.title", "count", strconv.Itoa(len(all)))}
	m.Blocks = append(m.Blocks, slack.NewHeaderBlock(plain(m.Text)))
	for i, c := range all {
		if i == shown {
			m.Blocks = append(m.Blocks, slack.NewContextBlock("", plain(u.say.Say("list.more", "count", strconv.Itoa(len(all)-shown)))))
			break
		}
		m.Blocks = append(m.Blocks, u.row(c, applications)...)
	}
	return m
}

// Choose is [UI.List] of those that a word may have meant, under a sentence.
func (u UI) Choose(code string, some []credential.Credential, applications catalog.Catalog) Message {
	if len(some) == 0 {
		return u.Plain("list.empty")
	}
	m := u.List(some, applications)
	m.Text = u.say.Say(code)
	m.Blocks[0] = slack.NewSectionBlock(plain(m.Text), nil, nil)
	return m
}

// Revoked is what is shown after a password was revoked: that it was, and what is left.
func (u UI) Revoked(c credential.Credential, left []credential.Credential, applications catalog.Catalog) Message {
	m := u.Plain("revoke.done", "name", nameOf(c, applications))
	if len(left) > 0 {
		m.Blocks = append(m.Blocks, u.List(left, applications).Blocks...)
	}
	return m
}

func (u UI) row(c credential.Credential, applications catalog.Catalog) []slack.Block {
	button := u.revoke(c.ID, nameOf(c, applications))
	state := "list.state.active"
	if c.State == credential.Pending {
		state = "list.state.pending"
	}
	detail := u.say.Say(state, "made", date(c.Made, "{date_short}"))
	if !c.Expires.IsZero() {
		detail += " · " + u.say.Say("list.expires", "date", date(c.Expires, "{date_short}"))
	}
	return []slack.Block{
		slack.NewSectionBlock(plain(nameOf(c, applications)), nil, slack.NewAccessory(button), slack.SectionBlockOptionBlockID(c.ID)),
		slack.NewContextBlock("", marked(detail)),
	}
}

// revoke is the button that revokes a credential, with a question of its own.
func (u UI) revoke(credential, called string) *slack.ButtonBlockElement {
	button := slack.NewButtonBlockElement(ActionRevoke, credential, plain(u.say.Say("revoke.button")))
	button.Style = slack.StyleDanger
	button.Confirm = slack.NewConfirmationBlockObject(plain(u.say.Say("revoke.confirm.title")),
		plain(u.say.Say("revoke.confirm.text", "name", called)),
		plain(u.say.Say("revoke.confirm.yes")), plain(u.say.Say("revoke.confirm.no"))).WithStyle(slack.StyleDanger)
	return button
}

func nameOf(c credential.Credential, applications catalog.Catalog) string {
	a, err := applications.Application(c.Application)
	if err != nil {
		return name(c.Application, c.Label)
	}
	return name(a.Name, c.Label)
}
