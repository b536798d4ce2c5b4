package verify

import (
	"context"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// Reason is why an app password does not sign in. It is the error that a rejection is.
type Reason string

// The reasons there are. All but the first three are told only to who holds the secret.
const (
	Malformed     Reason = "malformed" // no app password at all
	Mistyped      Reason = "mistyped"
	Unknown       Reason = "unknown"
	Pending       Reason = "pending"
	Revoked       Reason = "revoked"
	Expired       Reason = "expired"
	Superseded    Reason = "superseded"
	WrongLogin    Reason = "wrong_login"
	WrongService  Reason = "wrong_service"
	WrongProtocol Reason = "wrong_protocol"
	WrongNetwork  Reason = "wrong_network"
)

// Error is the reason's word.
func (r Reason) Error() string { return "rejected: " + string(r) }

// Rejection is what the owner's doctor gets to know.
type Rejection struct {
	At         time.Time
	Login      string // the owner's where the password is somebody's, else the typed one
	Service    string
	Protocol   service.Protocol
	Reason     Reason
	Network    string // see [credential.Network]
	Address    string // empty: unknown
	Credential string // empty where the password is nobody's
}

// rejected keeps a rejection for the owner, and returns its reason.
func (v *Verifier) rejected(ctx context.Context, s service.Service, r Request, e credential.Entry, reason Reason) error {
	k := v.rejection(s, r, reason)
	if e.Credential != "" {
		k.Login, k.Credential = e.Login, e.Credential
	} else if !v.keepable(r.Login, k) {
		return reason
	}
	if !v.memory.mayReject(k) {
		return reason
	}
	ctx, cancel := context.WithTimeout(ctx, asideTime)
	defer cancel()
	switch kept, err := v.store.Reject(ctx, k); {
	case err != nil:
		v.log.WarnContext(ctx, "a rejection is not kept", "cause", err.Error())
	case kept && reason.over():
		v.sayTried(ctx, k, e)
	}
	return reason
}

func (v *Verifier) rejection(s service.Service, r Request, reason Reason) Rejection {
	return Rejection{
		At: v.now(), Login: s.Login(r.Login), Service: s.ID, Protocol: r.Protocol, Reason: reason, Network: credential.Network(r.Client),
		Address: address(r.Client),
	}
}

// keepable reports whether a typed login may be stored: people type passwords there too.
func (v *Verifier) keepable(typed string, k Rejection) bool {
	return strings.Contains(k.Login, "@") && !password.Within(typed, v.prefixes...)
}

// missWindow is how long unknown passwords are counted together.
const missWindow = 15 * time.Minute

// MissLimit is how many distinct unknown passwords are told to be unknown, per login, network and window.
const MissLimit = 10

// Miss is a well-formed password that is nobody's. Distinct ones are counted per login, network and window of time; mistyped ones, repeats
// and the owner's own old ones are not.
type Miss struct {
	Rejection
	Window time.Time // when it began
	Mark   [8]byte   // tells passwords apart, and is the beginning of a keyed hash
}

// ErrTooMany reports that too many unknown passwords have come for the login from that network.
var ErrTooMany = problem.New(problem.TooMany, "verify.too_many")

// TooMany is the error of a miss beyond the limit. It is no verdict.
type TooMany struct{ After time.Duration } // when to ask again

// Error says so.
func (t *TooMany) Error() string { return ErrTooMany.Error() }

// Unwrap is [ErrTooMany].
func (t *TooMany) Unwrap() error { return ErrTooMany }

// missed counts an unknown password, and returns what is said of it.
func (v *Verifier) missed(ctx context.Context, s service.Service, r Request, under credential.Verifier) error {
	m := Miss{Rejection: v.rejection(s, r, Unknown)}
	m.Window = m.At.Truncate(missWindow)
	copy(m.Mark[:], under)
	many := &TooMany{m.Window.Add(missWindow).Sub(m.At)}
	switch {
	case v.memory.full(m):
		return many
	case !v.keepable(r.Login, m.Rejection), !v.memory.mayMiss(m):
		return Unknown
	}
	ctx, cancel := context.WithTimeout(ctx, asideTime)
	defer cancel()
	_, full, err := v.store.Miss(ctx, m, MissLimit)
	switch {
	case err != nil:
		v.log.WarnContext(ctx, "an unknown password is not counted", "cause", err.Error())
	case full:
		v.memory.fill(m)
		v.sayGuessed(ctx, m)
		return many
	}
	return Unknown
}
