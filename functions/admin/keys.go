package main

import (
	"context"
	"net/http"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/edge/apigw"
)

// keeper is what the routes call.
type keeper interface {
	Make(ctx context.Context, id, actor string) (text string, k service.Key, err error)
	List(ctx context.Context, id string) ([]service.Key, error)
	Revoke(ctx context.Context, id, prefix, actor string) error
}

type made struct {
	Key string `json:"key"` // the text, shown this once
	listed
}

type listed struct {
	Prefix string `json:"prefix"`
	Made   int64  `json:"made"` // epoch seconds
}

func list(k service.Key) listed { return listed{k.Prefix, k.Made.Unix()} }

// makeKey is POST /v1/admin/services/{id}/keys.
type makeKey struct {
	keeper keeper
	answerer
}

// ServeHTTP decodes, makes and encodes.
func (m *makeKey) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, k, err := m.keeper.Make(r.Context(), r.PathValue("id"), apigw.Caller(r.Context()))
	if err != nil {
		m.fail(w, r, err)
		return
	}
	write(w, http.StatusCreated, made{text, list(k)})
}

// listKeys is GET /v1/admin/services/{id}/keys.
type listKeys struct {
	keeper keeper
	answerer
}

// ServeHTTP decodes, lists and encodes.
func (l *listKeys) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	all, err := l.keeper.List(r.Context(), r.PathValue("id"))
	if err != nil {
		l.fail(w, r, err)
		return
	}
	body := struct {
		Keys []listed `json:"keys"`
	}{make([]listed, len(all))}
	for i, k := range all {
		body.Keys[i] = list(k)
	}
	write(w, http.StatusOK, body)
}

// revokeKey is DELETE /v1/admin/services/{id}/keys/{prefix}, and the same with the prefix in the query.
type revokeKey struct {
	keeper keeper
	answerer
}

// errPrefix reports a request that does not say which key, or says it twice.
var errPrefix = problem.New(problem.Invalid, "admin.prefix")

// ServeHTTP decodes, revokes and encodes.
func (v *revokeKey) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Exactly one: in the path, or in the query.
	named := r.URL.Query()["prefix"]
	if inPath := r.PathValue("prefix"); inPath != "" {
		named = append(named, inPath)
	}
	if len(named) != 1 || named[0] == "" {
		v.fail(w, r, errPrefix)
		return
	}
	if err := v.keeper.Revoke(r.Context(), r.PathValue("id"), named[0], apigw.Caller(r.Context())); err != nil {
		v.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
