package scheduler

import (
	"context"
	"slices"
	"sync"
	"time"
)

// most is how many missed firings of one schedule are made up for.
const most = 1000

// retryAfter is how long Lambda waits before it makes an asynchronous invocation again.
var retryAfter = []time.Duration{time.Minute, 2 * time.Minute}

// due is an invocation that is to be made.
type due struct {
	schedule  *schedule
	scheduled time.Time // what its event says
	at        time.Time // when it is to be made: scheduled, or later where it is made again
	event     []byte
	attempts  int // made so far
}

// Run fires what becomes due until ctx ends, then waits for the invocations under way. What is due and not yet under way is dropped.
func (s *Scheduler) Run(ctx context.Context) {
	r := run{Scheduler: s, finished: make(chan finished), queues: map[string][]*due{}}
	defer r.working.Wait()
	for last := s.options.Clock.Now(); ; {
		moved, now := s.options.Clock.Moved(), s.options.Clock.Now()
		r.collect(last, now)
		r.work(ctx)
		last = now
		timer := time.NewTimer(r.next(now).Sub(now))
		select {
		case <-timer.C:
		case <-moved:
		case f := <-r.finished:
			r.finish(f, s.options.Clock.Now())
		case <-ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// run is what one call of Run knows. Only its goroutine touches it, but for what finished carries.
type run struct {
	*Scheduler
	waiting  []*due            // their time has not come
	queues   map[string][]*due // by function, in order; the first is under way
	working  sync.WaitGroup
	finished chan finished
}

type finished struct {
	due    *due
	failed bool
}

// collect queues what became due after last, up to now. It takes nothing from a clock that moved backwards.
func (r *run) collect(last, now time.Time) {
	var ready []*due
	r.waiting = slices.DeleteFunc(r.waiting, func(d *due) bool {
		if d.at.After(now) {
			return false
		}
		ready = append(ready, d)
		return true
	})
	for _, s := range r.schedules {
		if !s.Enabled {
			continue
		}
		for _, t := range between(s.times, last, now) {
			ready = append(ready, &due{schedule: s, scheduled: t, at: t, event: s.event(t)})
		}
	}
	slices.SortStableFunc(ready, func(a, b *due) int { return a.at.Compare(b.at) })
	for _, d := range ready {
		function := d.schedule.Function
		queue, busy := r.queues[function]
		if !busy {
			queue = []*due{nil} // work begins with what follows the one under way
		}
		r.queues[function] = append(queue, d)
	}
}

// work begins the next invocation of each function that has none under way.
func (r *run) work(ctx context.Context) {
	for function, queue := range r.queues {
		if queue[0] != nil {
			continue
		}
		if len(queue) == 1 {
			delete(r.queues, function)
			continue
		}
		r.queues[function] = queue[1:]
		d := queue[1]
		r.working.Go(func() {
			f := r.invoke(context.WithoutCancel(ctx), d)
			select {
			case r.finished <- finished{d, f.failed()}:
			case <-ctx.Done():
			}
		})
	}
}

// finish makes room for the function's next, and has a failed invocation wait for its next attempt.
func (r *run) finish(f finished, now time.Time) {
	r.queues[f.due.schedule.Function][0] = nil
	if retry := f.due.attempts - 1; f.failed && retry < min(f.due.schedule.AsyncRetries, len(retryAfter)) {
		f.due.at = now.Add(retryAfter[retry])
		r.waiting = append(r.waiting, f.due)
	}
}

// next is when something becomes due after now; an hour later where nothing ever does.
func (r *run) next(now time.Time) time.Time {
	next := now.Add(time.Hour)
	for _, s := range r.schedules {
		if t := s.times.after(now); s.Enabled && !t.IsZero() && t.Before(next) {
			next = t
		}
	}
	for _, d := range r.waiting {
		if d.at.Before(next) {
			next = d.at
		}
	}
	return next
}

// between lists the times of e after last, up to now; only the last of them where they are more than most.
func between(e expression, last, now time.Time) []time.Time {
	var all []time.Time
	for t := e.after(last); !t.IsZero() && !t.After(now); t = e.after(t) {
		if len(all) == most {
			return []time.Time{latest(e, now)}
		}
		all = append(all, t)
	}
	return all
}

// latest is the last time of e that is not after now. There is one. It is looked for from ever further back.
func latest(e expression, now time.Time) time.Time {
	for back := time.Minute; ; back *= 8 {
		t := e.after(now.Add(-back))
		if t.IsZero() || t.After(now) {
			continue
		}
		for {
			later := e.after(t)
			if later.IsZero() || later.After(now) {
				return t
			}
			t = later
		}
	}
}
