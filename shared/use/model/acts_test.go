package model_test

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/reveal"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/rotate"
)

// password is a password that was made, mostly one of which good holds.
func (c *script) password(good func(i int) bool) (int, made, bool) {
	i := c.one(len(*c.made), func(i int) bool { return (*c.made)[i].typed != "" && good(i) })
	if i == none || (*c.made)[i].typed == "" {
		return i, made{}, false
	}
	return i, (*c.made)[i], true
}

func (c *script) claims(clock int64) (step, bool) {
	i, m, ok := c.password(func(i int) bool {
		l := c.s.links[i]
		return !l.void && !l.fetched && (c.now < l.expires && l.claimed == 0 || c.now < l.claimed+refetch)
	})
	if !ok {
		return step{}, false
	}
	dies := c.IntN(3) == 0
	return step{
		what: fmt.Sprintf("claim link %d, dies %v", i, dies), job: none, about: c.s.links[i].credential,
		do: func(p *process) (bool, error) {
			p.dies = dies
			_, err := p.revealer().Claim(p.ctx, reveal.Claim{ID: m.link.ID(), Proof: m.link.Proof(), Nonce: link.Nonce{1}})
			if errors.Is(err, errDies) {
				return true, nil
			}
			return err == nil, err
		},
		rule: func(s *state) bool { return s.claim(i, clock, dies) },
	}, true
}

func (c *script) formers(clock int64) (step, bool) {
	of := c.alive(func(r credentialRule) bool { return r.former != none && c.now < r.formerEnds })
	if of == none || c.s.credentials[of].former == none {
		return step{}, false
	}
	made := c.s.links[c.s.credentials[of].former].made
	f := rotate.Former{Owner: owner(who(c.s.credentials[of].who)), Credential: credential.ID(id(of)), Made: at(made), Job: "trigger:f"}
	if c.IntN(3) == 0 {
		return step{
			what: fmt.Sprintf("end the former of credential %d", of), job: none, about: of,
			do:   func(p *process) (bool, error) { _, err := p.rotator().End(p.ctx, f); return err == nil, err },
			rule: func(s *state) bool { return s.endFormer(of, made, clock) },
		}, true
	}
	return step{
		what: fmt.Sprintf("extend the former of credential %d", of), job: none, about: of,
		do:   func(p *process) (bool, error) { _, err := p.rotator().Extend(p.ctx, f); return err == nil, err },
		rule: func(s *state) bool { return s.extend(of, made, clock) },
	}, true
}

func (c *script) revokes(clock int64) (step, bool) {
	i, _, ok := c.password(func(i int) bool { return c.s.works(i, c.now) })
	if !ok {
		return step{}, false
	}
	l := c.s.links[i]
	r := revoke.Request{
		Owner: owner(who(c.s.credentials[l.credential].who)), Credential: credential.ID(id(l.credential)), Job: fmt.Sprintf("trigger:r%d", c.Uint64()),
	}
	whole := c.IntN(2) == 0
	if !whole {
		r.Made = at(l.made)
	}
	return step{
		what: fmt.Sprintf("revoke credential %d, all of it %v, link %d", l.credential, whole, i), job: none, about: l.credential, loose: true,
		do: func(p *process) (bool, error) { _, err := p.revoker().Revoke(p.ctx, r); return true, err },
		rule: func(s *state) bool {
			if whole {
				return s.revoke(l.credential)
			}
			return s.revokeMade(l.credential, l.made, clock)
		},
	}, true
}

func (c *script) withdraws() (step, bool) {
	i, m, ok := c.password(func(i int) bool { return !c.s.links[i].void && c.s.links[i].claimed == 0 })
	if !ok {
		return step{}, false
	}
	name := fmt.Sprintf("trigger:w%d", c.Uint64())
	return step{
		what: fmt.Sprintf("withdraw link %d", i), job: none, about: c.s.links[i].credential, loose: true,
		do: func(p *process) (bool, error) {
			_, err := p.revoker().Withdraw(p.ctx, m.reveal, name)
			return true, err
		},
		rule: func(s *state) bool { return s.withdraw(i) },
	}, true
}

// announces tells an owner when the password will be too old.
func (c *script) announces(clock int64) (step, bool) {
	of := c.alive(func(r credentialRule) bool { return r.due == 0 })
	if of == none || c.s.credentials[of].current == none {
		return step{}, false
	}
	due := clock + 60 + c.Int64N(4*24*3600)
	o, name := owner(who(c.s.credentials[of].who)), credential.ID(id(of))
	return step{
		what: fmt.Sprintf("announce that credential %d ends in %d s", of, due-c.now), job: none, about: of,
		do: func(p *process) (bool, error) {
			k, err := p.store.Credential(p.ctx, o, name)
			if err != nil || k.State != credential.Active || !k.Live(p.now()) || !k.Due.IsZero() {
				return false, err
			}
			told := nudge.Item{Credential: k, Why: nudge.Age, At: at(due), Stops: true}.Told(p.now())
			err = p.nudges.Mark(p.ctx, k, told, at(due))
			return err == nil, err
		},
		rule: func(s *state) bool { return s.announce(of, due, clock) },
	}, true
}

// turns turns somebody's gate.
func (c *script) turns() (step, bool) {
	of := c.IntN(persons)
	to := []string{"hold", "close"}[c.IntN(2)]
	for i, g := range c.s.people {
		if g.known && !g.open && c.IntN(4) > 0 {
			of, to = i, "admit"
		}
	}
	return step{
		what: fmt.Sprintf("%s person %d", to, of), job: none, about: none,
		do: func(p *process) (bool, error) {
			k, err := p.people.Person(p.ctx, owner(who(of)))
			open := k.Gate.State == person.Open
			if err != nil || k.Login == "" || to == "hold" && !open || to == "close" && k.Gate.State == person.Closed || to == "admit" && open {
				return false, err
			}
			e := audit.New(p.now(), k.Owner, "apppass", audit.Held)
			switch to {
			case "hold":
				err = p.people.Hold(p.ctx, k, e)
			case "close":
				err = p.people.Close(p.ctx, k, e)
			case "admit":
				err = p.people.Admit(p.ctx, k, k.Login, e)
			}
			return err == nil, err
		},
		rule: func(s *state) bool { return s.turn(of, to) },
	}, true
}

func (c *script) uses(clock int64) (step, bool) {
	i, m, ok := c.password(func(i int) bool { return c.s.works(i, c.now) })
	if !ok {
		return step{}, false
	}
	from := netip.AddrFrom4([4]byte{203, 0, byte(c.IntN(networks)), 7})
	return step{
		what: fmt.Sprintf("use link %d", i), job: none, about: c.s.links[i].credential,
		do:   func(p *process) (bool, error) { return p.signsIn(p.verifier(p.verifiers), m, from) },
		rule: func(s *state) bool { return s.works(i, clock) },
	}, true
}
