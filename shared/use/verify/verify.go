// Package verify decides whether an app password signs a person in to a service.
//
// # What is promised
//
// One storage read for a success, and seldom a write, whatever the number of passwords. No verdict is cached, so a revocation holds at the next call.
// Trouble of ours is [problem.ErrUnavailable], never a rejection.
//
// # Order of checks
//
// Form of the request, form of the password, the password itself, state, expiry, login, service, protocol, network: what a stranger could
// learn comes last. Who lacks the password learns nothing but that: until it is found nothing depends on whether the login is anyone's.
// Who asks is known before, by [Cache.Asker].
//
// # What is remembered
//
// Of a success, at most once an hour and way of use, when and from where: a transaction that gives way to any other. Of a rejection, at most
// once a minute and kind, its cause, for the owner. Unknown passwords are counted by login and network; see [Miss]. A right password is
// never throttled, so nobody can lock anyone out. That a password which is over still comes, and that there are too many unknown ones, is
// left to the worker to say, at most once a day of this process. What is written for strangers is bounded; see memory.go. Nothing of this
// is ever in the way of the answer: what fails is logged.
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
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// ErrServiceKey reports a key that is no service's: the operator's error, not the person's.
var ErrServiceKey = problem.New(problem.Denied, "verify.service_key")

// ErrNetwork reports a service that asks from outside its networks.
var ErrNetwork = problem.New(problem.Denied, "verify.network")

// ErrService reports a request that names another service than its key's.
var ErrService = problem.New(problem.Denied, "verify.service")

// ErrProtocol reports a protocol that does not exist.
var ErrProtocol = problem.New(problem.Invalid, "verify.protocol")

// ErrOvertaken reports an entry that was changed after it was read.
var ErrOvertaken = errors.New("the entry has changed meanwhile")

// ErrNone reports a verifier under which nothing stands.
var ErrNone = errors.New("no such verifier")

// Store is what a verification reads, and the little that it writes.
type Store interface {
	// Entry is what stands under v, read consistently, or [ErrNone].
	Entry(ctx context.Context, v credential.Verifier) (credential.Entry, error)
	// Entries is what stands under any of these, read consistently, in any order.
	Entries(ctx context.Context, vs []credential.Verifier) ([]credential.Entry, error)
	// Rekey moves an active entry to another key, if it stands as it was read.
	Rekey(ctx context.Context, e credential.Entry, to pepper.Keyed) error
	// NoteUses replaces what is remembered of an entry's uses, if it stands as it was read.
	NoteUses(ctx context.Context, e credential.Entry, uses []credential.Use) error
	// Miss counts an unknown password. Where that was not counted, full says whether because there are limit others already; else it is
	// one of those.
	Miss(ctx context.Context, m Miss, limit int) (counted, full bool, err error)
	// Reject keeps a rejection for its owner; kept is false where there is another of its minute and kind already.
	Reject(ctx context.Context, r Rejection) (kept bool, err error)
}

// Peppers gives the keys of the hash.
type Peppers interface {
	// Current is the pepper as it is stored, or was within the last minute.
	Current(ctx context.Context) (pepper.Peppers, error)
}

// Queue takes jobs.
type Queue interface {
	// Send queues a job that arrives after delay at the earliest.
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Request is what a service asks.
type Request struct {
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

// Verifier verifies.
type Verifier struct {
	store    Store
	peppers  Peppers
	queue    Queue
	prefixes []string
	now      func() time.Time
	log      *slog.Logger
	memory   *memory
}

// New returns a verifier. Prefixes are the company's, the present one and former ones. What fails beside a verdict is logged.
func New(store Store, peppers Peppers, queue Queue, prefixes []string, now func() time.Time, log *slog.Logger) *Verifier {
	return &Verifier{store, peppers, queue, prefixes, now, log, newMemory()}
}

// Verify returns who signs in to s. The error wraps a [Reason] where the credentials are wrong, and is a [*TooMany] where there were too
// many wrong ones; [ErrService] or [ErrProtocol] where the request is wrong; anything else is trouble of ours.
func (v *Verifier) Verify(ctx context.Context, s service.Service, r Request) (Accepted, error) {
	switch {
	case r.Service != "" && r.Service != s.ID:
		return Accepted{}, fmt.Errorf("%s asks as %q: %w", s.ID, r.Service, ErrService)
	case !slices.Contains(service.Protocols, r.Protocol):
		return Accepted{}, ErrProtocol
	}
	if r.Login == "" || len(r.Login) > maxLogin || strings.ContainsRune(r.Login, 0) || !utf8.ValidString(r.Login) {
		return Accepted{}, Malformed
	}
	pw, err := password.Parse(r.Password, v.prefixes...)
	switch {
	case errors.Is(err, password.ErrMistyped):
		return Accepted{}, v.rejected(ctx, s, r, credential.Entry{}, Mistyped)
	case err != nil:
		return Accepted{}, v.rejected(ctx, s, r, credential.Entry{}, Malformed)
	}
	peppers, err := v.peppers.Current(ctx)
	if err != nil {
		return Accepted{}, fmt.Errorf("read the pepper: %w", err)
	}
	issuing := peppers.Issue(pw)
	e, err := v.find(ctx, pw, peppers, issuing)
	if errors.Is(err, ErrNone) {
		return Accepted{}, v.missed(ctx, s, r, issuing.Verifier)
	}
	if err != nil {
		return Accepted{}, err
	}
	if err := verdict(e, s, r, v.now()); err != nil {
		if reason, ok := errors.AsType[Reason](err); ok {
			return Accepted{}, v.rejected(ctx, s, r, e, reason)
		}
		return Accepted{}, err
	}
	v.used(ctx, s, r, e, issuing)
	return Accepted{Login: e.Login, Person: e.Owner.Person, Credential: e.Credential, Application: e.Application}, nil
}

// find returns what stands under the password by the issuing pepper, else by an older one, or [ErrNone].
func (v *Verifier) find(ctx context.Context, pw password.Password, peppers pepper.Peppers, issuing pepper.Keyed) (credential.Entry, error) {
	e, err := v.store.Entry(ctx, issuing.Verifier)
	if !errors.Is(err, ErrNone) {
		return e, err
	}
	older := peppers.Older(pw)
	if len(older) == 0 {
		return e, ErrNone
	}
	keys := make([]credential.Verifier, len(older))
	for i, k := range older {
		keys[i] = k.Verifier
	}
	found, err := v.store.Entries(ctx, keys)
	switch {
	case err != nil:
		return e, err
	case len(found) == 0:
		return e, ErrNone
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
	case !e.Expires.IsZero() && !now.Before(e.Expires), !e.Ends.IsZero() && !now.Before(e.Ends):
		return Expired
	case s.Login(r.Login) != e.Login:
		return WrongLogin
	case !slices.Contains(e.Services, s.ID):
		return WrongService
	case !s.Speaks(r.Protocol), len(e.Protocols) > 0 && !slices.Contains(e.Protocols, r.Protocol):
		return WrongProtocol
	case len(e.Networks) > 0 && !slices.ContainsFunc(e.Networks, func(n netip.Prefix) bool { return n.Contains(r.Client) }):
		return WrongNetwork
	}
	return nil
}
