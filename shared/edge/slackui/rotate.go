package slackui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/policy"
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
	button.AccessibilityLabel = u.label("rotate.label", called)
	return button
}

// former is the buttons about what a rotation has replaced.
func (u UI) former(c credential.Credential, called string, now time.Time) []slack.BlockElement {
	value := c.ID + " " + strconv.FormatInt(c.Former.Made.Unix(), 10)
	end := slack.NewButtonBlockElement(ActionEnd, value, plain(u.say.Say("rotate.end")))
	end.AccessibilityLabel = u.label("rotate.end.label", called)
	text := u.say.Say("rotate.end.moved")
	end.Style = slack.StylePrimary
	if left := c.Unmoved(now); len(left) > 0 {
		text = u.say.Say("rotate.end.unmoved", "uses", u.usesInWords(left))
		end.Style = slack.StyleDanger
	}
	end.Confirm = slack.NewConfirmationBlockObject(plain(u.say.Say("rotate.end.title")), plain(text), plain(u.say.Say("rotate.end")),
		plain(u.say.Say("revoke.confirm.no"))).WithStyle(end.Style)
	if c.Former.Extended {
		return []slack.BlockElement{end}
	}
	extend := slack.NewButtonBlockElement(ActionExtend, value, plain(u.say.Say("rotate.extend")))
	extend.AccessibilityLabel = u.label("rotate.extend.label", called)
	return []slack.BlockElement{end, extend}
}

// rotation is [UI.rotate] for a credential. Where something still uses what a rotation has replaced before, it would stop working: that is asked.
func (u UI) rotation(c credential.Credential, called string, now time.Time) *slack.ButtonBlockElement {
	button := u.rotate(c.ID, called)
	if left := c.Unmoved(now); c.Rotating(now) && len(left) > 0 {
		button.Confirm = slack.NewConfirmationBlockObject(plain(u.say.Say("rotate.again.title")),
			plain(u.say.Say("rotate.again.text", "uses", u.usesInWords(left))), plain(u.say.Say("rotate.button")),
			plain(u.say.Say("revoke.confirm.no"))).WithStyle(slack.StyleDanger)
	}
	return button
}

// nextOf is the one button about what a rotation has replaced that a row of a list has: to end it where everything has moved, else to put
// its end off where that can be; none otherwise, as [UI.Show] has both.
func (u UI) nextOf(c credential.Credential, called string, now time.Time) []slack.BlockElement {
	if !c.Rotating(now) {
		return nil
	}
	both := u.former(c, called, now)
	if len(c.Unmoved(now)) == 0 {
		return both[:1]
	}
	return both[1:]
}

// rotating is what stands in a row of a list about what a rotation has replaced, a line of markup: "The old password still works until
// today at 18:00. Still on it: SMTP from 203.0.113.7, today at 14:02. Moved: IMAP."
func (u UI) rotating(c credential.Credential, now time.Time) string {
	parts := []string{u.say.Say("rotate.still_works", "time", date(c.Former.Ends, moment))}
	moved, left := c.Moved(now), c.Unmoved(now)
	switch {
	case len(moved)+len(left) == 0:
		return strings.Join(append(parts, u.say.Say("rotate.row.unused")), " ")
	case len(left) == 0:
		return strings.Join(append(parts, u.say.Say("rotate.row.done")), " ")
	}
	var uses, protocols []string
	for _, one := range left[:min(len(left), usesInRow)] {
		uses = append(uses, u.say.Say("rotate.use.at", "protocol", protocolName(one.Protocol), "from", escaped(u.from(one.Address)), "time", date(one.At, moment)))
	}
	if len(left) > usesInRow {
		uses = append(uses, "…")
	}
	parts = append(parts, u.say.Say("rotate.row.left", "uses", strings.Join(uses, "; ")))
	for _, one := range moved {
		if p := protocolName(one.Protocol); !slices.Contains(protocols, p) {
			protocols = append(protocols, p)
		}
	}
	if len(protocols) > 0 {
		parts = append(parts, u.say.Say("rotate.row.moved", "protocols", strings.Join(protocols, ", ")))
	}
	return strings.Join(parts, " ")
}

// usesInRow is how many ways of use a row of a list names.
const usesInRow = 2

