package credential_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/password"
)

func TestLabel(t *testing.T) {
	for _, c := range []struct {
		name, typed, want string
		err               error
	}{
		{"none", "", "", nil},
		{"space only", " \u00a0 ", "", nil},
		{"words", "laptop at home", "laptop at home", nil},
		{"space around and between", "  laptop \u00a0 at  home ", "laptop at home", nil},
		{"other scripts", "\u05de\u05d7\u05e9\u05d1 ноутбук 笔记本", "\u05de\u05d7\u05e9\u05d1 ноутбук 笔记本", nil},
		{"an emoji of several characters", "👩\u200d💻 ❤️", "👩\u200d💻 ❤️", nil},
		{"markup", "*<!channel>*", "*<!channel>*", nil},
		{"the longest", strings.Repeat("ü", 60), strings.Repeat("ü", 60), nil},
		{"the longest, with space", " " + strings.Repeat("ü", 60) + " ", strings.Repeat("ü", 60), nil},
		{"too long", strings.Repeat("ü", 61), "", credential.ErrLabelLong},
		{"200 characters", strings.Repeat("x", 200), "", credential.ErrLabelLong},
		{"a line break", "a\nb", "", credential.ErrLabelCharacters},
		{"a tab", "a\tb", "", credential.ErrLabelCharacters},
		{"NUL", "a\x00b", "", credential.ErrLabelCharacters},
		{"a right-to-left mark", "a\u200fb", "", credential.ErrLabelCharacters},
		{"a right-to-left override", "a\u202eb", "", credential.ErrLabelCharacters},
		{"an isolate", "a\u2066b\u2069", "", credential.ErrLabelCharacters},
		{"a zero-width space", "a\u200bb", "", credential.ErrLabelCharacters},
		{"a line separator", "a\u2028b", "", credential.ErrLabelCharacters},
		{"a byte order mark", "\ufeffa", "", credential.ErrLabelCharacters},
		{"a private character", "\ue000", "", credential.ErrLabelCharacters},
		{"no UTF-8", "a\xffb", "", credential.ErrLabelCharacters},
		{"an app password", "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB", "", credential.ErrLabelPassword},
		{"one among words", "my app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB here", "", credential.ErrLabelPassword},
		{"one by a former prefix", "mx-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB", "", credential.ErrLabelPassword},
		{"one in groups", "app Bfgxf sb45t bGBgF DnFzq qMnRB", "", credential.ErrLabelPassword},
		{"a mistyped one", "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRC", "", credential.ErrLabelPassword},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := credential.Label(c.typed, "app", "mx")
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %q, %v; want %q, %v", got, err, c.want, c.err)
			}
		})
	}
}

func FuzzLabel(f *testing.F) {
	for _, typed := range []string{"", "laptop at home", " \u00a0x", "a\u202eb", "\xff", "👩\u200d💻", "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		label, err := credential.Label(typed, "app")
		if err != nil {
			if label != "" {
				t.Errorf("%q comes with %v", label, err)
			}
			return
		}
		if again, err := credential.Label(label, "app"); again != label || err != nil {
			t.Errorf("%q read again is %q, %v", label, again, err)
		}
		if utf8.RuneCountInString(label) > credential.LongestLabel || strings.ContainsAny(label, "\n\r\t\x00\u202e\u200f") || password.Within(label, "app") {
			t.Errorf("%q is a label", label)
		}
	})
}
