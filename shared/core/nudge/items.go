package nudge

import (
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/policy"
)

// items is what there may be to say of an app password, sooner or later.
func items(c credential.Credential, now time.Time, rules policy.Policy) []Item {
	var all []Item
	age, ok := byAge(c, now, rules)
	switch {
	case !c.Expires.IsZero() && (!ok || !c.Expires.After(age.At)):
		all = append(all, Item{Credential: c, Why: End, At: c.Expires, Stops: true})
	case ok:
		all = append(all, age)
	}
	if rules.Idle > 0 {
		i := Item{Credential: c, Why: Idle, At: now.Add(rules.IdleAnswer), Stops: true, asks: !asked(c, rules)}
		if !i.asks {
			i.At = c.Nudges.Asked.Add(rules.IdleAnswer)
		}
		all = append(all, i)
	}
	return all
}

// byAge is until when the present password is to be rotated. What is enforced and was not said yet comes late enough for who hears of it now.
func byAge(c credential.Credential, now time.Time, rules policy.Policy) (Item, bool) {
	i := Item{Credential: c, Why: Age, At: c.Due, Stops: true}
	if !c.Due.IsZero() {
		// An admin may want it sooner than was said.
		if by := later(c.Nudges.RotateBy, now.Add(day)); rules.Enforce && !c.Nudges.RotateBy.IsZero() && by.Before(c.Due) {
			i.At = by
		}
		return i, true
	}
	if i.At = tooOld(c, rules); i.At.IsZero() {
		return i, false
	}
	if i.Stops = rules.Enforce; i.Stops {
		earliest := now.Add(first(rules))
		if c.Nudges.RotateBy.Equal(i.At) {
			earliest = now.Add(day) // an admin has told the owner already
		}
		i.At = later(i.At, earliest)
	}
	return i, true
}

// announces reports whether the owner does not know yet that it stops then.
func (i Item) announces() bool {
	return i.Stops && i.Why == Age && !i.At.Equal(i.Credential.Due)
}

// tooOld is when the present password becomes too old, or when an admin wants it rotated; zero: never.
func tooOld(c credential.Credential, rules policy.Policy) time.Time {
	age := rules.Age(c.Tier)
	if age == 0 {
		return c.Nudges.RotateBy
	}
	return credential.Sooner(c.Renewed.Add(age), c.Nudges.RotateBy)
}

// first is how long before an end by age its owner is told for the first time: as the policy says, but a day at least.
func first(rules policy.Policy) time.Duration {
	if len(rules.Remind) == 0 {
		return notice
	}
	return max(time.Duration(rules.Remind[0])*day, day)
}

// asked reports whether the owner was asked if it is still needed, and nothing has happened since.
func asked(c credential.Credential, rules policy.Policy) bool {
	return rules.Idle > 0 && !c.Nudges.Asked.IsZero() && !c.Nudges.Asked.Before(c.IdleSince().Add(rules.Idle))
}

// abandoned reports whether nobody has answered that in time.
func abandoned(c credential.Credential, now time.Time, rules policy.Policy) bool {
	return asked(c, rules) && !now.Before(c.Nudges.Asked.Add(rules.IdleAnswer))
}

// moment is when an item is to be said, and whether it was.
type moment struct {
	at   time.Time
	said bool
}

// moments is when an item is to be said.
func moments(i Item, rules policy.Policy, h Hours) []moment {
	c := i.Credential
	said := func(at time.Time) moment {
		return moment{at, !c.Nudges.Told.IsZero() && h.date(at) <= h.date(c.Nudges.Told)}
	}
	if i.Why == Idle {
		all := []moment{{h.Next(c.IdleSince().Add(rules.Idle)), asked(c, rules)}}
		if asked(c, rules) {
			all = append(all, said(h.Opening(i.At.Add(-day))))
		}
		return all
	}
	if i.announces() {
		return []moment{{at: h.Opening(tooOld(c, rules).Add(-first(rules)))}}
	}
	var all []moment
	for _, days := range rules.Remind {
		at := h.Opening(i.At.Add(-max(time.Duration(days)*day, time.Second)))
		if at.After(c.Activated) && at.After(c.Renewed) { // who has just made it knows
			all = append(all, said(at))
		}
	}
	if i.Stops || len(rules.Remind) == 0 {
		return all
	}
	// It works on, and its owner is reminded again and again.
	at := i.At.Add(again)
	for h.date(h.Opening(at)) <= h.date(c.Nudges.Told) {
		at = at.Add(again)
	}
	return append(all, moment{at: h.Opening(at)})
}
