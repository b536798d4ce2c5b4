package scheduler_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apppass/apppass/infra/local/runtime"
)

// The bubble's time begins at midnight of 2000-01-01, UTC.
func TestSchedulesFireWhenTheirTimeComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, declare("nudge", "rate(5 minutes)"), declare("sweep", "cron(2 * * * ? *)"), declare("once", "at(2000-01-01T00:03:00)"))
		time.Sleep(2*time.Minute - time.Nanosecond)
		s.want("just before two minutes")
		time.Sleep(time.Nanosecond)
		s.want("at two minutes", "sweep 2000-01-01T00:02:00Z")
		time.Sleep(8 * time.Minute)
		s.want("at ten minutes", "once 2000-01-01T00:03:00Z", "nudge 2000-01-01T00:05:00Z", "nudge 2000-01-01T00:10:00Z")
	})
}

func TestAClockThatIsMovedForwardsMakesAllBetweenDueInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hourly, daily := declare("nudge", "rate(1 hour)"), declare("nudge", "cron(30 1 * * ? *)")
		daily.Name = "daily"
		s := start(t, daily, hourly)
		s.clock.Advance(3*time.Hour + time.Minute)
		s.want("three hours later", "nudge 2000-01-01T01:00:00Z", "nudge 2000-01-01T01:30:00Z", "nudge 2000-01-01T02:00:00Z", "nudge 2000-01-01T03:00:00Z")
		time.Sleep(59 * time.Minute)
		s.want("an hour of real time later", "nudge 2000-01-01T04:00:00Z")
	})
}

func TestOfMoreThan1000MissedFiringsTheLastIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, declare("nudge", "rate(1 minute)"), declare("sweep", "cron(0 0 * * ? *)"))
		s.clock.Advance(1000*time.Minute + time.Second)
		if got := s.got(); len(got) != 1000 || got[0] != "nudge 2000-01-01T00:01:00Z" {
			t.Errorf("1000 missed: got %d, beginning with %q", len(got), got[:min(2, len(got))])
		}
		s.clock.Advance(1001 * time.Minute)
		got := s.got()
		slices.Sort(got)
		if want := []string{"nudge 2000-01-02T09:21:00Z", "sweep 2000-01-02T00:00:00Z"}; !slices.Equal(got, want) {
			t.Errorf("1001 missed: got %q, want %q", got, want)
		}
		s.clock.Set(time.Date(2030, 1, 1, 0, 0, 30, 0, time.UTC))
		got = s.got()
		slices.Sort(got)
		if want := []string{"nudge 2030-01-01T00:00:00Z", "sweep 2030-01-01T00:00:00Z"}; !slices.Equal(got, want) {
			t.Errorf("30 years missed: got %q, want %q", got, want)
		}
	})
}

func TestAClockThatIsMovedBackwardsLetsTimesComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, declare("nudge", "rate(1 hour)"))
		s.clock.Advance(time.Hour)
		s.want("an hour later", "nudge 2000-01-01T01:00:00Z")
		s.clock.Advance(-30 * time.Minute)
		s.want("half an hour back")
		time.Sleep(30 * time.Minute)
		s.want("again", "nudge 2000-01-01T01:00:00Z")
	})
}

func TestWhatFailsIsMadeAgainAfterOneAndTwoMinutes(t *testing.T) {
	for name, fails := range map[string]func() (runtime.Result, error){
		"the function fails":      func() (runtime.Result, error) { return runtime.Result{Failed: true}, nil },
		"it can't be invoked":     func() (runtime.Result, error) { return runtime.Result{}, runtime.ErrThrottled },
		"it fails the first time": nil,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, declare("sweep", "at(2000-01-01T00:10:00)"))
				count := 0
				s.answers(func(string, string) (runtime.Result, error) {
					if count++; fails != nil {
						return fails()
					}
					return runtime.Result{Failed: count == 1}, nil
				})
				const event = "sweep 2000-01-01T00:10:00Z"
				time.Sleep(10 * time.Minute)
				s.want("when due", event)
				time.Sleep(time.Minute - time.Second)
				s.want("just before a minute")
				time.Sleep(time.Second)
				s.want("after a minute", event)
				last := []string{event}
				if fails == nil {
					last = nil
				}
				s.clock.Advance(2 * time.Minute)
				s.want("after two more, by the stack's clock", last...)
				s.clock.Advance(time.Hour)
				s.want("much later")
				if want := []int{1, 2, 3}[:2+len(last)]; !slices.Equal(s.attempts, want) {
					t.Errorf("attempts %v, want %v", s.attempts, want)
				}
			})
		})
	}
}

func TestAFunctionsFiringsDoNotOverlapButThoseOfOthersDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, declare("slow", "rate(1 minute)"), declare("quick", "rate(2 minutes)"))
		release := make(chan struct{})
		s.answers(func(function, _ string) (runtime.Result, error) {
			if function == "slow" {
				<-release
			}
			return runtime.Result{Failed: function == "slow"}, nil
		})
		s.clock.Advance(2 * time.Minute)
		got := s.got()
		slices.Sort(got)
		if want := []string{"quick 2000-01-01T00:02:00Z", "slow 2000-01-01T00:01:00Z"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		release <- struct{}{}
		s.want("when the first has failed", "slow 2000-01-01T00:02:00Z")
		close(release)
		s.stop()
	})
}

func TestRunWaitsForTheInvocationUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, declare("sweep", "rate(1 minute)"))
		done := false
		s.answers(func(string, string) (runtime.Result, error) {
			time.Sleep(time.Second)
			done = true
			return runtime.Result{}, nil
		})
		s.clock.Advance(5 * time.Minute)
		synctest.Wait()
		s.stop()
		if !done {
			t.Error("Run ended before the invocation")
		}
		s.want("of five", "sweep 2000-01-01T00:01:00Z")
	})
}
