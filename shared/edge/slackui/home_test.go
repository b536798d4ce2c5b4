package slackui

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/core/text"
)

var berlin = person.Preferences{Locale: "en-US", Zone: "Europe/Berlin"}

// full is a home tab with something of everything.
func full() Home {
	now := made.AddDate(0, 6, 0)
	ending, idle := laptop, withdrawn
	ending.ID, ending.Label, ending.Expires = "c0123456789abcde0", "phone", now.AddDate(0, 0, 3)
	ending.Uses = []credential.Use{{Service: "mail", Protocol: service.IMAP, Address: "203.0.113.7", At: now.Add(-time.Hour)}}
	idle.Activated = made
	refused, good := ending, ending
	refused.ID, refused.Label, refused.Expires = "c0123456789abcde1", "scripts", time.Time{}
	good.ID, good.Label, good.Expires = "c0123456789abcde2", "laptop at work", time.Time{}
	good.Uses = []credential.Use{{Service: "intranet", Protocol: service.HTTP, At: now.Add(-24 * time.Hour)}}
	return Home{
		Owner: laptop.Owner, Speak: berlin, Now: now, Page: 1, Applications: catalog.Builtin(),
		Live: []credential.Credential{scanner, refused, ending, idle, good}, Ended: []credential.Credential{laptop},
		Rejected: map[string]time.Time{refused.ID: now.Add(-time.Hour)}, Activity: everything(now),
	}
}

// everything is an event of every kind.
func everything(now time.Time) []audit.Event {
	var all []audit.Event
	for _, what := range []struct {
		action        audit.Action
		reason, actor string
	}{
		{audit.Issued, "", "UALICE"}, {audit.Reissued, "", "UALICE"}, {audit.Revealed, "", "UALICE"}, {audit.Revoked, "", "UALICE"},
		{audit.Revoked, "leaked", "apppass"}, {audit.Revoked, "never_shown", "apppass"}, {audit.Revoked, "not_heard_of_yet", "UADMIN"},
		{audit.Expired, "lifetime", "apppass"}, {audit.Expired, "link_unread", "apppass"}, {audit.Held, "", "apppass"},
	} {
		now = now.Add(-time.Hour)
		e := audit.New(now, laptop.Owner, what.actor, what.action)
		e.Credential, e.Reason = laptop.ID, what.reason
		all = append(all, e)
	}
	return append(all, audit.New(now, laptop.Owner, "UALICE", "never_heard_of"))
}

// many is a home tab with n app passwords, each with all that a row can have.
func many(n int) Home {
	h := full()
	h.Live, h.Rejected = nil, map[string]time.Time{}
	for i := range n {
		c := laptop
		c.ID, c.Label, c.Application = credential.ID(strconv.Itoa(i)), strings.Repeat("ü", credential.LongestLabel), strings.Repeat("x", 40)
		c.Expires = h.Now.Add(time.Hour)
		c.Uses = []credential.Use{{Service: "mail", Protocol: service.Sieve, Address: "2001:db8:1234:5678:9abc:def0:1234:5678", At: made}}
		h.Live, h.Rejected[c.ID] = append(h.Live, c), h.Now
	}
	h.Ended = h.Live[:min(1, n)]
	return h
}

func withHome(u UI, all map[string]any) map[string]any {
	empty := Home{Owner: laptop.Owner, Now: made, Page: 1, Applications: catalog.Builtin()}
	quiet, fine, noticed := empty, full(), full()
	quiet.Speak = person.Preferences{Zone: "America/New_York", Language: "en", Quiet: person.Quiet{From: 22, Until: 7}}
	fine.Live, fine.Rejected, fine.Activity = fine.Live[4:], nil, nil
	noticed.Notice = u.Revoked(laptop, Passwords{Kind: KindLive, All: []credential.Credential{scanner}, Now: made}, catalog.Builtin())
	second := many(30)
	second.Page = 2
	maps.Copy(all, map[string]any{
		"home": u.Home(full()), "home-empty": u.Home(empty), "home-fine": u.Home(fine), "home-notice": u.Home(noticed), "home-quiet": u.Home(quiet),
		"home-page": u.Home(second), "home-failed": u.HomeFailed(2, u.Referenced(u.Plain("job.gave_up"), "1a2b3c4d")),
	})
	return all
}

