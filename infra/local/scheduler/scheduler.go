// Package scheduler is the local stack's EventBridge Scheduler: it invokes functions at the times that the template declares.
//
// # What it does
//
// [Scheduler.Run] waits, by the stack's clock, for what is due: rate(…), cron(…) with a time zone, at(…), as in
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html. [Scheduler.Fire] runs one at once, for any time.
//
// # What is promised
//
// An event tells the time for which it was scheduled, not the time at which it is handed over, so that a function needs no clock
// of its own. A clock that is moved forwards makes everything due that lies between: each firing comes with its own time, a function's
// one after another in their order. Of a schedule that would have fired more than 1000 times in between only the last firing is made. A clock
// that is moved backwards lets times come again.
//
// Invocations are asynchronous as Lambda's: one that failed is made again with the same event, after one minute by the stack's
// clock and then after two, AsyncRetries times in all; the firings after it don't wait for that. Times during which nobody calls Run are
// not made up for.
//
// Unlike on AWS a rate counts its intervals from 1970 in UTC, not from when it was declared, so that a restart doesn't shift it. Invocations that can't be made, because of a throttle for example, count as failed. Flexible time windows are off.
//
// # What may be changed here
//
// The package knows functions by name only. What an expression means is AWS's to decide: change it only towards AWS.
package scheduler

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // time zones where the machine has none

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/runtime"
	"github.com/apppass/apppass/infra/local/template"
)

// Schedule is a declared schedule and the function that it invokes.
type Schedule struct {
	template.Schedule
	// Function is the function's name.
	Function string
	// AsyncRetries is how often an invocation that failed is made again, 0 to 2.
	AsyncRetries int
}

// Schedules are the schedules of a template's functions.
func Schedules(functions []template.Function) []Schedule {
	var all []Schedule
	for _, f := range functions {
		for _, s := range f.Schedules {
			all = append(all, Schedule{Schedule: s, Function: f.Name, AsyncRetries: f.AsyncRetries})
		}
	}
	return all
}

// Invoke runs a function on an event, as [runtime.Runtime.Invoke] does.
type Invoke func(ctx context.Context, function string, event []byte) (runtime.Result, error)

// Options says how a scheduler is made.
type Options struct {
	// Clock is the stack's time.
	Clock *clock.Clock
	// Invoke runs the functions. Its context does not end with Run's.
	Invoke Invoke
	// Schedules are all schedules; disabled ones fire only by hand.
	Schedules []Schedule
	// Observe, if set, hears of each invocation when it is over. It is called from many goroutines.
	Observe func(Firing)
}

// Firing is one invocation by a schedule, for who observes.
type Firing struct {
	Schedule string
	Function string
	// At is the time for which it was scheduled.
	At time.Time
	// Attempt is 1, and one more for each time that it is made again.
	Attempt int
	// Result is the invocation's; Err is set where it could not be made.
	Result runtime.Result
	Err    error
}

// failed reports whether Lambda would make it again.
func (f Firing) failed() bool { return f.Err != nil || f.Result.Failed }

// Scheduler fires schedules. It is safe for concurrent use; Run is called once.
type Scheduler struct {
	options   Options
	schedules []*schedule
}

// schedule is a schedule whose expression is understood.
type schedule struct {
	Schedule
	times expression
}

// New understands the schedules. It is an error if an expression or a time zone is not one that AWS takes, or if two have the same name.
func New(o Options) (*Scheduler, error) {
	s := &Scheduler{options: o}
	for _, declared := range o.Schedules {
		times, err := parse(declared.Expression, declared.Timezone)
		if err != nil {
			return nil, fmt.Errorf("the schedule %s: %w", declared.Name, err)
		}
		if declared.Rule {
			if _, once := times.(at); once {
				return nil, fmt.Errorf("the schedule %s: a rule of EventBridge takes no at(…)", declared.Name)
			}
		}
		if s.find(func(other *schedule) bool { return other.Name == declared.Name }) != nil {
			return nil, fmt.Errorf("there are two schedules %s", declared.Name)
		}
		made := &schedule{Schedule: declared, times: times}
		if !json.Valid(made.event(time.Unix(0, 0))) {
			return nil, fmt.Errorf("the schedule %s: its input is not JSON", declared.Name)
		}
		s.schedules = append(s.schedules, made)
	}
	return s, nil
}

func (s *Scheduler) find(is func(*schedule) bool) *schedule {
	if i := slices.IndexFunc(s.schedules, is); i >= 0 {
		return s.schedules[i]
	}
	return nil
}

// Fire invokes the function as its schedule would at the time at (to the second), and waits for it. It is made once, also if it fails. A
// function with several schedules is fired by the first; a schedule's own name may stand for the function's. It is an error if there is
// no such schedule, or if the invocation can't be made.
func (s *Scheduler) Fire(ctx context.Context, function string, at time.Time) (runtime.Result, error) {
	chosen := s.find(func(c *schedule) bool { return c.Function == function })
	if chosen == nil {
		chosen = s.find(func(c *schedule) bool { return c.Name == function })
	}
	if chosen == nil {
		return runtime.Result{}, fmt.Errorf("fire %s: no schedule invokes it", function)
	}
	firing := s.invoke(ctx, &due{schedule: chosen, scheduled: at, event: chosen.event(at)})
	return firing.Result, firing.Err
}

// invoke makes one invocation.
func (s *Scheduler) invoke(ctx context.Context, d *due) Firing {
	d.attempts++
	result, err := s.options.Invoke(ctx, d.schedule.Function, d.event)
	f := Firing{Schedule: d.schedule.Name, Function: d.schedule.Function, At: d.scheduled, Attempt: d.attempts, Result: result, Err: err}
	if s.options.Observe != nil {
		s.options.Observe(f)
	}
	return f
}
