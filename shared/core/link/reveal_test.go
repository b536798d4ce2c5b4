package link

import (
	"errors"
	"testing"
	"time"
)

func TestALinkThatRanOutIsNotWithdrawn(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		r    Reveal
		want error
	}{
		"ready":                     {Reveal{State: Ready, Expires: now.Add(1)}, nil},
		"its time is over":          {Reveal{State: Ready, Expires: now}, ErrExpired},
		"never ready, and over":     {Reveal{State: Preparing, Expires: now}, ErrExpired},
		"swept":                     {Reveal{State: Void, Expires: now.Add(-5 * time.Second), Ended: now}, ErrExpired},
		"swept at its end":          {Reveal{State: Void, Expires: now, Ended: now}, ErrExpired},
		"withdrawn":                 {Reveal{State: Void, Expires: now.Add(time.Minute), Ended: now}, ErrVoid},
		"withdrawn, and over since": {Reveal{State: Void, Expires: now, Ended: now.Add(-1)}, ErrVoid},
		"used":                      {Reveal{State: Claimed, Expires: now}, ErrUsed},
	} {
		if err := c.r.Claimable(now); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}
