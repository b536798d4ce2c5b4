package sqs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatWasDeletedLeavesTheJournalAtTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sqs.journal")
	read := func() string {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	t.Run("first", func(t *testing.T) {
		s := newStage(t, path)
		s.create("q", nil)
		s.send("deleted")
		_, handle := s.receive(nil)
		s.do("DeleteMessage", object{"ReceiptHandle": handle})
		s.create("brief", object{"MessageRetentionPeriod": "60"})
		for n := range 3 {
			s.send(fmt.Sprint("kept ", n))
		}
	})
	if before := read(); !strings.Contains(before, `"deleted"`) {
		t.Errorf("before the start the journal has\n%s", before)
	}
	t.Run("second", func(t *testing.T) { newStage(t, path).expect("started again", "kept 0:1 kept 1:1 kept 2:1") })
	if after := read(); strings.Contains(after, `"deleted"`) || !strings.Contains(after, `"kept 2"`) {
		t.Errorf("after the start the journal has\n%s", after)
	}
}
