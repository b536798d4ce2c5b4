package dynamo

import (
	"context"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/issue"
)

var _ issue.Store = (*Store)(nil)

// gateOpen is the condition that everything carries which gives a person something.
const gateOpen = "gate = :open AND #generation = :gate"

func gateValues(generation int) item {
	return item{":open": text(string(person.Open)), ":gate": number(int64(generation))}
}

// Begin writes all of an issue in one transaction, see [issue.Store].
func (s *Store) Begin(ctx context.Context, d issue.Draft, former *link.Reveal) error {
	who, made := d.Person, d.Credential.Made
	var actions []action
	var failed error
	add := func(a action, err error) {
		if failed == nil {
			failed = err
		}
		actions = append(actions, a)
	}

	if d.New {
		add(put(s.tables.Credentials, newProfile(who, made), absent, nil, issue.ErrConflict))
	} else {
		add(check(s.tables.Credentials, profileKey(who.Owner), gateOpen, gateValues(who.Gate.Generation), issue.ErrConflict), nil)
	}
	add(put(s.tables.Credentials, loginItem{at(loginKey(who.Login)), who.Owner.Team, who.Owner.Person},
		absent+" OR (team = :team AND person = :person)", item{":team": text(who.Owner.Team), ":person": text(who.Owner.Person)}, person.ErrHeld))
	if former == nil {
		add(put(s.tables.Credentials, newCredential(d.Credential), absent, nil, issue.ErrConflict))
	} else {
		add(s.void(former.ID, d.Credential.Made.Unix(), issue.ErrClaimed), nil)
		add(put(s.tables.Credentials, newCredential(d.Credential), "#state = :pending AND reveal = :former",
			item{":pending": text(string(credential.Pending)), ":former": text(string(former.ID))}, issue.ErrConflict))
		add(remove(s.tables.Verifiers, verifierKey(former.Verifier), "#state = :pending",
			item{":pending": text(string(credential.EntryPending))}, issue.ErrConflict), nil)
	}
	add(put(s.tables.Verifiers, newVerifier(d.Entry), absent, nil, issue.ErrConflict))
	add(put(s.tables.Ephemeral, newReveal(d.Reveal), absent, nil, issue.ErrConflict))
	add(put(s.tables.Audit, newAudit(d.Event), absent, nil, issue.ErrConflict))
	add(s.issued(d), nil)
	if failed != nil {
		return failed
	}
	return transact(ctx, s.client, actions...)
}

// Renew writes all of a rotation's beginning in one transaction, see [issue.Store].
func (s *Store) Renew(ctx context.Context, d issue.Draft, unread *link.Reveal) error {
	c := d.Credential
	condition, values := "#state = :active AND verifier = :from AND attribute_not_exists(#next)", item{
		":active": text(string(credential.Active)), ":from": text(string(d.Reveal.Rotation.From)),
		":next": text(string(d.Entry.Verifier)), ":link": text(string(d.Reveal.ID)),
	}
	if unread != nil {
		condition = "#state = :active AND verifier = :from AND #next = :unread"
		values[":unread"] = text(string(c.Next))
	}
	actions := []action{
		check(s.tables.Credentials, profileKey(c.Owner), gateOpen, gateValues(d.Person.Gate.Generation), issue.ErrConflict),
		update(s.tables.Credentials, credentialKey(c.Owner, c.ID), "SET #next = :next, reveal = :link", condition, values, issue.ErrConflict),
	}
	if unread != nil {
		actions = append(actions, s.void(unread.ID, d.Reveal.Made.Unix(), issue.ErrClaimed),
			remove(s.tables.Verifiers, verifierKey(unread.Verifier), "#state = :pending",
				item{":pending": text(string(credential.EntryPending))}, issue.ErrConflict))
	}
	for _, one := range []struct {
		table string
		item  any
	}{{s.tables.Verifiers, newVerifier(d.Entry)}, {s.tables.Ephemeral, newReveal(d.Reveal)}, {s.tables.Audit, newAudit(d.Event)}} {
		made, err := put(one.table, one.item, absent, nil, issue.ErrConflict)
		if err != nil {
			return err
		}
		actions = append(actions, made)
	}
	return transact(ctx, s.client, append(actions, s.issued(d))...)
}

// issued moves the once-record on to this generation, if it is at the one before.
func (s *Store) issued(d issue.Draft) action {
	values := item{
		":issued": text(string(job.Issued)), ":leased": text(string(job.Leased)), ":next": number(int64(d.Reveal.Generation)),
		":now": number(int64(d.Reveal.Generation - 1)), ":reveal": text(string(d.Reveal.ID)),
	}
	return update(s.tables.Ephemeral, onceKey(d.Event.Job), "SET #status = :issued, #generation = :next, reveal = :reveal",
		"#status IN (:leased, :issued) AND #generation = :now", values, issue.ErrConflict)
}

// void withdraws a link that nobody has claimed.
func (s *Store) void(id link.ID, at int64, failed error) action {
	return update(s.tables.Ephemeral, revealKey(id), "SET #state = :void, ended = :at REMOVE sweep_shard, sweep_at",
		"#state IN (:preparing, :ready)", item{
			":void": text(string(link.Void)), ":at": number(at),
			":preparing": text(string(link.Preparing)), ":ready": text(string(link.Ready)),
		}, failed)
}

// Ready says that the link's secret is stored, see [issue.Store].
func (s *Store) Ready(ctx context.Context, id link.ID) error {
	a := update(s.tables.Ephemeral, revealKey(id), "SET #state = :ready", "#state = :preparing",
		item{":ready": text(string(link.Ready)), ":preparing": text(string(link.Preparing))}, issue.ErrConflict)
	return write(ctx, s.client, a)
}
