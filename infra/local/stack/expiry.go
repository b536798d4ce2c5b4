package stack

import (
	"context"
	"time"
)

// sweep is how often items whose time to live is over are removed. On AWS that takes up to days.
const sweep = time.Minute

// expire removes items as DynamoDB's TTL does: now and then, and whenever the clock was moved.
func (s *Stack) expire(ctx context.Context) {
	for {
		moved := s.Clock.Moved()
		if _, err := s.AWS.DynamoDB().Expire(); err != nil {
			s.log.Error("items can't be expired", "cause", err.Error())
		}
		select {
		case <-moved:
		case <-time.After(sweep):
		case <-ctx.Done():
			return
		}
	}
}
