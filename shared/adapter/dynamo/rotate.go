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

// formerless is what goes with a former password.
const formerless = " REMOVE former, former_ends, former_made, former_due, former_uses, #extended"

// EndFormer ends what a rotation of c has replaced, see [rotate.Store]. Its entry stays superseded, with an end that has come by every clock.
func (s *Store) EndFormer(ctx context.Context, c credential.Credential, e audit.Event) error {
	condition, values := asRead(c)
	condition, values = asDue(c, condition, values)
	change := "SET sweep_at = :end" + formerless
	values[":end"] = instant(c.End())
	if c.End().IsZero() {
		change = formerless[1:] + ", sweep_shard, sweep_at"
		delete(values, ":end")
	}
	ended := update(s.tables.Credentials, credentialKey(c.Owner, c.ID), change, condition, values, revoke.ErrChanged)
	entry := update(s.tables.Verifiers, verifierKey(c.Former.Verifier), "SET ends = :over, expiration = :gone", "#state = :superseded AND ends = :ends", item{
		":over": instant(earlier(e.At.Add(-credential.Skew), c.Former.Ends)), ":gone": gone(e.At),
		":superseded": text(string(credential.EntrySuperseded)), ":ends": instant(c.Former.Ends),
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
	condition, values = asDue(c, condition, values)
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
	entry := update(s.tables.Verifiers, verifierKey(r.Verifier), "SET #state = :to, ended = :now, expiration = :gone", "#state = :pending", item{
		":to": text(string(to)), ":now": instant(e.At), ":gone": gone(e.At), ":pending": text(string(credential.EntryPending)),
	}, failed)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, failed)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, s.void(r.ID, e.At.Unix(), failed), kept, entry, event)
}

// restore takes a rotation back that was claimed and of which nobody has got what is sealed: what it has replaced works again, until its own
// end, and the new entry does not.
func (s *Store) restore(ctx context.Context, r link.Reveal, c credential.Credential, e audit.Event, dismissed action, failed error) error {
	from, due := r.Rotation.From, c.Former.Due
	change, values := "SET verifier = :from, uses = former_uses, renewed = former_made", item{
		":from": text(string(from)), ":verifier": text(string(r.Verifier)), ":active": text(string(credential.Active)),
	}
	revived, entry := "SET #state = :active REMOVE ends, expiration", item{
		":active": text(string(credential.EntryActive)), ":superseded": text(string(credential.EntrySuperseded)),
	}
	condition, values := asDue(c, "#state = :active AND verifier = :verifier AND former = :from", values)
	left := formerless
	if due.IsZero() {
		left += ", due"
	} else {
		change += ", due = :due_again"
		values[":due_again"], entry[":due"] = instant(due), instant(due)
		revived = "SET #state = :active, ends = :due REMOVE expiration"
	}
	if end := credential.Sooner(c.Expires, due); end.IsZero() {
		left += ", sweep_shard, sweep_at"
	} else {
		change += ", sweep_at = :end"
		values[":end"] = instant(end)
	}
	back := update(s.tables.Credentials, credentialKey(r.Owner, r.Credential), change+left, condition, values, failed)
	works := update(s.tables.Verifiers, verifierKey(from), revived, "#state = :superseded", entry, failed)
	over := update(s.tables.Verifiers, verifierKey(r.Verifier), "SET #state = :revoked, ended = :now, expiration = :gone", "#state = :active", item{
		":revoked": text(string(credential.EntryRevoked)), ":active": text(string(credential.EntryActive)), ":now": instant(e.At), ":gone": gone(e.At),
	}, failed)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, failed)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, dismissed, back, works, over, event)
}
