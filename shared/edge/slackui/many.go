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
)

// The ids of revoking several. The value of [ActionRevokeAll] is an application's id, or [AllPasswords].
const (
	CallbackLost     = "lost"        // the choice of what was on a phone
	CallbackMany     = "revoke_many" // the question whether these are to be revoked
	ActionLost       = "lost"
	ActionRevokeAll  = "revoke_all"
	AllPasswords     = "*"
	actionChosen     = "chosen"
	blockChosenPhone = "phone_" // and the number of the group
	blockChosenRest  = "rest_"
)

// boxes is how many checkboxes a group of Slack's has, and longestSubmit how many characters the button that sends a form.
const (
	boxes         = 10
	longestSubmit = 24
)

// Lost is the form for who has lost a phone: what is for a phone stands first and is checked, and then the rest, what may stand on a phone
// before what can't, each the last used first.
//
// Only the application says what device it is on: a network says where somebody was, and at home the phone and the laptop are in the same
// one. So nothing else is checked for them, and everything is offered.
func (u UI) Lost(p Passwords, applications catalog.Catalog, zone *time.Location) slack.ModalViewRequest {
	kind := func(c credential.Credential) int {
		a, err := applications.Application(c.Application)
		switch {
		case err == nil && a.Kind == catalog.Mobile:
			return 0
		case err != nil || slices.Contains(onPhones, a.Kind):
			return 1
		}
		return 2
	}
	all := slices.Clone(p.All)
	slices.SortStableFunc(all, func(a, b credential.Credential) int {
		if d := kind(a) - kind(b); d != 0 {
			return d
		}
		return b.Seen().Compare(a.Seen())
	})
	all = all[:min(len(all), job.MostRevoked)]
	phones := slices.IndexFunc(all, func(c credential.Credential) bool { return kind(c) > 0 })
	if phones < 0 {
		phones = len(all)
	}
	blocks := []slack.Block{slack.NewSectionBlock(plain(u.say.Say("lost.intro")), nil, nil)}
	for n, group := range slices.Collect(slices.Chunk(all[:phones], boxes)) {
		blocks = append(blocks, u.checks(blockChosenPhone+strconv.Itoa(n), "lost.phone", group, applications, zone, true))
	}
	for n, group := range slices.Collect(slices.Chunk(all[phones:], boxes)) {
		blocks = append(blocks, u.checks(blockChosenRest+strconv.Itoa(n), "lost.rest", group, applications, zone, false))
	}
	v := u.modal("view.cancel", blocks...)
	v.CallbackID, v.Submit = CallbackLost, plain(u.say.Say("lost.next"))
	return v
}

// checks is a group of app passwords to check.
func (u UI) checks(block, code string, group []credential.Credential, applications catalog.Catalog, zone *time.Location, checked bool) slack.Block {
	var options []*slack.OptionBlockObject
	for _, c := range group {
		options = append(options, slack.NewOptionBlockObject(c.ID, plain(shortened(u.nameOf(c, applications))), plain(shortened(u.lastSeen(c, zone)))))
	}
	choice := slack.NewCheckboxGroupsBlockElement(actionChosen, options...)
	if checked {
		choice.InitialOptions = options
	}
	return slack.NewInputBlock(block, plain(u.say.Say(code)), nil, choice).WithOptional(true)
}

// lastSeen is when and from where it was used last, in a text without markup.
func (u UI) lastSeen(c credential.Credential, zone *time.Location) string {
	uses := c.Uses
	if len(uses) == 0 {
		uses = c.Former.Uses
	}
	if len(uses) == 0 {
		return u.say.Say("list.unused")
	}
	return u.say.Say("lost.seen", "time", uses[0].At.In(zone).Format("2006-01-02 15:04"), "from", u.from(uses[0].Address))
}

// ParseLost reads what was checked in [UI.Lost].
func ParseLost(s *slack.ViewState) (ids []string) {
	if s == nil {
		return nil
	}
	for _, actions := range s.Values {
		for _, o := range actions[actionChosen].SelectedOptions {
			ids = append(ids, o.Value)
		}
	}
	return valid(ids)
}

// LostErrors is the answer to a [UI.Lost] that can't be accepted: the sentence stands at the first group of the form.
func (u UI) LostErrors(form slack.View, code string) *slack.ViewSubmissionResponse {
	said := map[string]string{}
	for _, b := range form.Blocks.BlockSet {
		if b.BlockType() == slack.MBTInput {
			said[b.ID()] = u.say.Say(code)
			break
		}
	}
	return slack.NewErrorsViewSubmissionResponse(said)
}

