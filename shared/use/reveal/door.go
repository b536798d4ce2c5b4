package reveal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
)

// Asking is the error of a claim for which the owner is asked: the page shows the number, and asks again until it was tapped.
type Asking struct{ Digits string }

// Error says so, without the number.
func (a *Asking) Error() string { return "the owner is asked for the number" }

// leakedLife is how long a link still works of which the key has reached a request line, and so perhaps a log.
const leakedLife = 2 * time.Minute

// admit waits until the door admits the session, or makes the owner decide. The reveal comes back as it stands then: also claimed, by
// whomever, while this one waited.
func (v *Revealer) admit(ctx context.Context, r link.Reveal, c Claim) (link.Reveal, error) {
	for waited := time.Duration(0); ; waited += v.step {
		now := v.now()
		if err := ended(r, r.Claimable(now)); err != nil || r.State == link.Claimed {
			if r.State == link.Claimed {
				return r, nil
			}
			return link.Reveal{}, err
		}
		switch r.Door {
		case link.DoorNone:
			return r, nil
		case link.DoorMatch:
			return v.match(ctx, r, c)
		}
		if err := v.knock(ctx, &r, c.Nonce); err != nil {
			return link.Reveal{}, err
		}
		switch {
		case r.Asker != c.Nonce:
			// Two browsers hold the link: only its owner can say which is the right one.
			if err := v.askForNumber(ctx, r, job.TwoAsk); err != nil {
				return link.Reveal{}, err
			}
		case r.Admits(c.Nonce, now):
			return r, nil
		case waited >= v.patience:
			if err := v.askForNumber(ctx, r, ""); err != nil {
				return link.Reveal{}, err
			}
		default:
			select {
			case <-time.After(v.step):
			case <-ctx.Done():
				return link.Reveal{}, fmt.Errorf("wait for the door of link %s: %w", r.ID, ctx.Err())
			}
		}
		var err error
		if r, err = v.store.Reveal(ctx, r.ID); err != nil {
			return link.Reveal{}, fmt.Errorf("look at the door again: %w", err)
		}
	}
}

// knock notes the session as the first, if none is noted, and brings r up to date.
func (v *Revealer) knock(ctx context.Context, r *link.Reveal, nonce link.Nonce) error {
	if r.Asker == nonce || r.Asker != (link.Nonce{}) {
		return nil
	}
	switch err := v.store.Knock(ctx, r.ID, nonce); {
	case err == nil:
		r.Asker = nonce
		return nil
	case !errors.Is(err, ErrLost):
		return fmt.Errorf("knock at link %s: %w", r.ID, err)
	}
	again, err := v.store.Reveal(ctx, r.ID)
	if err != nil {
		return fmt.Errorf("look at the door again: %w", err)
	}
	*r = again
	return nil
}

// askForNumber closes the door for all but the one whose number the owner taps.
func (v *Revealer) askForNumber(ctx context.Context, r link.Reveal, why job.Warning) error {
	if err := v.store.AskForNumber(ctx, r.ID); err != nil && !errors.Is(err, ErrLost) {
		return fmt.Errorf("ask for a number at link %s: %w", r.ID, err)
	}
	if why == "" {
		return nil
	}
	return v.warn(ctx, r, why)
}

// match is the way in by a number.
func (v *Revealer) match(ctx context.Context, r link.Reveal, c Claim) (link.Reveal, error) {
	now := v.now()
	switch {
	case r.Admits(c.Nonce, now):
		return r, nil
	case r.Match.Pending(now) && r.Match.Nonce == c.Nonce:
		return link.Reveal{}, &Asking{r.Match.Digits}
	case r.Match.Pending(now):
		// Neither of the two numbers counts any more, so that nobody can wait for a tap that is meant for another.
		if err := v.store.DropMatch(ctx, r.ID, r.Match); err != nil && !errors.Is(err, ErrLost) {
			return link.Reveal{}, fmt.Errorf("drop the number of link %s: %w", r.ID, err)
		}
		if err := v.warn(ctx, r, job.TwoAsk); err != nil {
			return link.Reveal{}, err
		}
		return link.Reveal{}, link.ErrRefused
	case r.Match.Allowed && now.Before(r.Match.Until):
		return link.Reveal{}, link.ErrRefused // another session is let in
	}
	m := link.NewMatch(c.Nonce, now)
	if err := v.store.SetMatch(ctx, r.ID, m, now); errors.Is(err, ErrLost) {
		return link.Reveal{}, link.ErrRefused // another was faster by a moment
	} else if err != nil {
		return link.Reveal{}, fmt.Errorf("set the number of link %s: %w", r.ID, err)
	}
	args := job.AskOwnerArgs{Reveal: string(r.ID), Tag: m.Tag(), Browser: c.Browser, Network: c.Network}
	if err := v.tell(ctx, r, "ask:"+string(r.ID)+":"+m.Tag(), job.AskOwner, args); err != nil {
		return link.Reveal{}, err
	}
	return link.Reveal{}, &Asking{m.Digits}
}

// leaked cuts the time of a link of which the key may stand in a log, and tells the owner.
func (v *Revealer) leaked(ctx context.Context, r link.Reveal) error {
	switch err := v.store.Cut(ctx, r.ID, v.now().Add(leakedLife)); {
	case errors.Is(err, ErrLost):
		return nil // it is over, or was cut before
	case err != nil:
		return fmt.Errorf("cut the time of link %s: %w", r.ID, err)
	}
	return v.warn(ctx, r, job.Mangled)
}

// wrongProof tells the owner, once a link, that somebody knows its id and not its key. It never locks or burns; what fails here is no
// reason to answer otherwise.
func (v *Revealer) wrongProof(ctx context.Context, r link.Reveal) {
	if v.store.WrongProof(ctx, r.ID) == nil {
		_ = v.warn(ctx, r, job.WrongProof)
	}
}

func (v *Revealer) warn(ctx context.Context, r link.Reveal, what job.Warning) error {
	return v.tell(ctx, r, "warn:"+string(r.ID)+":"+string(what), job.Warn, job.WarnArgs{Reveal: string(r.ID), What: what})
}

// tell queues a job for the owner.
func (v *Revealer) tell(ctx context.Context, r link.Reveal, id string, kind job.Kind, args any) error {
	j, err := job.New(id, kind, args)
	if err != nil {
		return err
	}
	j.Person, j.Team, j.At = r.Owner.Person, r.Owner.Team, v.now().Unix()
	if err := v.ask.Send(ctx, j, 0); err != nil {
		return fmt.Errorf("queue a word to the owner of link %s: %w", r.ID, err)
	}
	return nil
}
