package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// languages are the page's, the one for all others first. Each has a file text/<language>.json of codes and sentences.
var languages = []string{"en", "de", "es"}

// sentences is what the script's parts find defined: codes, and in catalogs by language the sentences of each, in the order of codes. One
// text a language compresses best.
func sentences() (string, error) {
	codes, _, err := catalog(languages[0])
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "const codes = %s.split('|');\nconst catalogs = {\n", quoted(codes))
	for _, language := range languages {
		named, words, err := catalog(language)
		if err != nil {
			return "", err
		}
		if !slices.Equal(named, codes) {
			return "", fmt.Errorf("%s has other codes than %s, or in another order", language, languages[0])
		}
		fmt.Fprintf(&b, "%s: %s,\n", language, quoted(words))
	}
	return b.String() + "};\n", nil
}

// quoted is a literal of the script: the texts, separated by bars.
func quoted(texts []string) string {
	return "'" + strings.NewReplacer("'", `\'`, "\n", `\n`).Replace(strings.Join(texts, "|")) + "'"
}

// catalog is a language's codes and their sentences, in the order of its file.
func catalog(language string) (codes, words []string, err error) {
	name := "text/" + language + ".json"
	file, err := sources.ReadFile(name)
	if err != nil {
		return nil, nil, err
	}
	var texts []string
	for d := json.NewDecoder(bytes.NewReader(file)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", name, err)
		}
		if text, ok := token.(string); ok {
			texts = append(texts, text)
		}
	}
	for pair := range slices.Chunk(texts, 2) {
		if len(pair) != 2 || pair[1] == "" || strings.ContainsAny(pair[0]+pair[1], "|\\") {
			return nil, nil, fmt.Errorf("%s: %q is not a code with its sentence, without bars", name, pair)
		}
		codes, words = append(codes, pair[0]), append(words, pair[1])
	}
	return codes, words, nil
}
