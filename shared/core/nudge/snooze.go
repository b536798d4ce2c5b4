package nudge

import (
	"time"
)

// Snooze is for how long an owner puts a reminder off.
type Snooze string

// The choices there are.
const (
	ADay   Snooze = "day"    // until the next day on which the owner may be reminded
	AWeek  Snooze = "week"   // for seven days
	Before Snooze = "before" // until the last such day that leaves a day until the item's time
)

// Snoozes is every choice, the shortest first.
var Snoozes = []Snooze{ADay, AWeek, Before}

// Until is when an item that is put off at now is said again. It is always before the item's time, if that is ahead; ok is false of a choice
// that would not be.
func (s Snooze) Until(i Item, now time.Time, h Hours) (until time.Time, ok bool) {
	ahead := i.At.After(now)
	switch s {
	case ADay:
		until = h.Tomorrow(now)
	case AWeek:
		until = h.Next(now.Add(7 * day))
	case Before:
		until = h.Opening(i.At.Add(-day))
		return until, ahead && h.date(until) > h.date(now)
	default:
		return until, false
	}
	return until, !ahead || until.Before(i.At)
}
