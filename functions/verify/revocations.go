package main

import (
	"net/http"
)

// revocationsRoute is GET /v1/revocations?after=<cursor>: whose sessions a service has to end.
type revocationsRoute struct {
	services    services
	revocations revocations
	answerer
}

type feedPage struct {
	Logins []string `json:"logins"`
	Next   string   `json:"next"`           // what to send as after the next time
	More   bool     `json:"more,omitempty"` // there is more at once
}

// ServeHTTP decodes, asks and encodes.
func (f *revocationsRoute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	by, err := f.services.Asker(r.Context(), bearer(r), source(r))
	if err != nil {
		f.fail(w, r, err)
		return
	}
	page, err := f.revocations.Since(r.Context(), by.ID, r.URL.Query().Get("after"))
	if err != nil {
		f.fail(w, r, err)
		return
	}
	write(w, http.StatusOK, feedPage{page.Logins, page.Next, page.More})
}
