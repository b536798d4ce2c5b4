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
	"time"

	"github.com/apppass/apppass/shared/core/problem"
)

// ErrInvalid reports a policy with a value out of its bounds. The wrapping error names it.
var ErrInvalid = problem.New(problem.Invalid, "policy.invalid")

// Bounds of [Policy.LinkLife] and [Policy.Grace].
const (
	ShortestLink = 5 * time.Minute
	LongestLink  = time.Hour
	LongestGrace = 30 * 24 * time.Hour
)

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
}

// Default is in force until a company decides otherwise: links live 15 minutes and have a door, passwords have no end, a
// rotated one works for a day, guests get none.
func Default() Policy {
	return Policy{LinkLife: 15 * time.Minute, Grace: 24 * time.Hour, Door: true}
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
	}
	return nil
}
