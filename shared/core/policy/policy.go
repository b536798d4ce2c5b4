// Package policy is what a company decides about its app passwords, with defaults that are safe without a decision.
//
// A policy is stored in versions; the newest is in force. One with a value out of its bounds is never in force: [Policy.Check]
// names the value. Who reads a policy gets [Default] where none is stored.
//
// # What may be changed here
//
// A decision is a field with its unit, its bounds in [Policy.Check], its default, and an attribute in adapter/dynamo. Policies that are
// stored lack it: its absence has to mean the default.
package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
)

// ErrInvalid reports a policy with a value out of its bounds. The wrapping error names it.
var ErrInvalid = problem.New(problem.Invalid, "policy.invalid")

// Bounds of [Policy.LinkLife], [Policy.Grace], an age, and [Policy.Idle].
const (
	ShortestLink = 5 * time.Minute
	LongestLink  = time.Hour
	LongestGrace = 30 * 24 * time.Hour
	ShortestAge  = 30 * 24 * time.Hour
	ShortestIdle = 30 * 24 * time.Hour
)

// maxReminders is how many reminders an end may have.
const maxReminders = 10

// Policy is one version of a company's decisions.
type Policy struct {
	// Version counts from 1; 0 is the built-in default.
	Version int
	// LinkLife is how long a one-time link may be opened, 5 minutes to 1 hour.
	LinkLife time.Duration
	// Lifetime is how long an app password works after it was made; 0 is without an end.
	Lifetime time.Duration
	// Grace is how long a password still works after its successor was revealed, up to 30 days.
	Grace time.Duration
	// Door says that a link of the general tier opens only for who presses its button in Slack, or taps a number there. Of the sensitive
	// tier that is always so.
	Door bool
	// Guests says whether Slack's guests may have app passwords.
	Guests bool
	// GeneralAge and SensitiveAge are how old a password of a tier becomes before it has to be rotated, at least [ShortestAge]; 0: it need not
	// be.
	GeneralAge, SensitiveAge time.Duration
	// Remind is how many days before an end its owner is reminded, the first reminder first; 0 is the day of the end itself.
	Remind []int
	// Enforce says that a password which is too old stops working, after its owner was told; else its owner is only reminded.
	Enforce bool
	// Idle is after how long without use the owner is asked whether an app password is still needed, at least [ShortestIdle]; 0: never.
	// IdleAnswer is how long after that question it is revoked, without a use or an answer.
	Idle, IdleAnswer time.Duration
}

// Age is how old a tier's passwords become before they have to be rotated; 0: they need not be.
func (p Policy) Age(t credential.Tier) time.Duration {
	if t == credential.General {
		return p.GeneralAge
	}
	return p.SensitiveAge
}

// Default is in force until a company decides otherwise: links live 15 minutes and have a door, passwords have no end, a
// rotated one works for a day, guests get none. Owners are reminded to rotate after a year, and after half of one where an application is
// sensitive, without an end for who does not (OWASP ASVS 5.0 §6.2.10: no forced rotation); what nobody uses for 90 days is asked about, and
// revoked two weeks later.
func Default() Policy {
	return Policy{
		LinkLife: 15 * time.Minute, Grace: day, Door: true,
		GeneralAge: 365 * day, SensitiveAge: 180 * day, Remind: []int{14, 7, 1, 0}, Idle: 90 * day, IdleAnswer: 14 * day,
	}
}

// Check returns [ErrInvalid], wrapped with the first value that is out of its bounds.
func (p Policy) Check() error {
	switch {
	case p.LinkLife < ShortestLink || p.LinkLife > LongestLink:
		return fmt.Errorf("a link's life of %v is not between %v and %v: %w", p.LinkLife, ShortestLink, LongestLink, ErrInvalid)
	case p.Grace < 0 || p.Grace > LongestGrace:
		return fmt.Errorf("a grace of %v is not between 0 and %v: %w", p.Grace, LongestGrace, ErrInvalid)
	case p.Lifetime < 0:
		return fmt.Errorf("a lifetime of %v: %w", p.Lifetime, ErrInvalid)
	case p.Idle != 0 && p.Idle < ShortestIdle || p.IdleAnswer < 0 || p.Idle != 0 && p.IdleAnswer < day:
		return fmt.Errorf("an idle time of %v with %v to answer is under %v or a day: %w", p.Idle, p.IdleAnswer, ShortestIdle, ErrInvalid)
	}
	for _, age := range []time.Duration{p.GeneralAge, p.SensitiveAge} {
		if age != 0 && age < ShortestAge {
			return fmt.Errorf("an age of %v is under %v: %w", age, ShortestAge, ErrInvalid)
		}
	}
	if len(p.Remind) > maxReminders || !slices.IsSortedFunc(p.Remind, func(a, b int) int { return b - a }) {
		return fmt.Errorf("reminders on the days %v: at most %d, the most days first: %w", p.Remind, maxReminders, ErrInvalid)
	}
	for _, days := range p.Remind {
		if days < 0 || time.Duration(days)*day >= ShortestAge {
			return fmt.Errorf("a reminder %d days before the end: %w", days, ErrInvalid)
		}
	}
	return nil
}
