package model_test

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// step is one call of a use case, by the code and by the rules.
type step struct {
	what  string
	clock int64
	// do reports whether something has come of it.
	do func(p *process) (bool, error)
	// rule says what comes of it.
	rule func(s *state) bool
	// loose says that the code does not tell whether something has come of it.
	loose bool
	// parts says that it does many things, of which some come to pass where others are overtaken.
	parts bool
	// job is the job that is done, and about the credential that it is about; none of others.
	job, about int
}

const (
	persons  = 3
	networks = 6
)

func who(i int) string { return fmt.Sprintf("U%d", i) }

// script makes steps by chance.
type script struct {
	*rand.Rand
	s       state // what is the case, by one of the rules' orders
	made    *[]made
	now     int64
	unclear map[int]bool // jobs that another call was in the way of
}

// one is one of so many, mostly one that is good for something; none of none.
func (c *script) one(n int, good func(i int) bool) int {
	if n == 0 {
		return none
	}
	if i := c.IntN(n); c.IntN(8) > 0 {
		for k := range n {
			if j := (i + k) % n; good(j) {
				return j
			}
		}
	}
	return c.IntN(n)
}

// alive is one of the credentials, mostly one that lives and of which good holds.
func (c *script) alive(good func(r credentialRule) bool) int {
	return c.one(len(c.s.credentials), func(i int) bool {
		r := c.s.credentials[i]
		return r.life == active && c.s.live(i, c.now) && good(r)
	})
}

// next is the next step.
func (c *script) next() step {
	clock := c.now + c.Int64N(skew+1)
	for {
		if s, ok := c.draw(clock); ok {
			s.clock, s.what = clock, fmt.Sprintf("%s by a clock %d s ahead", s.what, clock-c.now)
			return s
		}
	}
}

// beside is a step that is done at once with another, mostly one about the same credential.
func (c *script) beside(other step) (s step) {
	for range 8 {
		if s = c.next(); s.about == other.about {
			break
		}
	}
	return s
}

func (c *script) draw(clock int64) (step, bool) {
	switch n := c.IntN(100); {
	case n < 9:
		return c.issues(clock)
	case n < 28:
		return c.rotates(clock)
	case n < 32:
		return c.comesAgain(clock)
	case n < 60:
		return c.claims(clock)
	case n < 70:
		return step{
			what: "sweep", loose: true, parts: true, job: none, about: none,
			do:   func(p *process) (bool, error) { _, err := p.sweeper().Sweep(p.ctx, p.now()); return true, err },
			rule: func(s *state) bool { s.sweep(clock); return true },
		}, true
	case n < 82:
		return c.formers(clock)
	case n < 86:
		return c.revokes(clock)
	case n < 87:
		return c.withdraws()
	case n < 93:
		return c.announces(clock)
	case n < 96:
		return c.turns()
	}
	return c.uses(clock)
}

func (c *script) slots(j jobRule) (job, link int) {
	c.s.jobs = append(c.s.jobs, j)
	return len(c.s.jobs) - 1, c.slot()
}

// slot is a place for a password that may come to be made.
func (c *script) slot() int {
	c.s.links = append(c.s.links, linkRule{credential: none})
	*c.made = append(*c.made, made{})
	return len(c.s.links) - 1
}

func (c *script) issues(clock int64) (step, bool) {
	of, days := c.IntN(persons), 0
	if c.IntN(3) == 0 {
		days = 1 + c.IntN(3)
	}
	c.s.credentials = append(c.s.credentials, credentialRule{who: of, current: none, former: none, next: none})
	j, l := c.slots(jobRule{who: of, credential: len(c.s.credentials) - 1, days: days, link: none})
	return c.job("issue", j, l, clock), true
}

func (c *script) rotates(clock int64) (step, bool) {
	of := c.alive(func(r credentialRule) bool { return r.next == none || c.IntN(3) == 0 })
	if of == none || c.s.credentials[of].current == none {
		return step{}, false
	}
	j, l := c.slots(jobRule{who: c.s.credentials[of].who, credential: of, rotates: true, link: none})
	return c.job("rotate", j, l, clock), true
}

func (c *script) comesAgain(clock int64) (step, bool) {
	j := c.one(len(c.s.jobs), func(i int) bool { return !c.s.jobs[i].done && !c.unclear[i] })
	if j == none || c.unclear[j] || c.s.jobs[j].done && c.IntN(4) > 0 {
		return step{}, false
	}
	return c.job("again", j, c.slot(), clock), true
}

// id is the job's that makes a credential.
func id(of int) string { return fmt.Sprintf("view:V%d:h", of) }

func (c *script) job(what string, i, l int, clock int64) step {
	r, dies := c.s.jobs[i], c.IntN(5) == 0
	j, err := job.New(id(r.credential), job.Issue, job.IssueArgs{Application: "box", Days: r.days})
	if r.rotates {
		j, err = job.New(fmt.Sprintf("trigger:%d", i), job.Rotate, job.RotateArgs{Credential: credential.ID(id(r.credential))})
	}
	if err != nil {
		panic(err) // its arguments are plain
	}
	j.Person, j.Team, j.At = who(r.who), "TLOCAL", clock
	made := *c.made
	return step{
		what: fmt.Sprintf("%s: job %d of credential %d, link %d, dies %v", what, i, r.credential, l, dies), job: i, about: r.credential,
		do: func(p *process) (bool, error) {
			p.dies = dies
			err := p.issuer().Issue(p.ctx, j)
			if p.shown == nil {
				return false, err
			}
			if errors.Is(err, errDies) {
				err = nil
			}
			var failed error
			made[l], failed = p.take(*p.shown)
			return true, errors.Join(err, failed)
		},
		rule: func(s *state) bool { return s.issue(i, l, clock, !dies) },
	}
}
