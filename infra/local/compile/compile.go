// Package compile builds the functions' binaries for this machine, once, so that the local stack can run what would be deployed.
//
// The build is the deployment's (make dist) but for the platform, and for the race detector where the stack is a test's. Go's build cache
// makes a second build of the same source a matter of a second or two.
//
// # What may be changed here
//
// A flag is changed here and in the Makefile's dist together: what runs locally is what is deployed.
package compile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Options says what to build, and into where.
type Options struct {
	// Root is the repository; a function's source is Root/functions/<name>.
	Root string
	// Into is the folder that gets a binary <name>/bootstrap for each function.
	Into string
	// Functions are their names.
	Functions []string
	// Race builds with the race detector.
	Race bool
	// Progress, if set, hears of each function before it is built: the n-th, from 1.
	Progress func(n int, function string)
}

// Compile builds all functions, one after the other. The error has what the compiler said.
func Compile(ctx context.Context, o Options) error {
	for n, function := range o.Functions {
		if o.Progress != nil {
			o.Progress(n+1, function)
		}
		if err := one(ctx, o, function); err != nil {
			return fmt.Errorf("build the function %s: %w", function, err)
		}
	}
	return nil
}

// Binary is where a function's binary is.
func Binary(into, function string) string { return filepath.Join(into, function, "bootstrap") }

func one(ctx context.Context, o Options, function string) error {
	args := []string{"build", "-trimpath", "-tags", "lambda.norpc", "-o", Binary(o.Into, function)}
	cgo := "CGO_ENABLED=0"
	if o.Race {
		args, cgo = append(args, "-race"), "CGO_ENABLED=1"
	} else {
		args = append(args, "-ldflags=-s -w")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./functions/"+function)...)
	cmd.Dir = o.Root
	cmd.Env = append(os.Environ(), cgo)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, bytes.TrimSpace(out))
	}
	return nil
}

// Root is the repository that the working directory is in: the nearest folder with a template.yaml and a go.mod.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	for {
		if exists(dir, "template.yaml") && exists(dir, "go.mod") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("this folder and those above it have no template.yaml")
		}
		dir = parent
	}
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}
