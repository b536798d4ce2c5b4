package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/revoke"
)

var _ revoke.Store = (*Store)(nil)

// Revoke ends a credential in one transaction, see [revoke.Store].
func (s *Store) Revoke(ctx context.Context, c credential.Credential, unread *link.Reveal, e audit.Event) error {
	condition, values := asRead(c)
	return s.revoke(ctx, c, condition, values, unread, e)
}

// revoke ends a credential of which a condition holds.
func (s *Store) revoke(ctx context.Context, c credential.Credential, condition string, values item, unread *link.Reveal, e audit.Event) error {
	values[":revoked"], values[":now"], values[":gone"] = text(string(credential.Revoked)), instant(e.At), gone(e.At)
	ended := update(s.tables.Credentials, credentialKey(c.Owner, c.ID),
		"SET #state = :revoked, ended = :now, expiration = :gone REMOVE sweep_shard, sweep_at, nudge_shard, nudge_at", condition, values, revoke.ErrChanged)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, revoke.ErrChanged)
	if err != nil {
		return err
	}
	once, err := put(s.tables.Ephemeral, onceItem{base: at(onceKey(e.Job)), Status: string(job.Done), Expiration: e.At.Add(job.OnceLife).Unix()},
		absent, nil, revoke.ErrChanged)
	if err != nil {
		return err
	}
	told, err := s.ends(c, e.At, revoke.ErrChanged)
	if err != nil {
		return err
	}
	actions := append([]action{ended, event, once}, told...)
	for _, v := range []credential.Verifier{c.Verifier, c.Next, c.Former.Verifier} {
		if v != "" {
			actions = append(actions, s.tombstone(v, e))
		}
	}
	if unread != nil {
		actions = append(actions, s.void(unread.ID, e.At.Unix(), revoke.ErrChanged))
	}
	return transact(ctx, s.client, actions...)
}

// tombstone revokes an entry. It stays, so that its owner can be told why a program fails.
func (s *Store) tombstone(v credential.Verifier, e audit.Event) action {
	return update(s.tables.Verifiers, verifierKey(v), "SET #state = :revoked, ended = :now, expiration = :gone", "#state IN (:pending, :active, :superseded)", item{
		":revoked": text(string(credential.EntryRevoked)), ":now": instant(e.At), ":gone": gone(e.At), ":pending": text(string(credential.EntryPending)),
		":active": text(string(credential.EntryActive)), ":superseded": text(string(credential.EntrySuperseded)),
	}, revoke.ErrChanged)
}

// gone is when a tombstone of now goes. What a verification may still accept never has such a time.
func gone(now time.Time) types.AttributeValue { return instant(now.Add(credential.Tombstone)) }

// asDue adds the condition that a credential has the end by age that was read.
func asDue(c credential.Credential, condition string, values item) (string, item) {
	was, value := same("due", c.Due)
	if value != nil {
		values[":due"] = value
	}
	return condition + " AND " + was, values
}

// asRead is the condition that a credential has the state and the entries that were read.
func asRead(c credential.Credential) (condition string, values item) {
	condition = "#state = :state AND verifier = :verifier"
	values = item{":state": text(string(c.State)), ":verifier": text(string(c.Verifier))}
	for name, v := range map[string]credential.Verifier{"next": c.Next, "former": c.Former.Verifier} {
		if v == "" {
			condition += " AND attribute_not_exists(#" + name + ")"
			continue
		}
		condition += " AND #" + name + " = :" + name
		values[":"+name] = text(string(v))
	}
	return condition, values
}
