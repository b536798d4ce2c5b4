package dynamo

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/reveal"
)

// unclaimed is the condition of everything that happens at a door.
const unclaimed = "#state IN (:preparing, :ready)"

func unclaimedValues() item {
	return item{":preparing": text(string(link.Preparing)), ":ready": text(string(link.Ready))}
}

func (s *Store) atDoor(ctx context.Context, id link.ID, change, condition string, more item, failed error) error {
	return write(ctx, s.client, s.door(id, change, condition, more, failed))
}

func (s *Store) door(id link.ID, change, condition string, more item, failed error) action {
	values := unclaimedValues()
	for name, value := range more {
		values[name] = value
	}
	if condition != "" {
		condition = " AND (" + condition + ")"
	}
	return update(s.tables.Ephemeral, revealKey(id), change, unclaimed+condition, values, failed)
}

func nonceOf(n link.Nonce) types.AttributeValue { return &types.AttributeValueMemberB{Value: n[:]} }

// OpenDoor opens the door of a link for who has pressed its button: only its owner, with the login that the link was made for, and not
// where the number is asked for. The error is [reveal.ErrLost] where that is not so; to its owner it also says why a link can't be
// opened any more, see [link.Reveal.Claimable].
func (s *Store) OpenDoor(ctx context.Context, id link.ID, owner credential.Owner, login string, until time.Time) error {
	now := until.Add(-link.DoorLife)
	found, err := writeOrSee(ctx, s.client, s.door(id, "SET door = :open, door_until = :until",
		"person = :person AND team = :team AND login = :login AND door IN (:open, :closed) AND expires > :now", item{
			":open": text(string(link.DoorOpen)), ":closed": text(string(link.DoorClosed)), ":until": instant(until),
			":now": instant(now), ":person": text(owner.Person), ":team": text(owner.Team), ":login": text(login),
		}, reveal.ErrLost))
	if !errors.Is(err, reveal.ErrLost) {
		return err
	}
	var i revealItem
	there, unread := read(found, &i)
	if !there || unread != nil {
		return errors.Join(err, cmp.Or(unread, error(link.ErrUnknown)))
	}
	if i.Person != owner.Person || i.Team != owner.Team {
		return err
	}
	r, unread := i.reveal(id)
	return errors.Join(err, unread, r.Claimable(now))
}

// Knock notes the first session that has shown the proof, see [reveal.Store].
func (s *Store) Knock(ctx context.Context, id link.ID, nonce link.Nonce) error {
	return s.atDoor(ctx, id, "SET asker = :nonce", "attribute_not_exists(asker) OR asker = :nonce", item{":nonce": nonceOf(nonce)}, reveal.ErrLost)
}

// AskForNumber makes the door ask for a number from now on, see [reveal.Store].
func (s *Store) AskForNumber(ctx context.Context, id link.ID) error {
	return s.atDoor(ctx, id, "SET door = :match", "", item{":match": text(string(link.DoorMatch))}, reveal.ErrLost)
}

// SetMatch sets the number that has to be tapped, see [reveal.Store].
func (s *Store) SetMatch(ctx context.Context, id link.ID, m link.Match, now time.Time) error {
	return s.atDoor(ctx, id, "SET match_nonce = :nonce, match_digits = :digits, match_until = :until REMOVE match_allowed",
		"door = :match AND (attribute_not_exists(match_until) OR match_until <= :now)", item{
			":match": text(string(link.DoorMatch)), ":nonce": nonceOf(m.Nonce), ":digits": text(m.Digits), ":until": instant(m.Until),
			":now": instant(now),
		}, reveal.ErrLost)
}

// DropMatch forgets the number that is asked for, see [reveal.Store].
func (s *Store) DropMatch(ctx context.Context, id link.ID, m link.Match) error {
	return s.atDoor(ctx, id, "REMOVE match_nonce, match_digits, match_until, match_allowed", "match_nonce = :nonce AND match_digits = :digits",
		item{":nonce": nonceOf(m.Nonce), ":digits": text(m.Digits)}, reveal.ErrLost)
}

// Allow lets the session in for which the owner has tapped the right number; [reveal.ErrLost] where that is asked for no more.
func (s *Store) Allow(ctx context.Context, id link.ID, m link.Match, now time.Time) error {
	return s.atDoor(ctx, id, "SET match_allowed = :yes", "door = :match AND match_nonce = :nonce AND match_digits = :digits AND match_until > :now", item{
		":match": text(string(link.DoorMatch)), ":nonce": nonceOf(m.Nonce), ":digits": text(m.Digits), ":now": instant(now),
		":yes": &types.AttributeValueMemberBOOL{Value: true},
	}, reveal.ErrLost)
}

// Cut ends the link's time early, see [reveal.Store].
func (s *Store) Cut(ctx context.Context, id link.ID, expires time.Time) error {
	return s.atDoor(ctx, id, "SET expires = :expires, sweep_at = :expires", "expires > :expires", item{":expires": instant(expires)}, reveal.ErrLost)
}

// WrongProof notes the first wrong proof of a link; [reveal.ErrLost] where one was noted before.
func (s *Store) WrongProof(ctx context.Context, id link.ID) error {
	return write(ctx, s.client, update(s.tables.Ephemeral, revealKey(id), "SET wrong_proof = :yes",
		"attribute_exists(pk) AND attribute_not_exists(wrong_proof)", item{":yes": &types.AttributeValueMemberBOOL{Value: true}}, reveal.ErrLost))
}

// Shown notes where Slack shows a link.
func (s *Store) Shown(ctx context.Context, id link.ID, place job.Reply) error {
	change, values := "SET view_id = :view", item{":view": text(place.ViewID)}
	if place.ViewID == "" {
		change, values = "SET channel = :channel, ts = :ts", item{":channel": text(place.Channel), ":ts": text(place.TS)}
	}
	return write(ctx, s.client, update(s.tables.Ephemeral, revealKey(id), change, "attribute_exists(pk)", values, reveal.ErrLost))
}
