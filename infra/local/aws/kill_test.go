package aws_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/clock"
)

// cloudDir, in the environment of this test binary, makes it a process that holds a cloud.
const cloudDir = "APPPASS_TEST_CLOUD_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(cloudDir); dir != "" {
		if err := holdCloud(dir); err != nil {
			fmt.Fprintln(os.Stderr, "hold a cloud:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// holdCloud serves a cloud, says where, and ends with the process that started it.
func holdCloud(dir string) error {
	cloud, err := aws.New(aws.Options{Dir: dir, Clock: clock.New(0)})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println("http://" + l.Addr().String())
	return http.Serve(l, cloud)
}

// startProcess starts a process that holds the cloud in dir; kill kills it as kill -9 does, and waits until it is gone.
func startProcess(t *testing.T, dir string) (cfg sdk.Config, kill func()) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(program)
	process.Env = append(os.Environ(), cloudDir+"="+dir)
	process.Stderr = os.Stderr
	if _, err := process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		if err := process.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = process.Wait() // it says that it was killed
	})
	t.Cleanup(kill)
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the process does not say where it listens: %v", err)
	}
	return config(strings.TrimSpace(url)), kill
}

func TestAKillLosesNothingThatWasAnswered(t *testing.T) {
	dir := t.TempDir()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var writers []writer
	for _, name := range []string{"one", "other"} {
		writers = append(writers, &transfers{name: name}, &secrets{name: name}, &messages{name: name})
	}
	for round := range 6 {
		cfg, kill := startProcess(t, dir)
		for _, w := range writers {
			if round == 0 {
				w.prepare(t, cfg)
			}
		}
		answered := hammer(t, cfg, writers, 20+random.IntN(200), kill)
		t.Logf("round %d: killed after %d answered writes", round+1, answered)

		cloud, err := aws.New(aws.Options{Dir: dir, Clock: clock.New(0)})
		if err != nil {
			t.Fatalf("round %d: the cloud does not open: %v", round+1, err)
		}
		for _, w := range writers {
			w.check(t, cloud)
		}
		if err := cloud.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
}

// writer writes to one service, one write after the other, and notes what was answered.
type writer interface {
	prepare(t *testing.T, cfg sdk.Config)
	// write does the next write. Whether an error means that it was done or not is open.
	write(ctx context.Context, cfg sdk.Config) error
	// check compares what is there with what was noted.
	check(t *testing.T, cloud *aws.Cloud)
}

// hammer lets all write at once, kills the cloud after so many answers, and returns how many there were in the end.
func hammer(t *testing.T, cfg sdk.Config, writers []writer, until int, kill func()) int {
	t.Helper()
	answers := make(chan struct{})
	var writing sync.WaitGroup
	for _, w := range writers {
		writing.Go(func() {
			for w.write(t.Context(), cfg) == nil {
				answers <- struct{}{}
			}
		})
	}
	go func() {
		writing.Wait()
		close(answers)
	}()
	n := 0
	for range answers {
		if n++; n == until {
			go kill()
		}
	}
	kill()
	if n < until {
		t.Fatalf("the writers ended after %d answers, before the kill", n)
	}
	return n
}