func TestAHomeTabOfAnyLengthIsOneThatSlackTakes(t *testing.T) {
	for _, language := range text.Languages() {
		for _, n := range []int{0, 1, pageSize, pageSize + 1, 30, 200} {
			seen := map[string]bool{}
			for page := range 2 + n/pageSize {
				h := many(n)
				h.Page, h.Notice = page+1, In(language).Referenced(In(language).Plain(strings.Repeat("ü", 3000)), "1a2b3c4d")
				h.Speak.Quiet = person.Quiet{From: 22, Until: 6}
				v := In(language).Home(h)
				checkScreen(t, v)
				if blocks := len(v.Blocks.BlockSet); blocks > 60 {
					t.Errorf("%d app passwords, page %d: %d blocks", n, page+1, blocks)
				}
				for _, b := range v.Blocks.BlockSet {
					seen[b.ID()] = true
				}
			}
			for _, c := range many(n).Live {
				if !seen[c.ID] {
					t.Errorf("%s of %d app passwords is on no page", c.ID, n)
				}
			}
		}
	}
}

func TestAPageThatIsNotThereIsTheNearest(t *testing.T) {
	for page, want := range map[int]int{-1: 1, 0: 1, 1: 1, 4: 4, 5: 4, 1000: 4} {
		h := many(30)
		h.Page = page
		v := In("en").Home(h)
		if got := HomePage(slack.View{Type: slack.VTHomeTab, CallbackID: v.CallbackID}); got != want {
			t.Errorf("page %d: got %d, want %d", page, got, want)
		}
	}
	for _, v := range []slack.View{{}, {Type: slack.VTModal, CallbackID: "home_2"}, {Type: slack.VTHomeTab, CallbackID: "new"}} {
		if got := HomePage(v); got != 0 {
			t.Errorf("%+v is taken for page %d of a home tab", v, got)
		}
	}
	for value, want := range map[string]bool{"1": true, "30": true, "0": false, "-1": false, "": false, "x": false, "99999999999999999999": false} {
		if _, ok := ParseHomePage(value); ok != want {
			t.Errorf("%q: got %v, want %v", value, ok, want)
		}
	}
}

func TestAHomeTabsButtonsNameWhatTheyAreFor(t *testing.T) {
	v := In("en").Home(full())
	found := 0
	for _, b := range v.Blocks.BlockSet {
		row, ok := b.(*slack.ActionBlock)
		if !ok || !credential.ValidID(row.BlockID) {
			continue
		}
		for _, e := range row.Elements.ElementSet {
			button := e.(*slack.ButtonBlockElement)
			found++
			if button.Value != row.BlockID || button.AccessibilityLabel == "" || button.AccessibilityLabel == button.Text.Text {
				t.Errorf("%s: got %q, with the label %q", row.BlockID, button.Value, button.AccessibilityLabel)
			}
			if (button.ActionID == ActionRevoke) != (button.Confirm != nil) {
				t.Errorf("%s: its confirmation is %v", button.ActionID, button.Confirm)
			}
		}
	}
	want := 0
	for _, c := range full().Live {
		want += 2
		if c.State == credential.Active { // what does not work yet can't be rotated
			want++
		}
	}
	if found != want {
		t.Errorf("got %d buttons, want %d", found, want)
	}
}

