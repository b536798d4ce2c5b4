// Package nudge decides of which of their app passwords a person is reminded, and when: it reads a clock that is given, and nothing else.
//
// # What is promised
//
// Nobody is reminded outside their [Hours], twice on a date, or of what they have put off or done. Nothing stops working by its age of which
// its owner was not told before, with the time of the first reminder left; reminders move to an earlier working day, never behind the end.
//
// Of an app password one thing is said at a time, the most urgent one. A reminder of something else that falls on the same date is left out,
// its later ones are not; a question, or the announcement of an end, waits for the next date.
//
// # A wake-up
//
// [Plan] says for each app password when the person is to be looked at again. That is no verdict: whoever wakes plans anew, by what is then
// stored, by the policy and the hours of then. A wake-up is at most [Horizon] ahead, so that a policy which has changed is seen.
//
// # What may be changed here
//
// A further reason to remind is one more [Why], with its moments in [moments] and its words in package slackui.
package nudge

import (
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/policy"
)

// Why is why somebody is reminded.
type Why string

// The reasons there are.
const (
	Age  Why = "age"  // the password is to be rotated until the item's time, because of its age or because an admin wants it
	End  Why = "end"  // the app password ends then, as was decided when it was made
	Idle Why = "idle" // nobody uses it: it is revoked then, without a use or an answer
)

// Item is one app password of which its owner is reminded.
type Item struct {
	Credential credential.Credential
	Why        Why
	// At is the time that it is about.
	At time.Time
	// Stops says that it works no more from then on.
	Stops bool
	// asks says that of an idle one nothing was said yet.
	asks bool
}

// Plan is what is to be done for a person now.
type Plan struct {
	// Say is what the person is reminded of, the most urgent first; empty outside their hours.
	Say []Item
	// Revoke is what nobody has used and nobody has asked for.
	Revoke []credential.Credential
	// Wake is when to look again, by the ids of all live app passwords, if Say is said; always after now, and on a later date if there is
	// something to say. Those of which nothing is left to say are in it too, those of Revoke are not.
	Wake map[string]time.Time
}

const (
	day = 24 * time.Hour
	// Horizon is how far ahead a wake-up is at most.
	Horizon = 30 * day
	// again is how often somebody is reminded of what is too old and works on.
	again = 14 * day
	// notice is how long before an end by age its owner is told, where the policy knows no reminders.
	notice = 14 * day
)

// Of plans for a person who has all these app passwords, in any state and order.
func Of(now time.Time, rules policy.Policy, h Hours, all []credential.Credential) Plan {
	p := plan(now, rules, h, all, h.Within(now))
	if len(p.Say) > 0 {
		p.wait(now, h)
	}
	return p
}

// Silent is the plan for who was told something on this date already: nothing is said, and what is due waits for the next.
func Silent(now time.Time, rules policy.Policy, h Hours, all []credential.Credential) Plan {
	p := plan(now, rules, h, all, false)
	p.wait(now, h)
	return p
}

func plan(now time.Time, rules policy.Policy, h Hours, all []credential.Credential, say bool) Plan {
	p := Plan{Wake: map[string]time.Time{}}
	for _, c := range all {
		if c.State != credential.Active || !c.Live(now) {
			continue
		}
		if abandoned(c, now, rules) && h.Within(now) {
			p.Revoke = append(p.Revoke, c)
			continue
		}
		item, due, wake := look(c, now, rules, h)
		if due && say {
			p.Say = append(p.Say, item)
			_, _, wake = look(item.Told(now), now, rules, h)
		}
		p.Wake[c.ID] = wake
	}
	slices.SortStableFunc(p.Say, func(a, b Item) int { return a.At.Compare(b.At) })
	return p
}

// wait moves what wakes on this date to the next: nothing more is said on it.
func (p Plan) wait(now time.Time, h Hours) {
	tomorrow := h.Tomorrow(now)
	for id, wake := range p.Wake {
		if wake.Before(tomorrow) {
			p.Wake[id] = tomorrow
		}
	}
}

// Told is the item's app password after its owner was reminded at now: what is enforced has an end from then on, and what is idle was asked
// about.
func (i Item) Told(now time.Time) credential.Credential {
	c := i.Credential
	c.Nudges.Told = now
	switch {
	case i.Why == Age && i.Stops:
		c.Due = i.At
	case i.asks:
		c.Nudges.Asked = now
	}
	return c
}

// look is what c's owner is to be reminded of at now, if due, and when to look again if that is not said.
func look(c credential.Credential, now time.Time, rules policy.Policy, h Hours) (item Item, due bool, wake time.Time) {
	wake = now.Add(Horizon)
	for _, i := range items(c, now, rules) {
		is, next := i.due(now, moments(i, rules, h))
		if is && (!due || i.before(item)) {
			item, due = i, true
		}
		if !next.IsZero() {
			wake = credential.Sooner(wake, h.Next(next))
		}
	}
	if asked(c, rules) {
		wake = credential.Sooner(wake, h.Next(later(now, c.Nudges.Asked.Add(rules.IdleAnswer))))
	}
	return item, due, wake
}

// before reports whether an item is said on a day on which another one of the same app password waits: the more urgent one, but a question, or
// the announcement of an end, counts from when it is said, and a reminder that is due on that day is lost.
func (i Item) before(other Item) bool {
	if waits := i.asks || i.announces(); waits != (other.asks || other.announces()) {
		return !waits
	}
	return i.At.Before(other.At)
}

// due reports whether an item is to be said at now, and else when that is to be asked again; zero: never.
func (i Item) due(now time.Time, all []moment) (due bool, next time.Time) {
	n := i.Credential.Nudges
	for _, m := range all {
		switch {
		case m.at.After(now):
			next = credential.Sooner(next, m.at)
		case !m.said, n.Snoozed.After(n.Told) && !n.Snoozed.After(now):
			due = true
		}
	}
	switch {
	case snoozed(i.Credential, i.At, now):
		return false, n.Snoozed
	case due:
		return true, now
	}
	return false, next
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
