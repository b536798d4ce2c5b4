package slackui

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
)

// The buttons of a list. Their values are what [ParsePage] reads; those of [ActionShow] are credential ids, and so are its options.
const (
	ActionList  = "list"
	ActionOlder = "list_older"
	ActionNewer = "list_newer"
	ActionShow  = "show"
)

const (
	// pageSize is how many app passwords a message shows: three blocks each, of Slack's 50, and some around them.
	pageSize = 8
	// shortSize is how many [UI.Short] shows.
	shortSize = 5
	// menuSize is how many options a menu of Slack's takes, and longestOption how many characters one has, or a label for screen readers.
	menuSize      = 100
	longestOption = 75
	// longestText is how many characters a section has.
	longestText = 3000
)

// Passwords is what a list shows.
type Passwords struct {
	Kind Kind
	// Page counts from 0; where there is no such page, the nearest is shown.
	Page int
	// All is in the order in which people see it: what needs attention, what is live, what is over.
	All []credential.Credential
	Now time.Time
}

// ParsePage reads the value of a button that shows a page of a list.
func ParsePage(value string) (k Kind, page int, ok bool) {
	word, number, _ := strings.Cut(value, " ")
	page, err := strconv.Atoi(number)
	k, known := kinds[word]
	return k, page, known && word != "" && err == nil && page >= 0
}

// titles are a list's.
var titles = map[Kind]string{KindLive: "list.title", KindAll: "list.title.all", KindExpiring: "list.title.expiring"}

// List is a page of a person's app passwords, each with buttons that show and revoke it.
func (u UI) List(p Passwords, applications catalog.Catalog) Message {
	if len(p.All) == 0 {
		return u.none(p.Kind)
	}
	m := Message{Text: u.say.Say(titles[p.Kind], "count", strconv.Itoa(len(p.All)))}
	m.Blocks = append(append(m.Blocks, slack.NewHeaderBlock(plain(m.Text))), u.page(p, applications)...)
	return m
}

func (u UI) none(k Kind) Message {
	if k == KindExpiring {
		m := u.Plain("list.none_expiring")
		m.Blocks = append(m.Blocks, slack.NewActionBlock("list", u.toList("list.button")))
		return m
	}
	m := u.Plain("list.empty")
	m.Blocks = append(m.Blocks, slack.NewActionBlock("list", u.suggest(string(VerbNew), u.say.Say("list.new"))))
	return m
}

// page is the rows of a page under the names of their groups, and the way to the other pages.
func (u UI) page(p Passwords, applications catalog.Catalog) (blocks []slack.Block) {
	pages := (len(p.All) + pageSize - 1) / pageSize
	number := min(p.Page, pages-1)
	group := "list.active" // needs no heading where it comes first
	for _, c := range p.All[number*pageSize : min((number+1)*pageSize, len(p.All))] {
		if next := groupOf(c, p.Now); next != group && p.Kind != KindExpiring {
			group = next
			blocks = append(blocks, slack.NewSectionBlock(marked("*"+u.say.Say(group)+"*"), nil, nil))
		}
		blocks = append(blocks, u.row(c, p.Now, applications)...)
	}
	var turn []slack.BlockElement
	turns := func(action, code string, to int) {
		turn = append(turn, slack.NewButtonBlockElement(action, string(p.Kind)+" "+strconv.Itoa(to), plain(u.say.Say(code))))
	}
	if number > 0 {
		turns(ActionNewer, "list.newer", number-1)
	}
	if number < pages-1 {
		turns(ActionOlder, "list.older", number+1)
	}
	if pages > 1 {
		where := u.say.Say("list.page", "page", strconv.Itoa(number+1), "pages", strconv.Itoa(pages))
		blocks = append(blocks, slack.NewContextBlock("", plain(where)), slack.NewActionBlock("pages", turn...))
	}
	return blocks
}

func groupOf(c credential.Credential, now time.Time) string {
	if _, ok := c.Attention(now); ok {
		return "list.attention"
	}
	if c.Live(now) {
		return "list.active"
	}
	return "list.ended"
}

