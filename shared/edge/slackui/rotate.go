package slackui

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
)

// The ids of the buttons of a rotation. The value of [ActionRotate] is a credential's id; of the others it is that and the time at which the
// former password was made.
const (
	ActionRotate = "rotate"
	ActionEnd    = "end_former"
	ActionExtend = "extend_former"
)

// rotate is the button that makes another password for a credential. It asks nothing: the present one works on.
func (u UI) rotate(id, called string) *slack.ButtonBlockElement {
	button := slack.NewButtonBlockElement(ActionRotate, id, plain(u.say.Say("rotate.button")))
	button.AccessibilityLabel = shortened(u.say.Say("rotate.label", "name", called))
	return button
}

// former is the buttons about what a rotation has replaced.
func (u UI) former(c credential.Credential, called string, now time.Time) []slack.BlockElement {
	value := c.ID + " " + strconv.FormatInt(c.Former.Made.Unix(), 10)
	end := slack.NewButtonBlockElement(ActionEnd, value, plain(u.say.Say("rotate.end")))
	end.AccessibilityLabel = shortened(u.say.Say("rotate.end.label", "name", called))
	text := u.say.Say("rotate.end.moved")
	if left := c.Unmoved(now); len(left) > 0 {
		text = u.say.Say("rotate.end.unmoved", "uses", u.usesInWords(left))
		end.Style = slack.StyleDanger
	} else {
		end.Style = slack.StylePrimary
	}
	end.Confirm = slack.NewConfirmationBlockObject(plain(u.say.Say("rotate.end.title")), plain(text), plain(u.say.Say("rotate.end")), plain(u.say.Say("revoke.confirm.no")))
	if c.Former.Extended {
		return []slack.BlockElement{end}
	}
	extend := slack.NewButtonBlockElement(ActionExtend, value, plain(u.say.Say("rotate.extend")))
	extend.AccessibilityLabel = shortened(u.say.Say("rotate.extend.label", "name", called))
	return []slack.BlockElement{end, extend}
}

// usesInWords is at most three uses: "IMAP from 203.0.113.7, SMTP from an unknown address".
func (u UI) usesInWords(uses []credential.Use) string {
	var words []string
	for n, use := range uses {
		if n == 3 {
			words = append(words, "…")
			break
		}
		from := use.Address
		if from == "" {
			from = u.say.Say("use.nowhere")
		}
		words = append(words, u.say.Say("rotate.use", "protocol", strings.ToUpper(string(use.Protocol)), "from", from))
	}
	return strings.Join(words, ", ")
}

// ParseFormer reads the value of [ActionEnd] and [ActionExtend]; ok is false where it is none.
func ParseFormer(value string) (args job.FormerArgs, ok bool) {
	id, made, _ := strings.Cut(value, " ")
	seconds, err := strconv.ParseInt(made, 10, 64)
	return job.FormerArgs{Credential: id, Made: seconds}, err == nil && credential.ValidID(id)
}

// Rotated is a credential while the former password still works: until when, what still uses it, and what can be done.
func (u UI) Rotated(c credential.Credential, applications catalog.Catalog, now time.Time) Message {
	called := nameOf(c, applications)
	m := u.Plain("rotate.rotating", "name", called)
	left := c.Unmoved(now)
	code := "rotate.moved"
	if len(left) > 0 {
		code = "rotate.unmoved"
	}
	m.Blocks = append(m.Blocks,
		slack.NewContextBlock("", marked(u.say.Say("rotate.until", "time", date(c.Former.Ends, "{date_short_pretty} {time}")))),
		slack.NewSectionBlock(plain(u.say.Say(code, "uses", u.usesInWords(left))), nil, nil),
		slack.NewActionBlock("rotated", append(u.former(c, called, now), u.revoke(c.ID, called))...))
	return m
}

// FormerEnded says that the former password was ended.
func (u UI) FormerEnded(c credential.Credential, applications catalog.Catalog) Message {
	return u.Plain("rotate.ended", "name", nameOf(c, applications))
}

// Unread says that a rotation has come to nothing, as nobody has opened its link, and offers another.
func (u UI) Unread(r link.Reveal) Message {
	called := name(r.Account.Application, r.Account.Label)
	m := u.Plain("rotate.unread", "name", called)
	m.Blocks = append(m.Blocks, slack.NewActionBlock("rotate", u.rotate(r.Credential, called)))
	return m
}

// NewLink is [UI.Link] for a rotation: the present password works until the link is used, and longer.
func (u UI) NewLink(a link.Account, id link.ID, url string, expires time.Time) slack.ModalViewRequest {
	return u.modal("view.close", u.newLink(a, id, url, expires)...)
}

// NewLinkMessage is [UI.NewLink] for who has closed the view.
func (u UI) NewLinkMessage(a link.Account, id link.ID, url string, expires time.Time) Message {
	return Message{Text: u.say.Say("link.notification", "application", a.Application), Blocks: u.newLink(a, id, url, expires)}
}

func (u UI) newLink(a link.Account, id link.ID, url string, expires time.Time) []slack.Block {
	blocks := u.link(a, id, url, expires)
	blocks[0] = slack.NewSectionBlock(plain(u.say.Say("rotate.ready", "name", name(a.Application, a.Label))), nil, nil)
	return blocks
}
