package slackui

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
)

// The ids of what is pressed and chosen in a digest. The value of [ActionKeep] is a credential's id, that of an option of [ActionSnooze] is what
// [ParseSnooze] reads.
const (
	ActionSnooze = "snooze"
	ActionKeep   = "keep"

	blockReminder = "reminder_" // and a credential's id
	// digestSize is how many app passwords a digest shows: three blocks each, of Slack's 50.
	digestSize = 8
)

// Reminder is a line of a digest: what was said, of which app password, and what has become of it.
type Reminder struct {
	Line    nudge.Line
	Of      credential.Credential
	Outcome nudge.Outcome
}

// Digest is what somebody is reminded of.
type Digest struct {
	Lines []Reminder // the most urgent first
	Speak person.Preferences
	Now   time.Time
	// Former says that there is a newer digest: nothing can be done in this one any more.
	Former bool
	// Late is the id of the one that can't be put off for as long as was wanted; empty: none.
	Late string
}

// Digest is one message for all that somebody is reminded of. A line of which something has become says so, and has no buttons.
func (u UI) Digest(d Digest, applications catalog.Catalog) Message {
	var open []string
	rotates := false
	for i, r := range d.Lines {
		if r.Outcome == nudge.Open {
			open = append(open, u.nameOf(r.Of, applications))
			rotates = rotates || r.Line.Why == nudge.Age && i < digestSize
		}
	}
	title := u.say.Say("nudge.many", "count", strconv.Itoa(len(open)))
	switch {
	case d.Former:
		title = u.say.Say("nudge.former")
	case len(open) == 0:
		title = u.say.Say("nudge.none")
	case len(open) == 1:
		title = u.say.Say("nudge.one")
	}
	m := Message{Text: title, Blocks: []slack.Block{slack.NewHeaderBlock(plain(title))}}
	if len(open) > 0 && !d.Former {
		if len(open) > digestSize {
			open = append(open[:digestSize], "…")
		}
		m.Text += ": " + strings.Join(open, ", ")
	}
	for _, r := range d.Lines[:min(len(d.Lines), digestSize)] {
		m.Blocks = append(m.Blocks, u.reminder(r, d, applications)...)
	}
	if rotates && !d.Former {
		m.Blocks = append(m.Blocks, slack.NewContextBlock("", plain(u.say.Say("nudge.hint"))))
	}
	if more := len(d.Lines) - digestSize; more > 0 {
		m.Blocks = append(m.Blocks,
			slack.NewContextBlock("", plain(u.say.Say("nudge.more", "count", strconv.Itoa(more)))),
			slack.NewActionBlock("more", u.toList("list.see_all")))
	}
	return m
}

// reminder is the name of an app password, and why and until when, with buttons for what helps; or what has become of it.
func (u UI) reminder(r Reminder, d Digest, applications catalog.Catalog) []slack.Block {
	called := u.nameOf(r.Of, applications)
	says, buttons := u.becameOf(r, d.Now), []slack.BlockElement(nil)
	switch {
	case r.Outcome == nudge.Open && d.Former:
		says = u.say.Say("nudge.former.open")
	case r.Outcome == nudge.Open:
		says, buttons = u.reason(r, d.Now), u.actions(r, called, d, applications)
	case r.Outcome == nudge.Expired && !d.Former:
		buttons = []slack.BlockElement{u.again(r.Of.Application, called, applications)}
	}
	if d.Late == r.Of.ID && r.Outcome == nudge.Open {
		says += " " + u.say.Say("nudge.late")
	}
	blocks := []slack.Block{slack.NewSectionBlock(plain(called), nil, nil), slack.NewContextBlock("", marked(says))}
	if len(buttons) > 0 {
		// What is chosen in a menu stays so in Slack for as long as the block's id does.
		id := blockReminder + r.Of.ID
		if d.Late == r.Of.ID {
			id += "_" + strconv.FormatInt(d.Now.Unix(), 10)
		}
		blocks = append(blocks, slack.NewActionBlock(id, buttons...))
	}
	return blocks
}

// InDigest reports whether a block with that id is a digest's.
func InDigest(block string) bool { return strings.HasPrefix(block, blockReminder) }

// reason is why and until when something is to be done, in markup.
func (u UI) reason(r Reminder, now time.Time) string {
	day, moment := date(r.Line.At, "{date_long}"), date(r.Line.At, "{date_short_pretty} {time}")
	ends, by, since := "nudge.age.stops", "nudge.age.by", "nudge.age.over"
	if r.Line.At.Equal(r.Of.Nudges.RotateBy) {
		ends, by, since = "nudge.admin.stops", "nudge.admin.by", "nudge.admin.over"
	}
	switch {
	case r.Line.Why == nudge.End:
		return u.say.Say("nudge.end", "time", moment)
	case r.Line.Why == nudge.Idle:
		code := "nudge.idle"
		if len(r.Of.Uses)+len(r.Of.Former.Uses) == 0 {
			code = "nudge.idle.never"
		}
		return u.say.Say(code, "since", date(r.Of.Seen(), "{date_long}"), "time", day)
	case r.Line.Stops:
		return u.say.Say(ends, "time", moment)
	case r.Line.At.After(now):
		return u.say.Say(by, "time", day)
	}
	return u.say.Say(since, "time", day)
}

