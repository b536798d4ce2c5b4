// Package audit is what is remembered of every change: who, what, when, from where and why. Never a password, a link, or a verifier.
//
// # What may be changed here
//
// An action is one more constant; its word is stored for good, so it is never given another meaning. A field is for codes and ids, not for
// what people typed.
package audit

import (
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/apppass/apppass/shared/core/credential"
)

// Action is what happened.
type Action string

// The actions there are.
const (
	Issued   Action = "issued"   // an app password was made, and its link shown
	Reissued Action = "reissued" // made anew by a retry, before anyone had seen the former one
	Renewed  Action = "renewed"  // another password was made for it, and its link shown; the present one works until that is used
	Revealed Action = "revealed" // the link was used; the password works from now on
	Revoked  Action = "revoked"
	Extended Action = "extended" // the end of what a rotation has replaced was put off
	Expired  Action = "expired"  // its time was over; the reason says of what
	Held     Action = "held"     // the person may get nothing until an admin says so
	Left     Action = "left"     // the person has left, or was cut off: the gate is closed, and what they have is revoked next
	Admitted Action = "admitted" // who was held or had left may be given app passwords again

	Remembered    Action = "remembered"     // the owner has said that a network is theirs: its use is no news any more
	RotationAsked Action = "rotation_asked" // an admin wants it rotated until a day

	KeyMade    Action = "key_made"    // a service key was made, and shown to who asked for it
	KeyRevoked Action = "key_revoked" // a service key is good for nothing any more
)

// Event is one thing that happened.
type Event struct {
	ID         string // a ULID: sorts by time
	At         time.Time
	Owner      credential.Owner // whom it concerns; nobody where it concerns a service
	Actor      string           // who did it: a Slack user id, the ARN of an IAM identity, or "apppass"
	Action     Action
	Credential string // empty where it concerns none
	Service    string // the service's id, empty where it concerns none
	Key        string // the prefix of the service's key, empty where it concerns none
	Reason     string // a code, empty where the action says it all
	Job        string // the id of the job that did it, empty for none
}

// New returns an event with a new id.
func New(at time.Time, owner credential.Owner, actor string, action Action) Event {
	return Event{ID: ulid.MustNewDefault(at).String(), At: at, Owner: owner, Actor: actor, Action: action}
}

// OfService returns an event, with a new id, that concerns a service and one of its keys, by the key's prefix, and nobody in person.
func OfService(at time.Time, service, key, actor string, action Action) Event {
	e := New(at, credential.Owner{}, actor, action)
	e.Service, e.Key = service, key
	return e
}
