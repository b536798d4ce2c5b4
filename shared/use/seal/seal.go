// Package seal shows whether the audit still holds what was written into it: every hour of each of its shards gets a seal, and who checks it
// later finds the first hour that is no longer as it was.
//
// # The seal
//
// A shard's seals are a chain. The seal of an hour, by UTC, is SHA-256 over these, each with its length before it as four bytes, big-endian:
//
//   - "apppass/1/audit"
//   - the shard's number, "7"
//   - the hour, "2026-11-25T09"
//   - the seal of the hour before, 32 bytes; nothing where the chain begins
//   - every event of the hour in the order of their ids: the bytes of its item with all attributes, as [Audit] writes them down
//
// An hour in which nothing has happened is sealed too: with a seal an hour, one that is missing is always a fault. A chain begins with the
// hour that was over when a sweep has first looked at the shard.
//
// # What is promised
//
// An hour is sealed once, when it has been over for [Margin]; two sweeps at once make one seal, and what was left by an outage is made good
// in steps. [Sealer.Check] finds the first hour of which an event was changed, removed, added or moved, or whose seal is missing.
//
// A seal is no signature: whoever may overwrite the table can make a chain anew behind what they have changed. So each seal is also written to
// the sweep's log, which other permissions guard. A seal that stands in both vouches for all hours before it.
//
// # What may be changed here
//
// How much is done at once, and when. What a seal is made of is stored for good: another way needs another first line.
package seal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"iter"
	"strconv"
	"time"
)

var (
	// ErrNone reports a shard that has no seal yet.
	ErrNone = errors.New("the shard has no seal")
	// ErrSealed reports an hour that has a seal already.
	ErrSealed = errors.New("the hour is sealed already")
)

// Hash is a seal's value.
type Hash [sha256.Size]byte

// String is the value as the log and operators have it, in hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Seal is what was made of an hour of a shard.
type Seal struct {
	Shard  int
	Hour   time.Time // its begin, UTC
	Hash   Hash
	Events int
	First  bool // the chain begins here
}

// Event is an event of the audit as it is stored.
type Event struct {
	Hour  time.Time // the begin of the hour to which it belongs, UTC
	Bytes []byte    // all its attributes, always the same bytes for the same ones
}

// Chain is where seals are kept.
type Chain interface {
	// Oldest and Newest are a shard's first and last seal, read consistently, or [ErrNone].
	Oldest(ctx context.Context, shard int) (Seal, error)
	Newest(ctx context.Context, shard int) (Seal, error)
	// Append adds a seal made at now, or fails with [ErrSealed] where the hour has one; nothing is ever written over.
	Append(ctx context.Context, s Seal, now time.Time) error
}

// Audit is what is sealed.
type Audit interface {
	// Seals is a shard's seals of the hours from from up to, not including, until, in order, read consistently.
	Seals(ctx context.Context, shard int, from, until time.Time) ([]Seal, error)
	// Events is a shard's events of these hours, in the order of their ids, read consistently. Every item of the shard's months belongs to
	// one hour, whatever its id is.
	Events(ctx context.Context, shard int, from, until time.Time) iter.Seq2[Event, error]
}

const (
	// Margin is how long after its end an hour is sealed. What happened in it may be written a little later than it says: by the clock of
	// another machine, behind a queue, or by the last of several attempts. All of it together takes less.
	Margin = 10 * time.Minute
	// Limit is how many hours of a shard are sealed at once; what is left is sealed when the shard's turn comes again.
	Limit = 24
	// checked is how many days are looked at each night: two, so that one night may fail.
	checked = 2
)

// Sealer seals shards of the audit, and checks them.
type Sealer struct {
	chain  Chain
	audit  Audit
	shards int
}

// New returns a sealer of an audit of so many shards, at most 16.
func New(chain Chain, audit Audit, shards int) *Sealer { return &Sealer{chain, audit, shards} }

