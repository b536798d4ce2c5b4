package slackui

import (
	"strings"

	"github.com/slack-go/slack"
)

// topics are the sentences on each verb, with examples.
var topics = map[Verb]string{
	VerbNew: "help.on.new", VerbList: "help.on.list", VerbShow: "help.on.show", VerbRotate: "help.on.rotate", VerbRevoke: "help.on.revoke", VerbLost: "help.on.lost",
	VerbGuide: "help.on.guide", VerbDoctor: "help.on.doctor", VerbHelp: "help.on.help",
}

// Help is what can be typed. With a command behind it, "revoke", it is all about that one; one that is not known is all of them.
func (u UI) Help(about string) Message {
	word, _, _ := strings.Cut(strings.ToLower(about), " ")
	if code, ok := topics[verbs[word]]; ok && word != "" {
		m := u.Plain(code)
		m.Blocks = append(m.Blocks, slack.NewActionBlock("help", u.suggest(string(VerbHelp), u.say.Say("help.all"))))
		return m
	}
	m := Message{Text: u.say.Say("help.title")}
	m.Blocks = append(m.Blocks, slack.NewHeaderBlock(plain(m.Text)))
	for _, group := range []string{u.say.Say("help.keep"), u.say.Say("help.end"), u.say.Say("help.understand")} {
		m.Text += "\n\n" + group
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(plain(group), nil, nil))
	}
	m.Blocks = append(m.Blocks, slack.NewContextBlock("", plain(u.say.Say("help.more"))))
	return m
}
