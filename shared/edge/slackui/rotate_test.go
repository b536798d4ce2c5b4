package slackui

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/service"
)

// way is a use of a scanner's.
func way(p service.Protocol, ago time.Duration) credential.Use {
	return credential.Use{Service: "mail", Protocol: p, Network: "203.0.113.0/24", Address: "203.0.113.7", At: later.Add(-ago)}
}

var (
	// renewed was rotated an hour ago: IMAP has moved, SMTP has not.
	renewed = credential.Credential{
		ID: "c00000000000000g0", Owner: laptop.Owner, Login: "alice@example.com", Application: "scanner-printer", Label: "second floor",
		State: credential.Active, Services: []string{"mail"}, Made: made, Activated: made, Renewed: later.Add(-2 * time.Hour), Verifier: "new",
		Uses: []credential.Use{way(service.IMAP, 10*time.Minute)},
		Former: credential.Former{
			Verifier: "old", Made: made, Ends: later.Add(23 * time.Hour),
			Uses: []credential.Use{way(service.SMTP, 30*time.Minute), way(service.IMAP, 2*time.Hour), way(service.POP3, 31*24*time.Hour)},
		},
	}
	renewal = link.Rotation{From: "old", Grace: 24 * time.Hour}
)

// like is renewed, changed.
func like(id string, change func(*credential.Credential)) credential.Credential {
	c := renewed
	c.ID = id
	change(&c)
	return c
}

func allMoved() credential.Credential {
	return like("c00000000000000h0", func(c *credential.Credential) {
		c.Uses = append([]credential.Use{way(service.SMTP, time.Minute)}, c.Uses...)
	})
}

func notUsed() credential.Credential {
	return like("c00000000000000j0", func(c *credential.Credential) { c.Uses, c.Former.Uses = nil, nil })
}

func putOff() credential.Credential {
	return like("c00000000000000k0", func(c *credential.Credential) {
		c.Uses, c.Former.Extended, c.Former.Ends = nil, true, c.Former.Ends.AddDate(0, 0, 7)
	})
}

// scattered was used in as many ways as are remembered.
func scattered() credential.Credential {
	return like("c00000000000000m0", func(c *credential.Credential) {
		c.Former.Uses = ways(credential.MaxUses)
		c.Uses = c.Former.Uses[:3]
	})
}

// withRotation adds the screens of rotations.
func withRotation(u UI, all map[string]any) map[string]any {
	known := catalog.Builtin()
	revealed, atOnce := used, used
	revealed.Rotation, atOnce.Rotation = renewal, link.Rotation{From: "old"}
	rotating := []credential.Credential{renewed, putOff(), allMoved(), notUsed()}
	moving := full()
	moving.Now, moving.Live, moving.Rejected = later, append(rotating, fresh), nil
	maps.Copy(all, map[string]any{
		"rotate-being-made":       u.BeingRotated(),
		"rotate-link":             u.NewLink(account, linkID, url, expires),
		"rotate-link-message":     u.NewLinkMessage(account, linkID, url, expires),
		"rotate-revealed":         u.RevealedView(revealed),
		"rotate-revealed-message": u.RevealedMessage(revealed),
		"rotate-revealed-at-once": u.RevealedView(atOnce),
		"rotate-unread":           u.Unread(revealed),
		"rotate-used-first":       u.Used(renewed, known, later, job.UsedArgs{First: true, Protocol: "imap", Address: "203.0.113.7", Network: "203.0.113.0/24"}),
		"rotate-put-off":          u.Rotated(putOff(), known, later),
		"rotate-ended":            u.FormerEnded(renewed, known),
		"rotate-revoked":          u.View(u.Onward(u.Referenced(u.Plain("rotate.revoked"), "1a2b3c4d"))),
		"rotate-expired":          u.View(u.Onward(u.Plain("rotate.expired"))),
		"rotate-unopened":         u.View(u.Onward(u.Plain("rotate.unopened"))),

		"rotate-list":         u.List(passwords(KindLive, 0, rotating...), known),
		"rotate-home":         u.Home(moving),
		"rotate-show":         u.Show(renewed, later, known),
		"rotate-show-moved":   u.Show(allMoved(), later, known),
		"rotate-show-unused":  u.Show(notUsed(), later, known),
		"rotate-show-put-off": u.Show(putOff(), later, known),
		"rotate-show-many":    u.Show(scattered(), later, known),
		"rotate-choose":       u.Choose("rotate.choose", passwords(KindLive, 0, laptop, fresh), known),
		"rotate-choose-none":  u.Choose("rotate.none", passwords(KindLive, 0, laptop), known),
		"rotate-one":          u.ShowToRotate(fresh, nil, later, known),
		"rotate-one-hours":    u.ShowToRotate(fresh, &policy.Policy{Grace: 24 * time.Hour}, later, known),
		"rotate-one-days":     u.ShowToRotate(fresh, &policy.Policy{Grace: 72 * time.Hour}, later, known),
		"rotate-one-at-once":  u.ShowToRotate(fresh, &policy.Policy{}, later, known),
	})
	return all
}

// pressable is the buttons of a screen by their actions, in their order.
func pressable(blocks []slack.Block) (order []string, by map[string]*slack.ButtonBlockElement) {
	by = map[string]*slack.ButtonBlockElement{}
	for _, b := range blocks {
		row, ok := b.(*slack.ActionBlock)
		if !ok {
			continue
		}
		for _, e := range row.Elements.ElementSet {
			if button, ok := e.(*slack.ButtonBlockElement); ok {
				order = append(order, button.ActionID)
				by[button.ActionID] = button
			}
		}
	}
	return order, by
}

