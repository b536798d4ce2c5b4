package main

import (
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// fromOurPage is the headers by which a browser says that our own page asks.
var fromOurPage = map[string]string{
	"Content-Type": "application/json", "X-Apppass": "reveal", "Origin": "https://apppass.example", "Sec-Fetch-Site": "same-origin",
}

func TestOnlyOurOwnPageIsLetThrough(t *testing.T) {
	for _, c := range []struct {
		name   string
		change map[string]string // empty values are removed
		want   bool
	}{
		{"our page", nil, true},
		{"an old browser, without Sec-Fetch-Site", map[string]string{"Sec-Fetch-Site": ""}, true},
		{"a charset", map[string]string{"Content-Type": "application/json; charset=utf-8"}, true},
		{"behind API Gateway", map[string]string{"X-Forwarded-Proto": "https"}, true},
		{"a local stack", map[string]string{"X-Forwarded-Proto": "http", "Origin": "http://apppass.example"}, true},

		{"a form", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, false},
		{"a form that looks like JSON", map[string]string{"Content-Type": "text/plain"}, false},
		{"no content type", map[string]string{"Content-Type": ""}, false},
		{"no header of ours", map[string]string{"X-Apppass": ""}, false},
		{"another header of ours", map[string]string{"X-Apppass": "verify"}, false},
		{"no origin", map[string]string{"Origin": ""}, false},
		{"a sandboxed page", map[string]string{"Origin": "null"}, false},
		{"another page", map[string]string{"Origin": "https://evil.example"}, false},
		{"a page below us", map[string]string{"Origin": "https://x.apppass.example"}, false},
		{"a page that begins like us", map[string]string{"Origin": "https://apppass.example.evil.example"}, false},
		{"another port", map[string]string{"Origin": "https://apppass.example:8443"}, false},
		{"without TLS", map[string]string{"Origin": "http://apppass.example"}, false},
		{"with TLS, where we have none", map[string]string{"X-Forwarded-Proto": "http"}, false},
		{"two origins", map[string]string{"Origin": "https://apppass.example https://evil.example"}, false},
		{"an origin that is none", map[string]string{"Origin": "https://%zz"}, false},
		{"another site, by the browser's word", map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
		{"a sister, by the browser's word", map[string]string{"Sec-Fetch-Site": "same-site"}, false},
		{"the address bar, by the browser's word", map[string]string{"Sec-Fetch-Site": "none"}, false},
	} {
		for _, path := range []string{"/r/claim", "/r/done"} {
			t.Run(path+" "+c.name, func(t *testing.T) {
				headers := maps.Clone(fromOurPage)
				maps.Copy(headers, c.change)
				r := httptest.NewRequest(http.MethodPost, "https://apppass.example"+path, strings.NewReader(claiming(sentID, sentProof, sentNonce)))
				for name, value := range headers {
					if value != "" {
						r.Header.Set(name, value)
					}
				}
				v, w := &keeper{}, httptest.NewRecorder()
				routes(v, someMail{}, slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
				through := len(v.claims)+len(v.dones) > 0
				refused := w.Code == http.StatusForbidden && strings.TrimSpace(w.Body.String()) == `{"state":"refused"}`
				if through != c.want || refused == c.want {
					t.Errorf("got %d %s, let through: %v, want %v", w.Code, w.Body, through, c.want)
				}
			})
		}
	}
}
