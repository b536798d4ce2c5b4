package model_test

func (s *state) revoke(credential int) bool {
	c := &s.credentials[credential]
	if c.life == over || c.current == none {
		return false
	}
	for _, l := range []int{c.current, c.next} {
		if l != none && s.links[l].claimed == 0 {
			s.links[l].void = true
		}
	}
	c.life = over
	return true
}

// revokeMade ends the one password of a credential that was made then.
func (s *state) revokeMade(credential int, made, now int64) bool {
	c := &s.credentials[credential]
	switch {
	case c.current == none, c.life == over:
		return false
	case s.links[c.current].made == made:
		return s.revoke(credential)
	case c.life == active && c.former != none && now < c.formerEnds && s.links[c.former].made == made:
		c.former = none
		return true
	case c.next != none && s.links[c.next].made == made:
		s.links[c.next].void, c.next = true, none
		return true
	}
	return false
}

// withdraw ends what a link leads to.
func (s *state) withdraw(link int) bool {
	l := &s.links[link]
	c := &s.credentials[l.credential]
	switch {
	case l.from == none, c.current == link:
		return s.revoke(l.credential)
	case c.next != link || c.life == over:
		return false
	}
	l.void, c.next = true, none
	return true
}

func (s *state) endFormer(credential int, made, now int64) bool {
	c := &s.credentials[credential]
	if !s.rotating(credential, made, now) {
		return false
	}
	c.former = none
	return true
}

func (s *state) extend(credential int, made, now int64) bool {
	c := &s.credentials[credential]
	if !s.rotating(credential, made, now) || c.extended {
		return false
	}
	c.formerEnds, c.extended = c.formerEnds+extension, true
	return true
}

func (s *state) rotating(credential int, made, now int64) bool {
	c := s.credentials[credential]
	return c.life == active && c.former != none && now < c.formerEnds && s.links[c.former].made == made
}

// announce says until when the present password works.
func (s *state) announce(credential int, due, now int64) bool {
	c := &s.credentials[credential]
	if c.life != active || !s.live(credential, now) || c.due != 0 {
		return false
	}
	c.due = due
	return true
}

func (s *state) turn(who int, to string) bool {
	g := &s.people[who]
	switch {
	case !g.known, to == "hold" && !g.open, to == "close" && g.closed, to == "admit" && g.open:
		return false
	}
	g.open, g.closed = to == "admit", to == "close"
	g.generation++
	return true
}

// ends is every moment at which something changes by itself.
func (s state) ends() (all []int64) {
	for _, l := range s.links {
		if l.credential != none && !l.void && !l.fetched {
			all = append(all, l.expires, l.expires+late)
		}
		if l.claimed != 0 && !l.fetched {
			all = append(all, l.claimed+refetch, l.claimed+refetch+late)
		}
	}
	for _, c := range s.credentials {
		if c.life == active {
			all = append(all, c.expires, c.due)
			if c.former != none {
				all = append(all, c.formerEnds)
			}
		}
	}
	return all
}
