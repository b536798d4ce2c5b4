package slackui

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"
	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/password"
)

// Verb is what a command asks for.
type Verb string

// The verbs there are.
const (
	// VerbShort is nothing at all: what a person most likely wants to see.
	VerbShort  Verb = "short"
	VerbNew    Verb = "new"
	VerbList   Verb = "list"
	VerbShow   Verb = "show"
	VerbRotate Verb = "rotate"
	VerbRevoke Verb = "revoke"
	VerbLost   Verb = "lost"
	VerbGuide  Verb = "guide"
	VerbDoctor Verb = "doctor"
	VerbHelp   Verb = "help"
	// VerbUnknown is any other word.
	VerbUnknown Verb = "unknown"
	// VerbPassword is a command that holds what could be an app password: it must not be acted on, kept or shown.
	VerbPassword Verb = "password"
)

var verbs = map[string]Verb{
	"":    VerbShort,
	"new": VerbNew, "create": VerbNew, "add": VerbNew, "make": VerbNew,
	"list": VerbList, "ls": VerbList, "passwords": VerbList,
	"show": VerbShow, "info": VerbShow, "details": VerbShow,
	"rotate": VerbRotate, "renew": VerbRotate, "change": VerbRotate,
	"revoke": VerbRevoke, "rm": VerbRevoke, "delete": VerbRevoke, "remove": VerbRevoke,
	"lost": VerbLost, "stolen": VerbLost,
	"guide": VerbGuide, "guides": VerbGuide, "setup": VerbGuide,
	"doctor": VerbDoctor, "diagnose": VerbDoctor,
	"help": VerbHelp, "?": VerbHelp, "-h": VerbHelp, "--help": VerbHelp,
}

// Kind is which app passwords a list holds.
type Kind string

// The kinds of lists.
const (
	KindLive     Kind = "live"
	KindAll      Kind = "all" // with those that are over
	KindExpiring Kind = "expiring"
)

var kinds = map[string]Kind{
	"": KindLive, "live": KindLive, "active": KindLive,
	"all": KindAll, "everything": KindAll, "ended": KindAll,
	"expiring": KindExpiring, "ending": KindExpiring, "soon": KindExpiring,
}

// ParseKind reads what followed list; ok is false where it is no kind.
func ParseKind(argument string) (k Kind, ok bool) {
	k, ok = kinds[strings.ToLower(argument)]
	return k, ok
}

// ParseAll reads what followed revoke: whether it is all of a person's, or all that a word behind it means.
func ParseAll(argument string) (word string, ok bool) {
	first, rest, _ := strings.Cut(argument, " ")
	return strings.Trim(strings.TrimSpace(rest), `"'`), strings.EqualFold(first, "all")
}

// Command is what a person typed after /apppass.
type Command struct {
	Verb     Verb
	Argument string
	// Meant is, for an unknown word, the one that was probably meant, and empty where none is near.
	Meant string
}

// ordinary turns what keyboards and clipboards make of spaces and quotes into the plain ones.
var ordinary = strings.NewReplacer(
	"\u00a0", " ", "\u202f", " ", "\u200b", "", "\ufeff", "",
	"\u2018", "'", "\u2019", "'", "\u201a", "'", "\u2039", "'", "\u203a", "'",
	"\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u00ab", `"`, "\u00bb", `"`,
)

// ParseCommand reads what followed the command; the company's prefixes tell an app password that was pasted.
func ParseCommand(typed string, prefixes ...string) Command {
	typed = strings.TrimSpace(ordinary.Replace(typed))
	word, argument := typed, ""
	if i := strings.IndexFunc(typed, unicode.IsSpace); i >= 0 {
		word, argument = typed[:i], strings.TrimFunc(typed[i:], func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\'' })
	}
	if password.Within(typed, prefixes...) || password.Within(argument, prefixes...) {
		return Command{Verb: VerbPassword}
	}
	verb, ok := verbs[strings.ToLower(word)]
	if !ok {
		return Command{Verb: VerbUnknown, Argument: argument, Meant: meant(strings.ToLower(word))}
	}
	return Command{Verb: verb, Argument: argument}
}

// nearest is how many letters a word may be off to be taken for a typo.
const nearest = 2

// meant is the known word that is nearest to typed; of equals the first in the alphabet.
func meant(typed string) string {
	found, best := "", nearest+1
	for _, word := range slices.Sorted(maps.Keys(verbs)) {
		// A word of which all letters are others is no typo.
		if d := levenshtein.ComputeDistance(typed, word); d < best && d < len(word) {
			found, best = word, d
		}
	}
	return found
}

// longestSuggestion is how much of what was typed goes into a suggestion's button, in bytes.
const longestSuggestion = 200

// Unknown says that a command is not known, offers as a button the one that was probably meant, and shows what there is. Nothing is done
// before the button is pressed.
func (u UI) Unknown(c Command) Message {
	m := u.Plain("help.unknown")
	if c.Meant != "" {
		value := strings.TrimSpace(c.Meant + " " + c.Argument)
		if len(value) > longestSuggestion {
			value = c.Meant
		}
		button := u.suggest(value, u.say.Say("help.suggestion", "command", "/apppass "+c.Meant))
		m.Blocks = append(m.Blocks, slack.NewActionBlock("suggestion", button))
	}
	m.Blocks = append(m.Blocks, u.Help("").Blocks...)
	return m
}

// LooksLikePassword refuses a command that holds what could be an app password, without a word of it. If it is one, it stands in the place
// where it was typed: the way to revoke it and to another one is offered.
func (u UI) LooksLikePassword() Message {
	m := u.Plain("label.password")
	m.Blocks = append(m.Blocks, slack.NewActionBlock("password", u.toList("list.button"), u.suggest(string(VerbNew), u.say.Say("new.again"))))
	return m
}

// suggest is a button that does a command.
func (u UI) suggest(command, says string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(ActionSuggestion, command, plain(says))
}
