package runtime

import (
	"os/exec"
	goruntime "runtime"
)

// start asks for a process to be started.
type start struct {
	command *exec.Cmd
	done    chan<- error
}

// startProcesses starts all processes from one operating system thread that lives until there are none: on Linux a child
// dies with the thread that started it (PR_SET_PDEATHSIG in prctl(2)), not with the program.
func (r *Runtime) startProcesses() {
	goruntime.LockOSThread()
	for s := range r.starts {
		s.done <- s.command.Start()
	}
}
