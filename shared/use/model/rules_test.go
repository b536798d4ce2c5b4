package model_test

import (
	"slices"
	"time"
)

// The rules, in seconds since the epoch.
const (
	linkLife  = 15 * 60
	refetch   = 60
	late      = 5 // how long what began in time may take
	skew      = 5 // how much clocks may differ
	grace     = 24 * 3600
	extension = 7 * 24 * 3600
)

type life int

const (
	pending life = iota
	active
	over
)

// none is no password.
const none = -1

// state is all that the rules know. Passwords are named by the links that lead to them.
type state struct {
	people      []gate
	credentials []credentialRule
	links       []linkRule
	jobs        []jobRule
}

type gate struct {
	known      bool
	open       bool
	closed     bool
	generation int
}

type credentialRule struct {
	who                   int
	life                  life
	expires, due          int64 // 0: none
	current, former, next int
	formerEnds, formerDue int64
	extended              bool
}

type linkRule struct {
	credential    int // none: nothing was made
	from          int // what it replaces
	made, expires int64
	gate          int
	void          bool
	claimed       int64 // when; 0: it is not
	fetched       bool
}

type jobRule struct {
	who, credential int
	rotates, done   bool
	days            int
	link            int // the last that it has made
}

func (s state) clone() state {
	return state{slices.Clone(s.people), slices.Clone(s.credentials), slices.Clone(s.links), slices.Clone(s.jobs)}
}

// works is the rule that all of this is about.
func (s state) works(link int, now int64) bool {
	l := s.links[link]
	if l.credential == none {
		return false
	}
	c := s.credentials[l.credential]
	switch {
	case c.life != active, c.expires != 0 && now >= c.expires:
		return false
	case c.current == link:
		return c.due == 0 || now < c.due
	case c.former == link:
		return now < c.formerEnds
	}
	return false
}

func (s state) live(credential int, now int64) bool {
	c := s.credentials[credential]
	return c.life != over && (c.expires == 0 || now < c.expires) && (c.due == 0 || now < c.due)
}

// issue is a job that makes an app password, or another for one. It comes once or again, and makes the link.
func (s *state) issue(job, link int, now int64, done bool) bool {
	j := &s.jobs[job]
	if j.done {
		return false
	}
	if j.link != none && (s.links[j.link].claimed != 0 || s.links[j.link].void) {
		j.done = true
		return false
	}
	g := &s.people[j.who]
	if g.known && !g.open {
		j.done = true
		return false
	}
	if j.rotates && (s.credentials[j.credential].life != active || !s.live(j.credential, now)) {
		j.done = true
		return false
	}
	if !g.known {
		*g = gate{known: true, open: true, generation: 1}
	}
	c := &s.credentials[j.credential]
	l := linkRule{credential: j.credential, from: none, made: now, expires: now + linkLife, gate: g.generation}
	if j.rotates {
		if c.next != none {
			s.links[c.next].void = true
		}
		l.from, c.next = c.current, link
	} else {
		if j.link != none {
			s.links[j.link].void = true
		}
		*c = credentialRule{who: j.who, life: pending, current: link, former: none, next: none}
		if j.days > 0 {
			c.expires = now + int64(j.days)*24*3600
		}
	}
	s.links[link] = l
	j.link, j.done = link, done
	return true
}

// claim is a session that shows the link's proof. It may get nothing, where the process dies.
func (s *state) claim(link int, now int64, dies bool) bool {
	l := &s.links[link]
	if l.claimed != 0 {
		if now >= l.claimed+refetch {
			return false
		}
		l.fetched = l.fetched || !dies
		return true
	}
	if l.credential == none || l.void || now >= l.expires {
		return false
	}
	c := &s.credentials[l.credential]
	if g := s.people[c.who]; !g.open || g.generation != l.gate {
		return false
	}
	if l.from == none {
		if c.life != pending || c.current != link {
			return false
		}
		c.life = active
	} else {
		if c.life != active || c.current != l.from || c.next != link || c.due != 0 && now >= c.due {
			return false
		}
		c.former, c.formerEnds, c.formerDue, c.extended = c.current, now+grace, c.due, false
		c.current, c.next, c.due = link, none, 0
	}
	l.claimed, l.fetched = now, !dies
	return true
}

// sweep ends what is over, and what was claimed and never handed over.
func (s *state) sweep(now int64) {
	for i := range s.links {
		l := &s.links[i]
		if l.credential == none || l.void || l.fetched {
			continue
		}
		c := &s.credentials[l.credential]
		switch {
		case l.claimed == 0 && now >= l.expires+late:
			l.void = true
			if c.next == i {
				c.next = none
			} else if c.current == i && c.life == pending {
				c.life = over
			}
		case l.claimed != 0 && now >= l.claimed+refetch+late:
			s.unseen(i)
		}
	}
	for i := range s.credentials {
		c := &s.credentials[i]
		if c.life != active {
			continue
		}
		if end := soonest(c.expires, c.due); end != 0 && now-skew >= end {
			c.life = over
		} else if c.former != none && now-skew >= c.formerEnds {
			c.former = none
		}
	}
}

// unseen takes back what nobody has got: what it has replaced works again, as it did.
func (s *state) unseen(link int) {
	l := s.links[link]
	c := &s.credentials[l.credential]
	switch {
	case c.life != active:
	case c.former == link:
		c.former = none
	case c.current != link:
	case l.from != none && c.former == l.from:
		c.current, c.due, c.former, c.extended = l.from, c.formerDue, none, false
	default: // nothing is left that anybody knows
		c.life = over
	}
}

func soonest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func at(seconds int64) time.Time { return time.Unix(seconds, 0) }
