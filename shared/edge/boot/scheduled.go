package boot

import (
	"context"
	"errors"
	"time"
)

// Task is what a schedule runs.
type Task interface {
	// Run does what is due at the time for which it was scheduled. A returned error means that Lambda runs it again.
	Run(ctx context.Context, at time.Time) error
}

// Scheduled serves a schedule of EventBridge Scheduler, of which the input is {"time":"<aws.scheduler.scheduled-time>"}, with what build
// makes of the function's configuration C.
func Scheduled[C any](build func(ctx context.Context, c C, d Deps) (Task, error)) {
	run(func(ctx context.Context, c C, d Deps) (any, error) {
		task, err := build(ctx, c, d)
		if err != nil {
			return nil, err
		}
		return NewSchedule(task).Handle, nil
	})
}

// Schedule runs a task for events.
type Schedule struct{ task Task }

// NewSchedule returns a schedule of the task.
func NewSchedule(task Task) *Schedule { return &Schedule{task} }

// Tick is the event of a schedule.
type Tick struct {
	// Time is for when it was scheduled, RFC 3339. The task takes it for now, whenever it really runs.
	Time time.Time `json:"time"`
}

var errTick = errors.New("the event has no time; give the schedule the input {\"time\":\"<aws.scheduler.scheduled-time>\"}")

// Handle runs the task.
func (s *Schedule) Handle(ctx context.Context, e Tick) error {
	if e.Time.IsZero() {
		return errTick
	}
	return s.task.Run(ctx, e.Time)
}
