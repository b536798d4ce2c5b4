package slackui

import (
	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/audit"
)

// happened is what has happened, by an audit event's action, or by its action and its reason where that makes another thing of it.
var happened = map[string]string{
	"issued":                     "home.did.issued",
	"reissued":                   "home.did.reissued",
	"renewed":                    "home.did.renewed",
	"revealed":                   "home.did.revealed",
	"revoked":                    "home.did.revoked",
	"revoked leaked":             "home.did.leaked",
	"revoked never_shown":        "home.did.never_shown",
	"revoked former_ended":       "home.did.former_ended",
	"revoked rotation_withdrawn": "home.did.withdrawn",
	"extended":                   "home.did.extended",
	"expired":                    "home.did.expired",
	"expired link_unread":        "home.did.unread",
	"expired grace":              "home.did.former_ended",
	"expired age":                "home.did.too_old",
	"revoked idle":               "home.did.idle",
	"held":                       "home.did.held",
	"left":                       "home.did.left",
	"admitted":                   "home.did.admitted",
	"remembered":                 "home.did.remembered",
	"rotation_asked":             "home.did.rotation_asked",
}

// activity is what has happened to a person's app passwords, an event a line. One for which there are no words is left out.
func (u UI) activity(h Home) []slack.Block {
	names := map[string]string{}
	for _, c := range append(h.Ended[:len(h.Ended):len(h.Ended)], h.Live...) {
		names[c.ID] = u.nameOf(c, h.Applications)
	}
	var lines []slack.RichTextElement
	for _, e := range h.Activity {
		what, ok := happened[string(e.Action)+" "+e.Reason]
		if !ok {
			what, ok = happened[string(e.Action)]
		}
		if !ok {
			continue
		}
		called, known := names[e.Credential]
		if !known {
			called = e.Credential
		}
		said := u.say.Say(by(e), "what", u.say.Say(what, "name", called))
		at := e.At.In(h.Speak.Location()).Format("2006-01-02 15:04 MST")
		lines = append(lines, slack.NewRichTextSection(
			slack.NewRichTextSectionDateElement(e.At.Unix(), "{date_short_pretty} {time}", nil, &at), slack.NewRichTextSectionTextElement(" · "+said, nil)))
	}
	if len(lines) == 0 {
		return nil
	}
	return []slack.Block{
		slack.NewDividerBlock(), slack.NewHeaderBlock(plain(u.say.Say("home.activity"))),
		slack.NewRichTextBlock("activity", slack.NewRichTextList(slack.RTEListBullet, 0, lines...)),
	}
}

// by is who has done something: who it concerns, apppass, or else an administrator.
func by(e audit.Event) string {
	switch e.Actor {
	case e.Owner.Person:
		return "home.by.you"
	case "apppass":
		return "home.by.apppass"
	}
	return "home.by.admin"
}
