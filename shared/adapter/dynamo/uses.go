package dynamo

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

type useItem struct {
	Service  string           `dynamodbav:"service"`
	Protocol service.Protocol `dynamodbav:"protocol"`
	Network  string           `dynamodbav:"network,omitempty"`
	Address  string           `dynamodbav:"address,omitempty"`
	At       int64            `dynamodbav:"at"`
}

func useItems(all []credential.Use) []useItem {
	var items []useItem
	for _, u := range all {
		items = append(items, useItem{u.Service, u.Protocol, u.Network, u.Address, u.At.Unix()})
	}
	return items
}

func uses(items []useItem) []credential.Use {
	var all []credential.Use
	for _, i := range items {
		all = append(all, credential.Use{Service: i.Service, Protocol: i.Protocol, Network: i.Network, Address: i.Address, At: moment(i.At)})
	}
	return all
}

// lastUse is when the first of them was, epoch seconds; 0 of none.
func lastUse(all []credential.Use) int64 {
	if len(all) == 0 {
		return 0
	}
	return all[0].At.Unix()
}

func cidrs(networks []netip.Prefix) []string {
	var all []string
	for _, n := range networks {
		all = append(all, n.String())
	}
	return all
}

// prefixes reads networks. One that is none is an error: without it the app password would work from anywhere.
func prefixes(cidrs []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, c := range cidrs {
		n, err := netip.ParsePrefix(c)
		if err != nil {
			return nil, fmt.Errorf("the network %q: %w", c, err)
		}
		all = append(all, n)
	}
	return all, nil
}

// NoteUses replaces what is remembered of an entry's uses, see [verify.Store]. It gives way to any other transaction.
func (s *Verifiers) NoteUses(ctx context.Context, e credential.Entry, all []credential.Use) error {
	marshalled, err := marshal(useItems(all))
	if err != nil {
		return err
	}
	condition, values := unused(e)
	values[":uses"], values[":now"] = marshalled, number(lastUse(all))
	next := update(s.tables.Verifiers, verifierKey(e.Verifier), "SET uses = :uses, used = :now", condition, values, verify.ErrOvertaken)
	change, holds := "SET uses = :uses", "verifier = :verifier"
	if e.State == credential.EntrySuperseded {
		change, holds = "SET former_uses = :uses", "former = :verifier"
	}
	seen := update(s.tables.Credentials, credentialKey(e.Owner, e.Credential), change, holds,
		item{":uses": marshalled, ":verifier": text(string(e.Verifier))}, verify.ErrOvertaken)
	return s.giveWay(ctx, next, seen)
}

// Rekey moves an active entry to another key, see [verify.Store]. It gives way to any other transaction.
func (s *Verifiers) Rekey(ctx context.Context, e credential.Entry, to pepper.Keyed) error {
	condition, values := unused(e)
	old := remove(s.tables.Verifiers, verifierKey(e.Verifier), condition, values, verify.ErrOvertaken)
	moved := update(s.tables.Credentials, credentialKey(e.Owner, e.Credential), "SET verifier = :to",
		// A rotation's link names the entry that it replaces.
		"verifier = :from AND #state = :active AND attribute_not_exists(#next)", item{
			":to": text(string(to.Verifier)), ":from": text(string(e.Verifier)), ":active": text(string(credential.Active)),
		}, verify.ErrOvertaken)
	e.Verifier, e.Pepper = to.Verifier, to.Version
	made, err := put(s.tables.Verifiers, newVerifier(e), absent, nil, verify.ErrOvertaken)
	if err != nil {
		return err
	}
	return s.giveWay(ctx, made, old, moved)
}

// unused is the condition that an entry has the state, the end and the last use that were read.
func unused(e credential.Entry) (condition string, values item) {
	condition, end := same("ends", e.Ends)
	values = item{":state": text(string(e.State))}
	if end != nil {
		values[":ends"] = end
	}
	condition += " AND #state = :state"
	if len(e.Uses) == 0 {
		return condition + " AND attribute_not_exists(used)", values
	}
	values[":seen"] = number(lastUse(e.Uses))
	return condition + " AND used = :seen", values
}

func (s *Verifiers) giveWay(ctx context.Context, actions ...action) error {
	conflict, err := try(ctx, s.client, actions)
	if conflict {
		return verify.ErrOvertaken
	}
	return err
}
