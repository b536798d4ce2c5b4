package nudge_test

import (
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	core "github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/use/nudge"
)

type nudgeAnswered = nudge.Answered

const (
	// patience is how late something may be said: by a weekend, and by two days that crashes have cost.
	patience = 7 * day
	// spread is until when a policy that has changed is seen by everybody.
	spread = core.Horizon + patience
	// early is how much earlier than its days a reminder may come, for a weekend, and because it comes at the day's beginning.
	early = 4 * day
)

// mayBeSaid expects that what is said of an app password is so.
func (p *password) mayBeSaid(y *year, h *human, i core.Item) {
	c, works := h.works(y, p)
	wrong := func(what string) {
		y.t.Errorf("%s, at %v: %s of %s: %s; at %v, it is %+v of %v", h.owner.Person, y.now, i.Why, p.id, what, i.At, c.Nudges, c.Renewed)
	}
	if !works || c.Verifier != i.Credential.Verifier {
		wrong("it is over, or another one")
	}
	if y.now.Before(p.snoozed[i.Why]) {
		wrong("it is put off until " + p.snoozed[i.Why].String())
	}
	first := time.Duration(y.rules.Remind[0]) * day
	switch i.Why {
	case core.End:
		if !i.At.Equal(c.Expires) || c.Expires.Sub(y.now) > first+early || !i.Stops {
			wrong("that is not its end")
		}
	case core.Age:
		if i.At.Sub(y.now) > first+early || !i.Stops && i.At.Before(p.renewed) {
			wrong("it is young")
		}
		if i.Stops && c.Due.IsZero() && !y.rules.Enforce {
			wrong("it does not stop")
		}
	case core.Idle:
		if y.now.Sub(p.seen) < y.rules.Idle-time.Second {
			wrong("it was used at " + p.seen.String())
		}
	}
}

// review expects of a stored app password what is promised.
func (p *password) review(y *year, h *human, c credential.Credential) {
	wrong := func(what string) {
		y.t.Errorf("%s, at %v: %s: %s; it is %s, ends %v, due %v, renewed %v, seen %v, %+v; told %v, announced %v", h.owner.Person, y.now, p.id, what, c.State,
			c.Expires, c.Due, p.renewed, p.seen, c.Nudges, p.told, p.announced)
	}
	if c.State == credential.Revoked && !p.revoked {
		if y.now.Sub(c.Ended) < 5*day {
			y.acted["abandoned"]++
		}
		if c.Ended.Sub(p.seen) < y.rules.Idle-10*day+y.rules.IdleAnswer || c.Ended.Sub(c.Nudges.Asked) < y.rules.IdleAnswer {
			wrong("it was revoked, and was not idle, or was not asked about in time")
		}
		if y.now.Sub(c.Ended) > day && !p.word {
			wrong("it was revoked without a word")
		}
	}
	if !c.Due.IsZero() {
		p.said(y, c, wrong)
	}
	settled := y.now.Sub(y.ruled) > spread && y.now.Sub(h.away) > spread && y.now.Sub(p.until) > patience
	if c.State != credential.Active || !c.Live(y.now) || !settled {
		return
	}
	if c.Nudges.Wake.IsZero() || y.now.Sub(c.Nudges.Wake) > day {
		wrong("nobody looks at it")
	}
	p.wasSaid(y, c, wrong)
}

// said expects that an end by age was said, with the time of the first reminder left, and that it is the entry's.
func (p *password) said(y *year, c credential.Credential, wrong func(string)) {
	at, ok := p.announced[c.Due.Unix()]
	if !ok || c.Due.Sub(at) < time.Duration(y.rules.Remind[0])*day-time.Second {
		wrong("its end was not said in time")
	}
	if c.State == credential.Active {
		if e, err := y.verifiers.Entry(y.t.Context(), c.Verifier); err != nil || !e.Ends.Equal(c.Due) {
			wrong("its entry ends at " + e.Ends.String())
		}
	}
}

// wasSaid expects that what there is to say was said.
func (p *password) wasSaid(y *year, c credential.Credential, wrong func(string)) {
	first := time.Duration(y.rules.Remind[0]) * day
	tooOld := p.renewed.Add(y.rules.Age(c.Tier))
	last := func(why core.Why) (at time.Time) {
		if n := len(p.told[why]); n > 0 {
			at = p.told[why][n-1]
		}
		return at
	}
	late := func(end time.Time) bool { // its first reminder is over
		due := end.Add(-first)
		if last(core.Idle).After(due.Add(-early)) {
			due = end // a digest has one line for it: that nobody uses it was more urgent
		}
		return y.now.After(due.Add(patience)) && end.Sub(p.renewed) > first+early
	}
	switch ends := !c.Expires.IsZero() && !c.Expires.After(tooOld); {
	case ends && late(c.Expires) && last(core.End).IsZero():
		wrong("its end was never said")
	case !ends && late(tooOld) && last(core.Age).IsZero():
		wrong("its age was never said")
	case !ends && !y.rules.Enforce && c.Due.IsZero() && y.now.Sub(tooOld) > 14*day+patience && y.now.Sub(last(core.Age)) > 14*day+patience && y.now.Sub(last(core.Idle)) > 28*day:
		wrong("its age was not said again")
	case !ends && y.rules.Enforce && c.Due.IsZero() && y.now.After(tooOld.Add(patience)):
		wrong("its age has no end")
	}
	idle := p.seen.Add(y.rules.Idle)
	since := y.now.Sub(idle)
	if p.until.After(idle) { // the question waits, too
		since = y.now.Sub(p.until)
	}
	switch {
	case since > patience && c.Nudges.Asked.Before(idle):
		wrong("nobody has asked whether it is needed")
	case since > y.rules.IdleAnswer+2*patience:
		wrong("it is idle, and lives")
	}
}
