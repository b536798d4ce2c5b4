// Package answer takes the owner's answer to the question which number a browser shows.
//
// # What is promised
//
// The right number lets in the one session that shows it, and nothing else: not another session, not after two minutes, not for another
// person, and not before Slack was asked once more who the owner is. Anything but the right number means that somebody else holds the
// link, and it is for the caller to revoke what it leads to.
//
// # What may be changed here
//
// A further kind of answer is a case in Answer; who may answer, and until when, is not to be widened.
package answer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
)

// ErrOver reports a question that is not asked any more. Nothing was changed.
var ErrOver = errors.New("the question is over")

// Store is what is read and changed.
type Store interface {
	// Reveal is what is stored about a link, read consistently, or [link.ErrUnknown].
	Reveal(ctx context.Context, id link.ID) (link.Reveal, error)
	// Allow lets in the session of m; an error where that is asked for no more.
	Allow(ctx context.Context, id link.ID, m link.Match, now time.Time) error
}

// Directory is Slack's word on who somebody is.
type Directory interface {
	Account(ctx context.Context, person string) (person.Account, error)
}

// Company is what does not change while the process lives.
type Company struct {
	Team    string   // Slack's id of the workspace
	Domains []string // of e-mail addresses that may have app passwords; none: any
}

// Answerer answers.
type Answerer struct {
	store     Store
	directory Directory
	company   Company
	now       func() time.Time
}

// New returns an answerer.
func New(store Store, directory Directory, c Company, now func() time.Time) *Answerer {
	return &Answerer{store, directory, c, now}
}

// Answer takes the owner's answer. right says that the session is let in; otherwise what the link leads to, which comes back either
// way, has to be revoked. The error is [ErrOver] where the answer comes too late, or from somebody else.
func (a *Answerer) Answer(ctx context.Context, owner credential.Owner, args job.TapArgs) (r link.Reveal, right bool, err error) {
	r, err = a.store.Reveal(ctx, link.ID(args.Reveal))
	now := a.now()
	switch {
	case errors.Is(err, link.ErrUnknown):
		return r, false, ErrOver
	case err != nil:
		return r, false, fmt.Errorf("look at link %s: %w", args.Reveal, err)
	case r.Owner != owner:
		return r, false, ErrOver
	case args.Digits == "" && r.State != link.Void:
		return r, false, nil // "That wasn't me" holds at any time
	case r.State == link.Claimed || r.State == link.Void || r.Match.Tag() != args.Tag:
		return r, false, ErrOver
	case r.Match.Allowed:
		return r, r.Match.Digits == args.Digits, nil // the same answer again
	case !r.Match.Pending(now):
		return r, false, ErrOver
	case r.Match.Digits != args.Digits:
		return r, false, nil
	}
	account, err := a.directory.Account(ctx, owner.Person)
	if err != nil {
		return r, false, fmt.Errorf("ask Slack about %s: %w", owner.Person, err)
	}
	// Guests were let in by the policy when the link was made; what matters here is that it is still the same person.
	if err := account.Check(a.company.Team, a.company.Domains, true); err != nil || account.Login() != r.Account.Login {
		return r, false, nil
	}
	if err := a.store.Allow(ctx, r.ID, r.Match, now); err != nil {
		return r, false, fmt.Errorf("let the session of link %s in: %w", r.ID, err)
	}
	return r, true, nil
}
