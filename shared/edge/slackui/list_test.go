package slackui

import (
	"strconv"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
)

func TestAListOfAnyLengthFitsIntoAMessage(t *testing.T) {
	for _, n := range []int{1, shown - 1, shown, shown + 1, 200} {
		all := make([]credential.Credential, n)
		for i := range all {
			all[i] = laptop
			all[i].ID, all[i].Label = credential.ID(strconv.Itoa(i)), strings.Repeat("ü", credential.LongestLabel)
			all[i].Expires = expires
		}
		for name, m := range map[string]Message{
			"list":    In("en").List(all, catalog.Builtin()),
			"choose":  In("en").Choose("revoke.choose", all, catalog.Builtin()),
			"revoked": In("en").Revoked(laptop, all, catalog.Builtin()),
		} {
			t.Run(name+" "+strconv.Itoa(n), func(t *testing.T) {
				checkScreen(t, m)
				body := string(marshal(t, m.Blocks))
				if got, want := strings.Count(body, `"action_id":"revoke"`), min(n, shown); got != want {
					t.Errorf("got %d buttons, want %d", got, want)
				}
				more := In("en").Say("list.more", "count", strconv.Itoa(n-shown))
				if strings.Contains(body, more) != (n > shown) {
					t.Errorf("%d of %d are shown, and the rest is told wrongly: %s", min(n, shown), n, body)
				}
			})
		}
	}
}

func TestARevokeButtonSaysWhatItEndsAndHoldsAnIDOnly(t *testing.T) {
	m := In("en").List([]credential.Credential{laptop}, catalog.Builtin())
	section := m.Blocks[1].(*slack.SectionBlock)
	button := section.Accessory.ButtonElement
	if button.ActionID != ActionRevoke || button.Value != laptop.ID || section.BlockID != laptop.ID {
		t.Errorf("got the action %q of %q in %q", button.ActionID, button.Value, section.BlockID)
	}
	if button.Confirm == nil || !strings.Contains(button.Confirm.Text.Text, "Thunderbird · laptop at home") {
		t.Errorf("got the confirmation %+v", button.Confirm)
	}
}

func TestAnApplicationThatIsNoLongerOfferedIsNamedByItsID(t *testing.T) {
	if got, want := nameOf(withdrawn, catalog.Builtin()), "no-longer-offered · old"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhoSpeaksNoneOfOurLanguagesReadsEnglish(t *testing.T) {
	for _, locale := range []string{"", "en", "en-GB", "tlh", "not a locale"} {
		if got, want := In(locale).Help().Text, In("en").Help().Text; got != want {
			t.Errorf("%q: got %q, want %q", locale, got, want)
		}
	}
}
