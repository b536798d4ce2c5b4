package nudge_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
)

// TestOfAPlan looks at one app password that was made on Wednesday, January 7, 2026, at one moment.
func TestOfAPlan(t *testing.T) {
	idle := func(c *credential.Credential) { c.Uses = nil }
	for _, c := range []struct {
		name string
		rule func(p *policy.Policy)
		life func(c *credential.Credential)
		now  string
		say  string // why and until when, empty: nothing
		wake string
	}{
		{"an old one under a new policy that enforces", func(p *policy.Policy) { p.Enforce = true }, nil, "2028-06-14 11:00",
			"age 2028-06-28 11:00 stops", "2028-06-21 09:30"},
		{"the same, and nothing is to be said before", func(p *policy.Policy) { p.Enforce, p.Remind = true, nil }, nil, "2028-06-14 11:00",
			"age 2028-06-28 11:00 stops", "2028-07-14 11:00"},
		{"the same, and on the day only", func(p *policy.Policy) { p.Enforce, p.Remind = true, []int{0} }, nil, "2028-06-14 11:00",
			"age 2028-06-15 11:00 stops", "2028-06-15 09:30"},
		{"an old one that an admin wants rotated", nil, func(c *credential.Credential) { c.Nudges.RotateBy = at(t, "2026-06-12 12:00") }, "2026-06-11 11:00",
			"age 2026-06-12 12:00", "2026-06-12 09:30"},
		{"and has to be, by tomorrow at the earliest", func(p *policy.Policy) { p.Enforce = true },
			func(c *credential.Credential) { c.Nudges.RotateBy = at(t, "2026-06-11 12:00") }, "2026-06-11 11:00", "age 2026-06-12 11:00 stops", "2026-06-12 09:30"},
		{"sooner than was said", func(p *policy.Policy) { p.Enforce = true }, func(c *credential.Credential) {
			c.Due, c.Nudges.Told, c.Nudges.RotateBy = at(t, "2027-01-21 11:00"), at(t, "2027-01-07 11:00"), at(t, "2027-01-13 12:00")
		}, "2027-01-11 11:00", "age 2027-01-13 12:00 stops", "2027-01-12 09:30"},
		{"later than was said", func(p *policy.Policy) { p.Enforce = true }, func(c *credential.Credential) {
			c.Due, c.Nudges.Told, c.Nudges.RotateBy = at(t, "2027-01-21 11:00"), at(t, "2027-01-07 11:00"), at(t, "2027-02-01 12:00")
		}, "2027-01-11 11:00", "", "2027-01-14 09:30"},
		{"what was said counts where nothing is enforced any more", nil, func(c *credential.Credential) {
			c.Due, c.Nudges.Told = at(t, "2027-01-21 11:00"), at(t, "2027-01-07 11:00")
		}, "2027-01-14 11:00", "age 2027-01-21 11:00 stops", "2027-01-20 09:30"},
		{"no age", func(p *policy.Policy) { p.GeneralAge = 0 }, nil, "2028-06-14 11:00", "", "2028-07-14 11:00"},
		{"an end before the age", nil, func(c *credential.Credential) { c.Expires = at(t, "2027-01-05 11:00") }, "2026-12-29 11:00",
			"end 2027-01-05 11:00 stops", "2027-01-04 09:30"},
		{"an age before the end", nil, func(c *credential.Credential) { c.Expires = at(t, "2027-01-12 11:00") }, "2026-12-31 11:00",
			"age 2027-01-07 11:00", "2027-01-06 09:30"},
		{"an end on a leap day", nil, func(c *credential.Credential) {
			c.Renewed, c.Expires = at(t, "2028-01-03 11:00"), at(t, "2028-02-29 10:00")
		}, "2028-02-28 09:30", "end 2028-02-29 10:00 stops", "2028-02-29 09:30"},
		{"said on this date", nil, func(c *credential.Credential) { c.Nudges.Told = at(t, "2026-12-24 09:30") }, "2026-12-24 11:00", "", "2026-12-31 09:30"},
		{"put off", nil, func(c *credential.Credential) {
			c.Nudges.Told, c.Nudges.Snoozed = at(t, "2026-12-24 09:30"), at(t, "2027-01-04 09:30")
		}, "2026-12-31 11:00", "", "2027-01-04 09:30"},
		{"put off until now", nil, func(c *credential.Credential) {
			c.Nudges.Told, c.Nudges.Snoozed = at(t, "2026-12-24 09:30"), at(t, "2027-01-04 09:30")
		}, "2027-01-04 09:30", "age 2027-01-07 11:00", "2027-01-06 09:30"},
		{"put off beyond its end, for another reason", nil, func(c *credential.Credential) {
			idle(c)
			c.Nudges.Asked, c.Nudges.Told, c.Nudges.Snoozed = at(t, "2026-12-01 09:30"), at(t, "2026-12-01 09:30"), at(t, "2026-12-14 09:30")
			c.Expires = at(t, "2026-12-08 15:00")
		}, "2026-12-07 09:30", "end 2026-12-08 15:00 stops", "2026-12-08 09:30"},
		{"and told yesterday all the same", nil, func(c *credential.Credential) {
			idle(c)
			c.Nudges.Asked, c.Nudges.Told, c.Nudges.Snoozed = at(t, "2026-12-01 09:30"), at(t, "2026-12-07 09:30"), at(t, "2026-12-28 09:30")
			c.Expires = at(t, "2027-01-29 15:00")
		}, "2026-12-08 09:30", "", "2026-12-14 09:30"},
		{"idle, and too old on the same day", nil, func(c *credential.Credential) {
			idle(c)
			c.Nudges.Kept = at(t, "2026-09-25 09:30")
		}, "2026-12-24 11:00", "age 2027-01-07 11:00", "2026-12-25 09:30"},
		{"idle, and a first reminder that is less urgent on the same day", nil, func(c *credential.Credential) {
			idle(c)
			c.Nudges.Kept, c.Expires = at(t, "2026-08-25 09:30"), at(t, "2026-12-08 12:00")
		}, "2026-11-24 11:00", "end 2026-12-08 12:00 stops", "2026-11-25 09:30"},
		{"nobody has answered, outside the hours", nil, func(c *credential.Credential) {
			idle(c)
			c.Nudges.Asked, c.Nudges.Told = at(t, "2026-04-08 09:30"), at(t, "2026-04-21 09:30")
		}, "2026-04-22 18:00", "", "2026-04-23 09:30"},
		{"a later idle time asks anew", func(p *policy.Policy) { p.Idle = 120 * day }, func(c *credential.Credential) {
			idle(c)
			c.Nudges.Asked, c.Nudges.Told = at(t, "2026-04-08 09:30"), at(t, "2026-04-21 09:30")
		}, "2026-04-22 11:00", "", "2026-05-07 12:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, one, now := policy.Default(), made(t), at(t, c.now)
			if c.rule != nil {
				c.rule(&rules)
			}
			if c.life != nil {
				c.life(&one)
			}
			p := nudge.Of(now, rules, berlin(t), []credential.Credential{one})
			say := ""
			for _, i := range p.Say {
				say += string(i.Why) + " " + i.At.In(now.Location()).Format(minutes)
				if i.Stops {
					say += " stops"
				}
			}
			if wake := p.Wake["c1"].In(now.Location()).Format(minutes); say != c.say || wake != c.wake {
				t.Errorf("got %q, and it wakes at %s, want %q and %s", say, wake, c.say, c.wake)
			}
			silent := nudge.Silent(now, rules, berlin(t), []credential.Credential{one})
			if len(silent.Say) > 0 || silent.Wake["c1"].Before(berlin(t).Tomorrow(now)) {
				t.Errorf("silent: it says %v and wakes at %v", silent.Say, silent.Wake["c1"])
			}
		})
	}
}

