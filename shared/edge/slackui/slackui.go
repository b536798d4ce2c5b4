// Package slackui builds what people see in Slack and parses what they send. It calls nothing.
//
// # One builder a view
//
// A view's ids, how it is built and how it is read stand in one file. The value of a button is an id, or the command that it offers,
// and nothing else: whoever handles it loads the state again and checks the right again.
//
// # What is promised
//
// What people wrote themselves is shown as plain text, never as markup, so that it can't mention, link or break anything. The link
// stands in the url of one button, never in a text: texts go to notifications.
//
// Limits are Slack's, https://docs.slack.dev/reference/block-kit; golden files in testdata hold every view.
//
// # What may be changed here
//
// How something looks, freely; its sentences are package text's. Messages stay in Slack for years: an action id keeps its meaning, and the
// form of its value, for as long as a message may have it.
package slackui

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/text"
)

// The ids of what people press and send.
const (
	CallbackNew      = "new"
	ActionOpenLink   = "open_link"
	ActionRevoke     = "revoke"
	ActionSuggestion = "suggestion"

	blockApplication = "application"
	blockLabel       = "label"
)

// Message is a message's blocks, and its text for notifications and screen readers.
type Message struct {
	Text   string
	Blocks []slack.Block
}

// UI builds in one language.
type UI struct {
	say    text.Speaker
	locale string
}

// In returns the builder for a locale, "en-US"; empty is the default language.
func In(locale string) UI { return UI{text.In(locale), locale} }

// Plain is a message of one sentence.
func (u UI) Plain(code string, pairs ...string) Message {
	sentence := u.say.Say(code, pairs...)
	return Message{Text: sentence, Blocks: []slack.Block{slack.NewSectionBlock(plain(sentence), nil, nil)}}
}

// Referenced adds to a message the short reference under which the log tells of it; an empty one adds nothing.
func (u UI) Referenced(m Message, reference string) Message {
	if reference != "" {
		m.Blocks = append(m.Blocks, slack.NewContextBlock("", plain(u.say.Say("reference", "id", reference))))
	}
	return m
}

// View is a message as a modal.
func (u UI) View(m Message) slack.ModalViewRequest { return u.modal("view.close", m.Blocks...) }

// Say is the sentence under a code.
func (u UI) Say(code string, pairs ...string) string { return u.say.Say(code, pairs...) }

// modal is a view with a title and a close button.
func (u UI) modal(closeCode string, blocks ...slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		// What is done in the view is answered in its language.
		Type: slack.VTModal, PrivateMetadata: u.locale, Title: plain(u.say.Say("view.title")), Close: plain(u.say.Say(closeCode)), Blocks: slack.Blocks{BlockSet: blocks},
	}
}

// label is what a screen reader says of a button: the sentence under a code, of which only the name is cut where it is too long.
func (u UI) label(code, called string) string {
	room := longestOption - utf8.RuneCountInString(u.say.Say(code, "name", ""))
	return u.say.Say(code, "name", shortenedTo(called, room))
}

// plain is text as it is.
func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// marked is text with markup; values in it must be ours.
func marked(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, s, false, true)
}

// moment is the format of [date] for what happens at a time of day: "today at 14:02".
const moment = "{date_short_pretty} {time}"

// date is an instant in the reader's time zone, by Slack's format ("{date_short} {time}"), for marked text.
func date(t time.Time, format string) string {
	return fmt.Sprintf("<!date^%d^%s|%s>", t.Unix(), format, t.UTC().Format("2006-01-02 15:04 UTC"))
}
