package journal_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/apppass/apppass/infra/local/journal"
)

func open(t *testing.T, path string) (*journal.Journal, []string, error) {
	t.Helper()
	var seen []string
	j, err := journal.Open(path, func(r json.RawMessage) error { seen = append(seen, string(r)); return nil })
	return j, seen, err
}

func write(t *testing.T, path string, records ...any) {
	t.Helper()
	j, _, err := open(t, path)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := j.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRecordsComeBackInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "j")
	write(t, path, "a", map[string]int{"b": 1})
	write(t, path, "c")
	_, seen, err := open(t, path)
	if err != nil || len(seen) != 3 || seen[0] != `"a"` || seen[1] != `{"b":1}` || seen[2] != `"c"` {
		t.Fatalf("got %q, %v", seen, err)
	}
}

func TestATailCutOffByAKillIsDroppedAndWritingGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	write(t, path, "first", "second")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := len(whole) - 1; cut > len(whole)/2; cut-- {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		write(t, path, "third")
		_, seen, err := open(t, path)
		if err != nil || len(seen) != 2 || seen[0] != `"first"` || seen[1] != `"third"` {
			t.Fatalf("cut at %d: got %q, %v", cut, seen, err)
		}
	}
}

func TestDamageInTheMiddleIsSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	write(t, path, "first", "second", "third")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole[12] ^= 1
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := open(t, path); err == nil {
		t.Fatal("a damaged journal opened")
	}
}

func TestARewrittenJournalHasWhatWasKeptAndGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	write(t, path, "past", "past", "present")
	// As a kill in the middle of a rewriting leaves it.
	if err := os.WriteFile(path+".new", []byte("half a li"), 0o600); err != nil {
		t.Fatal(err)
	}
	j, seen, err := open(t, path)
	if err != nil || len(seen) != 3 {
		t.Fatalf("got %q, %v", seen, err)
	}
	if _, err := os.Stat(path + ".new"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what a kill left is still there: %v", err)
	}
	if err := j.Rewrite(func(keep func(any) error) error { return keep("present") }); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(j.Append("after"), j.Close()); err != nil {
		t.Fatal(err)
	}
	if _, seen, err := open(t, path); err != nil || len(seen) != 2 || seen[0] != `"present"` || seen[1] != `"after"` {
		t.Errorf("got %q, %v", seen, err)
	}
}

func TestAFailedRewritingLeavesTheJournalAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	write(t, path, "first", "second")
	j, _, err := open(t, path)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := j.Rewrite(func(keep func(any) error) error { return errors.Join(keep("half"), broken) }); !errors.Is(err, broken) {
		t.Errorf("got %v, want the state's own error", err)
	}
	if err := errors.Join(j.Append("third"), j.Close()); err != nil {
		t.Fatal(err)
	}
	if _, seen, err := open(t, path); err != nil || len(seen) != 3 || seen[2] != `"third"` {
		t.Errorf("got %q, %v", seen, err)
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("got files %v, %v, want the journal alone", files, err)
	}
}

func TestNilForgets(t *testing.T) {
	var j *journal.Journal
	if err := j.Append("x"); err != nil {
		t.Fatal(err)
	}
	if err := j.Rewrite(func(func(any) error) error { return errors.New("nobody asks for the state") }); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}
