package leave

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
)

// end ends all that is live of somebody whose gate is closed. What works goes first.
func (l *Leaver) end(ctx context.Context, who person.Person) (Found, error) {
	// What has begun is finished: only between two is the time looked at.
	within, cancel := context.WithTimeout(ctx, l.step.Time)
	defer cancel()
	var failed error
	for ended := 0; failed == nil; {
		live, err := l.live(ctx, who)
		if err != nil {
			return Found{}, err
		}
		if len(live) == 0 {
			return l.ended(ctx, who)
		}
		for _, c := range live {
			if ended == l.step.Most || within.Err() != nil {
				return Found{State: Unfinished, Person: who}, failed
			}
			ended++
			if err := l.End(ctx, who.Owner, c.ID, who.Gate.Why); err != nil {
				failed = errors.Join(failed, fmt.Errorf("end %s: %w", c.ID, err)) // and the others are ended all the same
			}
		}
	}
	return Found{}, failed
}

// live is what works or may come to work, by a consistent read.
func (l *Leaver) live(ctx context.Context, who person.Person) ([]credential.Credential, error) {
	all, err := l.Credentials.Credentials(ctx, who.Owner)
	if err != nil {
		return nil, fmt.Errorf("read what %s has: %w", who.Owner.Person, err)
	}
	all = slices.DeleteFunc(all, func(c credential.Credential) bool {
		return c.State != credential.Active && c.State != credential.Pending
	})
	slices.SortStableFunc(all, func(a, b credential.Credential) int { return cmp.Compare(a.State, b.State) }) // "active" before "pending"
	return all, nil
}

// apart is how much the clocks of two processes may differ: one may have closed the gate, and another ended what was there.
const apart = 5 * time.Second

// ended is somebody of whom nothing is left, with all that was revoked since the gate was closed.
func (l *Leaver) ended(ctx context.Context, who person.Person) (Found, error) {
	all, err := l.Credentials.Credentials(ctx, who.Owner)
	if err != nil {
		return Found{}, fmt.Errorf("read what %s had: %w", who.Owner.Person, err)
	}
	since := who.Gate.Since.Add(-apart)
	return Found{State: Left, Person: who, All: slices.DeleteFunc(all, func(c credential.Credential) bool {
		return c.State != credential.Revoked || c.Ended.Before(since)
	})}, nil
}
