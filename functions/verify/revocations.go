package main

import (
	"net/http"

	"github.com/apppass/apppass/shared/use/feed"
)

// revocationsRoute is GET /v1/revocations?after=<cursor>: whose sessions a service has to end.
type revocationsRoute struct {
	services    services
	revocations revocations
	answerer
}

type feedPage struct {
	Logins []string `json:"logins"`
	// Ends is the same with marks, which tell a revocation that is told again from a new one of the same login.
	Ends []feed.End `json:"ends,omitempty"`
	Next string     `json:"next"`           // what to send as after the next time
	More bool       `json:"more,omitempty"` // there is more at once
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
	write(w, http.StatusOK, feedPage{page.Logins, page.Ends, page.Next, page.More})
}
