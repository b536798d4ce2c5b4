package runtime_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/runtime"
)

var binary string // of testdata/function

func TestMain(m *testing.M) {
	if url := os.Getenv("TEST_ORPHAN"); url != "" {
		beParent(url)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "function")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", binary, "./testdata/function")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Printf("build the function: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// platform is a runtime with the function "f", and what it logged.
type platform struct {
	*runtime.Runtime
	t      *testing.T
	clock  *clock.Clock
	faults *faults.Set

	mu    sync.Mutex
	lines []string
	calls []runtime.Call
}

// start starts a platform; change, if any, changes the function.
func start(t *testing.T, change func(*runtime.Function)) *platform {
	t.Helper()
	p := &platform{t: t, clock: clock.New(0), faults: &faults.Set{}}
	r, err := runtime.New(runtime.Options{
		Clock: p.clock, Faults: p.faults,
		Log: func(function, line string) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.lines = append(p.lines, function+": "+line)
		},
		Observe: func(c runtime.Call) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.calls = append(p.calls, c)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Runtime = r
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	f := runtime.Function{Name: "f", Binary: binary, Timeout: time.Minute, Concurrency: -1}
	if change != nil {
		change(&f)
	}
	if err := r.Add(f); err != nil {
		t.Fatal(err)
	}
	return p
}

// invoke runs f, which must be invoked, whatever comes of it.
func (p *platform) invoke(event string) runtime.Result {
	p.t.Helper()
	got, err := p.Invoke(p.t.Context(), "f", []byte(event))
	if err != nil {
		p.t.Fatalf("Invoke(%s): %v", event, err)
	}
	return got
}

// answer runs f, which must succeed, and decodes what it answers.
func answer[T any](p *platform, event string) (v T) {
	p.t.Helper()
	got := p.invoke(event)
	if got.Failed {
		p.t.Fatalf("Invoke(%s) failed: %s: %s", event, got.ErrorType, got.Payload)
	}
	if err := json.Unmarshal(got.Payload, &v); err != nil {
		p.t.Fatalf("Invoke(%s) answered %s: %v", event, got.Payload, err)
	}
	return v
}

func (p *platform) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

func (p *platform) add(f faults.Fault) {
	p.t.Helper()
	f.Target, f.Times = "f", 1
	if err := p.faults.Add(f); err != nil {
		p.t.Fatal(err)
	}
}

// gate is an address that functions fetch: each fetch is told to arrived, and answered when the test opens it.
type gate struct {
	*httptest.Server
	arrived, open, broken chan string
}

func newGate(t *testing.T) *gate {
	g := &gate{arrived: make(chan string, 10), open: make(chan string), broken: make(chan string, 10)}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.arrived <- r.URL.Path
		select {
		case text := <-g.open:
			fmt.Fprint(w, text)
		case <-r.Context().Done():
			g.broken <- r.URL.Path
		}
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *gate) event() string { return fmt.Sprintf(`{"get":%q}`, g.URL+"/fetch") }

func wait[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}