// Each thing that can happen is said in its own words, and what nobody has words for is not.
func TestWhatHasHappenedIsSaid(t *testing.T) {
	h := full()
	h.Activity = nil
	if In("en").activity(h) != nil {
		t.Error("there is a heading over nothing")
	}
	h.Activity = everything(h.Now)
	body := string(marshal(t, In("en").activity(h)))
	for _, want := range []string{
		`Thunderbird · laptop at home was made, and its link was shown (by you)`, `was made anew`, `was revealed`, `was revoked (by you)`,
		`was found where others can read it, and was revoked (by apppass)`, `because it could not be shown`, `was revoked (by an administrator)`,
		`because its time was over (by apppass)`, `nobody had opened it in time`, `your account was put on hold`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not said in\n%s", want, body)
		}
	}
	if strings.Contains(body, "never_heard_of") || strings.Count(body, `"rich_text_section"`) != len(h.Activity)-1 {
		t.Errorf("what has no words is said:\n%s", body)
	}
	// For who can't see the date itself it is written in the person's zone.
	if want := h.Activity[0].At.In(h.Speak.Location()).Format("2006-01-02 15:04 MST"); !strings.Contains(body, want) {
		t.Errorf("%s is not in\n%s", want, body)
	}
}

func TestWhatIsChosenIsRead(t *testing.T) {
	for _, c := range []struct {
		action, value, want string
	}{
		{ActionLanguage, "de", `{"language":"de"}`},
		{ActionLanguage, "slack", `{"language":""}`},
		{ActionLanguage, "", ""},
		{ActionQuietFrom, "0", `{"quiet_from":0}`},
		{ActionQuietFrom, "23", `{"quiet_from":23}`},
		{ActionQuietFrom, "24", ""},
		{ActionQuietFrom, "-1", ""},
		{ActionQuietFrom, "off", `{"quiet_off":true}`},
		{ActionQuietUntil, "7", `{"quiet_until":7}`},
		{ActionQuietUntil, "off", ""},
		{"other", "7", ""},
	} {
		a := &slack.BlockAction{ActionID: c.action}
		a.SelectedOption.Value = c.value
		args, ok := ParsePreference(a, nil)
		if got := string(marshal(t, args)); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s %q: got %s, %v, want %s", c.action, c.value, got, ok, c.want)
		}
	}
}

// Whatever can be chosen can be read, and what is stored is what stands in the menu.
func TestWhatIsStoredIsWhatIsShown(t *testing.T) {
	for _, p := range []person.Preferences{{}, {Language: "en"}, {Quiet: person.Quiet{From: 22, Until: 7}}, {Quiet: person.Quiet{From: 5, Until: 5}}} {
		var shown []string
		for _, b := range In("en").settings(p) {
			section, ok := b.(*slack.SectionBlock)
			if !ok {
				continue
			}
			menu := section.Accessory.SelectElement
			if menu.InitialOption == nil || section.BlockID != menu.ActionID+":"+menu.InitialOption.Value {
				t.Fatalf("%+v: %s shows %v", p, section.BlockID, menu.InitialOption)
			}
			shown = append(shown, menu.InitialOption.Value)
			for _, o := range menu.Options {
				a := &slack.BlockAction{ActionID: menu.ActionID, SelectedOption: *o}
				if _, ok := ParsePreference(a, nil); !ok {
					t.Errorf("%s %q can't be read", menu.ActionID, o.Value)
				}
			}
		}
		want := map[string]string{"": "slack off", "en": "en off"}[p.Language]
		if p.Quiet.From != p.Quiet.Until {
			want = "slack 22 7"
		}
		if got := strings.Join(shown, " "); got != want {
			t.Errorf("%+v: got %q, want %q", p, got, want)
		}
	}
}

func TestArgumentsOfChoicesTravel(t *testing.T) {
	a := &slack.BlockAction{ActionID: ActionQuietFrom}
	a.SelectedOption.Value = "0"
	args, _ := ParsePreference(a, nil)
	var back job.PreferArgs
	if err := json.Unmarshal(marshal(t, args), &back); err != nil || back.QuietFrom == nil || *back.QuietFrom != 0 {
		t.Errorf("midnight is lost: %+v, %v", back, err)
	}
}
