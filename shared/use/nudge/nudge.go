// Package nudge reminds people of their app passwords: a tick finds who is to be looked at, a job a person does it, and what people answer
// is kept.
//
// # What is promised
//
// One digest a person and date at the most, within the person's hours as Slack's word on their time zone is at that moment. The date is
// claimed before the digest is sent: a crash between the two costs that day's digest, and the next working day has it. What stops by its age
// does so only once its owner was told. Nothing is said of what was done or put off meanwhile: what is known is read in one consistent
// request, and every write stands under the condition that it still is so.
//
// # A wake-up
//
// The index says who is to be looked at, and no more. Each look moves all wake-ups of the person behind now, so that nobody is looked at
// twice for the same thing; one that fails leaves them, and the next tick comes back.
//
// # What may be changed here
//
// What there is to say, and when, is package core/nudge's. The order claim, send, mark is what keeps a digest from being said twice; a change
// is tried by the simulated year (make year), which breaks every call before and after its effect.
package nudge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
)

// Nudger reminds.
type Nudger struct {
	Ports
	lease time.Duration
	now   func() time.Time
}

// New returns a nudger. lease is how long a job is taken for: longer than the process may work on it.
func New(p Ports, lease time.Duration, now func() time.Time) *Nudger { return &Nudger{p, lease, now} }

const (
	day = 24 * time.Hour
	// held is how long a person is left alone about whom an admin has to decide.
	held = 7 * day
)

// look is one look at a person.
type look struct {
	Known
	owner credential.Owner
	now   time.Time
	rules policy.Policy
	hours nudge.Hours
	plan  nudge.Plan
}

// Nudge does a job of that kind: it looks of what the person is to be reminded now.
func (n *Nudger) Nudge(ctx context.Context, j job.Job) error {
	l, err := n.look(ctx, j)
	if err != nil {
		return err
	}
	switch {
	case l.Person.Login == "", l.Person.Gate.State == person.Closed:
		return n.move(ctx, l, func(credential.Credential) time.Time { return time.Time{} })
	case l.Person.Gate.State == person.Held:
		return n.move(ctx, l, func(c credential.Credential) time.Time { return l.waits(c, l.now.Add(held)) })
	case len(l.plan.Say)+len(l.plan.Revoke) == 0:
		return n.settle(ctx, l)
	}
	switch here, err := n.ask(ctx, l); {
	case err != nil:
		return err
	case here == gone:
		return n.move(ctx, l, func(c credential.Credential) time.Time { return l.waits(c, l.hours.Tomorrow(l.now)) })
	case here == unknown:
		return n.miss(ctx, l)
	}
	if err := n.abandon(ctx, l); err != nil {
		return err
	}
	if len(l.plan.Say) == 0 {
		return n.settle(ctx, l)
	}
	return n.say(ctx, l)
}

func (n *Nudger) look(ctx context.Context, j job.Job) (*look, error) {
	l := &look{owner: credential.Owner{Team: j.Team, Person: j.Person}, now: n.now().Truncate(time.Second)}
	if at := time.Unix(j.At, 0); at.After(l.now) {
		l.now = at
	}
	var err error
	if l.Known, err = n.Store.Known(ctx, l.owner); err != nil {
		return nil, fmt.Errorf("look what %s has: %w", j.Person, err)
	}
	l.All = slices.DeleteFunc(l.All, func(c credential.Credential) bool { return c.Owner != l.owner }) // of an earlier deployment
	if l.rules, err = n.Settings.Policy(ctx); err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	l.replan()
	return l, nil
}

func (l *look) replan() {
	l.hours = nudge.HoursOf(l.Speak)
	if !l.Card.At.IsZero() && l.hours.Date(l.Card.At) == l.hours.Date(l.now) {
		l.plan = nudge.Silent(l.now, l.rules, l.hours, l.All)
		return
	}
	l.plan = nudge.Of(l.now, l.rules, l.hours, l.All)
}

// waits is when to look at c again if what is due of it now waits until then.
func (l *look) waits(c credential.Credential, until time.Time) time.Time {
	switch {
	case c.State != credential.Active || !c.Live(l.now):
		return time.Time{}
	case c.Nudges.Wake.After(l.now):
		return c.Nudges.Wake
	}
	return until
}

// settle moves the wake-ups to where the plan has them.
func (n *Nudger) settle(ctx context.Context, l *look) error {
	return n.move(ctx, l, func(c credential.Credential) time.Time { return l.plan.Wake[c.ID] })
}

// move moves the wake-ups that differ, but those of what is revoked now: they go with it, or are looked at again.
func (n *Nudger) move(ctx context.Context, l *look, to func(c credential.Credential) time.Time) error {
	var failed error
	for _, c := range l.All {
		revoked := slices.ContainsFunc(l.plan.Revoke, func(r credential.Credential) bool { return r.ID == c.ID })
		at := to(c)
		if revoked && !at.After(l.now) || at.Unix() == c.Nudges.Wake.Unix() {
			continue
		}
		if err := n.Store.Wake(ctx, c, at); err != nil && !errors.Is(err, ErrChanged) {
			failed = errors.Join(failed, fmt.Errorf("look again at %s: %w", c.ID, err))
		}
	}
	return failed
}

// presence is whether a person is there to be told something.
type presence int

const (
	here    presence = iota
	gone             // Slack says that the account is deactivated
	unknown          // Slack does not say anything of them
)

// ask asks Slack about the person, and plans anew where they are somewhere else than was known.
func (n *Nudger) ask(ctx context.Context, l *look) (presence, error) {
	a, err := n.Directory.Account(ctx, l.owner.Person)
	switch {
	case err != nil:
		return here, fmt.Errorf("ask Slack about %s: %w", l.owner.Person, err)
	case a.Unknown, a.Owner.Team != l.owner.Team:
		return unknown, nil
	case a.Deleted:
		return gone, n.leave(ctx, l)
	case a.Locale == l.Speak.Locale && a.Zone == l.Speak.Zone:
		return here, nil
	}
	if err := n.People.Learn(ctx, l.owner, a.Locale, a.Zone); err != nil {
		return here, fmt.Errorf("note where %s is: %w", l.owner.Person, err)
	}
	l.Speak.Locale, l.Speak.Zone = a.Locale, a.Zone
	l.replan()
	return here, nil
}

// leave leaves somebody who has left to who looks after that.
func (n *Nudger) leave(ctx context.Context, l *look) error {
	j, err := job.New(fmt.Sprintf("account:%s:%d", l.owner.Person, l.now.Unix()), job.Account, struct{}{})
	if err != nil {
		return err
	}
	j.Person, j.Team, j.At = l.owner.Person, l.owner.Team, l.now.Unix()
	return n.Queue.Send(ctx, j, 0)
}
