package runtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/runtime"
)

func TestAProcessIsUsedAgain(t *testing.T) {
	p := start(t, nil)
	first := answer[int](p, `{"do":"pid"}`)
	for range 20 {
		if again := answer[int](p, `{"do":"pid"}`); again != first {
			t.Fatalf("process %d, then %d: want the same", first, again)
		}
	}
	if !p.calls[0].Cold || p.calls[1].Cold {
		t.Errorf("cold: %v, then %v; want true, then false", p.calls[0].Cold, p.calls[1].Cold)
	}
}

func TestTheEnvironmentIsLambdasAndTheFunctionsOwn(t *testing.T) {
	t.Setenv("LEAKED", "from whoever runs the stack")
	p := start(t, func(f *runtime.Function) {
		f.MemorySize = 512
		f.Env = map[string]string{"TABLE": "credentials", "AWS_ACCESS_KEY_ID": "local", "TZ": ":Europe/Berlin"}
	})
	got := answer[[]string](p, `{"do":"environment"}`)
	var api string
	got = slices.DeleteFunc(got, func(v string) bool {
		if strings.HasPrefix(v, "AWS_LAMBDA_RUNTIME_API=127.0.0.1:") {
			api = v
		}
		return strings.HasPrefix(v, "AWS_LAMBDA_RUNTIME_API=") || strings.HasPrefix(v, "_X_AMZN_TRACE_ID=Root=1-")
	})
	slices.Sort(got)
	want := []string{
		"AWS_ACCESS_KEY_ID=local", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512", "AWS_LAMBDA_FUNCTION_NAME=f", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/f", "AWS_LAMBDA_LOG_STREAM_NAME=[$LATEST]1",
		"AWS_REGION=us-east-1", "LAMBDA_TASK_ROOT=" + filepath.Dir(binary), "LANG=en_US.UTF-8", "PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TABLE=credentials", "TZ=:Europe/Berlin", "_HANDLER=bootstrap",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the environment (-want +got):\n%s", d)
	}
	if !strings.HasSuffix(api, "/f/1") {
		t.Errorf("got %q, want AWS_LAMBDA_RUNTIME_API=host:port/f/1", api)
	}
}

func TestTheInvocationsContextIsLambdas(t *testing.T) {
	p := start(t, nil)
	p.clock.Advance(1000 * time.Hour)
	result := p.invoke(`{"do":"context"}`)
	var got struct {
		ID, Arn, Dir, Trace string
		Deadline, Now       int64
	}
	if err := json.Unmarshal(result.Payload, &got); err != nil {
		t.Fatal(err)
	}
	if left := time.Duration(got.Deadline-got.Now) * time.Millisecond; left <= 50*time.Second || left > time.Minute {
		t.Errorf("%v are left of a minute, by the machine's clock", left)
	}
	if got.ID != result.RequestID || len(got.ID) != 36 {
		t.Errorf("got request id %q, and told %q", result.RequestID, got.ID)
	}
	if want := "arn:aws:lambda:us-east-1:000000000000:function:f"; got.Arn != want {
		t.Errorf("got ARN %q, want %q", got.Arn, want)
	}
	if got.Dir != filepath.Dir(binary) || !strings.HasPrefix(got.Trace, "Root=1-") {
		t.Errorf("got folder %q and trace %q", got.Dir, got.Trace)
	}
}

