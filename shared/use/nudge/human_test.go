package nudge_test

import (
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	core "github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
)

// human is one of the people, as they are: not as they are stored.
type human struct {
	owner     credential.Owner
	zone      *time.Location
	quiet     person.Quiet
	away      time.Time // until when they can't be reached
	listed    time.Time
	dates     map[string]time.Time // of digests
	passwords map[string]*password
	// looks is how often a tick had them looked at, and reviewed how often that was at the last review.
	looks, reviewed int
}

// password is one of theirs.
type password struct {
	id      string
	every   time.Duration // between uses; 0: it is not used any more
	told    map[core.Why][]time.Time
	seen    time.Time // its last use, reveal, rotation or answer
	renewed time.Time
	snoozed map[core.Why]time.Time
	until   time.Time // of the latest snooze
	// announced is when its owner was told that it stops at a time.
	announced map[int64]time.Time
	raced     time.Time // when it was acted upon beside a digest
	revoked   bool      // by its owner
	word      bool      // its owner was told that it was revoked for nobody used it
}

var zones = []string{
	"Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns",
	"Pacific/Chatham", "UTC",
}

var silences = []person.Quiet{{}, {}, {}, {From: 18, Until: 8}, {From: 12, Until: 14}, {From: 9, Until: 12}, {From: 10, Until: 16}, {From: 0, Until: 11}, {From: 9, Until: 17}}

// move has somebody move in, with app passwords that they get over time.
func (y *year) move(n int) {
	zone := zones[y.rng.IntN(len(zones))]
	h := &human{dates: map[string]time.Time{}, passwords: map[string]*password{}}
	h.owner = y.joins(fmt.Sprintf("U%04d", n), zone)
	y.by[h.owner.Person], y.all = h, append(y.all, h)
	h.travels(y, zone)
	for range 1 + y.rng.IntN(6) {
		y.in(0, y.end.Sub(y.now)/3, func() { h.gets(y) })
	}
	span := y.end.Sub(y.now)
	for range 1 + y.rng.IntN(3) {
		y.in(0, span, func() { h.travels(y, zones[y.rng.IntN(len(zones))]) })
		y.in(0, span, func() { h.chooses(y) })
	}
	if y.one(25) {
		y.in(0, span/2, func() { h.away = y.now.Add(40 * day) })
	}
}

func (h *human) travels(y *year, zone string) {
	y.acted["travel"]++
	where, err := time.LoadLocation(zone)
	y.must(err)
	h.zone = where
	a := y.slack[h.owner.Person]
	a.Zone = zone
	y.slack[h.owner.Person] = a
}

func (h *human) chooses(y *year) {
	h.quiet = silences[y.rng.IntN(len(silences))]
	y.must(y.people.PreferQuiet(y.t.Context(), h.owner, h.quiet, y.now))
}

func (h *human) gets(y *year) {
	y.acted["made"]++
	tier, expires := credential.General, time.Time{}
	if y.one(3) {
		tier = credential.Sensitive
	}
	if y.one(4) {
		expires = y.now.Add(time.Duration(3+y.rng.IntN(90)) * day)
	}
	c := y.makes(h.owner, tier, expires)
	p := &password{id: c.ID, told: map[core.Why][]time.Time{}, snoozed: map[core.Why]time.Time{}, announced: map[int64]time.Time{}, seen: y.now, renewed: y.now}
	h.passwords[c.ID] = p
	if !y.one(3) {
		p.every = time.Duration(5+y.rng.IntN(20)) * day
		y.in(0, p.every, func() { h.uses(y, p) })
		y.in(10*day, 200*day, func() { p.every = 0 })
	}
}

// works is the app password, if it works now.
func (h *human) works(y *year, p *password) (credential.Credential, bool) {
	c := y.is(h.owner, p.id)
	return c, c.State == credential.Active && c.Live(y.now)
}

func (h *human) uses(y *year, p *password) {
	if c, ok := h.works(y, p); ok && p.every > 0 {
		y.acted["use"]++
		y.house.uses(c)
		p.seen = y.now
		y.in(p.every, p.every, func() { h.uses(y, p) })
	}
}

func (h *human) rotates(y *year, p *password) {
	c, ok := h.works(y, p)
	if !ok {
		return
	}
	y.acted["rotate"]++
	y.house.rotates(c)
	p.renewed, p.seen, p.until = y.now, y.now, time.Time{}
	clear(p.told)
	clear(p.snoozed)
}