// Sealed is what sealing has come to.
type Sealed struct {
	Seals []Seal // that were made, the oldest first
	// Anew says that with the first of these a chain has begun although its shard has older events. So it is once where apppass is older
	// than its seals; else the seals are gone.
	Anew bool
}

// Seal seals the hours of a shard that are over at now and have no seal, the oldest first, at most [Limit].
func (s *Sealer) Seal(ctx context.Context, shard int, now time.Time) (Sealed, error) {
	var done Sealed
	until := now.UTC().Add(-Margin).Truncate(time.Hour)
	previous, err := s.chain.Newest(ctx, shard)
	first, anew := errors.Is(err, ErrNone), false
	switch {
	case first:
		previous.Hour = until.Add(-2 * time.Hour) // the chain begins with the last hour that is over
		if anew, err = s.older(ctx, shard, until.Add(-time.Hour)); err != nil {
			return done, err
		}
	case err != nil:
		return done, fmt.Errorf("read the last seal of shard %d: %w", shard, err)
	}
	from := previous.Hour.Add(time.Hour)
	if most := from.Add(Limit * time.Hour); until.After(most) {
		until = most
	}
	before := func(time.Time) []byte {
		if first {
			return nil
		}
		return previous.Hash[:]
	}
	err = s.make(ctx, shard, from, until, before, func(next Seal) error {
		next.First = first
		if err := s.chain.Append(ctx, next, now); err != nil {
			return err
		}
		done.Seals, done.Anew = append(done.Seals, next), done.Anew || first && anew
		previous, first = next, false
		return nil
	})
	if errors.Is(err, ErrSealed) { // another sweep is at it
		return done, nil
	}
	return done, err
}

// older reports whether a shard has events before an hour, of its month or the one before.
func (s *Sealer) older(ctx context.Context, shard int, hour time.Time) (bool, error) {
	for _, err := range s.audit.Events(ctx, shard, time.Date(hour.Year(), hour.Month()-1, 1, 0, 0, 0, 0, time.UTC), hour) {
		if err != nil {
			return false, fmt.Errorf("look for older events of shard %d: %w", shard, err)
		}
		return true, nil
	}
	return false, nil
}

// HourFormat is how an hour is written, in a seal's key and in what the seal is made of.
const HourFormat = "2006-01-02T15"

// make makes the seals of hours, one after the other, on what before says to be the seal in front of each, and hands them to done.
func (s *Sealer) make(ctx context.Context, shard int, from, until time.Time, before func(time.Time) []byte, done func(Seal) error) error {
	if !from.Before(until) {
		return nil
	}
	failed := func(hour time.Time, err error) error {
		return fmt.Errorf("make the seal of %s of shard %d: %w", hour.Format(HourFormat), shard, err)
	}
	now := begin(shard, from, before(from))
	// up finishes what is before an hour.
	up := func(to time.Time) error {
		for now.Hour.Before(to) {
			now.sum.Sum(now.Hash[:0])
			if err := done(now.Seal); err != nil {
				return failed(now.Hour, err)
			}
			next := now.Hour.Add(time.Hour)
			now = begin(shard, next, before(next))
		}
		return nil
	}
	for e, err := range s.audit.Events(ctx, shard, from, until) {
		if err != nil {
			return failed(now.Hour, err)
		}
		if err := up(e.Hour); err != nil {
			return err
		}
		now.add(e.Bytes)
		now.Events++
	}
	return up(until)
}

// open is a seal that is being made.
type open struct {
	Seal
	sum hash.Hash
}

func begin(shard int, hour time.Time, before []byte) *open {
	o := &open{Seal{Shard: shard, Hour: hour}, sha256.New()}
	for _, part := range [][]byte{[]byte("apppass/1/audit"), []byte(strconv.Itoa(shard)), []byte(hour.Format(HourFormat)), before} {
		o.add(part)
	}
	return o
}

func (o *open) add(part []byte) {
	o.sum.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
	o.sum.Write(part)
}
