package stack_test

import (
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
)

// older is the state that a former version has left, and what is known of it. What is in it is nobody's: the passwords are test vectors.
const older = "testdata/journal-v1"

// record makes the folder anew: only when a new form of a journal is to be kept beside the former ones, in a folder of its own.
var record = flag.Bool("record", false, "write "+older+" anew")

// vector is vector.json: what is in the journals beside it.
type vector struct {
	// At is the stack's time when they were left.
	At time.Time `json:"at"`
	// Password is Alice's, for Thunderbird, on a device of that label.
	Password string `json:"password"`
	Label    string `json:"label"`
	// PendingLabel is that of another, whose link is in the modal that she has open.
	PendingLabel string `json:"pending_label"`
}

func TestAStackStartsOnTheStateOfAFormerVersion(t *testing.T) {
	if *record {
		leave(t, older)
	}
	var v vector
	readJSON(t, filepath.Join(older, "vector.json"), &v)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(older)); err != nil {
		t.Fatal(err)
	}
	goBackTo(t, filepath.Join(dir, "clock.json"), v.At.Add(time.Minute))

	w := world.New(t, world.In(dir))
	w.Mail.Accepts(w.Alice, v.Password)
	address := linkOf(t, w, w.Alice.Sees().Presses("open_link").URL)
	pending := w.Opens(address).Reveals()
	w.Mail.Accepts(w.Alice, pending)
	w.Alice.Closes()
	list := w.Alice.Types("/apppass list").Words()
	for _, label := range []string{v.Label, v.PendingLabel} {
		if !strings.Contains(list, label) {
			t.Errorf("the list lacks %q: %s", label, list)
		}
	}
	w.Alice.Sees().Confirms()
}

// leave lets a stack of today leave its state: one password that is revealed, and one whose link waits.
func leave(t *testing.T, dir string) {
	t.Helper()
	state := t.TempDir()
	v := vector{Label: "old laptop", PendingLabel: "old phone"}
	t.Run("leave", func(t *testing.T) {
		w := world.New(t, world.In(state))
		w.Advance(36 * time.Hour) // else there is no clock to keep
		v.Password = w.Alice.Makes("Thunderbird", v.Label)
		w.Mail.Accepts(w.Alice, v.Password)
		w.Alice.Types("/apppass new").Picks("Thunderbird").Labels(v.PendingLabel).Submits()
		v.At = w.Clock.Now().UTC().Truncate(time.Second)
	})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(state)); err != nil {
		t.Fatal(err)
	}
	writeJSON(t, filepath.Join(dir, "vector.json"), v)
}

// goBackTo changes the offset in a clock's file so that the stack's time is at.
func goBackTo(t *testing.T, path string, at time.Time) {
	t.Helper()
	kept := map[string]any{}
	readJSON(t, path, &kept)
	if _, ok := kept["offset"]; !ok || len(kept) != 1 {
		t.Fatalf("%s has %v, want an offset", path, kept)
	}
	kept["offset"] = time.Until(at).String()
	writeJSON(t, path, kept)
}

// linkOf is an address that was made by a stack at another port, at this one.
func linkOf(t *testing.T, w *world.World, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Fragment == "" {
		t.Fatal("the button does not lead to a link")
	}
	return w.APIURL + u.Path + "#" + u.Fragment
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
}

func writeJSON(t *testing.T, path string, v any) {
	t.Helper()
	text, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o600)
	}
	if err != nil {
		t.Fatalf("write %s: %v", path, err)
	}
}
