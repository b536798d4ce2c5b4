package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/sweep"
)

var _ sweep.Store = (*Store)(nil)

const sweepIndex = "sweep"

// Unfinished is links whose time is over, see [sweep.Store]: of each shard the oldest.
func (s *Store) Unfinished(ctx context.Context, now time.Time, limit int) ([]link.ID, error) {
	keys, err := s.over(ctx, s.tables.Ephemeral, now, limit)
	var ids []link.ID
	for _, k := range keys {
		ids = append(ids, link.ID(strings.TrimPrefix(k.PK, revealPrefix)))
	}
	return ids, err
}

// Ending is credentials with something that is over, see [sweep.Credentials]: of each shard the oldest.
func (s *Store) Ending(ctx context.Context, now time.Time, limit int) ([]sweep.Waking, error) {
	keys, err := s.over(ctx, s.tables.Credentials, now, limit)
	var all []sweep.Waking
	for _, k := range keys {
		all = append(all, sweep.Waking{Person: strings.TrimPrefix(k.PK, personPrefix), Credential: strings.TrimPrefix(k.SK, credentialPrefix)})
	}
	return all, err
}

// over is the keys of what a table's index sweep has up to now.
func (s *Store) over(ctx context.Context, table string, now time.Time, limit int) ([]base, error) {
	var keys []base
	for shard := range peopleShards {
		out, err := s.client.Query(ctx, &dynamodb.QueryInput{
			TableName: &table, IndexName: aws.String(sweepIndex), Limit: aws.Int32(int32(limit / peopleShards)),
			KeyConditionExpression:    aws.String("sweep_shard = :shard AND sweep_at <= :now"),
			ExpressionAttributeValues: item{":shard": text(fmt.Sprint(shard)), ":now": instant(now)},
		})
		if err != nil {
			return nil, problem.Passing("query the sweep index", err)
		}
		for _, attributes := range out.Items {
			var b base
			if _, err := read(attributes, &b); err != nil {
				return nil, err
			}
			keys = append(keys, b)
		}
	}
	return keys, nil
}

// ExpireCredential ends a credential with all its entries, see [sweep.Credentials].
func (s *Store) ExpireCredential(ctx context.Context, c credential.Credential, e audit.Event) error {
	condition, values := asRead(c)
	condition, values = asDue(c, condition, values)
	values[":expired"], values[":now"], values[":gone"] = text(string(credential.Expired)), instant(e.At), gone(e.At)
	actions, err := s.ends(c, e.At, sweep.ErrChanged)
	if err != nil {
		return err
	}
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, sweep.ErrChanged)
	if err != nil {
		return err
	}
	actions = append(actions, event, update(s.tables.Credentials, credentialKey(c.Owner, c.ID),
		"SET #state = :expired, ended = :now, expiration = :gone REMOVE sweep_shard, sweep_at, nudge_shard, nudge_at", condition, values, sweep.ErrChanged))
	for _, v := range []credential.Verifier{c.Verifier, c.Next, c.Former.Verifier} {
		if v != "" {
			actions = append(actions, update(s.tables.Verifiers, verifierKey(v), "SET #state = :expired, ended = :now, expiration = :gone",
				"#state IN (:pending, :active, :superseded)", item{
					":expired": text(string(credential.EntryExpired)), ":now": instant(e.At), ":gone": gone(e.At), ":pending": text(string(credential.EntryPending)),
					":active": text(string(credential.EntryActive)), ":superseded": text(string(credential.EntrySuperseded)),
				}, sweep.ErrChanged))
		}
	}
	return transact(ctx, s.client, actions...)
}

// Expire ends a link that nobody has opened, and its password with it, see [sweep.Store].
func (s *Store) Expire(ctx context.Context, r link.Reveal, e audit.Event) error {
	if r.Rotation.From != "" {
		return s.unoffer(ctx, r, e, credential.EntryExpired, sweep.ErrChanged)
	}
	return s.end(ctx, r, e, s.void(r.ID, e.At.Unix(), sweep.ErrChanged), string(credential.Pending), string(credential.Expired))
}

// RevokeUnseen revokes what was claimed and never handed over, see [sweep.Store].
func (s *Store) RevokeUnseen(ctx context.Context, r link.Reveal, c credential.Credential, e audit.Event) error {
	dismissed := update(s.tables.Ephemeral, revealKey(r.ID), "REMOVE sweep_shard, sweep_at", "#state = :claimed AND attribute_not_exists(fetched)",
		item{":claimed": text(string(link.Claimed))}, sweep.ErrChanged)
	if c.Former.Verifier != "" {
		return s.restore(ctx, r, c, e, dismissed, sweep.ErrChanged)
	}
	return s.end(ctx, r, e, dismissed, string(credential.Active), string(credential.Revoked))
}

// end moves the link's credential and entry from one state to another: both have these words.
func (s *Store) end(ctx context.Context, r link.Reveal, e audit.Event, l action, from, to string) error {
	values := func() item {
		return item{":from": text(from), ":to": text(to), ":now": instant(e.At), ":gone": gone(e.At)}
	}
	ofLink := values()
	ofLink[":verifier"] = text(string(r.Verifier))
	ended := update(s.tables.Credentials, credentialKey(r.Owner, r.Credential), "SET #state = :to, ended = :now, expiration = :gone REMOVE sweep_shard, sweep_at, nudge_shard, nudge_at",
		"#state = :from AND verifier = :verifier AND attribute_not_exists(former)", ofLink, sweep.ErrChanged)
	tombstone := update(s.tables.Verifiers, verifierKey(r.Verifier), "SET #state = :to, ended = :now, expiration = :gone", "#state = :from", values(), sweep.ErrChanged)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, sweep.ErrChanged)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, l, ended, tombstone, event)
}

// Dismiss takes a link out of the index, see [sweep.Store].
func (s *Store) Dismiss(ctx context.Context, id link.ID) error {
	return write(ctx, s.client, update(s.tables.Ephemeral, revealKey(id), "REMOVE sweep_shard, sweep_at", "attribute_exists(pk)", nil, sweep.ErrChanged))
}

// Rest moves a credential's wake-up to what comes next of it, see [sweep.Credentials].
func (s *Store) Rest(ctx context.Context, c credential.Credential, next time.Time) error {
	condition, values := asRead(c)
	condition, values = asDue(c, condition, values)
	change := "REMOVE sweep_shard, sweep_at"
	if !next.IsZero() {
		change = "SET sweep_at = :next"
		values[":next"] = instant(next)
	}
	return write(ctx, s.client, update(s.tables.Credentials, credentialKey(c.Owner, c.ID), change, condition, values, sweep.ErrChanged))
}

// Later puts the wake-up of a link off that could not be finished, see [sweep.Store].
func (s *Store) Later(ctx context.Context, id link.ID, now, until time.Time) error {
	return s.later(ctx, s.tables.Ephemeral, revealKey(id), now, until)
}

// EndLater puts the wake-up of a credential off that could not be ended, see [sweep.Credentials].
func (s *Store) EndLater(ctx context.Context, owner credential.Owner, id string, now, until time.Time) error {
	return s.later(ctx, s.tables.Credentials, credentialKey(owner, id), now, until)
}

func (s *Store) later(ctx context.Context, table string, k item, now, until time.Time) error {
	return write(ctx, s.client, update(table, k, "SET sweep_at = :until", "sweep_at <= :now",
		item{":until": instant(until), ":now": instant(now)}, sweep.ErrChanged))
}
