// Package credential is the life of an app password: whose it is, for what, and which of its states may follow which.
//
// # Two things, two lives
//
// A [Credential] is one app password of one person for one application, as its owner sees it. What a verification finds is an
// [Entry], under the keyed hash of the characters: a credential has one, and a second while it is being rotated. Both have a
// state; [Transitions] and [EntryTransitions] are the only legal changes, as data that a test walks.
//
// # What may be changed here
//
// The words of these states stand in the tables and in the verify API's answers. A new one needs a transition, a sentence in
// package text, and a look at who must let it in.
package credential

import (
	"crypto/sha256"
	"encoding/base32"
	"net/netip"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// ErrNotFound reports that the person has no such app password.
var ErrNotFound = problem.New(problem.NotFound, "credential.not_found")

// ErrEnded reports that it is over already: revoked or expired. Nothing was changed.
var ErrEnded = problem.New(problem.Gone, "credential.ended")

// Owner is a person by Slack's ids.
type Owner struct {
	Team   string // "T…"
	Person string // "U…"
}

// Credential is one app password of one person for one application. The characters are nowhere in it.
type Credential struct {
	ID          string // c and 16 Crockford base32 characters, see [ID]
	Owner       Owner
	Login       string // what is typed beside the password: the person's e-mail, lower case
	Application string // the catalog's id
	Label       string // the owner's words for it, may be empty
	Tier        Tier
	Services    []string // ids of the services that accept it
	Protocols   []service.Protocol
	// Networks is from where it may be used; none: from anywhere.
	Networks []netip.Prefix
	State    State
	// Uses is how it was used lately, the last use first.
	Uses []Use
	// Verifier is the key of the entry that works, or that will once it is revealed.
	Verifier Verifier
	// Next is the key of the entry that a rotation has made and nobody has revealed yet; empty: there is none.
	Next Verifier
	// Former is what a rotation has replaced, as long as it still works; zero otherwise.
	Former Former
	// Reveal is the id of the link under which it was last offered.
	Reveal string
	Made   time.Time
	// Renewed is when the entry was made that works now: at first Made, later by rotations.
	Renewed time.Time
	// Activated is when it was revealed; zero while it is pending.
	Activated time.Time
	// Expires is when it stops working, as was decided when it was made; zero: never.
	Expires time.Time
	// Due is when the present password is too old to work, as its owner was told; zero: nothing of that kind was said. A rotation clears it.
	Due time.Time
	// Nudges is what its owner was told of it, and has answered.
	Nudges Nudges
	// Known is the networks that its owner has said are theirs, the last one last, at most [MaxKnown].
	Known []string
	// Tried is of which of its passwords that are over the owner was told that something still sends them, and from which network, see
	// package tell; at most [MaxKnown].
	Tried []string
	// Ended is when it was revoked or expired; zero while it lives.
	Ended time.Time
}

// Former is an entry that was rotated away.
type Former struct {
	Verifier Verifier
	// Ends is when it stops working.
	Ends time.Time
	// Extended says that this was put off once.
	Extended bool
	// Made is when its entry was made.
	Made time.Time
	// Due is when it was too old to work, as was said before it was replaced. It is so again where nobody gets what has replaced it.
	Due time.Time
	// Uses is how it was used lately, the last use first.
	Uses []Use
}

// Nudges is what the owner of an app password was told of it in reminders, and what they have answered. A rotation clears all of it.
type Nudges struct {
	// Told is when it was in a digest last.
	Told time.Time
	// Snoozed is until when its owner wants to hear no reminder of it.
	Snoozed time.Time
	// Asked is when its owner was asked whether it is still needed, and Kept when they said that it is.
	Asked, Kept time.Time
	// RotateBy is until when an admin wants it rotated.
	RotateBy time.Time
	// Wake is when the owner's reminders are looked at again because of it.
	Wake time.Time
}

// Live reports whether it works or may still come to work.
func (c Credential) Live(now time.Time) bool {
	end := c.End()
	return (c.State == Pending || c.State == Active) && (end.IsZero() || now.Before(end))
}

// End is when it stops working by itself, by its time or by the age of its password; zero: never.
func (c Credential) End() time.Time { return Sooner(c.Expires, c.Due) }

// Skew is how much the clocks of two processes may differ. What ends by itself is written down so much later than it ends: one whose clock is
// behind still lets it in, and would open a session again that was cut. What somebody ends early has an end that much before now, so that
// no clock lets it in.
const Skew = 5 * time.Second

// Tombstone is how long it is kept what a password was that is over, so that its owner can be told why a program fails.
const Tombstone = 90 * 24 * time.Hour

// Sooner is the earliest of some instants, where a zero one is none at all.
func Sooner(all ...time.Time) (first time.Time) {
	for _, t := range all {
		if first.IsZero() || !t.IsZero() && t.Before(first) {
			first = t
		}
	}
	return first
}

// Verifier is the keyed hash under which an app password is found: base64url of an HMAC-SHA-256, made by package pepper.
type Verifier string

// Entry is what a verification finds under a [Verifier]: all that a verdict needs, in one read.
type Entry struct {
	Verifier    Verifier
	Pepper      int // the version of the key that made the verifier
	Credential  string
	Owner       Owner
	Login       string
	Application string
	Services    []string
	Protocols   []service.Protocol
	// Networks is from where it may be used; none: from anywhere.
	Networks []netip.Prefix
	State    EntryState
	// Uses is how it was used lately, the last use first.
	Uses []Use
	// Ends is when this password stops working while its credential may live on: a superseded one after its grace, an active one by its
	// age, where that was said; zero: with the credential.
	Ends time.Time
	// Expires is the credential's; zero: never.
	Expires time.Time
	Made    time.Time
}

// State is a credential's.
type State string

// The states of a credential.
const (
	Pending State = "pending" // not revealed yet: does not work
	Active  State = "active"
	Revoked State = "revoked"
	Expired State = "expired"
)

// EntryState is an entry's: a credential's state, or superseded.
type EntryState string

// The states of an entry.
const (
	EntryPending    EntryState = "pending"
	EntryActive     EntryState = "active"
	EntrySuperseded EntryState = "superseded" // rotated: works until its Ends, then no more
	EntryRevoked    EntryState = "revoked"
	EntryExpired    EntryState = "expired"
)

// Transitions is every legal change of a credential's state. What is not in it must not happen; the end states have none.
var Transitions = map[State][]State{
	Pending: {Active, Revoked, Expired},
	Active:  {Revoked, Expired},
	Revoked: {},
	Expired: {},
}

// EntryTransitions is every legal change of an entry's state.
var EntryTransitions = map[EntryState][]EntryState{
	EntryPending:    {EntryActive, EntryRevoked, EntryExpired},
	EntryActive:     {EntrySuperseded, EntryRevoked, EntryExpired},
	EntrySuperseded: {EntryActive, EntryRevoked, EntryExpired}, // active again where nobody has got what replaced it
	EntryRevoked:    {},
	EntryExpired:    {},
}

// Before is the states from which a credential may come into the state to: what a conditional write has to demand.
func Before(to State) []State { return before(Transitions, to) }

// EntryBefore is the states from which an entry may come into the state to.
func EntryBefore(to EntryState) []EntryState { return before(EntryTransitions, to) }

func before[S ~string](transitions map[S][]S, to S) []S {
	var from []S
	for s, next := range transitions {
		for _, n := range next {
			if n == to {
				from = append(from, s)
			}
		}
	}
	return from
}

// crockford is https://www.crockford.com/base32.html, in lower case.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// ID is the credential id of the job that makes it: the same job makes the same credential, however often it runs.
func ID(job string) string {
	sum := sha256.Sum256([]byte(job))
	return "c" + crockford.EncodeToString(sum[:10])
}

// ValidID reports whether s has the form of an [ID].
func ValidID(s string) bool {
	return len(s) == 17 && s[0] == 'c' && strings.Trim(s[1:], "0123456789abcdefghjkmnpqrstvwxyz") == ""
}
