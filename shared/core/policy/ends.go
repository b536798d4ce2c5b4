package policy

import (
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
)

// ErrLifetime reports that an app password was to work for longer than the policy lets it.
var ErrLifetime = problem.New(problem.Invalid, "policy.lifetime")

const (
	day = 24 * time.Hour
	// maxDays is what can be asked for, with any policy.
	maxDays = 3650
)

// choices is after how many days people can have an app password end.
var choices = []int{7, 30, 90, 180, 365}

// Choices is after how many days people can have an app password end, beside the latest end that the policy knows.
func (p Policy) Choices() []int {
	return slices.DeleteFunc(slices.Clone(choices), func(days int) bool {
		return p.Lifetime > 0 && time.Duration(days)*day >= p.Lifetime
	})
}

// Ends is when an app password ends that is made now and asked for so many days: 0 is the latest end that the policy knows, which is zero
// where it knows none. [ErrLifetime] is the answer to more than it lets.
func (p Policy) Ends(now time.Time, days int) (time.Time, error) {
	life := p.Lifetime
	switch {
	case days < 0 || days > maxDays || p.Lifetime > 0 && time.Duration(days)*day > p.Lifetime:
		return time.Time{}, ErrLifetime
	case days > 0:
		life = time.Duration(days) * day
	case life == 0:
		return time.Time{}, nil
	}
	return now.Add(life), nil
}