// moving is what still uses the password that a rotation has replaced and what has moved, a line each, and what can be done about it.
func (u UI) moving(c credential.Credential, called string, now time.Time) []slack.Block {
	lines, room := []string{u.say.Say("rotate.still_works", "time", date(c.Former.Ends, moment))}, usesShown
	moved, left := c.Moved(now), c.Unmoved(now)
	switch {
	case len(moved)+len(left) == 0:
		lines = append(lines, u.say.Say("rotate.row.unused"))
	case len(left) == 0:
		moved, lines = nil, append(lines, u.say.Say("rotate.row.done"))
	}
	for _, group := range []struct {
		code string
		uses []credential.Use
	}{{"rotate.left", left}, {"rotate.moved", moved}} {
		shown := group.uses[:min(len(group.uses), room)]
		if room -= len(shown); len(shown) == 0 {
			continue
		}
		lines = append(lines, u.say.Say(group.code))
		for _, one := range shown {
			lines = append(lines, "• "+u.say.Say("show.use", "use", u.use(one), "service", escaped(one.Service)))
		}
	}
	if more := len(moved) + len(left) - usesShown; more > 0 {
		lines = append(lines, u.say.Say("show.more_uses", "count", strconv.Itoa(more)))
	}
	return []slack.Block{slack.NewSectionBlock(marked(strings.Join(lines, "\n")), nil, nil), slack.NewActionBlock("former", u.former(c, called, now)...)}
}

// usesInWords is at most three uses: "IMAP from 203.0.113.7, SMTP from an unknown address".
func (u UI) usesInWords(uses []credential.Use) string {
	var words []string
	for n, use := range uses {
		if n == 3 {
			words = append(words, "…")
			break
		}
		words = append(words, u.say.Say("rotate.use", "protocol", protocolName(use.Protocol), "from", u.from(use.Address)))
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
	called := u.nameOf(c, applications)
	m := u.Plain("rotate.rotating", "name", called)
	m.Blocks = append(append(m.Blocks, u.moving(c, called, now)...), slack.NewActionBlock("rotated", u.show(c.ID, called), u.revoke(c.ID, called)))
	return m
}

// FormerEnded says that the former password was ended.
func (u UI) FormerEnded(c credential.Credential, applications catalog.Catalog) Message {
	return u.Plain("rotate.ended", "name", u.nameOf(c, applications))
}

// BeingRotated is what is shown while another password is made.
func (u UI) BeingRotated() slack.ModalViewRequest {
	return u.modal("view.close", slack.NewSectionBlock(plain(u.say.Say("rotate.being_made")), nil, nil))
}

// ShowToRotate is [UI.Show] for who wants to rotate it: typing alone rotates nothing. rules say for how long the present one works on; nil
// where they could not be read.
func (u UI) ShowToRotate(c credential.Credential, rules *policy.Policy, now time.Time, applications catalog.Catalog) Message {
	m := u.showTo(u.rotatePress(u.nameOf(c, applications), rules), c, now, applications)
	for _, b := range m.Blocks {
		if row, ok := b.(*slack.ActionBlock); ok && row.BlockID == c.ID {
			row.Elements.ElementSet[0].(*slack.ButtonBlockElement).Style = slack.StylePrimary
		}
	}
	return m
}

// rotatePress says what comes of a press of Rotate.
func (u UI) rotatePress(called string, rules *policy.Policy) string {
	const day = 24 * time.Hour
	switch {
	case rules == nil:
	case rules.Grace == 0:
		return u.say.Say("rotate.press.at_once", "name", called)
	case rules.Grace >= 2*day:
		return u.say.Say("rotate.press.days", "name", called, "count", strconv.Itoa(int(rules.Grace/day)))
	case rules.Grace >= 2*time.Hour:
		return u.say.Say("rotate.press.hours", "name", called, "count", strconv.Itoa(int(rules.Grace/time.Hour)))
	}
	return u.say.Say("rotate.press", "name", called)
}

// Unread says that a rotation has come to nothing, as nobody has opened its link, and offers another.
func (u UI) Unread(r link.Reveal) Message {
	called := u.name(r.Account.Application, r.Account.Label)
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
	return Message{Text: u.say.Say("link.notification", "application", u.application(a.Application)), Blocks: u.newLink(a, id, url, expires)}
}

func (u UI) newLink(a link.Account, id link.ID, url string, expires time.Time) []slack.Block {
	blocks := u.link(a, id, url, expires)
	blocks[0] = slack.NewSectionBlock(plain(u.say.Say("rotate.ready", "name", u.name(a.Application, a.Label))), nil, nil)
	return blocks
}
