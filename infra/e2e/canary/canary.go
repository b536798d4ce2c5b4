// Package canary searches for secrets where they must not be: in what was stored, queued, sent and logged, in every form in which software
// hides things from the eye.
//
// # What is promised
//
// A secret is found in clear, in groups, in base64 and base64url at each of the three alignments, in hexadecimal, percent-escaped,
// escaped as JSON, and in gzip that holds any of these, also where the gzip is itself in base64. Tests plant one of each and expect it.
//
// # What may be changed here
//
// A further form is an entry of forms. What is allowed where is not known here; it is a table in the test that searches.
package canary

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// Secret is something to search for.
type Secret struct {
	Name  string
	Bytes []byte
}

// Place is somewhere to search.
type Place struct {
	Name  string
	Bytes []byte
}

// Finding is a secret that was found.
type Finding struct {
	Secret, Place, Form string
}

// String names all three. The secret itself is not in it.
func (f Finding) String() string { return fmt.Sprintf("%s in %s, %s", f.Secret, f.Place, f.Form) }

// shortest is the least number of bytes that are worth searching for: anything shorter is found by chance.
const shortest = 8

// Find is every secret in every place, once for each form.
func Find(secrets []Secret, places []Place) []Finding {
	var found []Finding
	for _, s := range secrets {
		if len(s.Bytes) < shortest {
			panic(fmt.Sprintf("the secret %s is too short to be searched for", s.Name))
		}
		patterns := patternsOf(s.Bytes)
		for _, p := range places {
			for _, layer := range layers(p.Bytes, 0) {
				for _, pattern := range patterns {
					if bytes.Contains(layer.bytes, pattern.bytes) {
						found = append(found, Finding{s.Name, p.Name, layer.name + pattern.form})
					}
				}
			}
		}
	}
	return found
}

type pattern struct {
	form  string
	bytes []byte
}

// forms are the ways in which a secret may be written, by name.
var forms = []struct {
	name  string
	write func(secret []byte) [][]byte
}{
	{"clear", func(s []byte) [][]byte { return [][]byte{s} }},
	{"grouped", grouped},
	{"base64", func(s []byte) [][]byte { return aligned(s, base64.RawStdEncoding) }},
	{"base64url", func(s []byte) [][]byte { return aligned(s, base64.RawURLEncoding) }},
	{"hexadecimal", func(s []byte) [][]byte {
		lower := hex.EncodeToString(s)
		return [][]byte{[]byte(lower), []byte(strings.ToUpper(lower))}
	}},
	{"percent-escaped", func(s []byte) [][]byte { return [][]byte{each(s, "%%%02x"), each(s, "%%%02X")} }},
	{"JSON-escaped", func(s []byte) [][]byte { return [][]byte{each(s, `\u%04x`), each(s, `\u%04X`)} }},
}

// Forms are the names of the forms that Find knows.
func Forms() []string {
	var names []string
	for _, f := range forms {
		names = append(names, f.name)
	}
	return names
}

func patternsOf(secret []byte) []pattern {
	var all []pattern
	for _, f := range forms {
		for _, b := range f.write(secret) {
			all = append(all, pattern{f.name, b})
		}
	}
	return all
}

// Write is the secret in a form, as it would leak: in the middle of something else.
func Write(form string, secret []byte) []byte {
	if form == "base64" || form == "base64url" {
		encoding := map[string]*base64.Encoding{"base64": base64.StdEncoding, "base64url": base64.URLEncoding}[form]
		return []byte(encoding.EncodeToString(append([]byte("x"), append(bytes.Clone(secret), "yz"...)...)))
	}
	for _, f := range forms {
		if f.name == form {
			return f.write(secret)[0]
		}
	}
	panic("there is no form " + form)
}

// grouped is text in groups of five and of four, with hyphens or spaces between them.
func grouped(secret []byte) [][]byte {
	var all [][]byte
	for _, size := range []int{4, 5} {
		for _, between := range []string{"-", " "} {
			var groups []string
			for i := 0; i < len(secret); i += size {
				groups = append(groups, string(secret[i:min(i+size, len(secret))]))
			}
			all = append(all, []byte(strings.Join(groups, between)))
		}
	}
	return all
}

// aligned is the part of the base64 that does not depend on what stands before and after, for 0, 1 and 2 bytes before.
func aligned(secret []byte, encoding *base64.Encoding) [][]byte {
	var all [][]byte
	for before := range 3 {
		encoded := encoding.EncodeToString(append(make([]byte, before), secret...))
		from := (before*8 + 5) / 6
		to := (before + len(secret)) * 8 / 6
		all = append(all, []byte(encoded[from:to]))
	}
	return all
}

func each(secret []byte, format string) []byte {
	var b strings.Builder
	for _, c := range secret {
		fmt.Fprintf(&b, format, c)
	}
	return []byte(b.String())
}

type layer struct {
	name  string
	bytes []byte
}

const (
	deepest  = 3
	inflated = 8 << 20
)

var gzipMagic = []byte{0x1f, 0x8b, 0x08}

const (
	zippedMagic   = "H4sI" // gzipMagic in base64
	base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
)

// layers is the bytes themselves, and what gzip in them holds.
func layers(b []byte, depth int) []layer {
	all := []layer{{"", b}}
	if depth == deepest {
		return all
	}
	for _, inner := range append(gunzipped(b), decoded(b)...) {
		for _, l := range layers(inner, depth+1) {
			all = append(all, layer{"gzip, " + l.name, l.bytes})
		}
	}
	return all
}

// gunzipped is what each gzip stream in b holds.
func gunzipped(b []byte) [][]byte {
	var all [][]byte
	for at := 0; ; at++ {
		next := bytes.Index(b[at:], gzipMagic)
		if next < 0 {
			return all
		}
		at += next
		r, err := gzip.NewReader(bytes.NewReader(b[at:]))
		if err != nil {
			continue
		}
		r.Multistream(false)
		// A stream that is cut off still shows what it holds up to there.
		inner, _ := io.ReadAll(io.LimitReader(r, inflated))
		if len(inner) > 0 {
			all = append(all, inner)
		}
	}
}

// decoded is what gzip in base64 holds. Such a text begins as the magic bytes do.
func decoded(b []byte) [][]byte {
	var all [][]byte
	for at := 0; ; at++ {
		next := bytes.Index(b[at:], []byte(zippedMagic))
		if next < 0 {
			return all
		}
		at += next
		run := b[at:]
		if end := bytes.IndexFunc(run, func(r rune) bool { return !strings.ContainsRune(base64Letters, r) }); end >= 0 {
			run = run[:end]
		}
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			plain := make([]byte, encoding.DecodedLen(len(run)))
			if n, err := encoding.Decode(plain, run); err == nil {
				all = append(all, gunzipped(plain[:n])...)
			}
		}
	}
}
