package nudge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
)

const day = 24 * time.Hour

func berlin(t testing.TB) nudge.Hours {
	t.Helper()
	return nudge.HoursOf(person.Preferences{Zone: "Europe/Berlin"})
}

func at(t testing.TB, said string) time.Time {
	t.Helper()
	where, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", said, where)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// story walks an app password through time by its wake-ups alone, and writes down what its owner is told.
func story(t *testing.T, rules policy.Policy, c credential.Credential, until time.Time, act func(i nudge.Item, c *credential.Credential, now time.Time)) string {
	t.Helper()
	h, now := berlin(t), c.Activated.Add(day)
	var said []string
	for steps := 0; now.Before(until) && steps < 5000; steps++ {
		p := nudge.Of(now, rules, h, []credential.Credential{c})
		for _, i := range p.Say {
			if !h.Within(now) {
				t.Errorf("said at %v", now)
			}
			said = append(said, fmt.Sprintf("%s %s %s", now.In(i.At.Location()).Format("Mon 01-02 15:04"), i.Why, i.At.Format("01-02")))
			c = i.Told(now)
			if act != nil {
				act(i, &c, now)
				p = nudge.Of(now, rules, h, []credential.Credential{c})
			}
		}
		if len(p.Revoke) > 0 {
			return strings.Join(append(said, now.Format("01-02")+" revoked"), "\n")
		}
		wake, lives := p.Wake[c.ID]
		if !lives {
			return strings.Join(append(said, "it is over"), "\n")
		}
		if !wake.After(now) {
			t.Fatalf("at %v it wakes at %v", now, wake)
		}
		now = wake
	}
	return strings.Join(said, "\n")
}

func made(t *testing.T) credential.Credential {
	begin := at(t, "2026-01-07 11:00") // a Wednesday
	return credential.Credential{
		ID: "c1", State: credential.Active, Tier: credential.General, Made: begin, Renewed: begin, Activated: begin,
		Uses: []credential.Use{{At: begin.Add(1000 * day)}}, // busy, whenever it is looked at
	}
}

func TestAStory(t *testing.T) {
	rules := policy.Default()
	enforced := rules
	enforced.Enforce = true
	for _, c := range []struct {
		name  string
		rules policy.Policy
		life  func(c *credential.Credential)
		until string
		act   func(i nudge.Item, c *credential.Credential, now time.Time)
		want  string
	}{
		// The year is over on Thursday, January 7, 2027.
		{"too old, and reminded of", rules, nil, "2027-02-10 12:00", nil, `
Thu 12-24 09:30 age 01-07
Thu 12-31 09:30 age 01-07
Wed 01-06 09:30 age 01-07
Thu 01-07 09:30 age 01-07
Thu 01-21 09:30 age 01-07
Thu 02-04 09:30 age 01-07`},
		{"too old, and enforced", enforced, nil, "2027-02-10 12:00", nil, `
Thu 12-24 09:30 age 01-07
Thu 12-31 09:30 age 01-07
Wed 01-06 09:30 age 01-07
Thu 01-07 09:30 age 01-07
it is over`},
		{"rotated at once", enforced, nil, "2027-12-10 12:00", func(_ nudge.Item, c *credential.Credential, now time.Time) {
			c.Renewed, c.Due, c.Nudges = now.Add(time.Minute), time.Time{}, credential.Nudges{}
		}, `
Thu 12-24 09:30 age 01-07
Fri 12-10 09:30 age 12-24`},
		{"an end on a Sunday is said on Friday", rules, func(c *credential.Credential) { c.Expires = at(t, "2026-03-08 10:00") }, "2026-05-01 12:00", nil, `
Fri 02-20 09:30 end 03-08
Fri 02-27 09:30 end 03-08
Fri 03-06 09:30 end 03-08
it is over`},
		{"an end that was chosen just now is not said at once", rules, func(c *credential.Credential) { c.Expires = c.Made.Add(7 * day) }, "2026-04-01 12:00", nil, `
Tue 01-13 09:30 end 01-14
Wed 01-14 09:30 end 01-14
it is over`},
		{"put off for a week, then until the day before", rules, func(c *credential.Credential) { c.Expires = at(t, "2026-06-24 15:00") }, "2026-08-01 12:00",
			func(i nudge.Item, c *credential.Credential, now time.Time) {
				for _, s := range []nudge.Snooze{nudge.Before, nudge.AWeek} {
					if until, ok := s.Until(i, now, berlin(t)); ok && (s == nudge.AWeek) == (i.At.Sub(now) > 10*day) {
						c.Nudges.Snoozed = until
					}
				}
			}, `
Wed 06-10 09:30 end 06-24
Wed 06-17 09:30 end 06-24
Tue 06-23 09:30 end 06-24
Wed 06-24 09:30 end 06-24
it is over`},
		{"nobody uses it", rules, func(c *credential.Credential) { c.Uses = nil }, "2026-07-01 12:00", nil, `
Tue 04-07 12:00 idle 04-21
Mon 04-20 09:30 idle 04-21
04-21 revoked`},
		{"nobody uses it, and it is kept", rules, func(c *credential.Credential) { c.Uses = nil }, "2026-11-01 12:00",
			func(_ nudge.Item, c *credential.Credential, now time.Time) { c.Nudges.Kept = now }, `
Tue 04-07 12:00 idle 04-21
Mon 07-06 12:00 idle 07-20
Mon 10-05 09:30 idle 10-19`},
	} {
		t.Run(c.name, func(t *testing.T) {
			one := made(t)
			if c.life != nil {
				c.life(&one)
			}
			if got := story(t, c.rules, one, at(t, c.until), c.act); got != strings.TrimSpace(c.want) {
				t.Errorf("got\n%s\nwant%s", got, c.want)
			}
		})
	}
}
