package main

import (
	"mime"
	"net/http"
	"net/url"
)

// sameOrigin lets through what only our own page can send: JSON, with a header that no form can set, from our own origin.
type sameOrigin struct{ next http.Handler }

// ServeHTTP answers 403 to anything else; it says nothing of the link.
func (s *sameOrigin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	origin, err := url.Parse(r.Header.Get("Origin"))
	site := r.Header.Get("Sec-Fetch-Site")
	switch {
	case kind != "application/json", r.Header.Get("X-Apppass") != "reveal":
	case err != nil, origin.Host != r.Host, origin.Scheme != scheme(r):
	case site != "" && site != "same-origin":
	default:
		s.next.ServeHTTP(w, r)
		return
	}
	write(w, http.StatusForbidden, state{State: "refused"})
}

// scheme is how the browser has reached us: API Gateway says so in X-Forwarded-Proto, and sets it itself.
func scheme(r *http.Request) string {
	if proto := r.Header.Get("X-Forwarded-Proto"); proto != "" {
		return proto
	}
	return "https"
}
