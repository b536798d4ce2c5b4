package revoke

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/apppass/apppass/shared/core/credential"
)

// Acts is what is read to know what a job has ended.
type Acts interface {
	// Credentials is everything the owner has and had, by id, read consistently.
	Credentials(ctx context.Context, owner credential.Owner) ([]credential.Credential, error)
	// Acted reports whether a job of that id has taken effect.
	Acted(ctx context.Context, job string) (bool, error)
}

// Many is several of an owner's, to be revoked by one job. Each is an act of its own.
type Many struct {
	Owner       credential.Owner
	Credentials []string
	Job         string
	// Actor is who revokes; empty: the owner. Reason is a code for the audit; empty: there is none.
	Actor, Reason string
}

// job is the id of the act that ends one of them.
func (m Many) job(id string) string { return m.Job + ":" + id }

// Outcome is what has become of several, as it is stored: each of the owner's is in one of the lists.
type Outcome struct {
	Revoked []credential.Credential // by this job, now or at a delivery before
	Before  []credential.Credential // over before, by other means
	Left    []credential.Credential // it is as it was
}

// Several ends them, each in a transaction of its own; what is not the owner's is nothing. Trouble with one keeps none of the others. Where
// there was any, the error says so, and nothing is said of the outcome: the job comes again, and goes on with what is left.
func (v *Revoker) Several(ctx context.Context, acts Acts, m Many) (Outcome, error) {
	var failed error
	for _, id := range m.Credentials {
		_, err := v.Revoke(ctx, Request{Owner: m.Owner, Credential: id, Job: m.job(id), Actor: m.Actor, Reason: m.Reason})
		if err != nil && !errors.Is(err, credential.ErrNotFound) {
			failed = errors.Join(failed, err)
		}
	}
	if failed != nil {
		return Outcome{}, failed
	}
	return v.Outcome(ctx, acts, m)
}

// Outcome looks what has become of several; it changes nothing.
func (v *Revoker) Outcome(ctx context.Context, acts Acts, m Many) (o Outcome, err error) {
	all, err := acts.Credentials(ctx, m.Owner)
	if err != nil {
		return o, fmt.Errorf("look what is revoked of %s: %w", m.Owner.Person, err)
	}
	now := v.now()
	for _, c := range all {
		switch {
		case !slices.Contains(m.Credentials, c.ID):
			continue
		case c.Live(now):
			o.Left = append(o.Left, c)
			continue
		}
		acted, err := acts.Acted(ctx, m.job(c.ID))
		if err != nil {
			return Outcome{}, fmt.Errorf("look who has revoked %s: %w", c.ID, err)
		}
		if acted {
			o.Revoked = append(o.Revoked, c)
		} else {
			o.Before = append(o.Before, c)
		}
	}
	return o, nil
}