func TestWhatHasNoPlan(t *testing.T) {
	var all []credential.Credential
	for _, change := range []func(c *credential.Credential){
		func(c *credential.Credential) { c.State = credential.Pending },
		func(c *credential.Credential) { c.State = credential.Revoked },
		func(c *credential.Credential) { c.Expires = at(t, "2026-12-24 11:00") },
		func(c *credential.Credential) { c.Due = at(t, "2026-12-24 10:59") },
	} {
		c := made(t)
		change(&c)
		all = append(all, c)
	}
	if p := nudge.Of(at(t, "2026-12-24 11:00"), policy.Default(), berlin(t), all); len(p.Say)+len(p.Revoke)+len(p.Wake) > 0 {
		t.Errorf("got %+v", p)
	}
}

func TestTheMostUrgentIsSaidFirst(t *testing.T) {
	late, soon := made(t), made(t)
	late.ID, soon.ID, soon.Expires = "late", "soon", at(t, "2026-12-29 11:00")
	p := nudge.Of(at(t, "2026-12-24 11:00"), policy.Default(), berlin(t), []credential.Credential{late, soon})
	if len(p.Say) != 2 || p.Say[0].Credential.ID != "soon" {
		t.Errorf("got %+v", p.Say)
	}
}

func TestWhatBecomesOfALine(t *testing.T) {
	told := at(t, "2026-12-24 09:30")
	now := told.Add(3 * time.Hour)
	for _, c := range []struct {
		why  nudge.Why
		life func(c *credential.Credential)
		want nudge.Outcome
	}{
		{nudge.Age, func(*credential.Credential) {}, nudge.Open},
		{nudge.Age, func(c *credential.Credential) { c.Renewed, c.Nudges = told.Add(time.Hour), credential.Nudges{} }, nudge.Rotated},
		{nudge.Age, func(c *credential.Credential) { c.Renewed, c.Nudges = told.Add(-time.Minute), credential.Nudges{} }, nudge.Rotated},
		{nudge.End, func(c *credential.Credential) { c.Renewed, c.Nudges = told.Add(time.Hour), credential.Nudges{} }, nudge.Open},
		{nudge.Age, func(c *credential.Credential) { c.Nudges.Snoozed = now.Add(time.Hour) }, nudge.Snoozed},
		{nudge.Age, func(c *credential.Credential) { c.Nudges.Snoozed = now }, nudge.Open},
		{nudge.Age, func(c *credential.Credential) { c.Nudges.Snoozed = told.Add(14 * day) }, nudge.Open}, // beyond its time
		{nudge.Idle, func(c *credential.Credential) { c.Nudges.Kept = told.Add(time.Minute) }, nudge.Kept},
		{nudge.Idle, func(c *credential.Credential) { c.Uses[0].At = told.Add(time.Minute) }, nudge.Used},
		{nudge.Age, func(c *credential.Credential) { c.Uses[0].At = told.Add(time.Minute) }, nudge.Open},
		{nudge.End, func(c *credential.Credential) { c.Expires = now }, nudge.Expired},
		{nudge.Age, func(c *credential.Credential) { c.Due = now }, nudge.Expired},
		{nudge.Age, func(c *credential.Credential) { c.State, c.Due = credential.Revoked, now }, nudge.Revoked},
	} {
		one := made(t)
		one.Uses[0].At, one.Nudges.Told = told.Add(-day), told
		c.life(&one)
		if got := (nudge.Line{Credential: "c1", Why: c.why, At: told.Add(14 * day)}).Now(one, told, now); got != c.want {
			t.Errorf("%s of %+v: got %s, want %s", c.why, one.Nudges, got, c.want)
		}
	}
}

