package slackui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
)

// The ids of what an admin answers about somebody, with the value that [ParseDecision] reads.
const (
	ActionAdmit  = "admit"
	ActionCutOff = "cut_off"
)

// longestNames is how many applications or people are named in a message.
const longestNames = 20

// gone is what is said of somebody whose things were ended, by the reason.
var gone = map[person.Reason]string{
	person.Deactivated: "leave.deactivated", person.BecameGuest: "leave.became_guest", person.CutOff: "leave.cut_off",
}

// Left tells an admin that everything of somebody is ended: when, how many app passwords, and for which applications. The owner's own words
// for them are the owner's. Whom an admin has cut off an admin may let in again.
func (u UI) Left(who person.Person, ended []credential.Credential, applications catalog.Catalog) Message {
	m := u.Plain(gone[who.Gate.Why], "login", who.Login)
	count := u.say.Say("leave.none")
	if len(ended) > 0 {
		count = u.say.Say("leave.revoked", "count", strconv.Itoa(len(ended)), "names", u.applications(ended, applications))
	}
	m.Blocks = append(m.Blocks,
		slack.NewSectionBlock(plain(count), nil, nil),
		slack.NewContextBlock("", marked(u.say.Say("leave.at", "time", date(who.Gate.Since, "{date_short_pretty} {time_secs}")))))
	return u.mayBack(m, who)
}

// mayBack offers to let somebody in again whom an admin has cut off.
func (u UI) mayBack(m Message, who person.Person) Message {
	if who.Gate.Why == person.CutOff {
		m.Blocks = append(m.Blocks, slack.NewActionBlock("decide", u.admit(who, "leave.back")))
	}
	return m
}

// applications is what app passwords are for, the most first: "Thunderbird (2), CRM (1)".
func (u UI) applications(all []credential.Credential, applications catalog.Catalog) string {
	count := map[string]int{}
	for _, c := range all {
		c.Label = ""
		count[u.nameOf(c, applications)]++
	}
	var names []string
	for name := range count {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(count[b]-count[a], strings.Compare(a, b)) })
	for i, name := range names {
		if i == longestNames {
			names = append(names[:i], "…")
			break
		}
		names[i] = name + " (" + strconv.Itoa(count[name]) + ")"
	}
	return strings.Join(names, ", ")
}

// Moved asks an admin whether who has another address now is the same person. login is the new one, working is what works under the old one.
func (u UI) Moved(who person.Person, login string, working []credential.Credential) Message {
	m := u.Plain("leave.moved", "old", who.Login, "new", login)
	code := "leave.moved.works"
	if len(working) == 0 {
		code = "leave.moved.none"
	}
	cut := slack.NewButtonBlockElement(ActionCutOff, decision(who), plain(u.say.Say("leave.cut")))
	cut.Style = slack.StyleDanger
	cut.Confirm = slack.NewConfirmationBlockObject(plain(u.say.Say("leave.cut.title")), plain(u.say.Say("leave.cut.text", "login", who.Login)),
		plain(u.say.Say("leave.cut")), plain(u.say.Say("leave.cut.no")))
	m.Blocks = append(m.Blocks,
		slack.NewSectionBlock(plain(u.say.Say(code, "count", strconv.Itoa(len(working)), "old", who.Login)), nil, nil),
		slack.NewActionBlock("decide", u.admit(who, "leave.same"), cut))
	return m
}

func (u UI) admit(who person.Person, code string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(ActionAdmit, decision(who), plain(u.say.Say(code)))
}

// decision is the value of a button about somebody, as they are now.
func decision(who person.Person) string {
	return who.Owner.Person + " " + strconv.Itoa(who.Gate.Generation)
}

// ParseDecision reads the value of [ActionAdmit] and [ActionCutOff]; ok is false where it is none.
func ParseDecision(action, value string) (args job.DecideArgs, ok bool) {
	id, number, _ := strings.Cut(value, " ")
	generation, err := strconv.Atoi(number)
	return job.DecideArgs{Person: id, Generation: generation, Admit: action == ActionAdmit}, err == nil && id != "" && generation > 0
}

