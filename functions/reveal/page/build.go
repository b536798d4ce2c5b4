package main

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"github.com/tdewolff/minify/v2/js"
)

//go:embed index.html page.css script text
var sources embed.FS

// scripts are the parts of the page's script, in their order in it.
var scripts = []string{"words", "page", "link", "claim", "password", "qr", "load"}

// build is the page: its sources joined and minified. Names that the script's parts share stay as they are, for tests to call.
func build() ([]byte, error) {
	joined, err := join()
	if err != nil {
		return nil, err
	}
	m := minify.New()
	m.Add("text/html", &html.Minifier{KeepDocumentTags: true})
	m.Add("text/css", &css.Minifier{})
	m.Add("application/javascript", &js.Minifier{})
	page, err := m.Bytes("text/html", joined)
	if err != nil {
		return nil, fmt.Errorf("minify: %w", err)
	}
	return page, nil
}

// join puts the style and the script into their places in the markup.
func join() ([]byte, error) {
	page, err := sources.ReadFile("index.html")
	if err != nil {
		return nil, err
	}
	style, err := sources.ReadFile("page.css")
	if err != nil {
		return nil, err
	}
	words, err := sentences()
	if err != nil {
		return nil, err
	}
	script := bytes.NewBufferString("'use strict';\n" + words)
	for _, name := range scripts {
		part, err := sources.ReadFile("script/" + name + ".js")
		if err != nil {
			return nil, err
		}
		script.Write(part)
	}
	page = bytes.Replace(page, []byte("<style>"), append([]byte("<style>"), style...), 1)
	return bytes.Replace(page, []byte("<script>"), append([]byte("<script>"), script.Bytes()...), 1), nil
}

// served is the page in each of the forms that the function embeds, by file name.
func served(page []byte) (map[string][]byte, error) {
	var br, gz bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	for _, w := range []io.WriteCloser{brotli.NewWriterLevel(&br, brotli.BestCompression), zipped} {
		if _, err := w.Write(page); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	}
	return map[string][]byte{"served.html": page, "served.html.br": br.Bytes(), "served.html.gz": gz.Bytes()}, nil
}
