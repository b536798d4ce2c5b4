// Package rig starts the real programs that ask apppass, as their administrators would, for the tests of the folders beside it.
//
// # What is promised
//
// A program runs from the configuration files that its folder ships, with names and addresses replaced that an administrator replaces too,
// on loopback and on ports of its own, in a folder that goes with the test. It ends with the test, and a test that fails shows what it has
// said. A program that is not installed skips its tests; with CI=true it fails them.
//
// # What may be changed here
//
// A word belongs here when several programs need it. What a program needs alone stands in its folder's test.
package rig

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a program may take to start or to stop, on a machine that does other things too.
const patience = 30 * time.Second

// Needs is the path of a program of Debian's, or the end of the test: skipped, or with CI=true failed. Names are looked for on the PATH
// and in /usr/sbin; pkg is what to install.
func Needs(t testing.TB, name, pkg string) string {
	t.Helper()
	for _, at := range []string{name, filepath.Join("/usr/sbin", name)} {
		if path, err := exec.LookPath(at); err == nil {
			return path
		}
	}
	lacks(t, "there is no %s: apt-get install %s", name, pkg)
	return ""
}

// NeedsFile is [Needs] for what is no program, like a module.
func NeedsFile(t testing.TB, path, pkg string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		lacks(t, "there is no %s: apt-get install %s", path, pkg)
	}
}

// NeedsRoot is [Needs] for who the test runs as; why is what only root can do.
func NeedsRoot(t testing.TB, why string) {
	t.Helper()
	if os.Geteuid() != 0 {
		lacks(t, "only root: %s", why)
	}
}

// lacks ends the test: skipped, or with CI=true failed.
func lacks(t testing.TB, format string, what ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, what...)
	}
	t.Skipf(format, what...)
}

// Port is a TCP port on loopback that is free now.
func Port(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

// Render copies a shipped file to a new place, with replacements. Each must have something to replace, or the file has changed and the
// test no longer sees what an administrator does.
func Render(t testing.TB, from, to string, replacements map[string]string) string {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var pairs []string
	for old, now := range replacements {
		if !strings.Contains(string(text), old) {
			t.Fatalf("%s has no %q to replace", from, old)
		}
		pairs = append(pairs, old, now)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, []byte(strings.NewReplacer(pairs...).Replace(string(text))), 0o644); err != nil {
		t.Fatal(err)
	}
	return to
}

// Process is a program that runs.
type Process struct {
	t    testing.TB
	name string

	mu   sync.Mutex
	said bytes.Buffer
}

// Start runs a program in the foreground until the test ends; it and its children are then told to end, and made to after a while.
func Start(t testing.TB, name string, args ...string) *Process {
	t.Helper()
	p := &Process{t: t, name: filepath.Base(name)}
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = p, p
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", name, err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // however it ends
		close(ended)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(patience):
			t.Errorf("%s does not end", p.name)
		}
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what it has left
		if t.Failed() {
			t.Logf("what %s said:\n%s", p.name, p.Said())
		}
	})
	return p
}

// Write takes what the program says.
func (p *Process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.Write(b)
}

// Said is what the program has said until now.
func (p *Process) Said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// Listens waits until something answers at 127.0.0.1:port.
func (p *Process) Listens(port string) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; {
		c, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second)
		if err == nil {
			_ = c.Close()
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("%s does not listen at %s: %v\n%s", p.name, port, err, p.Said())
		}
		time.Sleep(50 * time.Millisecond)
	}
}
