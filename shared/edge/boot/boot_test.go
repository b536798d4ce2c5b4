package boot

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// settings is a configuration as functions have one.
type settings struct {
	Table    string   `env:"TEST_TABLE,required,notEmpty"`
	Queue    string   `env:"TEST_QUEUE_URL,required,notEmpty"`
	Prefixes []string `env:"TEST_PREFIXES"`
}

// prepared runs prepare with an environment, and says what was built from.
func prepared(t *testing.T, environment map[string]string) (c settings, d Deps, err error) {
	t.Helper()
	for _, name := range []string{"TEST_TABLE", "TEST_QUEUE_URL", "TEST_PREFIXES", "APPPASS_CLOCK_OFFSET", "AWS_ENDPOINT_URL"} {
		t.Setenv(name, "") // restores it afterwards
		os.Unsetenv(name)
	}
	t.Setenv("AWS_REGION", "us-east-1")
	for name, value := range environment {
		t.Setenv(name, value)
	}
	_, err = prepare(t.Context(), slog.New(slog.DiscardHandler), func(_ context.Context, got settings, with Deps) (any, error) {
		c, d = got, with
		return func() {}, nil
	})
	return c, d, err
}

func TestAFunctionIsBuiltFromItsEnvironment(t *testing.T) {
	c, d, err := prepared(t, map[string]string{"TEST_TABLE": "credentials", "TEST_QUEUE_URL": "https://sqs/x", "TEST_PREFIXES": "app,mx"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Table != "credentials" || strings.Join(c.Prefixes, " ") != "app mx" || d.AWS.Region != "us-east-1" || d.Log == nil || d.Now().IsZero() {
		t.Errorf("got %+v in %s", c, d.AWS.Region)
	}
	if got := d.AWS.Retryer().MaxAttempts(); got != attempts {
		t.Errorf("a call is tried %d times, want %d", got, attempts)
	}
}

func TestALocalAWSMovesTheClock(t *testing.T) {
	_, d, err := prepared(t, map[string]string{
		"TEST_TABLE": "x", "TEST_QUEUE_URL": "y", "AWS_ENDPOINT_URL": "http://127.0.0.1:8082", "APPPASS_CLOCK_OFFSET": "36h",
	})
	if err != nil {
		t.Fatal(err)
	}
	if moved := time.Until(d.Now()); moved < 35*time.Hour || moved > 36*time.Hour {
		t.Errorf("it is moved by %v", moved)
	}
}

func TestWhatIsMissingIsNamedInOneLine(t *testing.T) {
	for _, c := range []struct {
		name        string
		environment map[string]string
		want        []string
	}{
		{"all", nil, []string{"TEST_TABLE", "TEST_QUEUE_URL"}},
		{"one", map[string]string{"TEST_TABLE": "x"}, []string{"TEST_QUEUE_URL"}},
		{"one is empty", map[string]string{"TEST_TABLE": "x", "TEST_QUEUE_URL": ""}, []string{"TEST_QUEUE_URL"}},
		{"an offset that is none", map[string]string{"TEST_TABLE": "x", "TEST_QUEUE_URL": "y", "APPPASS_CLOCK_OFFSET": "soon"}, []string{"APPPASS_CLOCK_OFFSET"}},
		{"an offset before a real AWS", map[string]string{"TEST_TABLE": "x", "TEST_QUEUE_URL": "y", "APPPASS_CLOCK_OFFSET": "1h"}, []string{"APPPASS_CLOCK_OFFSET"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := prepared(t, c.environment)
			if err == nil {
				t.Fatal("it was built")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not name %s", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q has several lines", err)
			}
		})
	}
}

func TestTheClockIsMovedBeforeALoopbackAWSOnly(t *testing.T) {
	for _, c := range []struct {
		offset, endpoint string
		want             time.Duration
		ok               bool
	}{
		{"", "", 0, true},
		{"", "https://dynamodb.eu-central-1.amazonaws.com", 0, true},
		{"36h", "http://127.0.0.1:8082", 36 * time.Hour, true},
		{"36h", "http://localhost:8082", 36 * time.Hour, true},
		{"-36h", "http://[::1]:8082", -36 * time.Hour, true},
		{"36h", "", 0, false},
		{"36h", "https://dynamodb.eu-central-1.amazonaws.com", 0, false},
		{"36h", "http://127.0.0.1.example.com", 0, false},
		{"36h", "http://127.0.0.1@example.com", 0, false},
		{"36h", "http://localhost.example.com", 0, false},
		{"36h", "http://10.0.0.1", 0, false},
		{"36h", "127.0.0.1:8082", 0, false},
		{"tomorrow", "http://127.0.0.1:8082", 0, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			now, err := clock(c.offset, c.endpoint)
			if (err == nil) != c.ok {
				t.Errorf("%s before %q: got %v", c.offset, c.endpoint, err)
			}
			if err == nil && time.Until(now()) != c.want {
				t.Errorf("%s before %q: moved by %v", c.offset, c.endpoint, time.Until(now()))
			}
		})
	}
}

// A function that can't be built ends at once; the test's own binary plays it.
func TestMain(m *testing.M) {
	switch os.Getenv("TEST_PLAYS") {
	case "unconfigured":
		run(func(context.Context, settings, Deps) (any, error) { return func() {}, nil })
	case "unbuilt":
		os.Setenv("TEST_TABLE", "x")
		os.Setenv("TEST_QUEUE_URL", "y")
		run(func(context.Context, settings, Deps) (any, error) {
			return nil, errors.New("open the pepper: it is not there")
		})
	}
	os.Exit(m.Run())
}

func TestAFunctionThatCannotBeBuiltEndsWithOneLine(t *testing.T) {
	for plays, want := range map[string]string{"unconfigured": "TEST_TABLE", "unbuilt": "open the pepper: it is not there"} {
		t.Run(plays, func(t *testing.T) {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			c := exec.CommandContext(t.Context(), self)
			c.Env = append(os.Environ(), "TEST_PLAYS="+plays, "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_REGION=us-east-1")
			out, err := c.Output()
			if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != 1 {
				t.Fatalf("got %v, want exit 1", err)
			}
			lines := bufio.NewScanner(strings.NewReader(string(out)))
			lines.Scan()
			var line map[string]any
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				t.Fatalf("%q is no JSON: %v", out, err)
			}
			if cause, _ := line["cause"].(string); line["level"] != "ERROR" || !strings.Contains(cause, want) {
				t.Errorf("got %v, want %s", line, want)
			}
			if lines.Scan() {
				t.Errorf("there is more than a line: %q", out)
			}
		})
	}
}
