package slackui

import (
	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
)

// Leaked tells an owner that an app password was found where others can read it, and offers another one.
func (u UI) Leaked(c credential.Credential, applications catalog.Catalog) Message {
	m := u.Plain("leak.owner", "name", u.nameOf(c, applications))
	m.Blocks = append(m.Blocks, slack.NewActionBlock("suggestion",
		slack.NewButtonBlockElement(ActionSuggestion, string(VerbNew)+" "+c.Application, plain(u.say.Say("new.again")))))
	return m
}

// LeakedToAdmin tells an admin of it. The owner's own words for it are the owner's.
func (u UI) LeakedToAdmin(c credential.Credential, applications catalog.Catalog) Message {
	c.Label = ""
	return u.Plain("leak.admin", "name", u.nameOf(c, applications), "login", c.Login)
}
