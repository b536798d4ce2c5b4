package slackui

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
)

// The ids of the home tab. The values of its buttons that turn pages are numbers of pages, from 1.
const (
	ActionHomePrevious = "home_previous"
	ActionHomeNext     = "home_next"
	ActionHomeAgain    = "home_again"

	callbackHome = "home_" // and the number of the page
)

// Home is what the home tab shows.
type Home struct {
	Owner credential.Owner
	Speak person.Preferences
	// Live is the app passwords that work or may still come to work, in the order in which people see them: what needs attention first.
	Live []credential.Credential
	// Ended is those that are over: activity may concern them.
	Ended []credential.Credential
	// Rejected is when they were refused lately, by their ids.
	Rejected map[string]time.Time
	// Activity is what has happened, the newest first.
	Activity     []audit.Event
	Applications catalog.Catalog
	Now          time.Time
	// Page counts from 1; where there is no such page, the nearest is shown.
	Page int
	// Notice is what has come of something that was done in the tab; zero: nothing was.
	Notice Message
}

// Home is a page of a person's home tab.
func (u UI) Home(h Home) slack.HomeTabViewRequest {
	pages := max(1, (len(h.Live)+pageSize-1)/pageSize)
	h.Page = min(max(h.Page, 1), pages)
	blocks := notice(h.Notice)
	another := u.suggest(string(VerbNew), u.say.Say("home.new"))
	another.Style = slack.StylePrimary
	blocks = append(blocks, slack.NewHeaderBlock(plain(u.say.Say("home.title"))))
	if len(h.Live) == 0 {
		blocks = append(blocks,
			slack.NewSectionBlock(plain(u.say.Say("home.empty")), nil, nil),
			slack.NewSectionBlock(plain(u.say.Say("home.empty.needed")), nil, nil),
			slack.NewSectionBlock(plain(u.say.Say("home.empty.needless")), nil, nil))
	}
	top := []slack.BlockElement{another, u.toGuide(AllGuides, "guide.all")}
	if len(h.Live) > 0 {
		top = append(top, u.lost())
	}
	blocks = append(blocks, slack.NewActionBlock("new", top...))
	blocks = append(blocks, u.homeRows(h)...)
	if pages > 1 {
		blocks = append(blocks, u.homePages(h.Page, pages)...)
	}
	blocks = append(append(blocks, u.activity(h)...), u.settings(h.Speak)...)
	return u.home(h.Page, blocks)
}

// HomeFailed is the home tab where it can't be shown: why, and a button to try again.
func (u UI) HomeFailed(page int, why Message) slack.HomeTabViewRequest {
	again := slack.NewButtonBlockElement(ActionHomeAgain, strconv.Itoa(page), plain(u.say.Say("home.again")))
	return u.home(page, append(notice(why), slack.NewActionBlock("again", again)))
}

func (u UI) home(page int, blocks []slack.Block) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, CallbackID: callbackHome + strconv.Itoa(page), PrivateMetadata: u.locale, Blocks: slack.Blocks{BlockSet: blocks},
	}
}

// HomePage is the page of a home tab that a person looks at; 0 where the view is another one.
func HomePage(v slack.View) int {
	number, ok := strings.CutPrefix(v.CallbackID, callbackHome)
	page, _ := ParseHomePage(number)
	if v.Type != slack.VTHomeTab || !ok {
		return 0
	}
	return max(page, 1)
}

// ParseHomePage reads the value of a button that turns pages.
func ParseHomePage(value string) (page int, ok bool) {
	page, err := strconv.Atoi(value)
	return page, err == nil && page > 0
}

// notice is what a message says before it goes on with a list, or with something to press: the home tab has both itself.
func notice(m Message) (blocks []slack.Block) {
	for _, b := range m.Blocks {
		if kind := b.BlockType(); kind != slack.MBTSection && kind != slack.MBTContext {
			break
		}
		blocks = append(blocks, b)
	}
	if len(blocks) == 0 {
		return nil
	}
	return append(blocks, slack.NewDividerBlock())
}

// homeRows is the rows of a page under the names of their groups, each with how many are in the group on all pages.
func (u UI) homeRows(h Home) (blocks []slack.Block) {
	sizes, group := map[string]int{}, ""
	for _, c := range h.Live {
		sizes[h.group(c)]++
	}
	for _, c := range h.Live[(h.Page-1)*pageSize : min(h.Page*pageSize, len(h.Live))] {
		if next := h.group(c); next != group {
			group = next
			title := u.say.Say(group, "count", strconv.Itoa(sizes[group]))
			blocks = append(blocks, slack.NewSectionBlock(marked("*"+title+"*"), nil, nil))
		}
		blocks = append(blocks, u.homeRow(c, h)...)
	}
	return blocks
}

func (h Home) group(c credential.Credential) string {
	_, rejected := h.Rejected[c.ID]
	if _, needs := c.Attention(h.Now); needs || rejected {
		return "home.attention"
	}
	return "home.fine"
}

// homeRow is a row of a list, and why it needs attention.
func (u UI) homeRow(c credential.Credential, h Home) []slack.Block {
	called := u.nameOf(c, h.Applications)
	var lines []string
	if need, ok := c.Attention(h.Now); ok && need != credential.Unused && need != credential.Unmoved { // of which the last line tells
		lines = append(lines, u.standing(c, h.Now))
	}
	if at, ok := h.Rejected[c.ID]; ok {
		lines = append(lines, u.say.Say("home.rejected", "time", date(at, moment)))
	}
	if need, _ := c.Attention(h.Now); need != credential.NeverOpened { // of which the first line tells
		lines = append(lines, u.detail(c, h.Now))
	}
	return []slack.Block{
		slack.NewSectionBlock(plain(called), nil, nil), slack.NewContextBlock("", marked(strings.Join(lines, "\n"))),
		u.buttons(c, called, h.Now),
	}
}

func (u UI) homePages(page, pages int) []slack.Block {
	var turn []slack.BlockElement
	if page > 1 {
		turn = append(turn, slack.NewButtonBlockElement(ActionHomePrevious, strconv.Itoa(page-1), plain(u.say.Say("home.previous"))))
	}
	if page < pages {
		turn = append(turn, slack.NewButtonBlockElement(ActionHomeNext, strconv.Itoa(page+1), plain(u.say.Say("home.next"))))
	}
	where := u.say.Say("home.page", "page", strconv.Itoa(page), "pages", strconv.Itoa(pages))
	return []slack.Block{slack.NewContextBlock("", plain(where)), slack.NewActionBlock("pages", turn...)}
}
