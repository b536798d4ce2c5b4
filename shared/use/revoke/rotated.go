package revoke

import (
	"cmp"
	"context"
	"fmt"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
)

// older ends what was made at another time than what works now: what a rotation has replaced, or what it offers and nobody has seen. The
// password that works stays.
func (v *Revoker) older(ctx context.Context, c credential.Credential, r Request) (credential.Credential, error) {
	e := audit.New(v.now(), c.Owner, cmp.Or(r.Actor, r.Owner.Person), audit.Revoked)
	e.Credential, e.Reason, e.Job = c.ID, r.Reason, r.Job
	if c.State == credential.Active && c.Rotating(e.At) && r.Made.Unix() == c.Former.Made.Unix() {
		return c, v.store.EndFormer(ctx, c, e)
	}
	unread, err := v.unread(ctx, c)
	if err != nil {
		return c, err
	}
	if unread == nil || unread.Made.Unix() != r.Made.Unix() {
		return credential.Credential{}, fmt.Errorf("credential %s was made anew: %w", r.Credential, credential.ErrNotFound)
	}
	return c, v.withdraw(ctx, *unread, e)
}

// Withdraw ends what a link that nobody has used leads to: a first issue's credential, or what a rotation offers, while the password that
// works stays. It returns the credential as it was.
func (v *Revoker) Withdraw(ctx context.Context, r link.Reveal, job string) (credential.Credential, error) {
	c, err := v.store.Credential(ctx, r.Owner, r.Credential)
	switch {
	case err != nil:
		return c, fmt.Errorf("read credential %s: %w", r.Credential, err)
	case r.Rotation.From == "", c.Verifier == r.Verifier: // or somebody has used the link, and so has the new password
		return v.Revoke(ctx, Request{Owner: r.Owner, Credential: r.Credential, Job: job})
	case c.Next != r.Verifier, c.State != credential.Active:
		return c, nil // it is withdrawn already
	}
	e := audit.New(v.now(), r.Owner, r.Owner.Person, audit.Revoked)
	e.Credential, e.Reason, e.Job = r.Credential, "rotation_withdrawn", job
	return c, v.withdraw(ctx, r, e)
}

func (v *Revoker) withdraw(ctx context.Context, unread link.Reveal, e audit.Event) error {
	if err := v.store.Withdraw(ctx, unread, e); err != nil {
		return fmt.Errorf("withdraw link %s: %w", unread.ID, err)
	}
	return v.discard(ctx, unread, e.At)
}