func TestFailuresAreToldAsLambdaTellsThem(t *testing.T) {
	for name, c := range map[string]struct {
		event, errorType, message string
	}{
		"an error":            {`{"do":"error","text":"no such table"}`, "errorString", `"errorMessage":"no such table"`},
		"a panic":             {`{"do":"panic","text":"oh"}`, "string", `"errorMessage":"oh"`},
		"an exit":             {`{"do":"exit","code":7}`, "Runtime.ExitError", `Error: Runtime exited with error: exit status 7"`},
		"an exit without":     {`{"do":"exit"}`, "Runtime.ExitError", `Error: Runtime exited without providing a reason"`},
		"too large an answer": {`{"do":"answer","size":6291557}`, "Function.ResponseSizeTooLarge", "(6291556 bytes)"},
		"an event not JSON":   {`{`, "errorString", `"errorMessage":"unexpected EOF"`},
		"half an answer":      {`{"do":"half"}`, "errorString", `"errorMessage":"torn"`},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, nil)
			got := p.invoke(c.event)
			if !got.Failed || got.ErrorType != c.errorType || !strings.Contains(string(got.Payload), c.message) {
				t.Errorf("got failed %v, type %q, payload %s; want type %q and %q in it", got.Failed, got.ErrorType, got.Payload, c.errorType, c.message)
			}
			if len(p.calls) != 1 || p.calls[0].ErrorType != c.errorType || p.calls[0].RequestID != got.RequestID {
				t.Errorf("observed %+v", p.calls)
			}
			if got := answer[*int](p, `{}`); got != nil {
				t.Errorf("the next invocation answers %v, want null", *got)
			}
		})
	}
}

func TestAnAnswerOfTheLargestSizeArrives(t *testing.T) {
	p := start(t, nil)
	if got := p.invoke(`{"do":"answer","size":6291556}`); got.Failed || len(got.Payload) != 6291556 {
		t.Errorf("got failed %v and %d bytes", got.Failed, len(got.Payload))
	}
}

func TestAFunctionThatHangsIsKilledAtItsTimeout(t *testing.T) {
	p := start(t, func(f *runtime.Function) { f.Timeout = 250 * time.Millisecond })
	pid := answer[int](p, `{"do":"pid"}`)
	got := p.invoke(`{"do":"hang"}`)
	if !got.Failed || got.ErrorType != "Sandbox.Timedout" || !strings.Contains(string(got.Payload), "Task timed out after 0.25 seconds") {
		t.Errorf("got failed %v, type %q: %s", got.Failed, got.ErrorType, got.Payload)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d is still there: %v", pid, err)
	}
	if !strings.Contains(p.logged(), "f: RequestId: "+got.RequestID+" Error: Task timed out after 0.25 seconds") {
		t.Errorf("the log does not tell: %s", p.logged())
	}
}

func TestInitialisationThatFailsIsTriedTwice(t *testing.T) {
	for name, c := range map[string]struct{ init, errorType, payload string }{
		"it exits":   {"exit", "Runtime.ExitError", "Error: Runtime exited with error: exit status 3"},
		"it reports": {"report", "Config.Missing", `{"errorType":"Config.Missing","errorMessage":"no table"}`},
	} {
		t.Run(name, func(t *testing.T) {
			count := filepath.Join(t.TempDir(), "count")
			p := start(t, func(f *runtime.Function) { f.Env = map[string]string{"INIT": c.init, "COUNT": count} })
			got := p.invoke(`{}`)
			if !got.Failed || got.ErrorType != c.errorType || !strings.Contains(string(got.Payload), c.payload) {
				t.Errorf("got failed %v, type %q: %s", got.Failed, got.ErrorType, got.Payload)
			}
			if starts, err := os.ReadFile(count); err != nil || string(starts) != ".." {
				t.Errorf("started %d times (%v), want 2", len(starts), err)
			}
		})
	}
}

func TestABinaryThatIsNoneIsAnInvalidEntrypoint(t *testing.T) {
	p := start(t, func(f *runtime.Function) { f.Binary = filepath.Join(t.TempDir(), "bootstrap") })
	if got := p.invoke(`{}`); got.ErrorType != "Runtime.InvalidEntrypoint" || !strings.Contains(string(got.Payload), "no such file") {
		t.Errorf("got type %q: %s", got.ErrorType, got.Payload)
	}
}

