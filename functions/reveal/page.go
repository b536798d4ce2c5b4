package main

import (
	_ "embed"
	"net/http"
	"strconv"
	"strings"
)

//go:generate go run ./page -out page

// The page as it is sent. API Gateway compresses nothing, so it is embedded compressed, as well as can be.
var (
	//go:embed page/served.html
	pageHTML string
	//go:embed page/served.html.br
	pageBrotli string
	//go:embed page/served.html.gz
	pageGzip string
)

// pageHandler serves GET and HEAD of the one page: the same bytes for every path and everyone, in the first of br, gzip and identity
// that the request's Accept-Encoding allows. It reads nothing else of the request and no storage, and never answers anything but 200.
func pageHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		coding, body := "", pageHTML
		switch accepted := strings.Join(r.Header.Values("Accept-Encoding"), ","); {
		case accepts(accepted, "br"):
			coding, body = "br", pageBrotli
		case accepts(accepted, "gzip"):
			coding, body = "gzip", pageGzip
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		h.Set("Vary", "Accept-Encoding")
		if coding != "" {
			h.Set("Content-Encoding", coding)
		}
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusOK)
			return
		}
		// A browser that has gone does not mind.
		_, _ = w.Write([]byte(body))
	})
}

// accepts reports whether an Accept-Encoding (RFC 9110 §12.5.3) names the coding with a weight above zero. "*" names none: identity is
// right for it too.
func accepts(header, coding string) bool {
	for entry := range strings.SplitSeq(header, ",") {
		name, parameter, weighted := strings.Cut(entry, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		_, weight, _ := strings.Cut(parameter, "=")
		q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		return !weighted || err == nil && q > 0
	}
	return false
}
