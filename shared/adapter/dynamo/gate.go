package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/leave"
)

// turned is what every change of a gate sets: its state, when and why it came into it, and that nobody was asked yet.
const turned = "SET gate = :to, #generation = #generation + :one, gate_since = :now, gate_why = :why"

// turn changes a gate that is in one of two states, and at the generation that was seen.
func (p *People) turn(who person.Person, to person.GateState, from [2]person.GateState, change string, more item, e audit.Event, failed error) action {
	values := item{
		":to": text(string(to)), ":one": number(1), ":now": instant(e.At), ":why": text(e.Reason),
		":from": text(string(from[0])), ":or": text(string(from[1])), ":gate": number(int64(who.Gate.Generation)),
	}
	for name, value := range more {
		values[name] = value
	}
	return update(p.credentials, profileKey(who.Owner), change, "gate IN (:from, :or) AND #generation = :gate", values, failed)
}

// Hold closes the gate until an admin decides; [issue.ErrConflict] where it is not as it was seen.
func (p *People) Hold(ctx context.Context, who person.Person, e audit.Event) error {
	event, err := put(p.audit, newAudit(e), absent, nil, issue.ErrConflict)
	if err != nil {
		return err
	}
	hold := p.turn(who, person.Held, [2]person.GateState{person.Open, person.Open}, turned+" REMOVE gate_asked", nil, e, issue.ErrConflict)
	return transact(ctx, p.client, hold, event)
}

// Close closes the gate, see [leave.People].
func (p *People) Close(ctx context.Context, who person.Person, e audit.Event) error {
	event, err := put(p.audit, newAudit(e), absent, nil, leave.ErrChanged)
	if err != nil {
		return err
	}
	closed := p.turn(who, person.Closed, [2]person.GateState{person.Open, person.Held}, turned+" REMOVE gate_asked", nil, e, leave.ErrChanged)
	return transact(ctx, p.client, closed, event)
}

// Admit opens the gate under a login, see [leave.People].
func (p *People) Admit(ctx context.Context, who person.Person, login string, e audit.Event) error {
	event, err := put(p.audit, newAudit(e), absent, nil, leave.ErrChanged)
	if err != nil {
		return err
	}
	bound, err := put(p.credentials, loginItem{at(loginKey(login)), who.Owner.Team, who.Owner.Person},
		absent+" OR (team = :team AND person = :person)", item{":team": text(who.Owner.Team), ":person": text(who.Owner.Person)}, person.ErrHeld)
	if err != nil {
		return err
	}
	open := p.turn(who, person.Open, [2]person.GateState{person.Held, person.Closed}, turned+", login = :login, people_shard = :shard REMOVE gate_asked",
		item{":login": text(login), ":shard": text(peopleShard(who.Owner.Person))}, e, leave.ErrChanged)
	return transact(ctx, p.client, open, bound, event)
}

// Settled notes that all of a leaver is ended and told, see [leave.People].
func (p *People) Settled(ctx context.Context, who person.Person) error {
	return p.note(ctx, who, "REMOVE people_shard", nil)
}

// Asked notes that the admins were asked, see [leave.People].
func (p *People) Asked(ctx context.Context, who person.Person) error {
	return p.note(ctx, who, "SET gate_asked = :yes", item{":yes": &types.AttributeValueMemberBOOL{Value: true}})
}

// note changes something about a person whose gate is as it was seen.
func (p *People) note(ctx context.Context, who person.Person, change string, values item) error {
	all := item{":gate": number(int64(who.Gate.Generation)), ":state": text(string(who.Gate.State))}
	for name, value := range values {
		all[name] = value
	}
	return write(ctx, p.client, update(p.credentials, profileKey(who.Owner), change, "gate = :state AND #generation = :gate", all, leave.ErrChanged))
}
