package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/rotate"
)

var _ rotate.Store = (*Store)(nil)

// EndFormer ends what a rotation of c has replaced, see [rotate.Store]. Its entry stays superseded, with an end that has come.
func (s *Store) EndFormer(ctx context.Context, c credential.Credential, e audit.Event) error {
	condition, values := asRead(c)
	change := "SET sweep_at = :end REMOVE former, former_ends, former_made, former_uses, #extended"
	values[":end"] = instant(c.End())
	if c.End().IsZero() {
		change = "REMOVE former, former_ends, former_made, former_uses, #extended, sweep_shard, sweep_at"
		delete(values, ":end")
	}
	ended := update(s.tables.Credentials, credentialKey(c.Owner, c.ID), change, condition, values, revoke.ErrChanged)
	entry := update(s.tables.Verifiers, verifierKey(c.Former.Verifier), "SET ends = :now", "#state = :superseded AND ends = :ends", item{
		":now": instant(earlier(e.At, c.Former.Ends)), ":superseded": text(string(credential.EntrySuperseded)), ":ends": instant(c.Former.Ends),
	}, revoke.ErrChanged)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, revoke.ErrChanged)
	if err != nil {
		return err
	}
	told, err := s.ends(c, e.At, revoke.ErrChanged)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, append(told, ended, entry, event)...)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// ExtendFormer puts the end of what a rotation has replaced off, see [rotate.Store].
func (s *Store) ExtendFormer(ctx context.Context, c credential.Credential, until time.Time, e audit.Event) error {
	condition, values := asRead(c)
	values[":until"], values[":yes"] = instant(until), &types.AttributeValueMemberBOOL{Value: true}
	values[":wake"] = instant(credential.Sooner(until, c.End()))
	later := update(s.tables.Credentials, credentialKey(c.Owner, c.ID), "SET former_ends = :until, sweep_at = :wake, #extended = :yes",
		condition+" AND attribute_not_exists(#extended)", values, rotate.ErrChanged)
	entry := update(s.tables.Verifiers, verifierKey(c.Former.Verifier), "SET ends = :until", "#state = :superseded",
		item{":until": instant(until), ":superseded": text(string(credential.EntrySuperseded))}, rotate.ErrChanged)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, rotate.ErrChanged)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, later, entry, event)
}

// Withdraw ends what a rotation offers and nobody has seen, see [revoke.Store].
func (s *Store) Withdraw(ctx context.Context, r link.Reveal, e audit.Event) error {
	return s.unoffer(ctx, r, e, credential.EntryRevoked, revoke.ErrChanged)
}

// unoffer takes a rotation back of which nobody has used the link: nothing has changed but that it was offered.
func (s *Store) unoffer(ctx context.Context, r link.Reveal, e audit.Event, to credential.EntryState, failed error) error {
	kept := update(s.tables.Credentials, credentialKey(r.Owner, r.Credential), "REMOVE #next", "#next = :verifier",
		item{":verifier": text(string(r.Verifier))}, failed)
	entry := update(s.tables.Verifiers, verifierKey(r.Verifier), "SET #state = :to, ended = :now", "#state = :pending", item{
		":to": text(string(to)), ":now": instant(e.At), ":pending": text(string(credential.EntryPending)),
	}, failed)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, failed)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, s.void(r.ID, e.At.Unix(), failed), kept, entry, event)
}

// restore takes a rotation back that was claimed and of which nobody has got what is sealed: what it has replaced works again, and the new
// entry does not.
func (s *Store) restore(ctx context.Context, r link.Reveal, e audit.Event, dismissed action, failed error) error {
	from := r.Rotation.From
	back := update(s.tables.Credentials, credentialKey(r.Owner, r.Credential),
		"SET verifier = :from, uses = former_uses, renewed = former_made REMOVE former, former_ends, former_made, former_uses, #extended",
		"#state = :active AND verifier = :verifier AND former = :from", item{
			":from": text(string(from)), ":verifier": text(string(r.Verifier)), ":active": text(string(credential.Active)),
		}, failed)
	works := update(s.tables.Verifiers, verifierKey(from), "SET #state = :active REMOVE ends", "#state = :superseded", item{
		":active": text(string(credential.EntryActive)), ":superseded": text(string(credential.EntrySuperseded)),
	}, failed)
	gone := update(s.tables.Verifiers, verifierKey(r.Verifier), "SET #state = :revoked, ended = :now", "#state = :active", item{
		":revoked": text(string(credential.EntryRevoked)), ":active": text(string(credential.EntryActive)), ":now": instant(e.At),
	}, failed)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, failed)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, dismissed, back, works, gone, event)
}
