package seal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Fault is what is wrong with an hour.
type Fault string

// What can be wrong with an hour.
const (
	Missing Fault = "missing" // it has no seal
	Differs Fault = "differs" // its events are not those that were sealed, or its seal or the one before is not the one that was made
)

// Report is what checking a shard has come to.
type Report struct {
	Shard int
	// Hours is how many are as they were sealed, before the first that is not, Events how many these have, and Last the seal of the last.
	Hours, Events int
	Last          Seal
	// Began is where the chain begins, if that is after what was asked for; of what is older nothing can be said. Else it is zero.
	Began time.Time
	// Broken is the first hour that is not as it was sealed, and Fault what is wrong with it; zero where all are.
	Broken time.Time
	Fault  Fault
}

// errWhole reports hours that are none.
var errWhole = errors.New("a check begins and ends with an hour, and ends after it begins")

// errBroken ends a check.
var errBroken = errors.New("broken")

// Check compares a shard's events of the hours from from up to, not including, until with their seals. [ErrNone] where it has no seals.
func (s *Sealer) Check(ctx context.Context, shard int, from, until time.Time) (Report, error) {
	r := Report{Shard: shard}
	if !from.Before(until) || !from.Equal(from.Truncate(time.Hour)) || !until.Equal(until.Truncate(time.Hour)) {
		return r, errWhole
	}
	from, until = from.UTC(), until.UTC()
	oldest, err := s.chain.Oldest(ctx, shard)
	if err != nil {
		return r, fmt.Errorf("read the first seal of shard %d: %w", shard, err)
	}
	switch {
	case !oldest.Hour.After(from):
	case !oldest.First: // what was before it is gone, be it only the seal on which it is made
		r.Broken, r.Fault = from, Missing
		return r, nil
	default:
		r.Began, from = oldest.Hour, oldest.Hour
	}
	if !from.Before(until) {
		return r, nil
	}
	seals, err := s.audit.Seals(ctx, shard, from.Add(-time.Hour), until)
	if err != nil {
		return r, fmt.Errorf("read the seals of shard %d: %w", shard, err)
	}
	stored := map[int64]Seal{}
	for _, seal := range seals {
		stored[seal.Hour.Unix()] = seal
	}
	before := func(hour time.Time) []byte {
		if seal, ok := stored[hour.Add(-time.Hour).Unix()]; ok {
			return seal.Hash[:]
		}
		return nil
	}
	err = s.make(ctx, shard, from, until, before, func(is Seal) error {
		was, ok := stored[is.Hour.Unix()]
		begins := oldest.First && is.Hour.Equal(oldest.Hour)
		switch {
		case !begins && before(is.Hour) == nil:
			r.Broken, r.Fault = is.Hour.Add(-time.Hour), Missing
		case !ok:
			r.Broken, r.Fault = is.Hour, Missing
		case is.Hash != was.Hash || is.Events != was.Events || begins != was.First:
			r.Broken, r.Fault = is.Hour, Differs
		default:
			r.Hours++
			r.Events += is.Events
			r.Last = was
			return nil
		}
		return errBroken
	})
	if errors.Is(err, errBroken) {
		err = nil
	}
	return r, err
}
