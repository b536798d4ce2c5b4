package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/use/remember"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/rotate"
	"github.com/apppass/apppass/shared/use/tell"
)

var (
	_ remember.Store  = (*Store)(nil)
	_ rotate.Requests = (*Store)(nil)
	_ revoke.Acts     = (*Store)(nil)
	_ tell.Store      = (*Store)(nil)
	_ tell.People     = (*People)(nil)
)

// Remember keeps the networks that are an owner's, see [remember.Store].
func (s *Store) Remember(ctx context.Context, c credential.Credential, known []string, e audit.Event) error {
	condition, values := unmoved("#known", c.Known)
	values[":active"] = text(string(credential.Active))
	var err error
	if values[":to"], err = marshal(known); err != nil {
		return err
	}
	keeps := update(s.tables.Credentials, credentialKey(c.Owner, c.ID), "SET #known = :to", "#state = :active AND "+condition, values, remember.ErrChanged)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, remember.ErrChanged)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, keeps, event)
}

// NoteTried notes what the owner was told of, see [tell.Store].
func (s *Store) NoteTried(ctx context.Context, c credential.Credential, tried []string) error {
	condition, values := unmoved("#tried", c.Tried)
	var err error
	if values[":to"], err = marshal(tried); err != nil {
		return err
	}
	err = write(ctx, s.client, update(s.tables.Credentials, credentialKey(c.Owner, c.ID), "SET #tried = :to", "attribute_exists(pk) AND "+condition, values, errMoved))
	if errors.Is(err, errMoved) {
		return nil // somebody else has noted another one at this moment
	}
	return err
}

var errMoved = errors.New("it was noted otherwise meanwhile")

// unmoved is the condition that a list is as it was read. The placeholder is the attribute's name behind #.
func unmoved(placeholder string, was []string) (condition string, values item) {
	if len(was) == 0 {
		return "attribute_not_exists(" + placeholder + ")", item{}
	}
	list, err := marshal(was)
	if err != nil {
		panic(err) // strings can be marshalled
	}
	return placeholder + " = :was", item{":was": list}
}

// AskRotation notes until when an admin wants a rotation, see [rotate.Requests].
func (s *Store) AskRotation(ctx context.Context, c credential.Credential, by time.Time, e audit.Event) error {
	condition, values := asRead(c)
	values[":by"], values[":now"], values[":shard"] = instant(by), instant(e.At), text(peopleShard(c.Owner.Person))
	asked := update(s.tables.Credentials, credentialKey(c.Owner, c.ID),
		"SET rotate_by = :by, nudge_shard = :shard, nudge_at = :now", condition, values, rotate.ErrChanged)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, rotate.ErrChanged)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, asked, event)
}

// Acted reports whether a job has taken effect, see [revoke.Acts].
func (s *Store) Acted(ctx context.Context, id string) (bool, error) {
	var i onceItem
	found, err := get(ctx, s.client, s.tables.Ephemeral, onceKey(id), &i)
	return found && i.Status == string(job.Done), err
}

// Owner is whose login it is, see [tell.People].
func (p *People) Owner(ctx context.Context, login string) (credential.Owner, error) {
	var i loginItem
	_, err := get(ctx, p.client, p.credentials, loginKey(login), &i)
	return credential.Owner{Team: i.Team, Person: i.Person}, err
}
