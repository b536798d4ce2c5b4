package scheduler_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/runtime"
	"github.com/apppass/apppass/infra/local/scheduler"
	"github.com/apppass/apppass/infra/local/template"
)

// declare is a schedule of a function whose event is the scheduled time.
func declare(function, expression string) scheduler.Schedule {
	return scheduler.Schedule{
		Schedule: template.Schedule{Name: "s-" + function, Expression: expression, Timezone: "UTC", Input: `"<aws.scheduler.scheduled-time>"`, Enabled: true},
		Function: function, AsyncRetries: 2,
	}
}

// stage is a scheduler whose invocations are noted as "function event", and come to what answer says.
type stage struct {
	*scheduler.Scheduler
	t     *testing.T
	clock *clock.Clock
	stop  context.CancelFunc

	mu       sync.Mutex
	answer   func(function, event string) (runtime.Result, error)
	invoked  []string
	attempts []int
}

func start(t *testing.T, schedules ...scheduler.Schedule) *stage {
	t.Helper()
	s := &stage{t: t, clock: clock.New(0), answer: func(string, string) (runtime.Result, error) { return runtime.Result{}, nil }}
	made, err := scheduler.New(scheduler.Options{
		Clock: s.clock, Schedules: schedules,
		Invoke: func(_ context.Context, function string, event []byte) (runtime.Result, error) {
			s.mu.Lock()
			s.invoked = append(s.invoked, function+" "+strings.Trim(string(event), `"`))
			answer := s.answer
			s.mu.Unlock()
			return answer(function, string(event))
		},
		Observe: func(f scheduler.Firing) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.attempts = append(s.attempts, f.Attempt)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Scheduler = made
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		made.Run(ctx)
	}()
	s.stop = func() {
		cancel()
		<-ended
	}
	t.Cleanup(s.stop)
	synctest.Wait()
	return s
}

// answers sets what invocations come to from now on.
func (s *stage) answers(answer func(function, event string) (runtime.Result, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// got is what was invoked since it was last asked.
func (s *stage) got() []string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.invoked
	s.invoked = nil
	return all
}

func (s *stage) want(what string, want ...string) {
	s.t.Helper()
	if got := s.got(); !slices.Equal(got, want) {
		s.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestADisabledScheduleFiresByHandOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disabled := declare("sweep", "rate(1 minute)")
		disabled.Enabled = false
		s := start(t, disabled)
		s.clock.Advance(time.Hour)
		s.want("an hour later")
		s.answers(func(string, string) (runtime.Result, error) {
			return runtime.Result{Payload: []byte("1"), Failed: true}, nil
		})
		at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.FixedZone("", 3600))
		for _, name := range []string{"sweep", "s-sweep"} {
			if got, err := s.Fire(t.Context(), name, at); err != nil || string(got.Payload) != "1" || !got.Failed {
				t.Errorf("Fire(%s): got %+v, %v", name, got, err)
			}
			s.want("by hand", "sweep 2026-11-25T08:00:00Z")
		}
		time.Sleep(time.Hour)
		s.want("later: nothing again")
		if _, err := s.Fire(t.Context(), "nobody", at); err == nil || !strings.Contains(err.Error(), "fire nobody: no schedule invokes it") {
			t.Errorf("Fire(nobody): got %v", err)
		}
		s.answers(func(string, string) (runtime.Result, error) { return runtime.Result{}, runtime.ErrThrottled })
		if _, err := s.Fire(t.Context(), "sweep", at); !errors.Is(err, runtime.ErrThrottled) {
			t.Errorf("throttled: got %v", err)
		}
	})
}

func TestEventsAreTheServicesOrAsDeclared(t *testing.T) {
	at := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		input string
		rule  bool
		want  string // with ID for what is random
	}{
		"declared": {`{"t":"<aws.scheduler.scheduled-time>","s":"<aws.scheduler.schedule-arn>","n":<aws.scheduler.attempt-number>,"id":"<aws.scheduler.execution-id>"}`, false,
			`{"id":"ID","n":1,"s":"arn:aws:scheduler:us-east-1:000000000000:schedule/default/nightly","t":"2026-11-25T08:00:00Z"}`},
		"a schedule's own": {"", false, `{"account":"000000000000","detail":"{}","detail-type":"Scheduled Event","id":"ID","region":"us-east-1",` +
			`"resources":["arn:aws:scheduler:us-east-1:000000000000:schedule/default/nightly"],"source":"aws.scheduler","time":"2026-11-25T08:00:00Z","version":"0"}`},
		"a rule's own": {"", true, `{"account":"000000000000","detail":{},"detail-type":"Scheduled Event","id":"ID","region":"us-east-1",` +
			`"resources":["arn:aws:events:us-east-1:000000000000:rule/nightly"],"source":"aws.events","time":"2026-11-25T08:00:00Z","version":"0"}`},
		"a rule's declared": {`{"t":"<aws.scheduler.scheduled-time>"}`, true, `{"t":"<aws.scheduler.scheduled-time>"}`},
	} {
		var event []byte
		s, err := scheduler.New(scheduler.Options{
			Clock: clock.New(0),
			Schedules: []scheduler.Schedule{{Function: "f", Schedule: template.Schedule{
				Name: "nightly", Expression: "rate(1 day)", Timezone: "UTC", Input: c.input, Rule: c.rule}}},
			Invoke: func(_ context.Context, _ string, e []byte) (runtime.Result, error) {
				event = e
				return runtime.Result{}, nil
			},
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := s.Fire(t.Context(), "f", at); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got map[string]any
		if err := json.Unmarshal(event, &got); err != nil {
			t.Fatalf("%s: %v: %s", name, err, event)
		}
		if id, ok := got["id"].(string); ok && len(id) >= 16 {
			got["id"] = "ID"
		}
		var want map[string]any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestWhatNewRefuses(t *testing.T) {
	invalid, notJSON, ruleOnce := declare("f", "rate(soon)"), declare("f", "rate(1 day)"), declare("f", "at(2026-12-24T18:00:00)")
	notJSON.Input, ruleOnce.Rule = "{", true
	ruleOnce.Input = `"x"`
	for want, schedules := range map[string][]scheduler.Schedule{
		"the schedule s-f: rate(soon): a rate is": {invalid},
		"the schedule s-f: its input is not JSON": {notJSON},
		"a rule of EventBridge takes no at(…)":    {ruleOnce},
		"there are two schedules s-f":             {declare("f", "rate(1 day)"), declare("f", "rate(1 day)")},
	} {
		if _, err := scheduler.New(scheduler.Options{Schedules: schedules}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestSchedulesAreThoseOfTheTemplate(t *testing.T) {
	s := template.Schedule{Name: "nightly"}
	got := scheduler.Schedules([]template.Function{{Name: "a"}, {Name: "b", AsyncRetries: 1, Schedules: []template.Schedule{s}}})
	if want := fmt.Sprint([]scheduler.Schedule{{Schedule: s, Function: "b", AsyncRetries: 1}}); fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
