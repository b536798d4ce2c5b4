// Package clock is the local stack's time: the machine's clock plus an offset that tests and POST /api/clock move.
//
// One [Clock] is shared by all that waits or expires locally: queues, TTL, the scheduler, Slack's limits. The functions'
// processes get its offset when they start. It moves forwards and backwards; whoever waits re-arms when [Clock.Moved] closes.
//
// # What may be changed here
//
// There is one Clock a stack, and whoever waits for a time waits for [Clock.Moved] as well. Production has no such thing: package boot
// gives functions their time.
package clock

import (
	"sync"
	"time"
)

// Clock is safe for concurrent use. Its zero value is not usable: make one with [New].
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
	moved  chan struct{}
}

// New returns a clock that runs offset ahead of the machine's (behind, where negative).
func New(offset time.Duration) *Clock {
	return &Clock{offset: offset, moved: make(chan struct{})}
}

// Now is the stack's present.
func (c *Clock) Now() time.Time { return time.Now().Add(c.Offset()) }

// Offset is how far the clock runs ahead of the machine's.
func (c *Clock) Offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}

// Set moves the clock to t, from where it runs on.
func (c *Clock) Set(t time.Time) { c.move(func(time.Duration) time.Duration { return time.Until(t) }) }

// Advance moves the clock by d from where it is.
func (c *Clock) Advance(d time.Duration) {
	c.move(func(offset time.Duration) time.Duration { return offset + d })
}

// Moved returns a channel that is closed at the next [Clock.Set] or [Clock.Advance].
func (c *Clock) Moved() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moved
}

func (c *Clock) move(to func(time.Duration) time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = to(c.offset)
	close(c.moved)
	c.moved = make(chan struct{})
}
