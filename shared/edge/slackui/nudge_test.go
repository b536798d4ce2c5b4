package slackui

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
)

// reminding is when people are reminded: a Tuesday morning.
var reminding = time.Date(2027, 11, 9, 9, 0, 0, 0, time.UTC)

// reminders is a line of every kind, the outcome open.
func reminders() []Reminder {
	line := func(c credential.Credential, why nudge.Why, days int, stops bool) Reminder {
		at := reminding.AddDate(0, 0, days)
		return Reminder{nudge.Line{Credential: c.ID, Why: why, At: at, Stops: stops}, c, nudge.Open}
	}
	used, wanted, over := laptop, phone, laptop
	used.ID, used.Uses = "c0000000000000n00", phone.Uses[:1]
	wanted.ID, wanted.Nudges.RotateBy = "c0000000000000n10", reminding.AddDate(0, 0, 7)
	over.ID, over.Label = "c0000000000000n20", "old laptop"
	soon := line(fresh, nudge.Age, 0, true)
	soon.Line.At = reminding.Add(20 * time.Hour)
	return []Reminder{
		line(over, nudge.Age, -7, false), soon, line(wanted, nudge.Age, 7, false), line(laptop, nudge.Age, 14, false),
		line(withdrawn, nudge.End, 9, true), line(used, nudge.Idle, 14, true), line(restricted, nudge.Idle, 14, true),
	}
}

// became is lines of every outcome.
func became() (all []Reminder) {
	outcomes := []nudge.Outcome{nudge.Rotated, nudge.Snoozed, nudge.Kept, nudge.Used, nudge.Revoked, nudge.Expired, nudge.Rotated}
	for i, r := range reminders() {
		r.Outcome = outcomes[i]
		r.Of.Nudges.Snoozed, r.Of.Ended = reminding.AddDate(0, 0, 7), reminding.Add(-time.Hour)
		if i == 0 {
			r.Of.Former = credential.Former{Verifier: "x", Ends: reminding.AddDate(0, 0, 1)}
		}
		all = append(all, r)
	}
	return all
}

// withNudges adds what people are reminded of.
func withNudges(u UI, all map[string]any) map[string]any {
	known := catalog.Builtin()
	d := Digest{Lines: reminders(), Speak: berlin, Now: reminding}
	one, some, done, former, late := d, d, d, d, d
	one.Lines = reminders()[3:4]
	some.Lines = append(became()[:2:2], reminders()[4])
	done.Lines = became()
	former.Lines, former.Former = append(became()[4:6:6], reminders()[4]), true
	late.Lines, late.Late = reminders()[1:2], fresh.ID
	many := d
	many.Lines = nil
	for i, c := range crowd(digestSize + 3) {
		many.Lines = append(many.Lines, Reminder{nudge.Line{Why: nudge.Age, At: reminding.AddDate(0, 0, 14+i), Stops: true}, c, nudge.Open})
	}
	maps.Copy(all, map[string]any{
		"digest":         u.Digest(d, known),
		"digest-one":     u.Digest(one, known),
		"digest-some":    u.Digest(some, known),
		"digest-done":    u.Digest(done, known),
		"digest-former":  u.Digest(former, known),
		"digest-late":    u.Digest(late, known),
		"digest-many":    u.Digest(many, known),
		"digest-stale":   u.Stale(laptop, known, later),
		"abandoned":      u.Abandoned([]credential.Credential{laptop}, known),
		"abandoned-many": u.Abandoned([]credential.Credential{laptop, phone, withdrawn}, known),
		"unreachable":    u.Unreachable(person.Person{Owner: laptop.Owner, Login: "alice@example.com"}),
	})
	return all
}

func TestALineOffersWhatHelpsUntilSomethingHasBecomeOfIt(t *testing.T) {
	u, known := In("en"), catalog.Builtin()
	actions := func(r Reminder, former bool) string {
		var all []string
		for _, part := range strings.Split(string(marshal(t, u.Digest(Digest{Lines: []Reminder{r}, Speak: berlin, Now: reminding, Former: former}, known).Blocks)), `"action_id":"`)[1:] {
			all = append(all, part[:strings.IndexByte(part, '"')])
		}
		return strings.Join(all, " ")
	}
	for i, want := range []string{"rotate snooze revoke", "rotate revoke", "rotate snooze revoke", "rotate snooze revoke", "suggestion snooze revoke", "keep revoke", "keep revoke"} {
		if got := actions(reminders()[i], false); got != want {
			t.Errorf("open, line %d: got %q, want %q", i, got, want)
		}
		if got := actions(reminders()[i], true); got != "" {
			t.Errorf("there is a newer digest, line %d: got %q", i, got)
		}
		after := ""
		if became()[i].Outcome == nudge.Expired {
			after = "suggestion"
		}
		if got := actions(became()[i], false); got != after {
			t.Errorf("%s: got %q, want %q", became()[i].Outcome, got, after)
		}
	}
}

// What is offered is what the use case then does: nothing that would be over before, and nothing twice.
func TestOnlyWhatIsPossibleCanBeSnoozed(t *testing.T) {
	for days, want := range map[int]string{14: "day week before", 7: "day before", 2: "day", 1: "day", 0: "day week"} {
		r := Reminder{nudge.Line{Why: nudge.Age, At: reminding.AddDate(0, 0, days), Stops: true}, laptop, nudge.Open}
		body := string(marshal(t, In("en").Digest(Digest{Lines: []Reminder{r}, Speak: berlin, Now: reminding}, catalog.Builtin()).Blocks))
		var got []string
		for _, s := range nudge.Snoozes {
			if strings.Contains(body, fmt.Sprintf(`"value":"%s %s"`, s, laptop.ID)) {
				got = append(got, string(s))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%d days before: got %q, want %q", days, got, want)
		}
	}
}

func TestWhatWasSnoozedIsReadFromItsOption(t *testing.T) {
	for _, s := range nudge.Snoozes {
		want := job.SnoozeArgs{Credential: laptop.ID, For: string(s)}
		if got, ok := ParseSnooze(string(s) + " " + laptop.ID); got != want || !ok {
			t.Errorf("%s: got %+v, %v", s, got, ok)
		}
	}
	for _, value := range []string{"", "day", laptop.ID, "year " + laptop.ID, "day x", "day " + laptop.ID + " x"} {
		if got, ok := ParseSnooze(value); ok {
			t.Errorf("%q is read as %+v", value, got)
		}
	}
}

func TestADigestOfTheLongestNamesIsWithinSlacksLimits(t *testing.T) {
	for what, s := range hostile {
		var lines []Reminder
		for i, c := range crowd(40) {
			c.Label, c.Application = filledUp(s, credential.LongestLabel), filledUp(s, 75)
			lines = append(lines, Reminder{nudge.Line{Why: []nudge.Why{nudge.Age, nudge.End}[i%2], At: reminding.AddDate(0, 0, 20), Stops: true}, c, nudge.Open})
		}
		for _, language := range []string{"en", "de", "es"} {
			m := In(language).Digest(Digest{Lines: lines, Speak: berlin, Now: reminding}, catalog.Builtin())
			t.Run(language+" "+what, func(t *testing.T) { checkScreen(t, m) })
			if n := len([]rune(m.Text)); n > longestText {
				t.Errorf("%s, %s: the text for notifications has %d characters", language, what, n)
			}
			if n := strings.Count(string(marshal(t, m.Blocks)), `"action_id":"snooze"`); n != digestSize {
				t.Errorf("%s, %s: %d lines", language, what, n)
			}
		}
	}
}
