//go:build unix && !linux

package runtime

import (
	"os"
	"os/exec"
	"syscall"
)

// isolate puts a program into a process group of its own: a Ctrl-C is for the stack alone.
func isolate(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func kill(p *os.Process)      { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
func terminate(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGTERM) }
