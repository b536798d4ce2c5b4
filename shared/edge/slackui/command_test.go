package slackui

import (
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/password"
)

func TestACommandIsUnderstoodAsItIsTyped(t *testing.T) {
	for typed, want := range map[string]Command{
		"":                                   {VerbShort, "", ""},
		"   ":                                {VerbShort, "", ""},
		"help":                               {VerbHelp, "", ""},
		"new":                                {VerbNew, "", ""},
		"NEW":                                {VerbNew, "", ""},
		" new ":                              {VerbNew, "", ""},
		"new Thunderbird":                    {VerbNew, "Thunderbird", ""},
		"new   laptop at home  ":             {VerbNew, "laptop at home", ""},
		"new\tThunderbird":                   {VerbNew, "Thunderbird", ""},
		"new\nThunderbird":                   {VerbNew, "Thunderbird", ""},
		"new\u00a0Thunderbird":               {VerbNew, "Thunderbird", ""},
		"new \u201claptop at home\u201d":     {VerbNew, "laptop at home", ""},
		"new \u2018laptop at home\u2019":     {VerbNew, "laptop at home", ""},
		`new "laptop"`:                       {VerbNew, "laptop", ""},
		"new Alice\u2019s laptop":            {VerbNew, "Alice's laptop", ""},
		"create Outlook":                     {VerbNew, "Outlook", ""},
		"add Outlook":                        {VerbNew, "Outlook", ""},
		"list":                               {VerbList, "", ""},
		"ls":                                 {VerbList, "", ""},
		"passwords":                          {VerbList, "", ""},
		"revoke laptop":                      {VerbRevoke, "laptop", ""},
		"rm laptop":                          {VerbRevoke, "laptop", ""},
		"Delete laptop":                      {VerbRevoke, "laptop", ""},
		"remove laptop":                      {VerbRevoke, "laptop", ""},
		"revoke c0123456789abcdef":           {VerbRevoke, "c0123456789abcdef", ""},
		"new \u201elaptop\u201c":             {VerbNew, "laptop", ""},
		"new \u00ablaptop\u00bb":             {VerbNew, "laptop", ""},
		"new\u202f\u200blaptop\ufeff":        {VerbNew, "laptop", ""},
		"make Outlook":                       {VerbNew, "Outlook", ""},
		"list all":                           {VerbList, "all", ""},
		"show laptop":                        {VerbShow, "laptop", ""},
		"Info laptop":                        {VerbShow, "laptop", ""},
		"guide Thunderbird":                  {VerbGuide, "Thunderbird", ""},
		"setup":                              {VerbGuide, "", ""},
		"DOCTOR":                             {VerbDoctor, "", ""},
		"help revoke":                        {VerbHelp, "revoke", ""},
		"?":                                  {VerbHelp, "", ""},
		"--help":                             {VerbHelp, "", ""},
		"docotr":                             {VerbUnknown, "", "doctor"},
		"gudie thunderbird":                  {VerbUnknown, "thunderbird", "guide"},
		"shwo":                               {VerbUnknown, "", "show"},
		"nwe Thunderbird":                    {VerbUnknown, "Thunderbird", "new"},
		"lsit":                               {VerbUnknown, "", "list"},
		"rotate laptop":                      {VerbRotate, "laptop", ""},
		"renew laptop":                       {VerbRotate, "laptop", ""},
		"Change my phone":                    {VerbRotate, "my phone", ""},
		"help rotate":                        {VerbHelp, "rotate", ""},
		"roatte laptop":                      {VerbUnknown, "laptop", "rotate"},
		"rotae":                              {VerbUnknown, "", "rotate"},
		"chnage phone":                       {VerbUnknown, "phone", "change"},
		"revok my laptop":                    {VerbUnknown, "my laptop", "revoke"},
		"hlep":                               {VerbUnknown, "", "help"},
		"nwes":                               {VerbUnknown, "", "new"},
		"xyz":                                {VerbUnknown, "", ""},
		"newThunderbird":                     {VerbUnknown, "", ""},
		"<@UALICE>":                          {VerbUnknown, "", ""},
		"what was that password of mine now": {VerbUnknown, "was that password of mine now", ""},
	} {
		if got := ParseCommand(typed, "app", "mx"); got != want {
			t.Errorf("%q: got %+v, want %+v", typed, got, want)
		}
	}
}

func TestAnAppPasswordInACommandIsNeitherActedOnNorKept(t *testing.T) {
	for _, f := range password.Formats {
		pw := password.New(f)
		shown := f.Show("app", pw.Reveal())
		for _, typed := range []string{
			shown, "new " + shown, "revoke " + shown, "revoke \u201c" + shown + "\u201d", "is " + shown + " still good?", "NEW\t" + shown,
			pw.Reveal(), "list " + pw.Reveal(), f.Show("mx", pw.Reveal()), strings.ReplaceAll(shown, "-", " "),
			"revoke " + strings.ReplaceAll(shown, "-", " "), "revoke " + strings.ReplaceAll(shown, "-", "\u00a0"),
		} {
			if got := ParseCommand(typed, "app", "mx"); got != (Command{Verb: VerbPassword}) {
				t.Errorf("%s, typed like %q: got %q with an argument of %d bytes", f.Name(), mask(typed), got.Verb, len(got.Argument))
			}
		}
	}
}

// mask keeps the form of what was typed.
func mask(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return 'x'
		}
		return r
	}, s)
}

func FuzzParseCommand(f *testing.F) {
	for _, typed := range []string{"", "new Thunderbird", "revoke \u201cx\u201d", "ls", "new \u202e", "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		c := ParseCommand(typed, "app")
		if password.Within(c.Argument, "app") {
			t.Errorf("the argument %q could be an app password", c.Argument)
		}
		if c.Argument != strings.TrimSpace(c.Argument) {
			t.Errorf("the argument %q has space around it", c.Argument)
		}
		if c.Argument != "" && (c.Verb == VerbShort || c.Verb == VerbPassword) {
			t.Errorf("%s keeps %q", c.Verb, c.Argument)
		}
	})
}
