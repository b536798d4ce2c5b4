package slackui

import (
	"strings"
	"unicode"

	"github.com/apppass/apppass/shared/core/password"
)

// Verb is what a command asks for.
type Verb string

// The verbs there are.
const (
	VerbNew    Verb = "new"
	VerbList   Verb = "list"
	VerbRevoke Verb = "revoke"
	VerbHelp   Verb = "help"
	// VerbUnknown is any other word.
	VerbUnknown Verb = "unknown"
	// VerbPassword is a command that holds what could be an app password: it must not be acted on, kept or shown.
	VerbPassword Verb = "password"
)

var verbs = map[string]Verb{
	"": VerbHelp, "help": VerbHelp,
	"new": VerbNew, "create": VerbNew, "add": VerbNew,
	"list": VerbList, "ls": VerbList, "passwords": VerbList,
	"revoke": VerbRevoke, "rm": VerbRevoke, "delete": VerbRevoke, "remove": VerbRevoke,
}

// Command is what a person typed after /apppass.
type Command struct {
	Verb     Verb
	Argument string
}

// ordinary turns what keyboards and clipboards make of spaces and quotes into the plain ones.
var ordinary = strings.NewReplacer("\u00a0", " ", "\u2018", "'", "\u2019", "'", "\u201c", `"`, "\u201d", `"`)

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
		return Command{Verb: VerbUnknown}
	}
	return Command{Verb: verb, Argument: argument}
}

// Help is what can be typed.
func (u UI) Help() Message { return u.Plain("help") }
