package nudge_test

import (
	"container/heap"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	core "github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/use/nudge"
)

var (
	people = flag.Int("people", 25, "how many people the simulated year has")
	days   = flag.Int("days", 100, "how many days it has")
	tick   = flag.Duration("tick", 30*time.Minute, "how much time is between two ticks")
	seed   = flag.Uint64("seed", 0, "its seed; 0: a random one")
)

// event is what happens at a time, in the order of times.
type event struct {
	at time.Time
	n  int
	do func()
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].n < a[j].n
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(e any)   { *a = append(*a, e.(event)) }
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// year is people who have app passwords, use them or not, travel, and answer or don't, while nothing works all of the time.
type year struct {
	*house
	rng    *rand.Rand
	faults *breaker
	todo   agenda
	n      int
	end    time.Time
	rules  policy.Policy
	ruled  time.Time // since when
	all    []*human
	by     map[string]*human
	jobs   int
	acted  map[string]int // what people and reminders did
	ticks  struct{ runs, jobs int }
}

// at has something happen.
func (y *year) at(when time.Time, do func()) {
	if when.Before(y.end) {
		y.n++
		heap.Push(&y.todo, event{when, y.n, do})
	}
}

// in has something happen after a time between these.
func (y *year) in(least, most time.Duration, do func()) {
	y.at(y.now.Add(least+time.Duration(y.rng.Int64N(int64(most-least)+1))).Truncate(time.Second), do)
}

func (y *year) one(in int) bool { return y.rng.IntN(in) == 0 }

// deliver brings a job to the worker, now and then twice or hours late, and again until it is done, ten times at most.
func (y *year) deliver(j job.Job, delay time.Duration) {
	least, most := delay+time.Second, delay+30*time.Second
	if y.one(60) {
		most += 9 * time.Hour
	}
	y.in(least, most, func() { y.run(j, 1) })
	if y.one(40) {
		y.in(least, most+time.Hour, func() { y.run(j, 1) })
	}
}

func (y *year) run(j job.Job, receive int) {
	y.jobs++
	y.faults.crashed = false
	n, ctx := nudge.New(breaks(y.faults, y.ports), time.Minute, y.clock), y.t.Context()
	var err error
	switch j.Kind {
	case job.Nudge:
		err = n.Nudge(ctx, j)
	case job.Abandoned:
		err = n.Abandoned(ctx, j)
	case job.Snooze:
		var a nudge.Answered
		if a, err = n.Snooze(ctx, j); err == nil {
			y.by[j.Person].snoozed(y, j, a)
		}
	case job.Keep:
		var a nudge.Answered
		if a, err = n.Keep(ctx, j); err == nil {
			y.by[j.Person].kept(y, j, a)
		}
	}
	if err != nil && receive < 10 {
		y.in(time.Duration(receive)*time.Minute, time.Duration(receive+1)*time.Minute, func() { y.run(j, receive+1) })
	}
}

// Due and SendAll are the tick's, and break too.
func (y *year) Due(ctx ctx, now time.Time, most int) (persons []string, more bool, err error) {
	err = y.faults.call(func() (err error) { persons, more, err = y.nudges.Due(ctx, now, most); return err })
	return persons, more, err
}

func (y *year) SendAll(_ ctx, all []job.Job) (sent int, err error) {
	for _, j := range all {
		if y.faults.call(func() error { return nil }) != nil {
			err = errFault
			continue
		}
		sent++
		y.by[j.Person].looks++
		y.ticks.jobs++
		y.deliver(j, 0)
	}
	return sent, err
}

func (y *year) tick() {
	y.faults.crashed = false
	y.ticks.runs++
	_, _ = nudge.NewTicker(y, y, "TLOCAL").Tick(y.t.Context(), y.now)
	y.in(*tick, *tick, y.tick)
}

func (y *year) Send(_ ctx, j job.Job, delay time.Duration) error {
	y.deliver(j, delay)
	return nil
}

// Digest is Slack taking a digest: here it is held against what is true.
func (y *year) Digest(_ ctx, owner credential.Owner, _ person.Preferences, _ core.Card, items []core.Item) (channel, ts string, err error) {
	h := y.by[owner.Person]
	if y.now.Before(h.away) {
		return "", "", fmt.Errorf("%w: channel_not_found", person.ErrUnreachable)
	}
	h.reminded(y, items)
	return "D" + owner.Person, fmt.Sprintf("%d.000100", y.now.Unix()), nil
}