func TestSnooze(t *testing.T) {
	for _, c := range []struct {
		choice     nudge.Snooze
		now, until string // until when it is about
		want       string // empty: it can't be chosen
	}{
		{nudge.ADay, "2026-11-25 11:00", "2026-12-09 11:00", "2026-11-26 09:30"},
		{nudge.ADay, "2026-11-27 11:00", "2026-12-09 11:00", "2026-11-30 09:30"},
		{nudge.ADay, "2026-11-27 11:00", "2026-11-29 11:00", ""}, // over the weekend it ends
		{nudge.ADay, "2026-11-27 11:00", "2026-11-20 11:00", "2026-11-30 09:30"},
		{nudge.AWeek, "2026-11-25 11:00", "2026-12-09 11:00", "2026-12-02 11:00"},
		{nudge.AWeek, "2026-11-25 17:00", "2026-12-09 11:00", "2026-12-03 09:30"},
		{nudge.AWeek, "2026-11-25 11:00", "2026-12-02 11:00", ""},
		{nudge.Before, "2026-11-25 11:00", "2026-12-09 11:00", "2026-12-08 09:30"},
		{nudge.Before, "2026-11-25 11:00", "2026-12-06 11:00", "2026-12-04 09:30"},
		{nudge.Before, "2026-11-25 11:00", "2026-11-26 11:00", ""},
		{nudge.Before, "2026-11-25 11:00", "2026-11-20 11:00", ""},
		{"year", "2026-11-25 11:00", "2026-12-09 11:00", ""},
	} {
		until, ok := c.choice.Until(nudge.Item{At: at(t, c.until)}, at(t, c.now), berlin(t))
		got := ""
		if ok {
			got = until.In(at(t, c.now).Location()).Format(minutes)
		}
		if got != c.want {
			t.Errorf("%s at %s of %s: got %q, want %q", c.choice, c.now, c.until, got, c.want)
		}
	}
}

