package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/text"
)

const (
	goldens = "../../shared/edge/slackui/testdata"
	drawing = "../local/slack/page/assets"
)

func TestThePageHasEveryScreenAndNeedsNothingElse(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "folder", "gallery.html")
	if err := write(goldens, drawing, out); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	page := string(body)
	for _, language := range text.Languages() {
		files, err := filepath.Glob(filepath.Join(goldens, language+"-*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%d screens in %s: %v", len(files), language, err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), language+"-"), ".json")
			if !strings.Contains(page, `"Name":"`+name+`"`) {
				t.Errorf("%s is not on the page", name)
			}
		}
		if said := text.In(language).Say("door.not_me"); !strings.Contains(page, said[:8]) {
			t.Errorf("nothing on the page says %q", said)
		}
	}
	for _, elsewhere := range []string{"src=", "'./", "@import", `rel="stylesheet"`} {
		if strings.Contains(page, elsewhere) {
			t.Errorf("the page has %q", elsewhere)
		}
	}
}

func TestAFolderWithoutScreensIsToldOf(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "gallery.html")
	if err := write(t.TempDir(), drawing, out); err == nil || !strings.Contains(err.Error(), "no screens") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("a page was written all the same: %v", err)
	}
}
