package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/revoke"

	use "github.com/apppass/apppass/shared/use/nudge"
)

// Wake moves when to look at c again, see [use.Store].
func (n *Nudges) Wake(ctx context.Context, c credential.Credential, at time.Time) error {
	condition, was := same("nudge_at", c.Nudges.Wake)
	values := item{}
	if was != nil {
		values[":nudge_at"] = was
	}
	change := "REMOVE nudge_shard, nudge_at"
	if !at.IsZero() {
		change = "SET nudge_shard = :shard, nudge_at = :at"
		condition += " AND #state = :active"
		values[":shard"], values[":at"], values[":active"] = text(peopleShard(c.Owner.Person)), instant(at), text(string(credential.Active))
	}
	return write(ctx, n.client, update(n.credentials, credentialKey(c.Owner, c.ID), change, condition, values, use.ErrChanged))
}

// PutOff notes until when the owner wants to hear nothing of c, see [use.Store].
func (n *Nudges) PutOff(ctx context.Context, c credential.Credential, until, wake time.Time) error {
	condition, values := n.active(c)
	was, value := same("told", c.Nudges.Told)
	if value != nil {
		values[":told"] = value
	}
	values[":until"], values[":shard"], values[":wake"] = instant(until), text(peopleShard(c.Owner.Person)), instant(wake)
	return write(ctx, n.client, update(n.credentials, credentialKey(c.Owner, c.ID),
		"SET snoozed = :until, nudge_shard = :shard, nudge_at = :wake", condition+" AND "+was, values, use.ErrChanged))
}

// Keep notes that c is needed, see [use.Store].
func (n *Nudges) Keep(ctx context.Context, c credential.Credential, at time.Time) error {
	condition, values := n.active(c)
	values[":kept"] = instant(at)
	return write(ctx, n.client, update(n.credentials, credentialKey(c.Owner, c.ID), "SET kept = :kept", condition, values, use.ErrChanged))
}

// KeepCard keeps a digest, see [use.Store].
func (n *Nudges) KeepCard(ctx context.Context, owner credential.Owner, card nudge.Card) error {
	i := cardItem{base: at(digestKey(owner)), Channel: card.Channel, TS: card.TS, At: seconds(card.At)}
	for _, l := range card.Lines {
		i.Lines = append(i.Lines, lineItem{l.Credential, string(l.Why), seconds(l.At), l.Stops})
	}
	marshalled, err := attributevalue.MarshalMap(i)
	if err != nil {
		return fmt.Errorf("marshal a card: %w", err)
	}
	_, err = n.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &n.credentials, Item: marshalled})
	return problem.Passing("put into "+n.credentials, err)
}

// Miss notes that a person can't be reached, or that they can, see [use.Store].
func (n *Nudges) Miss(ctx context.Context, owner credential.Owner, m use.Missing) error {
	change, values := "SET unreached = :since, unreached_listed = :listed", item{":since": instant(m.Since), ":listed": instant(m.Listed)}
	if m.Since.IsZero() {
		change, values = "REMOVE unreached, unreached_listed", nil
	}
	return write(ctx, n.client, update(n.credentials, profileKey(owner), change, "attribute_exists(pk)", values, use.ErrChanged))
}

// Unused is a store that revokes only what nobody has used, and nobody has kept, since it was read.
type Unused struct{ *Store }

var _ revoke.Store = Unused{}

// Revoke ends a credential in one transaction, see [revoke.Store].
func (u Unused) Revoke(ctx context.Context, c credential.Credential, unread *link.Reveal, e audit.Event) error {
	condition, values := asRead(c)
	kept, value := same("kept", c.Nudges.Kept)
	condition += " AND " + kept
	if value != nil {
		values[":kept"] = value
	}
	for name, was := range map[string][]credential.Use{"uses": c.Uses, "former_uses": c.Former.Uses} {
		if len(was) == 0 {
			condition += " AND (attribute_not_exists(" + name + ") OR size(" + name + ") = :none)"
			values[":none"] = number(0)
			continue
		}
		all, err := marshal(useItems(was))
		if err != nil {
			return err
		}
		condition += " AND " + name + " = :" + name
		values[":"+name] = all
	}
	return u.revoke(ctx, c, condition, values, unread, e)
}
