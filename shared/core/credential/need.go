package credential

import (
	"math"
	"time"
)

// Need is why an app password needs its owner's attention.
type Need string

// The needs there are, the most pressing first.
const (
	NeverOpened Need = "never_opened" // its link was not used yet, so it does not work
	Expiring    Need = "expiring"     // it ends within 14 days, and half of its life is over
	Unused      Need = "unused"       // it has not signed in for 90 days
	Unmoved     Need = "unmoved"      // it was rotated, and something still uses the former password
)

// Needs is every need, the most pressing first.
var Needs = []Need{NeverOpened, Expiring, Unused, Unmoved}

const (
	expiring = 14 * 24 * time.Hour
	unused   = 90 * 24 * time.Hour
)

// Attention is why a live app password needs its owner's; ok is false where it needs none.
func (c Credential) Attention(now time.Time) (why Need, ok bool) {
	switch {
	case !c.Live(now):
		return "", false
	case c.State == Pending:
		return NeverOpened, true
	case c.Ends(now, min(expiring, c.life()/2)):
		return Expiring, true
	case now.Sub(c.IdleSince()) >= unused:
		return Unused, true
	case c.Rotating(now) && len(c.Unmoved(now)) > 0:
		return Unmoved, true
	}
	return "", false
}

// life is how long the present password works from its making to its end; a long time where it has none.
func (c Credential) life() time.Duration {
	if c.End().IsZero() {
		return math.MaxInt64
	}
	begin := c.Made
	if c.Renewed.After(begin) {
		begin = c.Renewed
	}
	return c.End().Sub(begin)
}

// Ends reports whether a live app password has an end within a time from now.
func (c Credential) Ends(now time.Time, within time.Duration) bool {
	end := c.End()
	return c.Live(now) && !end.IsZero() && !end.After(now.Add(within))
}

// Seen is when it signed in last, by the present password or else by the former, or else when it was revealed, or else when it was made.
func (c Credential) Seen() time.Time {
	switch {
	case len(c.Uses) > 0:
		return c.Uses[0].At
	case len(c.Former.Uses) > 0:
		return c.Former.Uses[0].At
	case !c.Activated.IsZero():
		return c.Activated
	}
	return c.Made
}

// Over is when it ended, or will; zero: never.
func (c Credential) Over() time.Time {
	if !c.Ended.IsZero() {
		return c.Ended
	}
	return c.End()
}