// FuzzALife lives through two years by the wake-ups of random app passwords of somebody, and holds what is said against what is promised.
func FuzzALife(f *testing.F) {
	for n := range 200 {
		f.Add(uint64(n))
	}
	zones := []string{"Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12", "Australia/Lord_Howe", "Asia/Kathmandu", ""}
	f.Fuzz(func(t *testing.T, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 0))
		some := func(days int) time.Duration {
			return time.Duration(rng.Int64N(int64(days)*int64(day)/1e9)) * time.Second
		}
		pick := func(of ...int) int { return of[rng.IntN(len(of))] }
		speak := person.Preferences{Zone: zones[rng.IntN(len(zones))], Quiet: person.Quiet{From: rng.IntN(24), Until: rng.IntN(24)}}
		rules := policy.Default()
		rules.GeneralAge, rules.Idle = time.Duration(pick(0, 30, 90, 365))*day, time.Duration(pick(0, 30, 90))*day
		rules.IdleAnswer, rules.Enforce = time.Duration(pick(1, 3, 14))*day, pick(0, 1) == 1
		rules.Remind = [][]int{nil, {0}, {1}, {14, 7, 1, 0}, {28, 3}}[rng.IntN(5)]
		begin := time.Date(2027, time.June, 1, 0, 0, 0, 0, time.UTC).Add(some(365))
		all := map[string]credential.Credential{}
		for _, id := range []string{"a", "b", "c"} {
			made := begin.Add(-some(500))
			c := credential.Credential{ID: id, State: credential.Active, Tier: credential.General, Made: made, Renewed: made, Activated: made}
			if pick(0, 1, 2) == 0 {
				c.Expires = made.Add(some(700))
			}
			all[id] = c
		}
		h, told := nudge.HoursOf(speak), map[string]bool{}
		for now, steps := begin, 0; now.Before(begin.Add(730 * day)); steps++ {
			if steps > 2500 {
				t.Fatalf("it is looked at %d times", steps)
			}
			var list []credential.Credential
			for _, id := range []string{"a", "b", "c"} {
				list = append(list, all[id])
			}
			p := nudge.Of(now, rules, h, list)
			if told[h.Date(now)] {
				p = nudge.Silent(now, rules, h, list)
			}
			if len(p.Say) > 0 {
				if !h.Within(now) || told[h.Date(now)] {
					t.Fatalf("at %v %v is said", now, p.Say)
				}
				told[h.Date(now)] = true
			}
			for _, i := range p.Say {
				is := all[i.Credential.ID]
				if is.Nudges.Snoozed.After(now) && (is.Nudges.Snoozed.Before(i.At) || i.At.Before(now)) {
					t.Fatalf("at %v %+v is said", now, i)
				}
				c := i.Told(now)
				if !c.Due.Equal(is.Due) && c.Due.Before(now.Add(day)) {
					t.Fatalf("at %v it is said that it ends at %v", now, c.Due)
				}
				if until, ok := nudge.Snoozes[rng.IntN(3)].Until(i, now, h); ok && pick(0, 1) == 0 {
					if !until.After(now) || i.At.After(now) && !until.Before(i.At) {
						t.Fatalf("at %v it is put off until %v", now, until)
					}
					c.Nudges.Snoozed = until
				}
				all[c.ID] = c
			}
			for _, c := range p.Revoke {
				if now.Before(c.Nudges.Asked.Add(rules.IdleAnswer)) || !h.Within(now) {
					t.Fatalf("at %v it is revoked: %+v", now, c.Nudges)
				}
				c.State = credential.Revoked
				all[c.ID] = c
			}
			next := now.Add(nudge.Horizon)
			for id, wake := range p.Wake {
				if !wake.After(now) || wake.After(now.Add(nudge.Horizon+7*day)) {
					t.Fatalf("at %v %s wakes at %v", now, id, wake)
				}
				next = credential.Sooner(next, wake)
			}
			if c := all["b"]; pick(0, 0, 0, 0, 1) == 1 && c.State == credential.Active {
				c.Uses = []credential.Use{{At: now}}
				all["b"] = c
			}
			now = next
		}
	})
}
