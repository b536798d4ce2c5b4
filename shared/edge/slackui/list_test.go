package slackui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
)

func TestAListOfAnyLengthFitsIntoAMessage(t *testing.T) {
	u, known := In("en"), catalog.Builtin()
	for _, n := range []int{1, pageSize - 1, pageSize, pageSize + 1, 3 * pageSize, 200} {
		pages := (n + pageSize - 1) / pageSize
		for _, page := range []int{0, 1, pages - 1, pages, 1000} {
			on := min(page, pages-1)
			for name, m := range map[string]Message{
				"list":    u.List(passwords(KindLive, page, crowd(n)...), known),
				"revoked": u.Revoked(laptop, passwords(KindLive, page, crowd(n)...), known),
			} {
				t.Run(fmt.Sprint(name, " ", n, ", page ", page), func(t *testing.T) {
					checkScreen(t, m)
					body := string(marshal(t, m.Blocks))
					if got, want := strings.Count(body, `"action_id":"revoke"`), min(n-on*pageSize, pageSize); got != want {
						t.Errorf("got %d buttons, want %d", got, want)
					}
					newer, older := strings.Contains(body, `"action_id":"list_newer"`), strings.Contains(body, `"action_id":"list_older"`)
					if newer != (on > 0) || older != (on < pages-1) {
						t.Errorf("on page %d of %d there is newer %v, older %v", on, pages, newer, older)
					}
				})
			}
		}
	}
}

func TestManyThatAWordMayMeanAreAMenu(t *testing.T) {
	for _, n := range []int{1, pageSize, pageSize + 1, menuSize, menuSize + 1} {
		m := In("en").Choose("revoke.choose", passwords(KindLive, 0, crowd(n)...), catalog.Builtin())
		checkScreen(t, m)
		if got, want := strings.Contains(string(marshal(t, m.Blocks)), `"static_select"`), n > pageSize; got != want {
			t.Errorf("of %d: a menu: %v, want %v", n, got, want)
		}
	}
}

func TestAPageIsReadFromItsButton(t *testing.T) {
	type page struct {
		k  Kind
		n  int
		ok bool
	}
	for value, want := range map[string]page{
		"live 0": {KindLive, 0, true}, "all 12": {KindAll, 12, true}, "expiring 1": {KindExpiring, 1, true},
		"": {}, " 0": {}, "live": {}, "live -1": {}, "live x": {}, "dead 0": {}, "live 0 0": {}, "live 99999999999999999999": {},
	} {
		if k, n, ok := ParsePage(value); ok != want.ok || ok && (page{k, n, ok}) != want {
			t.Errorf("%q: got %s, %d, %v, want %+v", value, k, n, ok, want)
		}
	}
}

func TestARevokeButtonSaysWhatItEndsAndHoldsAnIDOnly(t *testing.T) {
	m := In("en").List(passwords(KindLive, 0, fresh), catalog.Builtin())
	row := m.Blocks[3].(*slack.ActionBlock)
	button := row.Elements.ElementSet[2].(*slack.ButtonBlockElement)
	if button.ActionID != ActionRevoke || button.Value != fresh.ID || row.BlockID != fresh.ID {
		t.Errorf("got the action %q of %q in %q", button.ActionID, button.Value, row.BlockID)
	}
	const name = "Automation script · nightly"
	if button.Confirm == nil || !strings.Contains(button.Confirm.Text.Text, name) || !strings.Contains(button.AccessibilityLabel, name) {
		t.Errorf("got the confirmation %+v and the label %q", button.Confirm, button.AccessibilityLabel)
	}
}

func TestWhatIsOverCanNotBeRevoked(t *testing.T) {
	for _, c := range []credential.Credential{revoked, expired, unopened} {
		for _, m := range []Message{
			In("en").List(passwords(KindAll, 0, c), catalog.Builtin()), In("en").Show(c, later, catalog.Builtin()), In("en").ShowToRevoke(c, later, catalog.Builtin()),
		} {
			if body := string(marshal(t, m.Blocks)); strings.Contains(body, `"action_id":"revoke"`) {
				t.Errorf("%s can be revoked: %s", c.ID, body)
			}
		}
	}
}

func TestAnApplicationThatIsNoLongerOfferedIsNamedByItsID(t *testing.T) {
	if got, want := In("").nameOf(withdrawn, catalog.Builtin()), "no-longer-offered · old"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhoSpeaksNoneOfOurLanguagesReadsEnglish(t *testing.T) {
	for _, locale := range []string{"", "en", "en-GB", "tlh", "not a locale"} {
		if got, want := In(locale).Help("").Text, In("en").Help("").Text; got != want {
			t.Errorf("%q: got %q, want %q", locale, got, want)
		}
	}
}
