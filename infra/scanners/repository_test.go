package scanners

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// repository is a clone, and the bare repository with the hook that it pushes to.
type repository struct {
	t           *testing.T
	clone, bare string
}

// environment keeps git from what the machine's user has set.
var environment = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=Alice", "GIT_AUTHOR_EMAIL=alice@example.com",
	"GIT_COMMITTER_NAME=Alice", "GIT_COMMITTER_EMAIL=alice@example.com", "LC_ALL=C")

func newRepository(t *testing.T) *repository {
	t.Helper()
	dir := t.TempDir()
	r := &repository{t, filepath.Join(dir, "clone"), filepath.Join(dir, "bare.git")}
	r.run(dir, "init", "-q", "--bare", "-b", "main", r.bare)
	r.run(dir, "clone", "-q", r.bare, r.clone)
	hook, err := os.ReadFile("pre-receive")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.bare, "hooks", "pre-receive"), hook, 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("checkout", "-q", "-b", "main")
	r.commits("README", "hello\n", "begin")
	r.passes("push", "origin", "main")
	return r
}

// attempts runs git, with a deadline, and returns what it says.
func (r *repository) attempts(dir string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir, command.Env = dir, environment
	out, err := command.CombinedOutput()
	return string(out), err
}

func (r *repository) run(dir string, args ...string) {
	r.t.Helper()
	if out, err := r.attempts(dir, args...); err != nil {
		r.t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
}

func (r *repository) git(args ...string) { r.t.Helper(); r.run(r.clone, args...) }

func (r *repository) sets(args ...string) {
	r.t.Helper()
	r.run(r.bare, append([]string{"config"}, args...)...)
}

func (r *repository) writes(name, content string) {
	r.t.Helper()
	path := filepath.Join(r.clone, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repository) commits(name, content, message string) {
	r.t.Helper()
	r.writes(name, content)
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
}

func (r *repository) passes(args ...string) {
	r.t.Helper()
	if out, err := r.attempts(r.clone, args...); err != nil {
		r.t.Errorf("it is refused: %v\n%s", err, out)
	}
}

// refuses expects a push to be refused with these words, and without those of the secret.
func (r *repository) refuses(secret, words string, args ...string) {
	r.t.Helper()
	out, err := r.attempts(r.clone, args...)
	if _, ended := errors.AsType[*exec.ExitError](err); !ended || !strings.Contains(out, "this push is refused") || !strings.Contains(out, words) {
		r.t.Errorf("want it to be refused with %q: got %v\n%s", words, err, strings.ReplaceAll(out, secret, "(it)"))
	}
	bare := strings.NewReplacer("-", "", " ", "")
	if body := strings.TrimPrefix(bare.Replace(secret), "app"); strings.Contains(bare.Replace(out), body) {
		r.t.Error("the password is repeated")
	}
}
