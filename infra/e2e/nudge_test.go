package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
)

const aDay = 24 * time.Hour

// decides stores the first policy: after how many days passwords are too old, or are asked about; 0 is never. Reminders are the default's.
func decides(t *testing.T, w *world.World, age, idle int, enforce bool) {
	t.Helper()
	table := w.Table("SettingsTable")
	number := func(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: fmt.Sprint(n)} }
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "policy"}, "sk": &types.AttributeValueMemberS{Value: "00000001"},
		"v": number(1), "link_life": number(900), "guests": &types.AttributeValueMemberBOOL{}, "enforce": &types.AttributeValueMemberBOOL{Value: enforce},
		"general_age": number(age * 86400), "sensitive_age": number(age * 86400), "idle": number(idle * 86400),
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// comes moves the clock to a time of the next day of that name in Berlin, at least so many days ahead.
func comes(t *testing.T, w *world.World, days int, weekday time.Weekday, hour, minute int) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := w.Clock.Now().In(berlin)
	at := time.Date(now.Year(), now.Month(), now.Day()+days, hour, minute, 0, 0, berlin)
	for at.Weekday() != weekday || !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	w.Advance(time.Until(at) - w.Clock.Offset())
}

// looks has everybody looked at who is to be reminded now.
func looks(t *testing.T, w *world.World) {
	t.Helper()
	ticks(t, w, "nudge", w.Clock.Now())
	nudged(w)
}

// digests is a person's digests, the oldest first.
func digests(p *world.Person) (all []drive.Message) {
	for _, m := range p.Sees().Messages {
		if slices.ContainsFunc([]string{"needs you", "need you", "needs you any more", "An earlier reminder"}, func(title string) bool { return strings.Contains(m.Text, title) }) {
			all = append(all, m)
		}
	}
	return all
}

// digest is a person's newest digest, once it is the n-th and says something.
func digest(p *world.Person, n int, what string) (m drive.Message) {
	p.Awaits(fmt.Sprintf("digest %d that says %q", n, what), func(*world.Scene) bool {
		all := digests(p)
		if len(all) < n {
			return false
		}
		m = all[n-1]
		return strings.Contains(written(m), what)
	})
	return m
}

// written is every text of a message.
func written(m drive.Message) string {
	s := &world.Scene{Screen: drive.Screen{Messages: []drive.Message{m}}}
	return s.Words()
}

// buttonsOf is the actions of a message.
func buttonsOf(m drive.Message) string {
	var all []string
	for _, b := range m.Blocks {
		for _, e := range b.Elements {
			if e.ActionID != "" {
				all = append(all, e.ActionID)
			}
		}
	}
	return strings.Join(all, " ")
}

