// Command page makes the page behind one-time links, as the function serves it, of what stands here.
//
// # The page
//
// index.html is its markup, page.css its style, script/ its script and text/ its words, a file for each language. The page is all of it
// in one request, minified, with nothing of any other origin; it is the same bytes for everyone. The script reads the link's key from the
// address, which no server sees, claims the password with what it derives from it, and opens it in the browser; what stands in a link,
// and how the password is sealed, is package link's to say.
//
// # What is promised
//
// Nothing is asked of the server before the person presses; a damaged link asks nothing at all. The key leaves the address bar at the
// press. A reload within a minute of the claim, a lost answer and trouble of ours lose nothing: it is the same session that asks again.
// The password is masked until asked for, hidden after two minutes and forgotten ten minutes later; it is wiped when the page is left, and
// never printed. The script writes text and elements only, never markup, and says nothing to the console.
//
// # What may be changed here
//
// Words: each language has the same codes. States: each is a row of states, has a title and, on a second line, a why among the words, and, if an answer of
// the server leads to it, an entry of answers. The page must stay within the weights of the function's tests, and needs nothing that
// Firefox and Safari lack. Then run go generate ./functions/reveal: a test notices what was forgotten.
//
// # Checking a deployment
//
// The same sources give the same bytes. This prints their SHA-256 in hex, and then that of what a deployment serves:
//
//	go run ./functions/reveal/page -hash
//	curl -s https://HOST/r/open | sha256sum
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	hash := flag.Bool("hash", false, "print the SHA-256 of the page, in hex")
	out := flag.String("out", "", "write the page and its compressed forms into this `folder`")
	flag.Parse()
	if err := run(*hash, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(hash bool, out string) error {
	page, err := build()
	if err != nil {
		return fmt.Errorf("build the page: %w", err)
	}
	if hash {
		fmt.Printf("%x\n", sha256.Sum256(page))
	}
	if out == "" {
		return nil
	}
	files, err := served(page)
	if err != nil {
		return fmt.Errorf("compress the page: %w", err)
	}
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(out, name), body, 0o644); err != nil {
			return fmt.Errorf("keep the page: %w", err)
		}
	}
	return nil
}
