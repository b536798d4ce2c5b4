package runtime

import (
	"fmt"
	"time"

	"github.com/apppass/apppass/infra/local/faults"
)

// largestPayload is Lambda's for a synchronous invocation, in bytes.
const largestPayload = 6 << 20

// function is a function with its processes. What changes is guarded by the runtime's mutex.
type function struct {
	Function
	runtime *Runtime

	invocations int        // under way
	idle        []*process // those that wait for an invocation; the last one is used next
	generation  int        // processes of an older one are not used again
}

// serve makes an invocation, or what the faults make of it, and tells who observes.
func (f *function) serve(payload []byte) (result Result, err error) {
	i := newInvocation(f, payload)
	begun, call := time.Now(), Call{Function: f.Name, RequestID: i.id, At: f.runtime.options.Clock.Now()}
	defer func() {
		call.ErrorType, call.Err, call.Took, call.Cold = result.ErrorType, err, time.Since(begun), i.cold
		f.runtime.options.Observe(call)
	}()
	if len(payload) > largestPayload {
		return Result{}, ErrTooLarge
	}
	fault, _ := f.runtime.options.Faults.Take(f.Name, "")
	switch fault.Kind {
	case faults.Throttle:
		return Result{}, ErrThrottled
	case faults.Before:
		return Result{}, ErrService
	case faults.Delay:
		select {
		case <-time.After(fault.Delay):
		case <-f.runtime.closing:
		}
	}
	if err := f.enter(); err != nil {
		return Result{}, err
	}
	defer f.leave()
	p, failure := f.take(i)
	if failure == nil {
		result = p.run(i, fault)
		f.give(p)
	} else {
		result = *failure
	}
	select {
	case <-f.runtime.closing:
		return Result{}, ErrClosed
	default:
	}
	if fault.Kind == faults.After {
		return Result{}, ErrService
	}
	return result, nil
}

// enter counts an invocation, unless as many as may overlap are under way.
func (f *function) enter() error {
	f.runtime.mu.Lock()
	defer f.runtime.mu.Unlock()
	if f.invocations >= f.Concurrency {
		return fmt.Errorf("%w: %d may overlap", ErrThrottled, f.Concurrency)
	}
	f.invocations++
	return nil
}

func (f *function) leave() {
	f.runtime.mu.Lock()
	defer f.runtime.mu.Unlock()
	f.invocations--
}

// take returns a process that waits for an invocation: an idle one, else a new one. A process that fails to initialise is
// tried once more, as Lambda does; failure is then what the invocation comes to.
func (f *function) take(i *invocation) (p *process, failure *Result) {
	if p = f.takeIdle(); p != nil {
		return p, nil
	}
	i.cold = true
	for range 2 {
		p = f.start()
		if failure = p.initialise(i); failure == nil {
			return p, nil
		}
	}
	return nil, failure
}

// takeIdle returns the process that was used last, and ends those whose clock is not the stack's any more.
func (f *function) takeIdle() *process {
	f.runtime.mu.Lock()
	defer f.runtime.mu.Unlock()
	for len(f.idle) > 0 {
		p := f.idle[len(f.idle)-1]
		f.idle = f.idle[:len(f.idle)-1]
		if p.ended() {
			continue
		}
		if p.offset == f.runtime.options.Clock.Offset() {
			return p
		}
		p.stop()
	}
	return nil
}

// give makes a process idle again, or ends it if it is not to be used any more.
func (f *function) give(p *process) {
	f.runtime.mu.Lock()
	defer f.runtime.mu.Unlock()
	switch {
	case p.ended():
	case p.generation == f.generation && !f.runtime.closed:
		f.idle = append(f.idle, p)
	default:
		p.stop()
	}
}