// LetIn is what the question turns into where somebody is let in. working is what works on under the address before.
func (u UI) LetIn(who person.Person, working []credential.Credential) Message {
	m := u.Plain("leave.admitted", "login", who.Login)
	other := slices.DeleteFunc(slices.Clone(working), func(c credential.Credential) bool { return c.Login == who.Login })
	if len(other) > 0 {
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(
			plain(u.say.Say("leave.admitted.works", "count", strconv.Itoa(len(other)), "old", other[0].Login)), nil, nil))
	}
	return m
}

// Refused is [UI.Moved] after an answer that could not be followed: what Slack says of them lets nobody in.
func (u UI) Refused(who person.Person, login string, working []credential.Credential) Message {
	m := u.Plain("leave.refused", "login", who.Login)
	m.Blocks = append(m.Blocks, u.Moved(who, login, working).Blocks...)
	return m
}

// Decided is what the question turns into where something else is the case by now.
func (u UI) Decided(who person.Person) Message {
	switch who.Gate.State {
	case person.Open:
		return u.Plain("leave.admitted", "login", who.Login)
	case person.Closed:
		return u.mayBack(u.Plain(gone[who.Gate.Why], "login", who.Login), who)
	}
	return u.Plain("leave.asked_anew", "login", who.Login)
}

// Ending is what the question turns into while the app passwords of somebody are being ended.
func (u UI) Ending(who person.Person) Message { return u.Plain("leave.ending", "login", who.Login) }

// The ids of what an admin answers about a reconciliation that has stopped; the value is the run.
const (
	ActionGoOn  = "reconcile_go_on"
	ActionLeave = "reconcile_leave"
)

// TooMany asks an admin whether so many people of all who are known have really left.
func (u UI) TooMany(run string, ids []string, known int) Message {
	m := u.Plain("reconcile.many", "count", strconv.Itoa(len(ids)), "known", strconv.Itoa(known))
	end := slack.NewButtonBlockElement(ActionGoOn, run, plain(u.say.Say("reconcile.go_on")))
	end.Style = slack.StyleDanger
	end.Confirm = slack.NewConfirmationBlockObject(plain(u.say.Say("reconcile.go_on.title")),
		plain(u.say.Say("reconcile.go_on.text", "count", strconv.Itoa(len(ids)))), plain(u.say.Say("reconcile.go_on")), plain(u.say.Say("reconcile.leave")))
	m.Blocks = append(m.Blocks, people(ids),
		slack.NewActionBlock("reconcile", end, slack.NewButtonBlockElement(ActionLeave, run, plain(u.say.Say("reconcile.leave")))))
	return m
}

// Absent names to an admin who has app passwords and is not in Slack's list of the workspace.
func (u UI) Absent(ids []string) Message {
	m := u.Plain("reconcile.absent", "count", strconv.Itoa(len(ids)))
	m.Blocks = append(m.Blocks, people(ids))
	return m
}

// people is a block that names people by their ids, as Slack names them.
func people(ids []string) slack.Block {
	var names []slack.RichTextSectionElement
	for i, id := range ids {
		if i > 0 {
			names = append(names, slack.NewRichTextSectionTextElement(", ", nil))
		}
		if i == longestNames {
			names = append(names, slack.NewRichTextSectionTextElement("… "+strconv.Itoa(len(ids)-i), nil))
			break
		}
		names = append(names, slack.NewRichTextSectionUserElement(id, nil))
	}
	return slack.NewRichTextBlock("people", slack.NewRichTextSection(names...))
}

// Reconciled is what the question of [UI.TooMany] turns into: who has answered, and what. by is empty where it is over without an answer.
func (u UI) Reconciled(by string, goOn bool, ids []string) Message {
	count := strconv.Itoa(len(ids))
	switch {
	case by == "":
		return u.Plain("reconcile.over")
	case goOn:
		return u.answered("reconcile.goes_on", count, by)
	}
	return u.answered("reconcile.left", count, by)
}

func (u UI) answered(code, count, by string) Message {
	m := u.Plain(code, "count", count)
	m.Blocks = append(m.Blocks, slack.NewRichTextBlock("by", slack.NewRichTextSection(
		slack.NewRichTextSectionTextElement(u.say.Say("reconcile.by")+" ", nil), slack.NewRichTextSectionUserElement(by, nil))))
	return m
}

// ParseRun reads the value of [ActionGoOn] and [ActionLeave]; ok is false where it is none.
func ParseRun(value string) (run string, ok bool) {
	_, err := time.Parse(time.DateOnly, value)
	return value, err == nil
}
