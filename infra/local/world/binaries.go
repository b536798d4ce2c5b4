package world

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/apppass/apppass/infra/local/compile"
	"github.com/apppass/apppass/infra/local/stack"
)

var built = sync.OnceValues(func() (where [2]string, err error) {
	root, err := compile.Root()
	if err != nil {
		return where, err
	}
	into := filepath.Join(root, "build", "test")
	if race {
		into += "-race"
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return where, err
	}
	// Test binaries run side by side: one builds, the others find everything built.
	lock, err := os.OpenFile(filepath.Join(into, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return where, err
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return where, err
	}
	functions, err := stack.Functions(root)
	if err != nil {
		return where, err
	}
	return [2]string{root, into}, compile.Compile(context.Background(), compile.Options{Root: root, Into: into, Functions: functions, Race: race})
})

// binaries is the repository and where the functions are built, with the race detector where the test has it.
func binaries(t testing.TB) (root, into string) {
	t.Helper()
	where, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return where[0], where[1]
}
