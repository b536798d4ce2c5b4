package main

import (
	"context"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"strconv"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/setup"
)

// setupper is what the routes of the files for devices call.
type setupper interface {
	Service(ctx context.Context, id string) (setup.Mail, error)
	First(ctx context.Context) (setup.Mail, error)
}

// setupRoutes adds the files that set up a device: public, without a secret, and the same for everyone. GET and HEAD answer 200 with the
// file; else 404 {"state":"unknown"}, or 503 {"state":"away"} with Retry-After.
//
// Mail programs look for the second one at https://<mail domain>/.well-known/autoconfig/mail/config-v1.1.xml; the company redirects that
// address here.
func setupRoutes(mux *http.ServeMux, s setupper, log *slog.Logger) {
	mux.Handle("GET /setup/{service}/apple.mobileconfig", &profileRoute{s, log})
	mux.Handle("GET /.well-known/autoconfig/mail/config-v1.1.xml", &autoconfigRoute{s, log})
}

// profileRoute is GET /setup/{service}/apple.mobileconfig.
type profileRoute struct {
	setupper setupper
	log      *slog.Logger
}

// ServeHTTP answers with the service's configuration profile, as a file to be opened by the device's settings.
func (p *profileRoute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m, err := p.setupper.Service(r.Context(), r.PathValue("service"))
	if err != nil {
		failSetup(r.Context(), w, p.log, err)
		return
	}
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": m.ID + ".mobileconfig"}))
	writeFile(w, "application/x-apple-aspen-config", profile(m))
}

// autoconfigRoute is GET /.well-known/autoconfig/mail/config-v1.1.xml. Programs add the person's address as a query: it is not read.
type autoconfigRoute struct {
	setupper setupper
	log      *slog.Logger
}

// ServeHTTP answers with the settings of the first mail service.
func (a *autoconfigRoute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m, err := a.setupper.First(r.Context())
	if err != nil {
		failSetup(r.Context(), w, a.log, err)
		return
	}
	writeFile(w, "text/xml; charset=utf-8", autoconfig(m))
}

func writeFile(w http.ResponseWriter, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	// To HEAD, the recorder behind w answers without it. A device that has gone does not mind.
	_, _ = w.Write(body)
}

// failSetup logs trouble only: what is not there is asked for by scanners all day.
func failSetup(ctx context.Context, w http.ResponseWriter, log *slog.Logger, err error) {
	if errors.Is(err, setup.ErrNone) {
		write(w, http.StatusNotFound, state{State: "unknown"})
		return
	}
	log.WarnContext(ctx, "no file for a device", "code", problem.Of(err).Code(), "cause", err.Error())
	w.Header().Set("Retry-After", "2")
	write(w, http.StatusServiceUnavailable, state{State: "away"})
}