// Choose is those of a person's app passwords that a word may have meant, under a sentence: each with its buttons, or, of many, as a menu.
func (u UI) Choose(code string, p Passwords, applications catalog.Catalog) Message {
	if len(p.All) == 0 {
		return u.none(KindLive)
	}
	m := u.Plain(code)
	if len(p.All) <= pageSize {
		for _, c := range p.All {
			m.Blocks = append(m.Blocks, u.row(c, p.Now, applications)...)
		}
		return m
	}
	var options []*slack.OptionBlockObject
	for _, c := range p.All[:min(len(p.All), menuSize)] {
		options = append(options, slack.NewOptionBlockObject(c.ID, plain(shortened(u.nameOf(c, applications))), nil))
	}
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(u.say.Say("list.menu")), ActionShow, options...)
	m.Blocks = append(m.Blocks, slack.NewActionBlock("choose", menu))
	return m
}

// Place is where in Slack the app's home tab is: a team's id and the app's. Either may be empty: it is not known.
type Place struct{ Team, App string }

// Short is what a person most likely wants to see: the first of their app passwords, and buttons for the rest.
func (u UI) Short(p Passwords, home Place, applications catalog.Catalog) Message {
	m := u.Plain("list.empty")
	if n := len(p.All); n > 0 {
		m.Text = u.say.Say("list.title", "count", strconv.Itoa(n))
		m.Blocks = []slack.Block{slack.NewHeaderBlock(plain(m.Text))}
		for _, c := range p.All[:min(n, shortSize)] {
			called := u.nameOf(c, applications)
			m.Blocks = append(m.Blocks,
				slack.NewSectionBlock(plain(called), nil, slack.NewAccessory(u.show(c.ID, called)), slack.SectionBlockOptionBlockID(c.ID)),
				slack.NewContextBlock("", marked(u.detail(c, p.Now))))
		}
	}
	another := u.suggest(string(VerbNew), u.say.Say("list.new"))
	another.Style = slack.StylePrimary
	buttons := []slack.BlockElement{another}
	if len(p.All) > shortSize {
		buttons = append(buttons, u.toList("list.see_all"))
	}
	if home.Team != "" && home.App != "" {
		open := slack.NewButtonBlockElement("dashboard", "home", plain(u.say.Say("list.dashboard")))
		open.URL = "slack://app?team=" + home.Team + "&id=" + home.App + "&tab=home"
		buttons = append(buttons, open)
	}
	m.Blocks = append(m.Blocks, slack.NewActionBlock("short", buttons...), slack.NewContextBlock("", plain(u.say.Say("help.hint"))))
	return m
}

// Revoked is what is shown after a password was revoked: that it was, and what is left.
func (u UI) Revoked(c credential.Credential, left Passwords, applications catalog.Catalog) Message {
	return u.over("revoke.done", c, left, applications)
}

// WasOver is what is shown where there was nothing to revoke any more: it had ended before the button was pressed.
func (u UI) WasOver(c credential.Credential, left Passwords, applications catalog.Catalog) Message {
	if c.State == credential.Expired {
		return u.over("revoke.expired", c, left, applications)
	}
	return u.over("revoke.before", c, left, applications)
}

func (u UI) over(code string, c credential.Credential, left Passwords, applications catalog.Catalog) Message {
	m := Message{Text: u.say.Say(code, "name", u.nameOf(c, applications))}
	m.Blocks = append(m.Blocks, slack.NewSectionBlock(plain(m.Text), nil, nil))
	if len(left.All) > 0 {
		m.Blocks = append(m.Blocks, u.List(left, applications).Blocks...)
	}
	return m
}

// row is an app password in a list: its name, how it stands, its buttons.
func (u UI) row(c credential.Credential, now time.Time, applications catalog.Catalog) []slack.Block {
	called := u.nameOf(c, applications)
	return []slack.Block{
		slack.NewSectionBlock(plain(called), nil, nil), slack.NewContextBlock("", marked(u.detail(c, now))), u.buttons(c, called, now),
	}
}

