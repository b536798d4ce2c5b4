package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/reveal"
)

var _ reveal.Store = (*Store)(nil)

// Claim gives a link to one session and makes its password work, in one transaction, see [reveal.Store].
func (s *Store) Claim(ctx context.Context, r link.Reveal, nonce link.Nonce, e audit.Event) error {
	claim := update(s.tables.Ephemeral, revealKey(r.ID), "SET #state = :claimed, nonce = :nonce, claimed_at = :now, sweep_at = :unseen",
		"#state = :ready AND expires > :now AND "+
			"(door = :none OR door = :open AND door_until > :now AND asker = :nonce OR door = :match AND match_nonce = :nonce AND match_allowed = :yes)", item{
			":claimed": text(string(link.Claimed)), ":ready": text(string(link.Ready)), ":none": text(string(link.DoorNone)), ":open": text(string(link.DoorOpen)),
			":match": text(string(link.DoorMatch)), ":yes": &types.AttributeValueMemberBOOL{Value: true},
			":nonce": &types.AttributeValueMemberB{Value: nonce[:]}, ":now": instant(e.At),
			":unseen": instant(e.At.Add(link.Refetch)),
		}, reveal.ErrLost)
	works := update(s.tables.Verifiers, verifierKey(r.Verifier), "SET #state = :active", "#state = :pending",
		item{":active": text(string(credential.EntryActive)), ":pending": text(string(credential.EntryPending))}, reveal.ErrLost)
	takes := s.activate(r, e.At)
	if r.Rotation.From != "" {
		takes = s.rotate(r, e.At)
	}
	gate := check(s.tables.Credentials, profileKey(r.Owner), gateOpen, gateValues(r.Gate), reveal.ErrLost)
	event, err := put(s.tables.Audit, newAudit(e), absent, nil, reveal.ErrLost)
	if err != nil {
		return err
	}
	return transact(ctx, s.client, append(takes, claim, works, gate, event)...)
}

// firstWake is how long after a reveal the owner's reminders are looked at: who looks knows the policy, and when to look again.
const firstWake = 24 * time.Hour

// activate makes the credential of a first issue work.
func (s *Store) activate(r link.Reveal, now time.Time) []action {
	return []action{update(s.tables.Credentials, credentialKey(r.Owner, r.Credential), "SET #state = :active, activated = :now, nudge_shard = :shard, nudge_at = :wake",
		"#state = :pending AND verifier = :verifier", item{
			":active": text(string(credential.Active)), ":pending": text(string(credential.Pending)),
			":verifier": text(string(r.Verifier)), ":now": instant(now), ":shard": text(peopleShard(r.Owner.Person)), ":wake": instant(now.Add(firstWake)),
		}, reveal.ErrLost)}
}

// rotate puts the new entry in the place of the one that works, which is superseded: it works until its end. What that one had replaced
// ends now, whatever has become of it.
func (s *Store) rotate(r link.Reveal, now time.Time) []action {
	from, ends := r.Rotation.From, now.Add(r.Rotation.Grace)
	actions := []action{
		update(s.tables.Credentials, credentialKey(r.Owner, r.Credential),
			"SET verifier = :verifier, former = :from, former_ends = :ends, former_made = if_not_exists(renewed, made), renewed = :made, "+
				"former_uses = if_not_exists(uses, :none), uses = :none, former_due = if_not_exists(due, :never), sweep_shard = :shard, "+
				"sweep_at = :first, nudge_shard = :shard, nudge_at = :wake "+
				"REMOVE #next, #extended, due, told, snoozed, asked, kept, rotate_by",
			"#state = :active AND verifier = :from AND #next = :verifier AND (attribute_not_exists(due) OR due > :now)", item{
				":verifier": text(string(r.Verifier)), ":from": text(string(from)), ":ends": instant(ends), ":made": instant(r.Made),
				":first": instant(credential.Sooner(ends, r.Rotation.Expires)), ":never": number(0),
				":none": &types.AttributeValueMemberL{Value: []types.AttributeValue{}}, ":shard": text(peopleShard(r.Owner.Person)),
				":active": text(string(credential.Active)), ":now": instant(now), ":wake": instant(now.Add(firstWake)),
			}, reveal.ErrLost),
		update(s.tables.Verifiers, verifierKey(from), "SET #state = :superseded, ends = :ends", "#state = :active", item{
			":superseded": text(string(credential.EntrySuperseded)), ":active": text(string(credential.EntryActive)), ":ends": instant(ends),
		}, reveal.ErrLost),
	}
	if r.Rotation.Before != "" {
		actions = append(actions, update(s.tables.Verifiers, verifierKey(r.Rotation.Before), "SET ends = :before, expiration = :gone", "attribute_exists(pk)",
			item{":before": instant(now.Add(-credential.Skew)), ":gone": gone(now)}, reveal.ErrLost))
	}
	return actions
}

// Fetched notes that a session gets what is sealed, see [reveal.Store]. From then on the sweep has nothing to do with the link.
func (s *Store) Fetched(ctx context.Context, id link.ID, nonce link.Nonce, at time.Time) error {
	return write(ctx, s.client, update(s.tables.Ephemeral, revealKey(id), "SET fetched = :now REMOVE sweep_shard, sweep_at",
		"#state = :claimed AND nonce = :nonce", item{
			":claimed": text(string(link.Claimed)), ":nonce": &types.AttributeValueMemberB{Value: nonce[:]}, ":now": instant(at),
		}, reveal.ErrLost))
}
