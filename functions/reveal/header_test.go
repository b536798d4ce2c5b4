package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/reveal"
)

// answering is a revealer that always answers the same.
type answering struct {
	revealed reveal.Revealed
	err      error
}

func (a answering) Claim(context.Context, reveal.Claim) (reveal.Revealed, error) {
	return a.revealed, a.err
}
func (a answering) Done(context.Context, reveal.Claim) error { return a.err }

const claimBody = `{"id":"tBP0fRPuL-bIRbLuFBr4HQ","proof":"jjAYXZXD3w45_9bJIsvYzghLg-FUk_zElEYleAYvHio","nonce":"AAAAAAAAAAAAAAAAAAAAAA"}`

func TestEveryAnswerIsSecured(t *testing.T) {
	for _, c := range []struct {
		name, method, path, body string
		err                      error
		want                     int
	}{
		{"the page", "GET", "/r/open", "", nil, 200},
		{"the page's head", "HEAD", "/r/open", "", nil, 200},
		{"a mangled link", "GET", "/r/open%23AbQT9H0T7i_myEWy", "", nil, 200},
		{"a path to be cleaned", "GET", "/r//open", "", nil, 307},
		{"another path", "GET", "/", "", nil, 404},
		{"another method", "PUT", "/r/open", "", nil, 405},
		{"a claim", "POST", "/r/claim", claimBody, nil, 200},
		{"no claim", "POST", "/r/claim", "{", nil, 400},
		{"an unknown link", "POST", "/r/claim", claimBody, link.ErrUnknown, 404},
		{"a used link", "POST", "/r/claim", claimBody, link.ErrUsed, 410},
		{"a held link", "POST", "/r/claim", claimBody, link.ErrHeld, 403},
		{"trouble", "POST", "/r/claim", claimBody, link.ErrPreparing, 503},
		{"done", "POST", "/r/done", claimBody, nil, 204},
		{"a profile", "GET", profilePath, "", nil, 200},
		{"no profile", "GET", "/setup/wiki/apple.mobileconfig", "", nil, 404},
		{"an autoconfig's head", "HEAD", autoconfigPath, "", nil, 200},
		{"done before", "POST", "/r/done", claimBody, link.ErrUsed, 410},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "https://apppass.example"+c.path, strings.NewReader(c.body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Origin", "https://apppass.example")
			r.Header.Set("X-Apppass", "reveal")
			w := httptest.NewRecorder()
			routes(answering{err: c.err}, someMail{}, slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("got status %d, want %d", w.Code, c.want)
			}
			for name, want := range map[string]string{
				"Cache-Control":                "no-store",
				"Referrer-Policy":              "no-referrer",
				"X-Content-Type-Options":       "nosniff",
				"X-Frame-Options":              "DENY",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Cross-Origin-Embedder-Policy": "require-corp",
				"Origin-Agent-Cluster":         "?1",
				"Strict-Transport-Security":    "max-age=63072000",
				"X-Robots-Tag":                 "noindex,nofollow,noarchive,nosnippet",
				"Content-Security-Policy":      policyOfThePage(t),
				"Permissions-Policy":           permissions(),
			} {
				if got := w.Header().Values(name); len(got) != 1 || got[0] != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			if cookies := w.Header().Values("Set-Cookie"); len(cookies) > 0 {
				t.Errorf("it sets a cookie")
			}
		})
	}
}

// policyOfThePage is reference/reveal.md's, with the hashes computed by other means than the function's.
func policyOfThePage(t *testing.T) string {
	t.Helper()
	hash := func(begin, end string) string {
		from, to := strings.Index(pageHTML, begin)+len(begin), strings.Index(pageHTML, end)
		sum := sha256.Sum256([]byte(pageHTML[from:to]))
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	return "default-src 'none'; script-src 'sha256-" + hash("<script>", "</script>") + "'; style-src 'sha256-" + hash("<style>", "</style>") +
		"'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; trusted-types 'none'"
}

func TestPermissionsLeaveCopyingOnly(t *testing.T) {
	got := permissions()
	for entry := range strings.SplitSeq(got, ", ") {
		if name, allowed, _ := strings.Cut(entry, "="); (allowed == "(self)") != (name == "clipboard-write") || allowed != "()" && allowed != "(self)" {
			t.Errorf("got %s", entry)
		}
	}
	if !strings.Contains(got, "camera=()") || !strings.Contains(got, "clipboard-write=(self)") {
		t.Errorf("got %s", got)
	}
}
