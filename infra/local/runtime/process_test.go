package runtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	goruntime "runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/runtime"
)

func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

func TestFaultsAreSuffered(t *testing.T) {
	exit := func(t *testing.T, r runtime.Result, err error) {
		if err != nil || r.ErrorType != "Runtime.ExitError" || !strings.Contains(string(r.Payload), "signal: killed") {
			t.Errorf("got %q %s, %v; want Runtime.ExitError, signal: killed", r.ErrorType, r.Payload, err)
		}
	}
	refused := func(want error) func(*testing.T, runtime.Result, error) {
		return func(t *testing.T, _ runtime.Result, err error) {
			if !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
		}
	}
	for name, c := range map[string]struct {
		fault faults.Fault
		runs  bool
		check func(*testing.T, runtime.Result, error)
	}{
		"throttle":    {faults.Fault{Kind: faults.Throttle}, false, refused(runtime.ErrThrottled)},
		"before":      {faults.Fault{Kind: faults.Before}, false, refused(runtime.ErrService)},
		"after":       {faults.Fault{Kind: faults.After}, true, refused(runtime.ErrService)},
		"kill":        {faults.Fault{Kind: faults.Kill}, false, exit},
		"kill, after": {faults.Fault{Kind: faults.Kill, Delay: time.Nanosecond}, true, exit},
		"delay":       {faults.Fault{Kind: faults.Delay, Delay: 10 * time.Millisecond}, true, refused(nil)},
		"hang": {faults.Fault{Kind: faults.Hang}, false, func(t *testing.T, r runtime.Result, err error) {
			if err != nil || r.ErrorType != "Sandbox.Timedout" {
				t.Errorf("got %q, %v; want Sandbox.Timedout", r.ErrorType, err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, func(f *runtime.Function) { f.Timeout = 2 * time.Second })
			p.add(c.fault)
			begun := time.Now()
			result, err := p.Invoke(t.Context(), "f", []byte(`{"do":"print","text":"it runs\n"}`))
			c.check(t, result, err)
			if took := time.Since(begun); took < c.fault.Delay {
				t.Errorf("it took %v, want %v at least", took, c.fault.Delay)
			}
			if again := p.invoke(`{}`); again.Failed {
				t.Errorf("the next invocation fails: %s", again.Payload)
			}
			if runs := strings.Contains(p.logged(), "it runs"); runs != c.runs {
				t.Errorf("it ran: %v, want %v", runs, c.runs)
			}
		})
	}
}

func TestKillEndsTheProcessInAnInvocation(t *testing.T) {
	p, g := start(t, nil), newGate(t)
	idle := make(chan runtime.Result)
	go func() { idle <- p.invoke(g.event()) }()
	wait(t, "the function's fetch", g.arrived)
	pid := answer[int](p, `{"do":"pid"}`) // of the second process, idle now
	p.Kill("f")
	if got := wait(t, "the result", idle); got.ErrorType != "Runtime.ExitError" {
		t.Errorf("got type %q: %s", got.ErrorType, got.Payload)
	}
	if again := answer[int](p, `{"do":"pid"}`); again != pid {
		t.Errorf("the idle process was %d and is %d: want it untouched", pid, again)
	}
	p.Kill("f")
	if again := answer[int](p, `{"do":"pid"}`); again == pid {
		t.Error("the idle process lives, although none was in an invocation")
	}
}

func TestRestartLetsTheInvocationEndAndThenStartsAnew(t *testing.T) {
	p, g := start(t, nil), newGate(t)
	result := make(chan runtime.Result)
	go func() { result <- p.invoke(g.event()) }()
	wait(t, "the function's fetch", g.arrived)
	pid := answer[int](p, `{"do":"pid"}`)
	p.Restart()
	if again := answer[int](p, `{"do":"pid"}`); again == pid {
		t.Error("the idle process is used again")
	}
	g.open <- "done"
	if got := wait(t, "the result", result); string(got.Payload) != `"done"` {
		t.Errorf("got %s, want the answer", got.Payload)
	}
}

func TestProcessesKnowTheClocksOffset(t *testing.T) {
	p := start(t, nil)
	for _, c := range []struct {
		advance time.Duration
		want    string
	}{{0, ""}, {36 * time.Hour, "36h0m0s"}, {-37 * time.Hour, "-1h0m0s"}} {
		p.clock.Advance(c.advance)
		got := ""
		for _, v := range answer[[]string](p, `{"do":"environment"}`) {
			if offset, ok := strings.CutPrefix(v, "APPPASS_CLOCK_OFFSET="); ok {
				got = offset
			}
		}
		if got != c.want {
			t.Errorf("after %v: got %q, want %q", c.advance, got, c.want)
		}
	}
}

func TestTheRuntimeAPIRefusesWhatIsOutOfTurn(t *testing.T) {
	p := start(t, nil)
	address := ""
	for _, v := range answer[[]string](p, `{"do":"environment"}`) {
		if api, ok := strings.CutPrefix(v, "AWS_LAMBDA_RUNTIME_API="); ok {
			address = "http://" + api
		}
	}
	const invocation = "/2018-06-01/runtime/invocation/"
	for name, c := range map[string]struct {
		method, url string
		status      int
		errorType   string
	}{
		"waiting twice":                   {"GET", address + invocation + "next", 403, "InvalidStateTransition"},
		"an answer to nothing":            {"POST", address + invocation + "8476a536/response", 400, "InvalidRequestID"},
		"an error of nothing":             {"POST", address + invocation + "8476a536/error", 400, "InvalidRequestID"},
		"failing to initialise too late":  {"POST", address + "/2018-06-01/runtime/init/error", 403, "InvalidStateTransition"},
		"a path that the API hasn't":      {"GET", address + "/2018-06-01/runtime/exit/error", 404, "InvalidPath"},
		"a process that does not run":     {"GET", address + "7" + invocation + "next", 404, "InvalidProcess"},
		"another function's name":         {"GET", strings.Replace(address, "/f/", "/g/", 1) + invocation + "next", 404, "InvalidProcess"},
		"an address without any process":  {"GET", strings.Split(address, "/f/")[0] + "/", 404, "InvalidProcess"},
		"a method that the API hasn't":    {"PUT", address + invocation + "next", 404, "InvalidPath"},
		"a process number that is a word": {"GET", strings.TrimRight(address, "0123456789") + "x" + invocation + "next", 404, "InvalidProcess"},
	} {
		q, err := http.NewRequestWithContext(t.Context(), c.method, c.url, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got struct{ ErrorType string }
		if err := json.NewDecoder(a.Body).Decode(&got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		a.Body.Close()
		if a.StatusCode != c.status || got.ErrorType != c.errorType {
			t.Errorf("%s: got %d %s, want %d %s", name, a.StatusCode, got.ErrorType, c.status, c.errorType)
		}
	}
	if got := p.invoke(`{}`); got.Failed {
		t.Errorf("the next invocation fails: %s", got.Payload)
	}
}

func TestAFunctionThatAskedForItGetsSIGTERM(t *testing.T) {
	g := newGate(t)
	p := start(t, func(f *runtime.Function) { f.Env = map[string]string{"GOODBYE": g.URL + "/goodbye"} })
	p.invoke(`{}`)
	p.Restart()
	if got := wait(t, "the goodbye", g.arrived); got != "/goodbye" {
		t.Errorf("got %q", got)
	}
}

func TestCloseLeavesNoProcess(t *testing.T) {
	p, g := start(t, nil), newGate(t)
	failed := make(chan error)
	go func() {
		_, err := p.Invoke(context.Background(), "f", []byte(g.event()))
		failed <- err
	}()
	wait(t, "the function's fetch", g.arrived)
	idle := answer[int](p, `{"do":"pid"}`)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := wait(t, "the invocation", failed); !errors.Is(err, runtime.ErrClosed) {
		t.Errorf("the invocation: got %v, want ErrClosed", err)
	}
	if !gone(idle) {
		t.Errorf("process %d is still there", idle)
	}
	wait(t, "the end of the busy process", g.broken)
	if err := p.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

func TestNothingIsLostWhenProcessesAreKilledAndRestartedUnderLoad(t *testing.T) {
	p := start(t, func(f *runtime.Function) { f.Concurrency = 4 })
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for n := range 25 {
				result, err := p.Invoke(t.Context(), "f", []byte(`{"do":"pid"}`))
				if err != nil || result.Failed && result.ErrorType != "Runtime.ExitError" {
					t.Errorf("invocation %d: %q %s, %v", n, result.ErrorType, result.Payload, err)
				}
				switch n % 5 {
				case 1:
					p.Restart()
				case 2:
					p.Kill("f")
				case 3:
					p.clock.Advance(time.Second)
				}
			}
		})
	}
	callers.Wait()
}

func TestCloseLeavesNoGoroutine(t *testing.T) {
	before := goleak.IgnoreCurrent()
	p := start(t, func(f *runtime.Function) { f.Timeout = 50 * time.Millisecond })
	p.invoke(`{}`)
	p.invoke(`{"do":"hang"}`)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, before)
}

// beParent is another program: it invokes a function that fetches url, and waits.
func beParent(url string) {
	r, err := runtime.New(runtime.Options{Clock: clock.New(0)})
	if err == nil {
		err = r.Add(runtime.Function{Name: "f", Binary: os.Getenv("TEST_BINARY"), Timeout: time.Minute, Concurrency: 1})
	}
	if err == nil {
		_, err = r.Invoke(context.Background(), "f", fmt.Appendf(nil, `{"get":%q}`, url))
	}
	fmt.Println(err)
	os.Exit(1)
}

func TestNoProcessOutlivesAParentThatIsKilled(t *testing.T) {
	if goruntime.GOOS != "linux" {
		t.Skip("only Linux kills the children of a process that is killed")
	}
	g := newGate(t)
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "TEST_ORPHAN="+g.URL+"/fetch", "TEST_BINARY="+binary)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	wait(t, "the function's fetch", g.arrived)
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	wait(t, "the end of the function", g.broken)
	if err := parent.Wait(); err == nil {
		t.Error("the parent ended by itself")
	}
}