// A row offers what is most likely wanted, show all that can be done.
func TestWhatARotationHasReplacedCanBeEndedOrPutOff(t *testing.T) {
	known := catalog.Builtin()
	for name, c := range map[string]struct {
		of          credential.Credential
		row, show   string
		primary     bool
		says, isNot string
	}{
		"something is left": {renewed, "show extend_former rotate revoke", "end_former extend_former rotate revoke", false,
			"Still on it: SMTP from 203.0.113.7, <!date^", "POP3"},
		"all has moved":   {allMoved(), "show end_former rotate revoke", "end_former extend_former rotate revoke", true, "has moved to the new one", "Still on"},
		"nothing used it": {notUsed(), "show end_former rotate revoke", "end_former extend_former rotate revoke", true, "Nothing has used it in the last 30 days", "Still on"},
		"it was put off":  {putOff(), "show rotate revoke", "end_former rotate revoke", false, "Still on it: SMTP from 203.0.113.7", "Moved"},
		"it is over": {like("c00000000000000n0", func(c *credential.Credential) { c.Former.Ends = later }), "show rotate revoke", "rotate revoke", false,
			"Works", "old password"},
	} {
		list, show := In("en").List(passwords(KindLive, 0, c.of), known), In("en").Show(c.of, later, known)
		inRow, _ := pressable(list.Blocks)
		shown, buttons := pressable(show.Blocks)
		if got := strings.Join(inRow, " "); got != c.row {
			t.Errorf("%s: in a row there are %s, want %s", name, got, c.row)
		}
		if got := strings.Join(shown[:len(strings.Fields(c.show))], " "); got != c.show {
			t.Errorf("%s: there are %s, want %s", name, got, c.show)
		}
		body := strings.ReplaceAll(string(marshal(t, list.Blocks)), `\u003c`, "<")
		if !strings.Contains(body, c.says) || strings.Contains(body, c.isNot) {
			t.Errorf("%s: got %s, want %q and not %q", name, body, c.says, c.isNot)
		}
		if end := buttons[ActionEnd]; end != nil && (end.Style == slack.StylePrimary) != c.primary {
			t.Errorf("%s: the end's button is %q", name, end.Style)
		}
	}
}

// Who would lose something is asked, and told what; nobody else is.
func TestWhatWouldStopIsSaidBefore(t *testing.T) {
	const stops = "SMTP from 203.0.113.7"
	_, left := pressable(In("en").Show(renewed, later, catalog.Builtin()).Blocks)
	_, moved := pressable(In("en").Show(allMoved(), later, catalog.Builtin()).Blocks)
	_, calm := pressable(In("en").Show(fresh, later, catalog.Builtin()).Blocks)
	if got := left[ActionEnd].Confirm.Text.Text; !strings.Contains(got, stops) || strings.Contains(got, "IMAP") {
		t.Errorf("to end it: %s", got)
	}
	if got := moved[ActionEnd].Confirm.Text.Text; strings.Contains(got, "stop") {
		t.Errorf("to end what nothing uses: %s", got)
	}
	if again := left[ActionRotate].Confirm; again == nil || !strings.Contains(again.Text.Text, stops) {
		t.Errorf("to rotate once more: %+v", again)
	}
	if moved[ActionRotate].Confirm != nil || calm[ActionRotate].Confirm != nil || left[ActionExtend].Confirm != nil {
		t.Error("it is asked where nothing is lost")
	}
}

// Only what works can be rotated.
func TestWhatDoesNotWorkHasNoRotate(t *testing.T) {
	for _, c := range []credential.Credential{scanner, revoked, expired, unopened} {
		now := later
		if c.State == credential.Pending {
			now = made
		}
		for _, m := range []Message{In("en").List(Passwords{Kind: KindAll, All: []credential.Credential{c}, Now: now}, catalog.Builtin()), In("en").Show(c, now, catalog.Builtin())} {
			if _, buttons := pressable(m.Blocks); buttons[ActionRotate] != nil {
				t.Errorf("%s %s can be rotated", c.State, c.ID)
			}
		}
	}
}

// A page of rows, each with all that one can have, is a message that Slack takes.
func TestAListOfRotatedOnesFitsIntoAMessage(t *testing.T) {
	var all []credential.Credential
	for i := range 3 * pageSize {
		c := scattered()
		c.ID, c.Label = credential.ID(fmt.Sprint(i)), strings.Repeat("ü", credential.LongestLabel)
		if i%2 == 0 {
			c.Uses = c.Former.Uses
		}
		all = append(all, c)
	}
	for _, language := range []string{"en", "de", "es"} {
		for page := range 3 {
			checkScreen(t, In(language).List(passwords(KindLive, page, all...), catalog.Builtin()))
			h := full()
			h.Now, h.Live, h.Page, h.Rejected = later, all, page+1, map[string]time.Time{all[0].ID: later}
			checkScreen(t, In(language).Home(h))
		}
		for _, c := range all[:2] {
			checkScreen(t, In(language).Show(c, later, catalog.Builtin()))
			checkScreen(t, In(language).Rotated(c, catalog.Builtin(), later))
		}
	}
}

func TestAFormerPasswordIsReadFromItsButton(t *testing.T) {
	_, buttons := pressable(In("en").Show(renewed, later, catalog.Builtin()).Blocks)
	for _, action := range []string{ActionEnd, ActionExtend} {
		args, ok := ParseFormer(buttons[action].Value)
		if want := (job.FormerArgs{Credential: renewed.ID, Made: made.Unix()}); !ok || args != want {
			t.Errorf("%s %q: got %+v, %v, want %+v", action, buttons[action].Value, args, ok, want)
		}
	}
	for _, value := range []string{"", renewed.ID, renewed.ID + " ", "x 1", renewed.ID + " 1 1"} {
		if args, ok := ParseFormer(value); ok {
			t.Errorf("%q is read as %+v", value, args)
		}
	}
}
