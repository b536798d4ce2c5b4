package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func get(method, path, accepted string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	if accepted != "" {
		r.Header.Set("Accept-Encoding", accepted)
	}
	w := httptest.NewRecorder()
	pageHandler().ServeHTTP(w, r)
	return w.Result()
}

func TestThePageComesInTheBestCodingThatIsAccepted(t *testing.T) {
	for _, c := range []struct{ accepted, want string }{
		{"", ""},
		{"gzip, deflate, br, zstd", "br"},
		{"gzip, deflate", "gzip"},
		{"GZIP", "gzip"},
		{"br;q=0, gzip;q=0.5", "gzip"},
		{"br; q=0.001", "br"},
		{"br;q=none", ""},
		{"identity", ""},
		{"*", ""},
		{"identity;q=0, *;q=0", ""},
		{"brotli, x-gzip", ""},
	} {
		got := get(http.MethodGet, "/r/open", c.accepted)
		body, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got.StatusCode != http.StatusOK || got.Header.Get("Content-Encoding") != c.want || decoded(t, body, c.want) != pageHTML {
			t.Errorf("Accept-Encoding %q: got %d and Content-Encoding %q, want 200 and %q with the page", c.accepted, got.StatusCode, got.Header.Get("Content-Encoding"), c.want)
		}
		if length := got.Header.Get("Content-Length"); length != strconv.Itoa(len(body)) {
			t.Errorf("Accept-Encoding %q: got Content-Length %s for %d bytes", c.accepted, length, len(body))
		}
		if got.Header.Get("Vary") != "Accept-Encoding" || got.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("Accept-Encoding %q: got Vary %q and Content-Type %q", c.accepted, got.Header.Get("Vary"), got.Header.Get("Content-Type"))
		}
	}
}

func decoded(t *testing.T, body []byte, coding string) string {
	t.Helper()
	r := io.Reader(bytes.NewReader(body))
	switch coding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		zipped, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = zipped
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHEADIsGETWithoutTheBody(t *testing.T) {
	want, got := get(http.MethodGet, "/r/open", "br"), get(http.MethodHead, "/r/open", "br")
	if body, err := io.ReadAll(got.Body); err != nil || len(body) > 0 {
		t.Errorf("got %d bytes (%v), want none", len(body), err)
	}
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Vary"} {
		if got.Header.Get(name) != want.Header.Get(name) {
			t.Errorf("%s: got %q, want %q", name, got.Header.Get(name), want.Header.Get(name))
		}
	}
}

func TestThePageIsTheSameForEveryPath(t *testing.T) {
	for _, path := range []string{"/r/open", "/r/", "/r/open%23AbQT9H0T7i_myEWy", "/r/open%2523AbQT/9H0T7i?x=1", "/r/anything"} {
		if body, err := io.ReadAll(get(http.MethodGet, path, "").Body); err != nil || string(body) != pageHTML {
			t.Errorf("%s: got another page (%v)", path, err)
		}
	}
}

// The limits are reference/reveal.md's: with its headers the page fits into the ten packets that a server may send at once (RFC 6928).
func TestThePageIsLight(t *testing.T) {
	for _, c := range []struct {
		coding, body string
		most         int
	}{{"br", pageBrotli, 10_000}, {"gzip", pageGzip, 12_000}} {
		if decoded(t, []byte(c.body), c.coding) != pageHTML {
			t.Errorf("%s: it is not page/served.html: run go generate ./functions/reveal", c.coding)
		}
		if len(c.body) > c.most {
			t.Errorf("%s: got %d bytes, want at most %d", c.coding, len(c.body), c.most)
		}
	}
}

func TestThePageIsWholeInItself(t *testing.T) {
	for _, tag := range []string{"<style>", "</style>", "<script>", "</script>"} {
		if n := strings.Count(pageHTML, tag); n != 1 {
			t.Errorf("%s stands in it %d times, want once: its hash is in the header", tag, n)
		}
	}
	for _, sink := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "console.", " style=", " onclick=\"", "http://", "https://"} {
		rest := strings.ReplaceAll(pageHTML, "http://www.w3.org/2000/svg", "") // a name, not an address
		if strings.Contains(rest, sink) {
			t.Errorf("%q stands in it", sink)
		}
	}
}
