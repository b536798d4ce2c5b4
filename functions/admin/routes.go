package main

import (
	"log/slog"
	"net/http"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/apigw"
)

// errUnsigned reports a request that API Gateway has found no identity for.
var errUnsigned = problem.New(problem.Denied, "admin.unsigned")

func routes(k keeper, o *orders, log *slog.Logger) http.Handler {
	a := answerer{log}
	mux := http.NewServeMux()
	mux.Handle("POST /v1/admin/services/{id}/keys", &makeKey{k, a})
	mux.Handle("GET /v1/admin/services/{id}/keys", &listKeys{k, a})
	mux.Handle("DELETE /v1/admin/services/{id}/keys/{prefix}", &revokeKey{k, a})
	mux.Handle("DELETE /v1/admin/services/{id}/keys", &revokeKey{k, a})
	mux.Handle("POST /v1/admin/people/{person}/revoke", &revokePerson{o, a})
	mux.Handle("POST /v1/admin/people/{person}/rotate", &rotatePerson{o, a})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// API Gateway lets nobody through who has not signed. Were that ever switched off, this would still be shut.
		if apigw.Caller(r.Context()) == "" {
			a.fail(w, r, errUnsigned)
			return
		}
		mux.ServeHTTP(w, r)
	})
}
