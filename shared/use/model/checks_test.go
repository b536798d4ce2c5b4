package model_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/use/sweep"
)

// verifies verifies every password there is, by the slowest clock and by the fastest, and keeps the states that say the same.
func (w *world) verifies(after []state) {
	table, err := w.look(w.t.Context(), w.all)
	if err != nil {
		w.t.Fatal(err)
	}
	type verdict struct {
		link int
		now  int64
		ok   bool
	}
	var found []verdict
	for _, now := range []int64{w.script.now, w.script.now + skew} {
		p := w.process(w.t.Context(), now)
		v := p.verifier(table)
		for i, m := range w.all {
			if m.typed == "" {
				continue
			}
			ok, err := p.signsIn(v, m, netip.Addr{})
			if err != nil {
				w.t.Fatal(err)
			}
			found = append(found, verdict{i, now, ok})
		}
	}
	for _, f := range found {
		w.tally.count(map[bool]string{true: "verified", false: "refused"}[f.ok], 1)
	}
	var wrong string
	w.states = slices.DeleteFunc(after, func(s state) bool {
		for _, f := range found {
			if s.works(f.link, f.now) != f.ok {
				wrong = fmt.Sprintf("at %d link %d verifies: %v; by the rules it is the other way, %+v of %+v", f.now, f.link, f.ok, s.links[f.link], s.credentials[s.links[f.link].credential])
				return true
			}
		}
		return false
	})
	if len(w.states) == 0 {
		w.t.Error(wrong)
	}
}

// settles lets everything end, and looks whether it is written down.
func (w *world) settles() {
	ends := w.states[0].ends()
	if len(ends) == 0 {
		return
	}
	w.script.now = slices.Max(append(ends, w.script.now)) + 3600
	for range 3 {
		w.does([]step{{
			what: "sweep at last", clock: w.script.now, loose: true, parts: true, job: none, about: none,
			do:   func(p *process) (bool, error) { _, err := p.sweeper().Sweep(p.ctx, p.now()); return true, err },
			rule: func(s *state) bool { s.sweep(w.script.now); return true },
		}})
		if w.t.Failed() {
			return
		}
	}
	for i, c := range w.states[0].credentials {
		if c.current == none {
			continue
		}
		is, err := w.store.Credential(context.Background(), owner(who(c.who)), credential.ID(id(i)))
		if err != nil {
			w.t.Fatal(err)
		}
		if want := map[life][]credential.State{pending: {credential.Pending}, active: {credential.Active}, over: {credential.Revoked, credential.Expired}}[c.life]; !slices.Contains(want, is.State) {
			w.t.Errorf("credential %d is %s, want %v", i, is.State, want)
		}
		if c.life == active && (is.Former.Verifier != "") != (c.former != none) {
			w.t.Errorf("credential %d has the former %+v, want %d", i, is.Former, c.former)
		}
	}
	left, err := w.store.Ending(context.Background(), at(w.script.now), sweep.Limit)
	if err != nil || len(left) > 0 {
		w.t.Errorf("after everything has ended, the sweep still wakes for %v (%v)", left, err)
	}
}