func TestOverlappingInvocationsHaveProcessesOfTheirOwnUpToTheLimit(t *testing.T) {
	count := filepath.Join(t.TempDir(), "count")
	p := start(t, func(f *runtime.Function) { f.Concurrency, f.Env = 2, map[string]string{"COUNT": count} })
	g := newGate(t)
	for range 2 {
		answers := make(chan string, 2)
		for range 2 {
			go func() {
				result, err := p.Invoke(context.Background(), "f", []byte(g.event()))
				answers <- fmt.Sprintf("%s %v", result.Payload, err)
			}()
			wait(t, "the function's fetch", g.arrived)
		}
		if _, err := p.Invoke(t.Context(), "f", nil); !errors.Is(err, runtime.ErrThrottled) {
			t.Errorf("the third: got %v, want ErrThrottled", err)
		}
		g.open <- "a"
		g.open <- "b"
		got := []string{wait(t, "an answer", answers), wait(t, "an answer", answers)}
		slices.Sort(got)
		if want := []string{`"a" <nil>`, `"b" <nil>`}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if starts, err := os.ReadFile(count); err != nil || string(starts) != ".." {
		t.Errorf("started %d processes (%v), want 2", len(starts), err)
	}
}

func TestNothingRunsWithoutConcurrency(t *testing.T) {
	p := start(t, func(f *runtime.Function) { f.Concurrency = 0 })
	if _, err := p.Invoke(t.Context(), "f", nil); !errors.Is(err, runtime.ErrThrottled) {
		t.Errorf("got %v, want ErrThrottled", err)
	}
}

func TestAnInvocationGoesOnWhenNobodyWaits(t *testing.T) {
	p, g := start(t, nil), newGate(t)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := p.Invoke(ctx, "f", []byte(g.event()))
		failed <- err
	}()
	wait(t, "the function's fetch", g.arrived)
	cancel()
	if err := wait(t, "Invoke", failed); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	select {
	case g.open <- "done":
	case <-g.broken:
		t.Error("the function was ended")
	}
}

func TestWhatInvokeRefuses(t *testing.T) {
	p := start(t, nil)
	if _, err := p.Invoke(t.Context(), "g", nil); !errors.Is(err, runtime.ErrUnknown) {
		t.Errorf("an unknown function: got %v", err)
	}
	if _, err := p.Invoke(t.Context(), "f", make([]byte, 6<<20+1)); !errors.Is(err, runtime.ErrTooLarge) {
		t.Errorf("a payload over 6 MB: got %v", err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Invoke(t.Context(), "f", nil); !errors.Is(err, runtime.ErrClosed) {
		t.Errorf("after Close: got %v", err)
	}
}

func TestWhatAddRefuses(t *testing.T) {
	p := start(t, nil)
	for name, f := range map[string]runtime.Function{
		"a name with a slash":  {Name: "a/b"},
		"no name":              {},
		"a name that is taken": {Name: "f"},
		"a reserved variable":  {Name: "g", Env: map[string]string{"AWS_LAMBDA_RUNTIME_API": "x"}},
		"the clock's offset":   {Name: "g", Env: map[string]string{"APPPASS_CLOCK_OFFSET": "1h"}},
		"a variable with =":    {Name: "g", Env: map[string]string{"A=B": "c"}},
	} {
		if err := p.Add(f); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestLinesGoToTheLog(t *testing.T) {
	p := start(t, nil)
	p.invoke(`{"do":"print","text":"one\ntwo\n"}`)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := p.logged(), "f: one\nf: two\nf: and this\nf: unfinished"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestBatchesAreInvokedAsAnEventSourceDoes(t *testing.T) {
	p := start(t, nil)
	if payload, functionError, err := p.InvokeBatch(t.Context(), "f", []byte(`{}`)); string(payload) != "null" || functionError != "" || err != nil {
		t.Errorf("got %s, %q, %v", payload, functionError, err)
	}
	if _, functionError, err := p.InvokeBatch(t.Context(), "f", []byte(`{"do":"error"}`)); functionError != "Unhandled" || err != nil {
		t.Errorf("a failure: got %q, %v", functionError, err)
	}
}
