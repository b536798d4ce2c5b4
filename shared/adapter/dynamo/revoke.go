package dynamo

import (
	"context"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/revoke"
)

var _ revoke.Store = (*Store)(nil)

// Revoke ends a credential in one transaction, see [revoke.Store].
func (s *Store) Revoke(ctx context.Context, c credential.Credential, unread *link.Reveal, e audit.Event) error {
	state := item{":revoked": text(string(credential.Revoked)), ":state": text(string(c.State)), ":verifier": text(string(c.Verifier)), ":now": instant(e.At)}
	ended := update(s.tables.Credentials, credentialKey(c.Owner, c.ID), "SET #state = :revoked, ended = :now REMOVE sweep_shard, sweep_at",
		"#state = :state AND verifier = :verifier", state, revoke.ErrChanged)
	// The entry stays, so that its owner can be told why a program fails.
	tombstone := update(s.tables.Verifiers, verifierKey(c.Verifier), "SET #state = :revoked, ended = :now", "#state IN (:pending, :active)", item{
		":revoked": text(string(credential.EntryRevoked)), ":now": instant(e.At),
		":pending": text(string(credential.EntryPending)), ":active": text(string(credential.EntryActive)),
	}, revoke.ErrChanged)
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
	actions := append([]action{ended, tombstone, event, once}, told...)
	if unread != nil {
		actions = append(actions, s.void(unread.ID, e.At.Unix(), revoke.ErrChanged))
	}
	return transact(ctx, s.client, actions...)
}