// picks chooses what is called so in the first menu of a message.
func picks(t *testing.T, p *world.Person, m drive.Message, option string) {
	t.Helper()
	b, e, ok := drive.Press(m.Blocks, "snooze")
	for _, o := range e.Options {
		if ok && o.Text.Text == option {
			if _, err := p.Attempts("click", map[string]any{"surface": m.TS, "block_id": b.BlockID, "action_id": "snooze", "selected_option": o.Value}); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("there is no %q in %+v", option, m.Blocks)
}

// reminded is a world in which Alice has been reminded: what she makes on a Wednesday is too old on a Sunday, and the first reminder is on the
// Friday before the 14 days.
func reminded(t *testing.T, enforce bool, labels ...string) (w *world.World, passwords []string) {
	t.Helper()
	w = world.New(t)
	decides(t, w, 60, 0, enforce)
	comes(t, w, 0, time.Wednesday, 12, 0)
	for _, label := range labels {
		passwords = append(passwords, w.Alice.Makes("Thunderbird", label))
	}
	comes(t, w, 43, time.Thursday, 10, 0)
	looks(t, w)
	if all := digests(w.Alice); len(all) > 0 {
		t.Fatalf("she is reminded too early: %+v", all)
	}
	comes(t, w, 0, time.Friday, 9, 20)
	looks(t, w)
	if all := digests(w.Alice); len(all) > 0 {
		t.Fatalf("she is reminded before her day has begun: %+v", all)
	}
	comes(t, w, 0, time.Friday, 9, 30)
	looks(t, w)
	return w, passwords
}

func TestAReminderIsPutOffAndThenFollowed(t *testing.T) {
	t.Parallel()
	w, passwords := reminded(t, false, "laptop")
	first := digest(w.Alice, 1, "It keeps working after that")
	if first.Text != "One of your app passwords needs you: Thunderbird · laptop" || buttonsOf(first) != "rotate snooze revoke" {
		t.Errorf("she is reminded with %q and offered %q", first.Text, buttonsOf(first))
	}
	w.Advance(20 * time.Minute)
	looks(t, w)
	picks(t, w.Alice, first, "For a week")
	if m := digest(w.Alice, 1, "Snoozed until"); buttonsOf(m) != "" {
		t.Errorf("what is put off has the buttons %q", buttonsOf(m))
	}
	for _, day := range []time.Weekday{time.Saturday, time.Sunday, time.Monday, time.Thursday} {
		comes(t, w, 0, day, 11, 0)
		looks(t, w)
	}
	if n := len(digests(w.Alice)); n != 1 {
		t.Fatalf("she has %d digests", n)
	}
	comes(t, w, 0, time.Friday, 11, 0)
	looks(t, w)
	second := digest(w.Alice, 2, "It keeps working after that")
	if m := digest(w.Alice, 1, "There is a newer reminder of this one"); buttonsOf(m) != "" {
		t.Errorf("the former digest has the buttons %q", buttonsOf(m))
	}

	// A copy of the first one is pressed once more.
	press := w.Alice.Another(w.Letters(), "snooze", func(payload map[string]any) { payload["trigger_id"] = "1.2.3" })
	if status := w.Delivers(press, w.Clock.Now()); status != http.StatusOK {
		t.Errorf("the press is answered with %d", status)
	}
	says(w.Alice, "There is a newer reminder than this one, so nothing was changed.")
	if c := w.Owns(w.Alice)[0]; c.Nudges.Snoozed.After(w.Clock.Now()) {
		t.Errorf("it was put off until %v", c.Nudges.Snoozed)
	}

	presses(t, w.Alice, second, "rotate")
	renewed := w.Alice.Awaits("the link in a modal", func(s *world.Scene) bool { return len(s.Views) > 0 && s.HasLink() }).OpensLink().Reveals()
	if m := lastDigest(w.Alice, "Rotated: the new password works. The old one works until"); buttonsOf(m) != "" || !strings.Contains(m.Text, "nothing here needs you any more") {
		t.Errorf("what is done says %q and offers %q", m.Text, buttonsOf(m))
	}
	w.Mail.Accepts(w.Alice, renewed)
	w.Mail.Accepts(w.Alice, passwords[0])
}

// lastDigest is a person's newest digest, once it says something.
func lastDigest(p *world.Person, what string) (m drive.Message) {
	p.Awaits(what, func(*world.Scene) bool {
		all := digests(p)
		m = all[len(all)-1]
		return strings.Contains(written(m), what)
	})
	return m
}

func TestWhatIsRevokedInADigestLeavesTheOthersThere(t *testing.T) {
	t.Parallel()
	w, passwords := reminded(t, false, "laptop", "phone")
	m := digest(w.Alice, 1, "2 of your app passwords need you")
	presses(t, w.Alice, m, "revoke")
	m = digest(w.Alice, 1, "Revoked")
	if buttonsOf(m) != "rotate snooze revoke" || strings.Contains(m.Text, "laptop") == strings.Contains(m.Text, "phone") {
		t.Errorf("what is left is %q with %q", m.Text, buttonsOf(m))
	}
	is := map[string]int{}
	for _, pw := range passwords {
		is[w.Mail.Asks(w.Alice, pw).Reason]++
	}
	if is["revoked"] != 1 || is[""] != 1 {
		t.Errorf("the two are %v", is)
	}
	// The other one is revoked elsewhere.
	w.Alice.Types("/apppass revoke " + map[bool]string{true: "laptop", false: "phone"}[strings.Contains(m.Text, "laptop")]).Confirms()
	if m = digest(w.Alice, 1, "nothing here needs you any more"); buttonsOf(m) != "" {
		t.Errorf("what is over offers %q", buttonsOf(m))
	}
}

func TestWhatStopsByItsAgeIsSaidBefore(t *testing.T) {
	t.Parallel()
	w, passwords := reminded(t, true, "laptop")
	digest(w.Alice, 1, "it stops working")
	due := w.Owns(w.Alice)[0].Due
	if left := due.Sub(w.Clock.Now()); left < 14*aDay {
		t.Fatalf("she has %v left", left)
	}
	w.Advance(due.Add(-2 * time.Minute).Sub(w.Clock.Now()))
	w.Mail.Accepts(w.Alice, passwords[0])
	w.Advance(due.Sub(w.Clock.Now()))
	w.Mail.Rejects(w.Alice, passwords[0], "expired")
}

// askedIdle is a world in which Alice is asked whether she still needs the only one that she has.
func askedIdle(t *testing.T) (w *world.World, pw string) {
	t.Helper()
	w = world.New(t)
	decides(t, w, 0, 90, false)
	comes(t, w, 0, time.Wednesday, 12, 0)
	pw = w.Alice.Makes("Thunderbird", "laptop")
	comes(t, w, 91, time.Tuesday, 10, 0)
	looks(t, w)
	if m := digest(w.Alice, 1, "Never used since it was revealed on"); buttonsOf(m) != "keep revoke" {
		t.Fatalf("she is offered %q", buttonsOf(m))
	}
	return w, pw
}

func TestWhatIsStillNeededIsKept(t *testing.T) {
	t.Parallel()
	w, pw := askedIdle(t)
	presses(t, w.Alice, digests(w.Alice)[0], "keep")
	if m := digest(w.Alice, 1, "Kept: you said that it is still needed."); buttonsOf(m) != "" {
		t.Errorf("what is kept offers %q", buttonsOf(m))
	}
	comes(t, w, 20, time.Tuesday, 10, 0)
	looks(t, w)
	w.Mail.Accepts(w.Alice, pw)
	if n := len(digests(w.Alice)); n != 1 {
		t.Errorf("she has %d digests", n)
	}
}

func TestWhatIsUsedAfterAllStays(t *testing.T) {
	t.Parallel()
	w, pw := askedIdle(t)
	w.Advance(time.Minute)
	w.Mail.Accepts(w.Alice, pw)
	if m := digest(w.Alice, 1, ", so it stays"); buttonsOf(m) != "" {
		t.Errorf("what is used offers %q", buttonsOf(m))
	}
}

func TestWhatNobodyUsesNorNeedsIsRevokedTwoWeeksLater(t *testing.T) {
	t.Parallel()
	w, pw := askedIdle(t)
	comes(t, w, 13, time.Monday, 10, 0)
	looks(t, w)
	if c := w.Owns(w.Alice)[0]; c.State != "active" {
		t.Fatalf("it is %s a day too early", c.State)
	}
	comes(t, w, 0, time.Tuesday, 11, 0)
	looks(t, w)
	w.Advance(2 * time.Minute)
	says(w.Alice, "Thunderbird · laptop was revoked, because nobody has used it for a long time")
	lastDigest(w.Alice, "Revoked")
	w.Mail.Rejects(w.Alice, pw, "revoked")
}
