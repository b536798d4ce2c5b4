package policy_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/policy"
)

const day = 24 * time.Hour

func TestAnEndIsWithinThePolicy(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		lifetime time.Duration
		days     int
		want     time.Duration // after now; 0: none
		err      error
	}{
		{"the latest of none", 0, 0, 0, nil},
		{"the latest", 90 * day, 0, 90 * day, nil},
		{"the latest of hours", time.Hour, 0, time.Hour, nil},
		{"earlier than none", 0, 30, 30 * day, nil},
		{"earlier", 90 * day, 30, 30 * day, nil},
		{"as late as possible", 90 * day, 90, 90 * day, nil},
		{"a day later", 90 * day, 91, 0, policy.ErrLifetime},
		{"a second later", 90*day - time.Second, 90, 0, policy.ErrLifetime},
		{"a day where hours are possible", time.Hour, 1, 0, policy.ErrLifetime},
		{"ten years", 0, 3650, 3650 * day, nil},
		{"more than ten years", 0, 3651, 0, policy.ErrLifetime},
		{"so many days that they overflow", 0, 1 << 40, 0, policy.ErrLifetime},
		{"before it begins", 0, -1, 0, policy.ErrLifetime},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := policy.Policy{Lifetime: c.lifetime}.Ends(now, c.days)
			want := time.Time{}
			if c.want > 0 {
				want = now.Add(c.want)
			}
			if !got.Equal(want) || !errors.Is(err, c.err) {
				t.Errorf("got %v, %v; want %v, %v", got, err, want, c.err)
			}
		})
	}
}

func TestEveryChoiceIsWithinThePolicy(t *testing.T) {
	for lifetime, want := range map[time.Duration][]int{
		0: {7, 30, 90, 180, 365}, time.Hour: {}, 7 * day: {}, 7*day + 1: {7}, 90 * day: {7, 30}, 400 * day: {7, 30, 90, 180, 365},
	} {
		p := policy.Policy{Lifetime: lifetime}
		got := p.Choices()
		if !slices.Equal(got, want) {
			t.Errorf("%v: got %v, want %v", lifetime, got, want)
		}
		for _, days := range got {
			if _, err := p.Ends(time.Unix(0, 0), days); err != nil {
				t.Errorf("%v: %d days are offered and refused: %v", lifetime, days, err)
			}
		}
	}
}
