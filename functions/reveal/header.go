package main

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// secured sets the headers of [headers] on every answer of next, whatever its route and status.
func secured(next http.Handler) http.Handler {
	set := headers(pageHTML)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for name, value := range set {
			h.Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}

// headers is what makes a browser run the page's own script and style and nothing else, talk to the page's own origin and no other, and
// keep nothing: no frame, no cache, no referrer, no index, no way in from another window, no device.
func headers(page string) map[string]string {
	return map[string]string{
		"Content-Security-Policy": strings.Join([]string{
			"default-src 'none'",
			"script-src " + hashOf(page, "<script>", "</script>"),
			"style-src " + hashOf(page, "<style>", "</style>"),
			"connect-src 'self'",
			"img-src data:",
			"base-uri 'none'",
			"form-action 'none'",
			"frame-ancestors 'none'",
			"require-trusted-types-for 'script'",
			"trusted-types 'none'",
		}, "; "),
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
		"Permissions-Policy":           permissions(),
	}
}

// hashOf is the CSP source (CSP3 §2.3.1) of the text between two tags of the page, each of which stands in it once.
func hashOf(page, begin, end string) string {
	_, rest, _ := strings.Cut(page, begin)
	text, _, _ := strings.Cut(rest, end)
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// denied is every feature of a browser that a page can ask for and this one has no use for. Browsers complain in their console of names
// that they don't know, so it holds what both the list at https://github.com/w3c/webappsec-permissions-policy/blob/main/features.md and
// Chromium have.
var denied = []string{
	"accelerometer", "autoplay", "browsing-topics", "camera", "captured-surface-control", "clipboard-read", "compute-pressure",
	"cross-origin-isolated", "deferred-fetch", "digital-credentials-get", "display-capture", "encrypted-media", "fullscreen", "gamepad",
	"geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "keyboard-map", "language-detector", "local-fonts",
	"local-network-access", "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture",
	"private-state-token-issuance", "private-state-token-redemption", "publickey-credentials-create", "publickey-credentials-get",
	"screen-wake-lock", "serial", "speaker-selection", "storage-access", "summarizer", "sync-xhr", "translator", "unload", "usb",
	"window-management", "xr-spatial-tracking",
}

// permissions denies all of [denied]; to copy is what the page is there for.
func permissions() string {
	var b strings.Builder
	for _, feature := range denied {
		b.WriteString(feature + "=(), ")
	}
	return b.String() + "clipboard-write=(self)"
}
