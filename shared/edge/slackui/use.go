package slackui

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// Used tells of the first use of an app password, or of one from a new network, with a button that revokes it.
func (u UI) Used(c credential.Credential, applications catalog.Catalog, at time.Time, args job.UsedArgs) Message {
	called, code, from := nameOf(c, applications), "use.network", args.Address
	if args.First {
		code = "use.first"
	}
	if from == "" {
		from = u.say.Say("use.nowhere")
	}
	m := u.Plain(code, "name", called, "from", from, "protocol", strings.ToUpper(args.Protocol))
	m.Blocks = append(m.Blocks,
		slack.NewContextBlock("", marked(u.say.Say("use.at", "time", date(at, "{date_short_pretty} {time}")))),
		slack.NewActionBlock("used", u.revoke(c.ID, called)))
	return m
}
