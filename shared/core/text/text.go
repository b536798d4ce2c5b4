// Package text is every sentence that people read, in each language under a code.
//
// # What is promised
//
// Every language has every code, and every code is used: tests hold both. A sentence's blanks are written {name}, and are filled with
// text as it is; who puts a sentence where markup is read escapes the values before.
//
// # What may be changed here
//
// A sentence, freely. A code is named by the part of the house that uses it, a point, and what is said: "reveal.expired". The codes of
// problems are the codes of their sentences, which say what happened, whether anything was changed, and what to do next.
package text

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed *.json
var files embed.FS

// Default is the language of who has none of ours.
const Default = "en"

var languages = sync.OnceValue(func() map[string]map[string]string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // embedded
	}
	all := map[string]map[string]string{}
	for _, e := range entries {
		body, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err) // embedded
		}
		sentences := map[string]string{}
		if err := json.Unmarshal(body, &sentences); err != nil {
			panic(fmt.Errorf("read the sentences of %s: %w", e.Name(), err)) // a test reads them
		}
		all[strings.TrimSuffix(e.Name(), ".json")] = sentences
	}
	return all
})

// Languages is the languages there are, "en".
func Languages() []string { return slices.Sorted(maps.Keys(languages())) }

// Codes is every code of a language.
func Codes(language string) []string { return slices.Sorted(maps.Keys(languages()[language])) }

// Speaker says things in one language.
type Speaker struct{ sentences map[string]string }

// In returns the speaker of a language, by its name or a locale of it ("en-GB"); [Default] where there is none.
func In(locale string) Speaker {
	language, _, _ := strings.Cut(strings.ToLower(locale), "-")
	sentences, ok := languages()[language]
	if !ok {
		sentences = languages()[Default]
	}
	return Speaker{sentences}
}

// Say is the sentence under code, its blanks filled with pairs of name and value. An unknown code says itself.
func (s Speaker) Say(code string, pairs ...string) string {
	sentence, ok := s.sentences[code]
	if !ok {
		return code
	}
	if len(pairs) == 0 {
		return sentence
	}
	blanks := make([]string, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		blanks[i], blanks[i+1] = "{"+pairs[i]+"}", pairs[i+1]
	}
	return strings.NewReplacer(blanks...).Replace(sentence)
}
