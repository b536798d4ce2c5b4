package runtime

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/faults"
)

const (
	// initialisation is how long a process may take until it asks for its first invocation.
	initialisation = 10 * time.Second
	// goodbye is the time between SIGTERM and SIGKILL for a process that registered an extension.
	goodbye = 500 * time.Millisecond
)

// process is one running program of a function: Lambda's execution environment.
type process struct {
	function   *function
	number     int
	generation int
	offset     time.Duration // of the stack's clock at its start
	command    *exec.Cmd

	offers chan *invocation // taken by the process's call for its next invocation
	ready  chan struct{}    // closed at the first such call
	exited chan struct{}    // closed when the process has ended; then exit says how
	exit   error            // nil: with status 0

	mu         sync.Mutex
	running    *os.Process // nil before it is started and after its end, when its id may mean another process
	polling    bool        // a call for the next invocation is under way
	current    *invocation // what it works on, until it asks for the next
	initError  *Result     // what it reported before its first invocation
	extensions bool        // it registered one: it wants SIGTERM before SIGKILL
}

// start starts a process. One that can't be started is returned as one that has ended.
func (f *function) start() *process {
	r := f.runtime
	r.mu.Lock()
	r.made++
	p := &process{
		function: f, number: r.made, generation: f.generation, offset: r.options.Clock.Offset(), command: exec.Command(f.Binary),
		offers: make(chan *invocation), ready: make(chan struct{}), exited: make(chan struct{}),
	}
	r.processes[p.number] = p // before it runs: it may call at once
	r.mu.Unlock()
	lines := &lines{write: func(line string) { r.options.Log(f.Name, line) }}
	p.command.Dir, p.command.Env = f.environment(p)
	p.command.Stdout, p.command.Stderr = lines, lines // one pipe: the order of lines is the program's
	p.command.WaitDelay = goodbye                     // for what a program leaves behind with its pipe
	isolate(p.command)

	started := make(chan error)
	r.starts <- start{p.command, started}
	err := <-started
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		p.exit = err
		close(p.exited)
		delete(r.processes, p.number)
		return p
	}
	p.mu.Lock()
	p.running = p.command.Process
	p.mu.Unlock()
	r.work.Go(func() { p.wait(lines) })
	if r.closed {
		p.kill()
	}
	return p
}

// wait waits for the process's end.
func (p *process) wait(l *lines) {
	p.exit = p.command.Wait()
	l.flush()
	p.mu.Lock()
	p.running = nil
	p.mu.Unlock()
	r := p.function.runtime
	r.mu.Lock()
	delete(r.processes, p.number)
	p.function.idle = slices.DeleteFunc(p.function.idle, func(other *process) bool { return other == p })
	r.mu.Unlock()
	close(p.exited)
}

// initialise waits until the process asks for its first invocation. If it does not, it is ended, and the failure returned.
func (p *process) initialise(i *invocation) *Result {
	timer := time.NewTimer(initialisation)
	defer timer.Stop()
	select {
	case <-p.ready:
		return nil
	case <-p.exited:
	case <-timer.C:
		p.kill()
		<-p.exited
		return i.fail("Sandbox.Timedout", fmt.Sprintf("the function did not initialise in %v", initialisation))
	}
	p.mu.Lock()
	reported := p.initError
	p.mu.Unlock()
	if reported == nil {
		return p.exitError(i)
	}
	failure := *reported
	failure.RequestID = i.id
	return &failure
}

// run hands the invocation over and waits until the process is done with it, has ended, or must be killed because its time is over.
func (p *process) run(i *invocation, fault faults.Fault) Result {
	i.deadline = time.Now().Add(p.function.Timeout)
	timer := time.NewTimer(p.function.Timeout)
	defer timer.Stop()
	offers := p.offers
	switch {
	case fault.Kind == faults.Kill && fault.Delay == 0:
		offers = nil
		p.kill()
	case fault.Kind == faults.Hang:
		offers = nil
	}
	timedOut := false
	for done := false; !done; {
		select {
		case offers <- i:
			offers = nil
		case <-i.finished:
			done = true
		case <-p.exited:
			done = true
		case <-timer.C:
			timedOut = true
			p.kill() // the end is awaited above
		}
	}
	if fault.Kind == faults.Kill {
		p.kill()
		<-p.exited
		return *p.exitError(i)
	}
	p.mu.Lock()
	answer := i.answer
	p.mu.Unlock()
	switch {
	case answer != nil:
		return *answer
	case timedOut:
		return *i.fail("Sandbox.Timedout", fmt.Sprintf("Task timed out after %.2f seconds", p.function.Timeout.Seconds()))
	}
	return *p.exitError(i)
}

// exitError is the failure of an invocation whose process has ended.
func (p *process) exitError(i *invocation) *Result {
	switch {
	case p.exit == nil:
		return i.fail("Runtime.ExitError", "Runtime exited without providing a reason")
	case p.command.ProcessState == nil:
		return i.fail("Runtime.InvalidEntrypoint", p.exit.Error())
	}
	return i.fail("Runtime.ExitError", "Runtime exited with error: "+p.exit.Error())
}

func (p *process) ended() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

func (p *process) inInvocation() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current != nil
}

// kill sends SIGKILL to the process and its children, if it has not ended.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != nil {
		kill(p.running)
	}
}

// stop ends the process as Lambda does: with SIGKILL, after a SIGTERM where it registered an extension.
func (p *process) stop() {
	p.mu.Lock()
	polite := p.extensions && p.running != nil
	if polite {
		terminate(p.running)
	}
	p.mu.Unlock()
	if polite {
		time.AfterFunc(goodbye, p.kill)
	} else {
		p.kill()
	}
}

// lines cuts what is written to it into lines.
type lines struct {
	write func(line string)
	rest  []byte
}

func (l *lines) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		l.write(string(line))
		l.rest = rest
	}
}

// flush writes what has no end.
func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.write(string(l.rest))
		l.rest = nil
	}
}
