// Package verify decides whether an app password signs a person in to a service.
//
// # What is promised
//
// One storage read for a success, whatever the number of passwords. No verdict is cached, so a revocation holds at the next call.
// Trouble of ours is [problem.ErrUnavailable], never a rejection.
//
// # Order of checks
//
// Service key, form of the request, form of the password, the password itself, state, expiry, login, service, protocol: what a stranger could
// learn comes last. Who lacks the password learns nothing but that.
//
// # What may be changed here
//
// A check is one more [Reason] and a case in verdict, behind the password itself; all that it needs is in the entry, so that a success
// stays one read.
package verify

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// ErrServiceKey reports a key that is no service's: the operator's error, not the person's.
var ErrServiceKey = problem.New(problem.Denied, "verify.service_key")

// ErrService reports a request that names another service than its key's.
var ErrService = problem.New(problem.Denied, "verify.service")

// ErrProtocol reports a protocol that does not exist.
var ErrProtocol = problem.New(problem.Invalid, "verify.protocol")

// ErrNone reports a verifier under which nothing stands.
var ErrNone = errors.New("no such verifier")

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
)

// Error is the reason's word.
func (r Reason) Error() string { return "rejected: " + string(r) }

// Store is what a verification reads.
type Store interface {
	// Entry is what stands under v, read consistently, or [ErrNone].
	Entry(ctx context.Context, v credential.Verifier) (credential.Entry, error)
	// Entries is what stands under any of these, read consistently, in any order.
	Entries(ctx context.Context, vs []credential.Verifier) ([]credential.Entry, error)
}

// Services finds who asks.
type Services interface {
	// ByKey is the service that has the key, or [ErrServiceKey].
	ByKey(ctx context.Context, key service.KeyHash) (service.Service, error)
}

// Peppers gives the keys of the hash.
type Peppers interface {
	// Current is the pepper as it is stored, or was within the last minute.
	Current(ctx context.Context) (pepper.Peppers, error)
}

// Request is what a service asks.
type Request struct {
	Key      string // the service's key
	Service  string // whom the asker thinks to be; empty: no matter
	Login    string
	Password string
	Protocol service.Protocol
	Client   netip.Addr // the person's address; invalid: unknown
}

// maxLogin is the longest login, in octets.
const maxLogin = 255

// Accepted is who signs in.
type Accepted struct {
	Login       string
	Person      string
	Credential  string
	Application string
}

// Verifier verifies. Prefixes are the company's, the present one and former ones.
type Verifier struct {
	store    Store
	services Services
	peppers  Peppers
	prefixes []string
	now      func() time.Time
}

// New returns a verifier.
func New(store Store, services Services, peppers Peppers, prefixes []string, now func() time.Time) *Verifier {
	return &Verifier{store, services, peppers, prefixes, now}
}

// Verify returns who signs in. The error wraps a [Reason] where the credentials are wrong; [ErrServiceKey], [ErrService] or
// [ErrProtocol] where the request is; anything else is trouble of ours.
func (v *Verifier) Verify(ctx context.Context, r Request) (Accepted, error) {
	s, err := v.services.ByKey(ctx, service.HashKey(r.Key))
	if err != nil {
		return Accepted{}, err
	}
	switch {
	case r.Service != "" && r.Service != s.ID:
		return Accepted{}, fmt.Errorf("%s asks as %q: %w", s.ID, r.Service, ErrService)
	case !slices.Contains(service.Protocols, r.Protocol):
		return Accepted{}, ErrProtocol
	}
	if r.Login == "" || len(r.Login) > maxLogin || strings.ContainsRune(r.Login, 0) {
		return Accepted{}, Malformed
	}
	e, err := v.find(ctx, r.Password)
	if err != nil {
		return Accepted{}, err
	}
	if err := verdict(e, s, r, v.now()); err != nil {
		return Accepted{}, err
	}
	return Accepted{Login: e.Login, Person: e.Owner.Person, Credential: e.Credential, Application: e.Application}, nil
}

// find returns what stands under the typed password: under the issuing pepper, else under an older one.
func (v *Verifier) find(ctx context.Context, typed string) (credential.Entry, error) {
	pw, err := password.Parse(typed, v.prefixes...)
	switch {
	case errors.Is(err, password.ErrMistyped):
		return credential.Entry{}, Mistyped
	case err != nil:
		return credential.Entry{}, Malformed
	}
	peppers, err := v.peppers.Current(ctx)
	if err != nil {
		return credential.Entry{}, fmt.Errorf("read the pepper: %w", err)
	}
	e, err := v.store.Entry(ctx, peppers.Issue(pw).Verifier)
	if !errors.Is(err, ErrNone) {
		return e, err
	}
	older := peppers.Older(pw)
	if len(older) == 0 {
		return credential.Entry{}, Unknown
	}
	keys := make([]credential.Verifier, len(older))
	for i, k := range older {
		keys[i] = k.Verifier
	}
	found, err := v.store.Entries(ctx, keys)
	switch {
	case err != nil:
		return credential.Entry{}, err
	case len(found) == 0:
		return credential.Entry{}, Unknown
	}
	return found[0], nil
}

func verdict(e credential.Entry, s service.Service, r Request, now time.Time) error {
	switch e.State {
	case credential.EntryActive:
	case credential.EntrySuperseded:
		if !now.Before(e.Ends) {
			return Superseded
		}
	case credential.EntryPending:
		return Pending
	case credential.EntryRevoked:
		return Revoked
	case credential.EntryExpired:
		return Expired
	default:
		return fmt.Errorf("the entry of credential %s has the state %q", e.Credential, e.State)
	}
	switch {
	case !e.Expires.IsZero() && !now.Before(e.Expires):
		return Expired
	case s.Login(r.Login) != e.Login:
		return WrongLogin
	case !slices.Contains(e.Services, s.ID):
		return WrongService
	case !s.Speaks(r.Protocol), len(e.Protocols) > 0 && !slices.Contains(e.Protocols, r.Protocol):
		return WrongProtocol
	}
	return nil
}