func (h *human) revokes(y *year, p *password) {
	if c, ok := h.works(y, p); ok {
		y.acted["revoke"]++
		p.revoked = true
		y.house.revokes(c)
	}
}

// reminded is a digest that has come: it must be right, and is answered or not.
func (h *human) reminded(y *year, items []core.Item) {
	if len(items) == 0 {
		y.t.Errorf("%s: an empty digest", h.owner.Person)
	}
	if y.one(80) { // somebody acts while it is sent
		p := h.passwords[items[0].Credential.ID]
		p.raced = y.now
		[]func(*year, *password){h.rotates, h.revokes}[y.rng.IntN(2)](y, p)
	}
	y.acted["digest"]++
	h.mayBeReminded(y)
	for n, i := range items {
		p := h.passwords[i.Credential.ID]
		if has(items[:n], i.Credential.ID) {
			y.t.Errorf("%s: %s is in a digest twice", h.owner.Person, p.id)
		}
		if !p.raced.Equal(y.now) {
			p.mayBeSaid(y, h, i)
			p.told[i.Why] = append(p.told[i.Why], y.now)
		}
		y.acted[string(i.Why)]++
		if i.Why == core.Age && i.Stops {
			if _, known := p.announced[i.At.Unix()]; !known {
				y.acted["announced"]++
				p.announced[i.At.Unix()] = y.now
			}
		}
		y.in(time.Minute, 6*time.Hour, func() { h.answers(y, p, i) })
	}
}

// mayBeReminded expects that now is within their hours, where Slack says that they are, and that nothing was said on this date.
func (h *human) mayBeReminded(y *year) {
	here := y.now.In(h.zone)
	minute := here.Hour()*60 + here.Minute()
	quiet := h.quiet != person.Quiet{From: 9, Until: 17} && h.quiet.Holds(here) // those leave no time, and are taken for none
	if here.Weekday() == time.Saturday || here.Weekday() == time.Sunday || minute < 9*60+30 || minute >= 16*60+30 || quiet {
		y.t.Errorf("%s was reminded at %v, with quiet hours %v", h.owner.Person, here, h.quiet)
	}
	date := here.Format(time.DateOnly)
	if before, twice := h.dates[date]; twice {
		y.t.Errorf("%s was reminded at %v and at %v", h.owner.Person, before, here)
	}
	h.dates[date] = here
}

// answers is what they do about a line.
func (h *human) answers(y *year, p *password, i core.Item) {
	leave := func(kind job.Kind, args any) {
		j := y.answer(h.owner, kind, args)
		j.ID = fmt.Sprintf("trigger:%d", y.n)
		y.deliver(j, 0)
	}
	switch chance := y.rng.IntN(100); {
	case chance < 40:
	case chance < 60:
		leave(job.Snooze, job.SnoozeArgs{Credential: p.id, For: string(core.Snoozes[y.rng.IntN(len(core.Snoozes))])})
	case chance < 65:
		h.revokes(y, p)
	case i.Why == core.Age:
		h.rotates(y, p)
	case i.Why == core.Idle && chance < 85:
		leave(job.Keep, job.KeepArgs{Credential: p.id})
	case i.Why == core.Idle:
		if c, ok := h.works(y, p); ok {
			y.house.uses(c)
			p.seen = y.now
		}
	}
}

// snoozed is that a reminder was put off.
func (h *human) snoozed(y *year, j job.Job, a nudgeAnswered) {
	if a.Outcome != core.Snoozed {
		return
	}
	y.acted["snoozed"]++
	args, err := job.ArgsOf[job.SnoozeArgs](j)
	y.must(err)
	p := h.passwords[args.Credential]
	p.until = a.Until
	clear(p.snoozed) // the last word counts
	p.snoozed[a.Line.Why] = a.Until
}

// kept is that one was said to be needed, when the job was left.
func (h *human) kept(y *year, j job.Job, a nudgeAnswered) {
	if a.Outcome != core.Kept {
		return
	}
	y.acted["keep"]++
	args, err := job.ArgsOf[job.KeepArgs](j)
	y.must(err)
	if p := h.passwords[args.Credential]; time.Unix(j.At, 0).After(p.seen) {
		p.seen = time.Unix(j.At, 0)
	}
}