// actions is the buttons for what can be done about a line.
func (u UI) actions(r Reminder, called string, d Digest, applications catalog.Catalog) (buttons []slack.BlockElement) {
	id := r.Of.ID
	switch r.Line.Why {
	case nudge.Idle:
		keep := slack.NewButtonBlockElement(ActionKeep, id, plain(u.say.Say("nudge.keep")))
		keep.AccessibilityLabel = u.label("nudge.keep.label", called)
		return []slack.BlockElement{keep, u.revoke(id, called)}
	case nudge.End:
		buttons = append(buttons, u.again(r.Of.Application, called, applications))
	default:
		rotate := u.rotate(id, called)
		rotate.Text, rotate.Style = plain(u.say.Say("nudge.rotate")), slack.StylePrimary
		rotate.AccessibilityLabel = u.label("nudge.rotate.label", called)
		buttons = append(buttons, rotate)
	}
	if menu := u.snooze(r, called, d); menu != nil {
		buttons = append(buttons, menu)
	}
	return append(buttons, u.revoke(id, called))
}

// snoozes is what the choices say.
var snoozes = map[nudge.Snooze]string{nudge.ADay: "nudge.snooze.day", nudge.AWeek: "nudge.snooze.week", nudge.Before: "nudge.snooze.before"}

// snooze is the menu that puts a line off, with what is still possible, and of two that come to the same the first; nil where nothing is.
func (u UI) snooze(r Reminder, called string, d Digest) slack.BlockElement {
	item := nudge.Item{Credential: r.Of, Why: r.Line.Why, At: r.Line.At, Stops: r.Line.Stops}
	var options []*slack.OptionBlockObject
	var before time.Time
	for _, s := range nudge.Snoozes {
		if until, ok := s.Until(item, d.Now, nudge.HoursOf(d.Speak)); ok && until.After(before) {
			before = until
			options = append(options, option(string(s)+" "+r.Of.ID, u.say.Say(snoozes[s])))
		}
	}
	if len(options) == 0 {
		return nil
	}
	// A menu has no label for screen readers: its placeholder names the item.
	return slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(shortened(u.say.Say("nudge.snooze", "name", called))), ActionSnooze, options...)
}

// ParseSnooze reads the value of an option of [ActionSnooze]; ok is false where it is none.
func ParseSnooze(value string) (args job.SnoozeArgs, ok bool) {
	choice, id, _ := strings.Cut(value, " ")
	_, known := snoozes[nudge.Snooze(choice)]
	return job.SnoozeArgs{Credential: id, For: choice}, known && credential.ValidID(id)
}

// becameOf is what has become of a line, in markup.
func (u UI) becameOf(r Reminder, now time.Time) string {
	code, at := "nudge.expired", r.Of.Over()
	switch r.Outcome {
	case nudge.Rotated:
		if code = "nudge.rotated"; r.Of.Former.Verifier != "" && r.Of.Former.Ends.After(now) {
			code, at = "nudge.rotated.until", r.Of.Former.Ends
		}
	case nudge.Snoozed:
		code, at = "nudge.snoozed", r.Of.Nudges.Snoozed
	case nudge.Kept:
		code = "nudge.kept"
	case nudge.Used:
		code, at = "nudge.used", r.Of.Seen()
	case nudge.Revoked:
		code = "nudge.revoked"
	}
	return u.say.Say(code, "time", date(at, "{date_short_pretty} {time}"))
}

// Stale is what a copy of a digest turns into that is not the last one: nothing is done by it. It says how the app password stands now.
func (u UI) Stale(c credential.Credential, applications catalog.Catalog, now time.Time) Message {
	m := u.Plain("nudge.stale")
	called := u.nameOf(c, applications)
	m.Blocks = append(m.Blocks,
		slack.NewSectionBlock(plain(called), nil, nil), slack.NewContextBlock("", marked(u.detail(c, now))),
		slack.NewActionBlock("stale", u.show(c.ID, called)))
	return m
}

// Abandoned tells an owner what was revoked because nobody has used it, nor answered that it is needed, and offers another one.
func (u UI) Abandoned(all []credential.Credential, applications catalog.Catalog) Message {
	if len(all) == 1 {
		c := all[0]
		called := u.nameOf(c, applications)
		m := u.Plain("nudge.abandoned", "name", called)
		m.Blocks = append(m.Blocks,
			slack.NewContextBlock("", marked(u.say.Say("nudge.abandoned.since", "time", date(c.Seen(), "{date_long}")))),
			slack.NewActionBlock("abandoned", u.again(c.Application, called, applications)))
		return m
	}
	m := u.Plain("nudge.abandoned.many", "count", strconv.Itoa(len(all)))
	m.Blocks = append(append(m.Blocks, u.names(all, applications)...),
		slack.NewActionBlock("abandoned", u.again("", "", applications), u.toList("list.button")))
	return m
}

// Unreachable tells an admin of somebody whom reminders don't reach.
func (u UI) Unreachable(who person.Person) Message {
	m := u.Plain("nudge.unreachable", "login", who.Login)
	m.Blocks = append(m.Blocks, slack.NewSectionBlock(plain(u.say.Say("nudge.unreachable.todo")), nil, nil))
	return m
}