func (y *year) Unreachable(_ ctx, p person.Person) error {
	h := y.by[p.Owner.Person]
	if y.acted["listed"]++; !h.listed.IsZero() && y.now.Sub(h.listed) < 29*day && y.faults.one == 0 {
		y.t.Errorf("%s was listed at %v and at %v", p.Owner.Person, h.listed, y.now)
	}
	h.listed = y.now
	return nil
}

func (y *year) Abandoned(_ ctx, owner credential.Owner, all []credential.Credential) error {
	for _, c := range all {
		y.by[owner.Person].passwords[c.ID].word = true
	}
	return nil
}

// rule puts a policy into force.
func (y *year) rule(change func(p *policy.Policy)) {
	span := time.Duration(*days) * day
	y.rules = y.decides(y.rules.Version+1, func(p *policy.Policy) {
		p.GeneralAge, p.SensitiveAge = max(span/3, 32*day), max(span/6, 30*day)
		p.Idle, p.IdleAnswer = max(span/8, 30*day), 14*day
		change(p)
	})
	y.ruled = y.now
}

// TestAYear lives through days of many people. As it stands it is a hundred days of a few of them, with a tick each half an hour: the shortest
// time that anybody's hours leave; make year is all of it.
func TestAYear(t *testing.T) {
	t.Parallel()
	if *seed == 0 {
		*seed = rand.Uint64N(1 << 40)
	}
	begun := time.Now()
	start := time.Date(2027, 10, 4, 0, 0, 0, 0, time.UTC) // the year has a leap day, and both changes of the clocks
	rng := rand.New(rand.NewPCG(*seed, 1))
	y := &year{
		house: newHouse(t, start), rng: rng, faults: &breaker{rng: rng, one: 60}, end: start.Add(time.Duration(*days) * day),
		by: map[string]*human{}, acted: map[string]int{},
	}
	y.ports.Show, y.ports.Queue = y, y
	y.rule(func(*policy.Policy) {})
	for n := range *people {
		y.move(n)
	}
	span := y.end.Sub(start)
	y.at(start.Add(span*2/5), func() { y.rule(func(p *policy.Policy) { p.Enforce = true }) })
	y.at(start.Add(span*4/5), func() { y.rule(func(p *policy.Policy) { p.Enforce, p.Idle = false, p.Idle+10*day }) })
	y.at(start, y.tick)
	y.at(start.Add(5*day+time.Minute), y.review)
	for len(y.todo) > 0 && !t.Failed() {
		e := heap.Pop(&y.todo).(event)
		y.now = e.at
		e.do()
	}
	y.finish(begun)
}

// finish looks at the sums: everything has happened, and nobody was looked at for nothing.
func (y *year) finish(begun time.Time) {
	looks := 0
	for _, h := range y.all {
		looks += h.looks
	}
	mean := float64(looks) / float64(len(y.all)**days)
	y.t.Logf("seed %d: %d people, %d days in %v: %d ticks, %d jobs by them (%.3f a person and day), %d jobs in all, %d faults; %v",
		*seed, len(y.all), *days, time.Since(begun).Round(time.Second), y.ticks.runs, y.ticks.jobs, mean, y.jobs, y.faults.broken, y.acted)
	if mean > 0.5 {
		y.t.Errorf("people are looked at %.2f times a day", mean)
	}
	must := []string{"digest", "age", "rotate", "use", "snoozed", "announced", "travel", "made"}
	if *days >= 365 && *people >= 200 {
		must = append(must, "end", "idle", "revoke", "keep", "abandoned", "listed")
	}
	for _, what := range must {
		if y.acted[what] == 0 {
			y.t.Errorf("in all the time there was no %s", what)
		}
	}
}

// review holds what is stored against what is promised, now and then.
func (y *year) review() {
	for _, h := range y.all {
		k, err := y.nudges.Known(y.t.Context(), h.owner)
		y.must(err)
		if h.looks-h.reviewed > 60 {
			y.t.Errorf("%s was looked at %d times within five days", h.owner.Person, h.looks-h.reviewed)
		}
		h.reviewed = h.looks
		for _, c := range k.All {
			if p := h.passwords[c.ID]; p != nil {
				p.review(y, h, c)
			}
		}
	}
	y.in(5*day, 5*day, y.review)
}

func has(all []core.Item, id string) bool {
	return slices.ContainsFunc(all, func(i core.Item) bool { return i.Credential.ID == id })
}
