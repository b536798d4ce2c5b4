// Package page is what a person sees of the local stack's Slack: a client in the browser, for hands.
//
// # What it is
//
// [Handler] serves one page at / and its styles and modules below /page/. They are hand-written, have no build step and load
// nothing from elsewhere. Everything they know comes from the JSON API of package api at the same origin, so whatever can be
// done here can be done by a test as well.
//
//	assets/index.html     the frame: people, conversations, the conversation, the drawer
//	assets/client.js      begins here: who is played, what has changed, which part shows it
//	assets/*.js           a thing each; blockkit.js, elements.js and richtext.js hold one renderer for each type of package blockkit
//	assets/hood.js        the drawer: the clock, faults, requests and AWS calls (GET /api/hood, where the stack serves it), acts
//	assets/*.css          tokens.css has every colour, light and dark
//
// # What is promised
//
// Every block and element that package blockkit accepts is shown; what is not known is shown as a labelled box, never as nothing.
// What the app does is on the screen at once, by GET /api/changes. Everything can be reached by keyboard. No text of an app is
// ever parsed as HTML: nodes are made by dom.js alone, and the browser is told to refuse anything else (Trusted Types).
//
// # What differs from Slack
//
// There are no threads, reactions, files or search. A rich text input is typed as plain text. A click on a link button opens the
// tab when the app has acked, or has failed to.
//
// # What may be changed here
//
// A further block, element or leaf is an entry in one of the three tables; a test compares them with package blockkit. A command
// that is offered while one types is a line in commands.js. The product's pages share nothing with these files.
package page

import (
	"bytes"
	"embed"
	"net/http"
	"strings"
	"time"
)

//go:embed assets
var assets embed.FS

// policy lets the page run its own modules and styles and speak to its own origin. Images are the app's to choose.
var policy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"connect-src 'self'",
	"img-src data: https:",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types 'none'",
}, "; ")

// Handler serves GET and HEAD of / and of /page/…; anything else is 404, or 405. Nothing is cached, so that an edited file is
// what the next reload shows.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { serve(w, r, "index.html") })
	mux.HandleFunc("GET /page/{file}", func(w http.ResponseWriter, r *http.Request) { serve(w, r, r.PathValue("file")) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		mux.ServeHTTP(w, r)
	})
}

func serve(w http.ResponseWriter, r *http.Request, name string) {
	body, err := assets.ReadFile("assets/" + name)
	if err != nil {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}
