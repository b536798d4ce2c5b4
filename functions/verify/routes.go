package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"

	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/feed"
	"github.com/apppass/apppass/shared/use/verify"
)

// verifier and revocations are what the routes call, and services names who asks.
type (
	verifier interface {
		Verify(ctx context.Context, by service.Service, r verify.Request) (verify.Accepted, error)
	}
	revocations interface {
		Since(ctx context.Context, service, after string) (feed.Page, error)
	}
	services interface {
		Asker(ctx context.Context, key string, source netip.Addr) (service.Service, error)
	}
)

func routes(v verifier, s services, r revocations, up relayer, log *slog.Logger) http.Handler {
	a := answerer{log}
	mux := http.NewServeMux()
	mux.Handle("POST /v1/verify", &verifyRoute{v, s, up, a})
	mux.Handle("GET /v1/nginx-mail", &nginxMail{v, straight{s}, a})
	mux.Handle("GET /v1/revocations", &revocationsRoute{s, r, a})
	forward := &forwardAuth{v, straight{s}, a}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Not by the mux: behind this prefix stands whatever a visitor asks for, and the mux would redirect from "//" and "..".
		if r.URL.Path == forwardPath || strings.HasPrefix(r.URL.Path, forwardPath+"/") {
			forward.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// source is the address from which a request has come, as API Gateway saw it; invalid where it is unknown.
func source(r *http.Request) netip.Addr {
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	return from.Addr().Unmap()
}

// bearer is the key of a request with "Authorization: Bearer <key>" (RFC 6750 §2.1), or empty.
func bearer(r *http.Request) string {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}
