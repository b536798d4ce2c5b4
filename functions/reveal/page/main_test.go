package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestWhatIsServedIsOfTheseSources(t *testing.T) {
	want, err := build()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("served.html")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("served.html is of other sources: run go generate ./functions/reveal")
	}
}

// A sentence has the same blanks to be filled and as many lines in every language; the names of characters are as many.
func TestEveryLanguageSaysTheSame(t *testing.T) {
	blanks := regexp.MustCompile(`\{\w+\}`)
	shape := func(code, sentence string) []string {
		found := blanks.FindAllString(sentence, -1)
		slices.Sort(found)
		found = append(found, strings.Repeat("line ", strings.Count(sentence, "\n")))
		if code == "characters" {
			found = append(found, strings.Repeat("name ", strings.Count(sentence, ", ")))
		}
		return found
	}
	codes, first, err := catalog(languages[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range languages[1:] {
		named, words, err := catalog(language)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(named, codes) {
			t.Errorf("%s: got the codes %q, want %q", language, named, codes)
			continue
		}
		for i, code := range codes {
			if got, want := shape(code, words[i]), shape(code, first[i]); !slices.Equal(got, want) {
				t.Errorf("%s: %s: got %q, want %q", language, code, got, want)
			}
		}
	}
}

// The script and the markup say nothing that has no words, and there are no words that they don't say.
func TestEveryCodeIsUsed(t *testing.T) {
	joined, err := join()
	if err != nil {
		t.Fatal(err)
	}
	codes, _, err := catalog(languages[0])
	if err != nil {
		t.Fatal(err)
	}
	_, script, _ := bytes.Cut(joined, []byte("};\n")) // behind the words
	text := string(joined[:bytes.Index(joined, []byte("<script>"))]) + string(script)
	for _, code := range codes {
		name := strings.TrimPrefix(code, "do.") // of a button
		if !strings.Contains(text, "'"+name+"'") && !strings.Contains(text, `"`+name+`"`) && !regexp.MustCompile(`\b`+name+`: `).MatchString(text) {
			t.Errorf("%q is not used", code)
		}
	}
	for _, used := range regexp.MustCompile(`(?:data-say="|say\(')([\w. ]+)["']`).FindAllStringSubmatch(text, -1) {
		if used[1] != "do." && !slices.Contains(codes, used[1]) {
			t.Errorf("%q has no words", used[1])
		}
	}
}
