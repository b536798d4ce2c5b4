// Command page compresses index.html, the page behind one-time links, for the function that serves it.
//
// # The page
//
// index.html is all of it: markup, style and script, in one request, with nothing of any other origin. It is the same bytes for
// everyone. The script reads the link's key from the address, which no server sees, claims the password with what it derives from it, and
// opens it in the browser; what stands in a link, and how the password is sealed, is package link's to say.
//
// # What is promised
//
// Nothing is asked of the server before the person presses; a damaged link asks nothing at all. The key leaves the address bar at the
// press. A reload within a minute of the claim, a lost answer and trouble of ours lose nothing: it is the same session that asks again.
// The password is masked until asked for, hidden after two minutes and forgotten ten minutes later; it is wiped when the page is left, and
// never printed. The script writes text only, never markup, and says nothing to the console.
//
// # What may be changed here
//
// Words: they stand in one table by language and code. States: each is a row of states, has a title and a why among the words, and, if an
// answer of the server leads to it, an entry of answers. The page must stay within the weights of the function's tests, and needs nothing
// that Firefox and Safari lack. Then run go generate ./functions/reveal: a test notices what was forgotten. The same source gives the
// same bytes, so that a deployment can be compared with it.
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"

	"github.com/andybalholm/brotli"
)

// source is the page, seen from functions/reveal, where go generate runs this.
const source = "page/index.html"

func main() {
	if err := compress(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compress() error {
	page, err := os.ReadFile(source)
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	var br, gz bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("set up gzip: %w", err)
	}
	for _, out := range []struct {
		name string
		w    io.WriteCloser
		to   *bytes.Buffer
	}{
		{source + ".br", brotli.NewWriterLevel(&br, brotli.BestCompression), &br},
		{source + ".gz", zipped, &gz},
	} {
		if _, err := out.w.Write(page); err != nil {
			return fmt.Errorf("compress %s: %w", out.name, err)
		}
		if err := out.w.Close(); err != nil {
			return fmt.Errorf("compress %s: %w", out.name, err)
		}
		if err := os.WriteFile(out.name, out.to.Bytes(), 0o644); err != nil {
			return fmt.Errorf("keep the compressed page: %w", err)
		}
	}
	return nil
}