// buttons is those of a row.
func (u UI) buttons(c credential.Credential, called string, now time.Time) slack.Block {
	all := []slack.BlockElement{u.show(c.ID, called)}
	if c.Live(now) {
		all = append(append(all, u.nextOf(c, called, now)...), u.acts(c, called, now)...)
	}
	return slack.NewActionBlock(c.ID, all...)
}

// acts is the buttons that change a live app password.
func (u UI) acts(c credential.Credential, called string, now time.Time) []slack.BlockElement {
	if c.State != credential.Active {
		return []slack.BlockElement{u.revoke(c.ID, called)}
	}
	return []slack.BlockElement{u.rotation(c, called, now), u.revoke(c.ID, called)}
}

// detail is how an app password stands, in a line of markup, and in another what a rotation has replaced.
func (u UI) detail(c credential.Credential, now time.Time) string {
	made, over := date(c.Made, "{date_short}"), date(c.Over(), "{date_short}")
	switch {
	case c.State == credential.Pending && c.Live(now):
		return u.say.Say("list.state.pending", "made", made)
	case c.State == credential.Revoked:
		return u.say.Say("list.state.revoked", "date", over)
	case !c.Live(now) && c.Activated.IsZero():
		return u.say.Say("list.state.unopened", "date", over)
	case !c.Live(now):
		return u.say.Say("list.state.expired", "date", over)
	}
	parts := []string{u.say.Say("list.state.active", "made", made)}
	need, _ := c.Attention(now)
	if len(c.Uses) > 0 {
		parts = append(parts, u.say.Say("list.used", "use", u.use(c.Uses[0])))
	} else if c.Rotating(now) {
		parts = append(parts, u.say.Say("list.unused.new"))
	} else if need != credential.Unused {
		parts = append(parts, u.say.Say("list.unused"))
	}
	if !c.End().IsZero() {
		parts = append(parts, u.say.Say("list.expires", "date", over))
	}
	if need == credential.Unused {
		parts = append(parts, u.say.Say("list.idle", "days", strconv.Itoa(int(now.Sub(c.IdleSince()).Hours()/24))))
	}
	line := strings.Join(parts, " · ")
	if c.Rotating(now) {
		line += "\n" + u.rotating(c, now)
	}
	return line
}

// use is when, from where and by which protocol something signed in, in markup.
func (u UI) use(one credential.Use) string {
	return u.say.Say("list.use", "time", date(one.At, moment), "from", escaped(u.from(one.Address)), "protocol", protocolName(one.Protocol))
}

// revoke is the button that revokes a credential, with a question of its own.
func (u UI) revoke(credential, called string) *slack.ButtonBlockElement {
	button := slack.NewButtonBlockElement(ActionRevoke, credential, plain(u.say.Say("revoke.button")))
	button.AccessibilityLabel = u.label("revoke.label", called)
	button.Style = slack.StyleDanger
	button.Confirm = slack.NewConfirmationBlockObject(plain(u.say.Say("revoke.confirm.title")),
		plain(u.say.Say("revoke.confirm.text", "name", called)),
		plain(u.say.Say("revoke.confirm.yes")), plain(u.say.Say("revoke.confirm.no"))).WithStyle(slack.StyleDanger)
	return button
}

// show is the button that shows a credential whole.
func (u UI) show(credential, called string) *slack.ButtonBlockElement {
	button := slack.NewButtonBlockElement(ActionShow, credential, plain(u.say.Say("show.button")))
	button.AccessibilityLabel = u.label("show.label", called)
	return button
}

// toList is the button that leads to the list of what is live.
func (u UI) toList(code string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(ActionList, string(KindLive)+" 0", plain(u.say.Say(code)))
}

// shortened is text that fits into an option, or a label for screen readers.
func shortened(s string) string { return shortenedTo(s, longestOption) }

func shortenedTo(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// escaped is text in which no markup is left, see https://docs.slack.dev/messaging/formatting-message-text#escaping.
func escaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
