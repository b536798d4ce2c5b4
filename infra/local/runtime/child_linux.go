package runtime

import (
	"os"
	"os/exec"
	"syscall"
)

// isolate puts a program into a process group of its own (a Ctrl-C is for the stack alone) and has it killed when its parent dies.
func isolate(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func kill(p *os.Process)      { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
func terminate(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGTERM) }
