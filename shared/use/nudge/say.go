package nudge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
)

// say claims the date, sends the digest, and marks what was said.
func (n *Nudger) say(ctx context.Context, l *look) error {
	claim := "nudge:" + l.owner.Person + ":" + l.hours.Date(l.now)
	switch _, err := n.Ledger.Lease(ctx, claim, l.now.Add(job.OnceLife)); {
	case errors.Is(err, job.ErrDone), errors.Is(err, job.ErrBusy):
		l.plan = nudge.Silent(l.now, l.rules, l.hours, l.All)
		return n.settle(ctx, l)
	case err != nil:
		return fmt.Errorf("claim %s: %w", claim, err)
	}
	card := nudge.CardOf(l.plan.Say, l.now)
	var err error
	card.Channel, card.TS, err = n.Show.Digest(ctx, l.owner, l.Speak, card, l.plan.Say)
	if errors.Is(err, person.ErrUnreachable) {
		return n.miss(ctx, l)
	}
	if _, refused := errors.AsType[*job.Later](err); refused {
		// Slack has not taken it, so the date is free.
		return fmt.Errorf("remind %s: %w", l.owner.Person, errors.Join(err, n.Ledger.Release(ctx, claim)))
	}
	if err != nil {
		return fmt.Errorf("remind %s: %w", l.owner.Person, err)
	}
	if err := n.mark(ctx, l, card); err != nil {
		return fmt.Errorf("note of what %s was reminded: %w", l.owner.Person, err)
	}
	return n.Ledger.Finish(ctx, claim)
}

// mark notes what was said. What was rotated, revoked or used up meanwhile is left as it is.
func (n *Nudger) mark(ctx context.Context, l *look, card nudge.Card) error {
	var failed error
	said := map[string]bool{}
	for _, i := range l.plan.Say {
		said[i.Credential.ID] = true
		if err := n.markOne(ctx, l, i); err != nil {
			failed = errors.Join(failed, fmt.Errorf("mark %s: %w", i.Credential.ID, err))
		}
	}
	if err := n.Store.KeepCard(ctx, l.owner, card); err != nil {
		failed = errors.Join(failed, fmt.Errorf("keep the card: %w", err))
	}
	if !l.Missing.Since.IsZero() {
		failed = errors.Join(failed, n.Store.Miss(ctx, l.owner, Missing{}))
	}
	return errors.Join(failed, n.move(ctx, l, func(c credential.Credential) time.Time {
		if said[c.ID] {
			return c.Nudges.Wake
		}
		return l.plan.Wake[c.ID]
	}))
}

// markOne notes one item. A password that was keyed anew meanwhile is the same one.
func (n *Nudger) markOne(ctx context.Context, l *look, i nudge.Item) error {
	wake := l.plan.Wake[i.Credential.ID]
	err := n.Store.Mark(ctx, i.Credential, i.Told(l.now), wake)
	if !errors.Is(err, ErrChanged) {
		return err
	}
	k, err := n.Store.Known(ctx, l.owner)
	if err != nil {
		return err
	}
	was := i.Credential
	for _, c := range k.All {
		if c.ID == was.ID && c.Verifier != was.Verifier && c.Renewed.Equal(was.Renewed) {
			i.Credential = c
			err = n.Store.Mark(ctx, c, i.Told(l.now), wake)
		}
	}
	if errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}

const (
	// retry is how long somebody is left alone who could not be reached twice.
	retry = 7 * day
	// list is how often the admins hear of the same person.
	list = 30 * day
)

// miss notes that the person can't be reached, and tells the admins now and then. What there is to say stays due.
func (n *Nudger) miss(ctx context.Context, l *look) error {
	m, again := l.Missing, l.hours.Tomorrow(l.now)
	if m.Since.IsZero() {
		m.Since = l.now
	} else if l.hours.Date(m.Since) != l.hours.Date(l.now) {
		again = l.hours.Next(l.now.Add(retry))
	}
	if m.Listed.IsZero() || !l.now.Before(m.Listed.Add(list)) {
		if err := n.Show.Unreachable(ctx, l.Person); err != nil {
			return fmt.Errorf("tell the admins that %s can't be reached: %w", l.owner.Person, err)
		}
		m.Listed = l.now
	}
	if m != l.Missing {
		if err := n.Store.Miss(ctx, l.owner, m); err != nil {
			return fmt.Errorf("note that %s can't be reached: %w", l.owner.Person, err)
		}
	}
	return n.move(ctx, l, func(c credential.Credential) time.Time { return l.waits(c, again) })
}