// AskMany asks whether these are to be revoked, at most [job.MostRevoked] of them. Which they are travels with the view.
func (u UI) AskMany(all []credential.Credential, applications catalog.Catalog) slack.ModalViewRequest {
	all = all[:min(len(all), job.MostRevoked)]
	count := strconv.Itoa(len(all))
	blocks := append([]slack.Block{slack.NewSectionBlock(plain(u.say.Say("many.ask", "count", count)), nil, nil)}, u.names(all, applications)...)
	v := u.modal("view.cancel", blocks...)
	v.CallbackID, v.Submit = CallbackMany, plain(shortenedTo(u.say.Say("many.submit", "count", count), longestSubmit))
	for _, c := range all {
		v.PrivateMetadata += " " + c.ID
	}
	return v
}

// ParseMany reads which app passwords [UI.AskMany] has asked about.
func ParseMany(v slack.View) []string {
	_, ids, _ := strings.Cut(v.PrivateMetadata, " ")
	return valid(strings.Fields(ids))
}

// ViewLocale is in which locale an open view speaks; empty where it does not say.
func ViewLocale(v slack.View) string {
	locale, _, _ := strings.Cut(v.PrivateMetadata, " ")
	return locale
}

// valid is the ids among words, each once, in order, at most as many as one job takes.
func valid(words []string) []string {
	ids := slices.DeleteFunc(slices.Clone(words), func(s string) bool { return !credential.ValidID(s) })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids[:min(len(ids), job.MostRevoked)]
}

// BeingRevoked is what the question turns into while they are revoked.
func (u UI) BeingRevoked(count int) slack.ModalViewRequest {
	return u.modal("view.close", slack.NewSectionBlock(plain(u.say.Say("many.doing", "count", strconv.Itoa(count))), nil, nil))
}

// Ended is what has become of several app passwords that were to be revoked.
type Ended struct {
	Revoked, Before, Left []credential.Credential
	Now                   time.Time
}

// Many tells what has become of several: what is revoked, what was over before, and what works on, each of that with its own button.
func (u UI) Many(e Ended, applications catalog.Catalog) Message {
	m := Message{Text: u.say.Say("many.done", "count", strconv.Itoa(len(e.Revoked)))}
	say := func(code string, all []credential.Credential) {
		if len(all) == 0 {
			return
		}
		sentence := u.say.Say(code, "count", strconv.Itoa(len(all)))
		m.Blocks = append(append(m.Blocks, slack.NewSectionBlock(plain(sentence), nil, nil)), u.names(all, applications)...)
	}
	say("many.done", e.Revoked)
	say("many.before", e.Before)
	if len(e.Left) == 0 {
		m.Blocks = append(m.Blocks, slack.NewActionBlock("many", u.suggest(string(VerbNew), u.say.Say("new.again")), u.toList("list.see_all")))
		return m
	}
	m.Text = u.say.Say("many.left", "count", strconv.Itoa(len(e.Left)))
	m.Blocks = append(m.Blocks, slack.NewSectionBlock(plain(m.Text), nil, nil))
	for _, c := range e.Left[:min(len(e.Left), pageSize)] {
		m.Blocks = append(m.Blocks, u.row(c, e.Now, applications)...)
	}
	m.Blocks = append(m.Blocks, slack.NewActionBlock("many", u.toList("list.see_all")))
	return m
}

// named is how many app passwords a section names: as many as fit with the longest names.
const named = 20

// names names app passwords, a line each.
func (u UI) names(all []credential.Credential, applications catalog.Catalog) (blocks []slack.Block) {
	for some := range slices.Chunk(all, named) {
		var lines []string
		for _, c := range some {
			lines = append(lines, "• "+u.nameOf(c, applications))
		}
		blocks = append(blocks, slack.NewSectionBlock(plain(shortenedTo(strings.Join(lines, "\n"), longestText)), nil, nil))
	}
	return blocks
}

// ChooseToRevoke is [UI.Choose] for who wants to revoke: with buttons for all of them, and for a lost phone.
func (u UI) ChooseToRevoke(code string, p Passwords, applications catalog.Catalog) Message {
	m := u.Choose(code, p, applications)
	if len(p.All) == 0 {
		return m
	}
	buttons := []slack.BlockElement{u.lost()}
	if n := len(p.All); n > 1 {
		value, says := AllPasswords, u.say.Say("many.all", "count", strconv.Itoa(n))
		if a, ok := sole(p.All, applications); ok {
			value, says = a.ID, u.say.Say("many.all_of", "count", strconv.Itoa(n), "application", u.application(a.Name))
		}
		all := slack.NewButtonBlockElement(ActionRevokeAll, value, plain(shortenedTo(says, longestOption)))
		all.Style = slack.StyleDanger
		buttons = append(buttons, all)
	}
	m.Blocks = append(m.Blocks, slack.NewActionBlock("several", buttons...))
	return m
}

// sole is the application of all of them, where it is one.
func sole(all []credential.Credential, applications catalog.Catalog) (catalog.Application, bool) {
	for _, c := range all {
		if c.Application != all[0].Application {
			return catalog.Application{}, false
		}
	}
	a, err := applications.Application(all[0].Application)
	return a, err == nil
}

// lost is the button for who has lost a phone.
func (u UI) lost() *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(ActionLost, "", plain(u.say.Say("lost.button")))
}
