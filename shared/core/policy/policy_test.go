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
