// Package runtime is the local stack's Lambda: it runs the functions' real binaries on a real Runtime API.
//
// # What it does
//
// Each function is a program that was built for the custom runtime. [Runtime.Invoke] hands a payload to one of the function's
// processes and waits for its answer. A process executes one invocation at a time; it is started when an invocation finds none
// idle, initialised once, and used again. The processes speak the API of
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html with one listener on loopback, which tells them apart by
// AWS_LAMBDA_RUNTIME_API=host:port/<function>/<process>.
//
// # What is promised
//
// A function meets what it meets on Lambda: the documented environment and headers, a deadline at which its process is killed, the
// limits of payload and answer, and an environment that inherits nothing from whoever runs the stack. It fails as on Lambda: what
// Lambda would report as a function error is a [Result] that has Failed set, what the Invoke API would refuse is an error. An invocation
// that nobody waits for any longer goes on all the same. No process outlives [Runtime.Close]; on Linux none outlives the program
// that made the Runtime, however that ends. Elsewhere an orphan ends as soon as it asks for its next invocation.
//
// Time is the machine's: deadlines, timeouts and delays. Only APPPASS_CLOCK_OFFSET tells a process about the stack's clock, and no process
// begins an invocation with an offset that is not the clock's.
//
// Unlike on Lambda an invocation returns when the function is done (it has asked for the next one), not when it has answered: so
// the next invocation always finds the process idle. Memory is not limited, and there is no freezing between invocations.
//
// # What may be changed here
//
// What a program sees is Lambda's to decide: change it only towards Lambda. The package knows no function by name, and no event.
package runtime

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/faults"
)

// Options says how a runtime is made.
type Options struct {
	// Clock is the stack's time.
	Clock *clock.Clock
	// Faults may be nil: then nothing goes wrong on purpose. A function's faults have its name as target and no operation.
	Faults *faults.Set
	// Log, if set, gets each line that a function writes to stdout or stderr, without its end, and what Lambda writes into a function's
	// log when its process dies. It is called from many goroutines, in order for each process.
	Log func(function, line string)
	// Observe, if set, hears of each invocation when it is over. It is called from many goroutines.
	Observe func(Call)
}

// Function is a program and the settings under which Lambda would run it.
type Function struct {
	// Name is 1 to 64 letters, digits, hyphens and underscores.
	Name string
	// Binary is the program's path; its folder is the process's working directory and LAMBDA_TASK_ROOT.
	Binary string
	// Env is the function's own environment. Credentials, region and endpoints for the SDK belong in here too.
	Env map[string]string
	// Timeout bounds an invocation; 0 is Lambda's default, 3 s.
	Timeout time.Duration
	// MemorySize is in MB and only told to the function; 0 is Lambda's default, 128.
	MemorySize int
	// Concurrency is how many invocations may overlap. As in a template's ReservedConcurrentExecutions 0 lets none run; less than 0 is
	// no limit of its own, which leaves [AccountConcurrency].
	Concurrency int
}

// AccountConcurrency is how many invocations of a function without a limit of its own may overlap. (An AWS account's 1000 are more
// than one machine carries.)
const AccountConcurrency = 100

// Runtime runs functions. It is safe for concurrent use.
type Runtime struct {
	options Options
	address string // of the Runtime API
	server  *http.Server
	starts  chan start
	closing chan struct{}  // closed by Close
	work    sync.WaitGroup // invocations and processes

	mu        sync.Mutex
	closed    bool
	functions map[string]*function
	processes map[int]*process // those that run, by number
	made      int              // processes so far
}

// New opens the Runtime API's listener. Nothing else runs before the first invocation.
func New(o Options) (*Runtime, error) {
	if o.Log == nil {
		o.Log = func(string, string) {}
	}
	if o.Observe == nil {
		o.Observe = func(Call) {}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the Runtime API's listener: %w", err)
	}
	r := &Runtime{
		options: o, address: listener.Addr().String(), starts: make(chan start), closing: make(chan struct{}),
		functions: map[string]*function{}, processes: map[int]*process{},
	}
	// Processes that are killed in the middle of a request are everyday life here, not worth a line.
	r.server = &http.Server{Handler: http.HandlerFunc(r.serveAPI), ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute}
	go r.server.Serve(listener) //nolint:errcheck // it ends with Close
	go r.startProcesses()
	return r, nil
}

var functionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Add makes a function known. It is an error if its name is taken or not one that Lambda takes, or if Env sets what Lambda reserves.
func (r *Runtime) Add(f Function) error {
	if !functionName.MatchString(f.Name) {
		return fmt.Errorf("add a function: Lambda takes no name like %q", f.Name)
	}
	if err := checkEnvironment(f.Env); err != nil {
		return fmt.Errorf("add the function %s: %w", f.Name, err)
	}
	if f.Timeout == 0 {
		f.Timeout = 3 * time.Second
	}
	if f.MemorySize == 0 {
		f.MemorySize = 128
	}
	if f.Concurrency < 0 {
		f.Concurrency = AccountConcurrency
	}
	var err error
	if f.Binary, err = filepath.Abs(f.Binary); err != nil {
		return fmt.Errorf("add the function %s: %w", f.Name, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.functions[f.Name] != nil {
		return fmt.Errorf("add the function %s: there is one already", f.Name)
	}
	r.functions[f.Name] = &function{Function: f, runtime: r}
	return nil
}

// Invoke runs the function on payload and waits for its answer. Its error, wrapped, is one of this package's where the invocation was not
// made, and ctx's where ctx ended first: then the invocation goes on without anyone waiting.
func (r *Runtime) Invoke(ctx context.Context, function string, payload []byte) (Result, error) {
	f, err := r.begin(function)
	if err != nil {
		return Result{}, fmt.Errorf("invoke %s: %w", function, err)
	}
	type outcome struct {
		result Result
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		defer r.work.Done()
		var o outcome
		o.result, o.err = f.serve(payload)
		done <- o
	}()
	select {
	case o := <-done:
		if o.err != nil {
			return Result{}, fmt.Errorf("invoke %s: %w", function, o.err)
		}
		return o.result, nil
	case <-ctx.Done():
		return Result{}, fmt.Errorf("invoke %s: %w", function, ctx.Err())
	}
}

// begin finds a function and counts the work that its caller then does.
func (r *Runtime) begin(function string) (*function, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[function]
	switch {
	case r.closed:
		return nil, ErrClosed
	case f == nil:
		return nil, ErrUnknown
	}
	r.work.Add(1)
	return f, nil
}

// InvokeBatch is [Runtime.Invoke] in the form that package eventsource takes: functionError is "Unhandled" where the function failed.
func (r *Runtime) InvokeBatch(ctx context.Context, function string, event []byte) (payload []byte, functionError string, err error) {
	result, err := r.Invoke(ctx, function, event)
	if result.Failed {
		functionError = "Unhandled"
	}
	return result.Payload, functionError, err
}

// Restart ends all processes, those in an invocation when it is over. The next invocations start new ones.
func (r *Runtime) Restart() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.functions {
		f.generation++
		for _, p := range f.idle {
			p.stop()
		}
		f.idle = nil
	}
}

// Kill kills (SIGKILL) the processes of a function that are in an invocation, or all where none is. It does nothing for a function that
// is unknown or has no process.
func (r *Runtime) Kill(function string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var busy, all []*process
	for _, p := range r.processes {
		if p.function.Name != function {
			continue
		}
		all = append(all, p)
		if p.inInvocation() {
			busy = append(busy, p)
		}
	}
	if busy == nil {
		busy = all
		if f := r.functions[function]; f != nil {
			f.idle = nil
		}
	}
	for _, p := range busy {
		p.kill()
	}
}

// Close kills every process, waits for their ends and closes the listener. Invocations under way fail with [ErrClosed].
func (r *Runtime) Close() error {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return nil
	}
	r.closed = true
	close(r.closing)
	for _, p := range r.processes {
		p.stop()
	}
	r.mu.Unlock()
	r.work.Wait()
	close(r.starts)
	if err := r.server.Close(); err != nil {
		return fmt.Errorf("close the Runtime API's listener: %w", err)
	}
	return nil
}
