package policy_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/policy"
)

func TestTheDefaultIsSafe(t *testing.T) {
	p := policy.Default()
	if err := p.Check(); err != nil {
		t.Error(err)
	}
	if p.LinkLife != 15*time.Minute || p.Lifetime != 0 || p.Guests || p.Version != 0 {
		t.Errorf("got %+v", p)
	}
}

func TestAValueOutOfItsBoundsIsNamed(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(p *policy.Policy)
		want   string // in the error; empty: none
	}{
		{"the shortest link", func(p *policy.Policy) { p.LinkLife = 5 * time.Minute }, ""},
		{"the longest link", func(p *policy.Policy) { p.LinkLife = time.Hour }, ""},
		{"a lifetime", func(p *policy.Policy) { p.Lifetime = 365 * 24 * time.Hour }, ""},
		{"guests", func(p *policy.Policy) { p.Guests = true }, ""},
		{"no link", func(p *policy.Policy) { p.LinkLife = 0 }, "a link's life of 0s"},
		{"a link too short", func(p *policy.Policy) { p.LinkLife = 5*time.Minute - 1 }, "a link's life"},
		{"a link too long", func(p *policy.Policy) { p.LinkLife = time.Hour + 1 }, "a link's life of 1h0m0.000000001s"},
		{"no ages, no idle time and no reminders", func(p *policy.Policy) {
			p.GeneralAge, p.SensitiveAge, p.Idle, p.IdleAnswer, p.Remind = 0, 0, 0, 0, nil
		}, ""},
		{"the shortest age", func(p *policy.Policy) { p.SensitiveAge = policy.ShortestAge }, ""},
		{"an age too short", func(p *policy.Policy) { p.GeneralAge = policy.ShortestAge - 1 }, "an age of 719h59m59.999999999s"},
		{"an idle time too short", func(p *policy.Policy) { p.Idle = policy.ShortestIdle - 1 }, "an idle time of"},
		{"no time to answer", func(p *policy.Policy) { p.IdleAnswer = 0 }, "with 0s to answer"},
		{"reminders out of order", func(p *policy.Policy) { p.Remind = []int{1, 7} }, "reminders on the days [1 7]"},
		{"a reminder after the end", func(p *policy.Policy) { p.Remind = []int{1, -1} }, "a reminder -1 days"},
		{"a reminder before the password is made", func(p *policy.Policy) { p.Remind = []int{30} }, "a reminder 30 days"},
		{"too many reminders", func(p *policy.Policy) { p.Remind = []int{10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0} }, "reminders on the days"},
		{"a negative lifetime", func(p *policy.Policy) { p.Lifetime = -time.Hour }, "a lifetime of -1h0m0s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := policy.Default()
			c.change(&p)
			err := p.Check()
			switch {
			case c.want == "" && err != nil:
				t.Errorf("got %v", err)
			case c.want != "" && (!errors.Is(err, policy.ErrInvalid) || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	if err := (policy.Policy{}).Check(); !errors.Is(err, policy.ErrInvalid) {
		t.Errorf("the zero policy: got %v", err)
	}
}
