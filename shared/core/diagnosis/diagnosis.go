// Package diagnosis is why a person's programs can't sign in, as a doctor finds it: what was refused, for which cause, and whether it is
// mended.
//
// # What is promised
//
// A diagnosis is one person's: no credential, login or rejection of anybody else is ever in it. There is no password in it, nor anything
// that one could be found by.
//
// # What may be changed here
//
// A [Cause] is one more constant with its sentences in package text. Those that verification gives have its words, which are stored with
// rejections for seven days; a word that is not known is [Other].
package diagnosis

import (
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/service"
)

// Cause is why something does not sign in.
type Cause string

// The causes there are.
const (
	Malformed     Cause = "malformed" // no app password at all
	Mistyped      Cause = "mistyped"
	Unknown       Cause = "unknown" // an app password by its form, and nobody's
	Pending       Cause = "pending"
	Revoked       Cause = "revoked"
	Expired       Cause = "expired"
	Superseded    Cause = "superseded" // the former one, after its grace
	WrongLogin    Cause = "wrong_login"
	WrongService  Cause = "wrong_service"
	WrongProtocol Cause = "wrong_protocol"
	WrongNetwork  Cause = "wrong_network"

	// Guessed is so many unknown ones from one place that more are not even looked at.
	Guessed Cause = "guessed"
	// NotOffered is [WrongProtocol] where the service does not speak it to anyone.
	NotOffered Cause = "not_offered"
	// Unopened is known without a rejection: its link was not opened yet. Unread: its link has ended unopened.
	Unopened Cause = "unopened"
	Unread   Cause = "unread"
	// Other is a cause that is not known here.
	Other Cause = "other"
)

// Causes is every cause.
var Causes = []Cause{
	Malformed, Mistyped, Unknown, Pending, Revoked, Expired, Superseded, WrongLogin, WrongService, WrongProtocol, WrongNetwork, Guessed,
	NotOffered, Unopened, Unread, Other,
}

// Rejection is one that verification has kept.
type Rejection struct {
	At       time.Time
	Service  string // the service's id
	Protocol service.Protocol
	Cause    Cause
	Network  string // see [credential.Network]; empty: unknown
	Address  string // empty: unknown
	// Credential is the id of the app password that was sent; empty: nobody's.
	Credential string
	// Passwords is how many distinct ones were counted, of unknown ones; 0 of others.
	Passwords int
	// Full says that further unknown ones were not counted any more.
	Full bool
}

// Finding is what one device, or one program on it, comes to.
type Finding struct {
	Cause    Cause
	Service  service.Service // has an ID only where the service is not known any more; zero of a finding without a rejection
	Protocol service.Protocol
	// Address is the last one; empty: unknown, or there were several that can't be told apart. Network is where it is, see
	// [credential.Network]; empty: unknown. Of all that is refused there for one cause in a minute the first is known.
	Address, Network string
	// First and Last are when it was refused. Times is how often that is known, which is at most once a minute; 0: there was no rejection.
	First, Last time.Time
	Times       int
	// Passwords is how many distinct unknown ones there were, at most, within a quarter of an hour.
	Passwords int
	// Credential is the person's app password that it is about; nil: nobody's.
	Credential *credential.Credential
	// Instead is another one of the person's that would do; nil: there is none.
	Instead *credential.Credential
	// Worked is the last sign-in at the same service by the same protocol that was of what was refused: with the same app password, or, where
	// it was nobody's, from the same address. Zero: none is known.
	Worked Signed
	// Beside is the last other one there from the same network; zero: none is known.
	Beside Signed
	// Leaked says that somebody else may have it: it works, and was sent from where nothing of the person's ever signed in.
	Leaked bool
}

// Signed is a sign-in.
type Signed struct {
	At   time.Time
	With *credential.Credential // nil: there was none
}

// Mended reports whether it has signed in since.
func (f Finding) Mended() bool { return f.Worked.At.After(f.Last) && f.Times > 0 }

// Overtaken reports whether something else from the same network has signed in since, which may be the same program with another password.
func (f Finding) Overtaken() bool { return f.Beside.At.After(f.Last) && f.Times > 0 && !f.Mended() }

// noted is how long a use is not noted again.
const noted = time.Hour

// Unsure reports whether it may have signed in since without that being noted: a use of the same way is noted once an hour.
func (f Finding) Unsure() bool {
	return f.Times > 0 && !f.Worked.At.IsZero() && !f.Mended() && f.Last.Sub(f.Worked.At) < noted
}

// Diagnosis is what is found for one person.
type Diagnosis struct {
	// Login is what the person signs in with; empty: there never was an app password.
	Login string
	// Findings are the newest first; More says that there were others, found or not even looked at.
	Findings []Finding
	More     bool
	// Open is how many were found that are not mended, with those that are not in Findings.
	Open int
	// Live is whether the person has an app password that works.
	Live bool
	// Last is the last sign-in that is known, with which; nil: there was none.
	Last *credential.Use
	With *credential.Credential
	// Services is where the person's programs sign in. Ways is how to try whether a network lets them: what they need most comes first.
	Services []service.Service
	Ways     []Way
	// Trouble is what could not be read; nil: everything was. The rest is what could be.
	Trouble error
}

// Way is what a program has to reach: a server's port, which the service has a name and a number for.
type Way struct {
	Service  service.Service
	Protocol service.Protocol
}

// Known is the cause of that word, or [Other].
func Known(word string) Cause {
	if c := Cause(word); slices.Contains(Causes, c) {
		return c
	}
	return Other
}
