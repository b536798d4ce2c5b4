package nudge

import (
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/policy"
)

// Card is a digest in Slack: one message with a line for each item. It stays true, because it is made anew when one of them changes.
type Card struct {
	Channel, TS string // where it is; empty: it was not sent
	At          time.Time
	Lines       []Line
}

// Line is an item of a card as it was said.
type Line struct {
	Credential string
	Why        Why
	At         time.Time
	Stops      bool
}

// CardOf is a digest of these items, said at an instant.
func CardOf(items []Item, at time.Time) Card {
	c := Card{At: at}
	for _, i := range items {
		c.Lines = append(c.Lines, Line{Credential: i.Credential.ID, Why: i.Why, At: i.At, Stops: i.Stops})
	}
	return c
}

// Outcome is what has become of a line of a card.
type Outcome string

// The outcomes there are.
const (
	Open    Outcome = "open" // the owner has still to act
	Rotated Outcome = "rotated"
	Snoozed Outcome = "snoozed"
	Kept    Outcome = "kept" // the owner has said that it is needed
	Used    Outcome = "used" // it was idle, and somebody has used it
	Revoked Outcome = "revoked"
	Expired Outcome = "expired"
)

// Now is what has become of a line of a card that was said at told, by what its app password is now.
func (l Line) Now(c credential.Credential, told, now time.Time) Outcome {
	switch {
	case c.State == credential.Revoked:
		return Revoked
	case !c.Live(now):
		return Expired
	case l.Why != End && (c.Renewed.After(told) || c.Nudges.Told.Before(told)): // its link may be older than the card
		return Rotated
	case l.Why == Idle && !c.Nudges.Kept.Before(told):
		return Kept
	case l.Why == Idle && !c.IdleSince().Before(told):
		return Used
	case snoozed(c, l.At, now):
		return Snoozed
	}
	return Open
}

// snoozed reports whether what is to be said of an app password until an instant is put off at now. A snooze beyond that instant is of
// something else.
func snoozed(c credential.Credential, at, now time.Time) bool {
	until := c.Nudges.Snoozed
	return until.After(now) && (until.Before(at) || !at.After(now))
}

// ItemOf is what there is to say of an app password for that reason, said or not; ok is false where there is nothing.
func ItemOf(c credential.Credential, why Why, now time.Time, rules policy.Policy) (i Item, ok bool) {
	for _, i := range items(c, now, rules) {
		if i.Why == why {
			return i, true
		}
	}
	return Item{}, false
}

// Abandoned reports whether the owner was asked if an app password is still needed, and nobody has answered or used it in time.
func Abandoned(c credential.Credential, now time.Time, rules policy.Policy) bool {
	return c.State == credential.Active && c.Live(now) && abandoned(c, now, rules)
}
