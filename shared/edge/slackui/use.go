package slackui

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// Used tells of the first use of an app password, with a button that revokes it, and after a rotation of what has moved to it; or of one from a new network, and asks whether that was its
// owner.
func (u UI) Used(c credential.Credential, applications catalog.Catalog, at time.Time, args job.UsedArgs) Message {
	called := u.nameOf(c, applications)
	code, when, buttons := "use.network", "use.network.at", u.fromNetwork(c, called, args)
	renewed := args.First && c.Rotating(at)
	switch {
	case renewed:
		code, when, buttons = "use.first.renewed", "use.at", []slack.BlockElement{u.show(c.ID, called), u.revoke(c.ID, called)}
	case args.First:
		code, when, buttons = "use.first", "use.at", []slack.BlockElement{u.revoke(c.ID, called)}
	}
	m := u.Plain(code, "name", called, "from", u.from(args.Address), "protocol", strings.ToUpper(args.Protocol))
	m.Blocks = append(m.Blocks, slack.NewContextBlock("", marked(u.say.Say(when, "time", date(at, moment)))))
	if renewed {
		m.Blocks = append(m.Blocks, u.moving(c, called, at)...)
	}
	m.Blocks = append(m.Blocks, slack.NewActionBlock("used", buttons...))
	return m
}
