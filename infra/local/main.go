// Command local runs apppass on one machine, without an AWS account, Docker or a Slack workspace: "local" is the stack for hands and
// scripts (make run), "local demo" drives one of its own through the main job and says what it sees (make demo).
//
// # What may be changed here
//
// A setting is a field of Config, and a word in README.md. How the stack is put together is package stack's; the first screen has at most
// twenty lines.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/caarlos0/env/v11"

	"github.com/apppass/apppass/infra/local/compile"
	"github.com/apppass/apppass/infra/local/demo"
	"github.com/apppass/apppass/infra/local/stack"
)

// Config is what can be set.
type Config struct {
	// Addresses of the listeners, host:port, on loopback.
	APIAddr   string `env:"API_ADDR" envDefault:"127.0.0.1:8080"`
	SlackAddr string `env:"SLACK_ADDR" envDefault:"127.0.0.1:8081"`
	AWSAddr   string `env:"AWS_ADDR" envDefault:"127.0.0.1:8082"`
	// Data is the folder that keeps the state. Deleting it is the reset.
	Data string `env:"DATA" envDefault:".local"`
	// SigningSecret is Slack's.
	SigningSecret string `env:"SLACK_SIGNING_SECRET" envDefault:"local-signing-secret"`
	// AWSEndpoint, if set, is used in place of the emulated AWS: a URL, or host:port.
	AWSEndpoint string `env:"AWS_ENDPOINT_URL"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	if err == nil || errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return
	}
	fmt.Fprintln(os.Stderr, "apppass:", err)
	stop()
	os.Exit(1)
}

func run(ctx context.Context, args []string) error {
	// What follows is for the stack's own clients too, which would read the variable by themselves.
	c, err := env.ParseAs[Config]()
	if err != nil {
		return err
	}
	if err := os.Unsetenv("AWS_ENDPOINT_URL"); err != nil {
		return err
	}
	root, err := compile.Root()
	if err != nil {
		return err
	}
	binaries := filepath.Join(root, "build", "functions")
	switch {
	case len(args) == 0:
		return serve(ctx, c, root, binaries)
	case len(args) == 1 && args[0] == "demo":
		if err := buildAll(ctx, root, binaries); err != nil {
			return err
		}
		return demo.Run(ctx, os.Stdout, root, binaries)
	}
	return fmt.Errorf("there is no %q; say nothing, or demo", args[0])
}

// buildAll builds the functions and shows how far it is.
func buildAll(ctx context.Context, root, into string) error {
	functions, err := stack.Functions(root)
	if err != nil {
		return err
	}
	return compile.Compile(ctx, compile.Options{
		Root: root, Into: into, Functions: functions,
		Progress: func(n int, function string) {
			fmt.Fprintf(os.Stderr, "building function %d of %d: %s\n", n, len(functions), function)
		},
	})
}
