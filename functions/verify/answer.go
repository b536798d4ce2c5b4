package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/verify"
)

// answerer turns what comes of a request into a status, once for all routes, and logs it.
type answerer struct{ log *slog.Logger }

// accepted logs who was let in.
func (a answerer) accepted(ctx context.Context, who verify.Accepted, session string) {
	a.log.InfoContext(ctx, "accepted", "credential", who.Credential, "session", session)
}

// rejected reports whether err is a rejection, and logs it.
func (a answerer) rejected(ctx context.Context, err error, session string) (verify.Reason, bool) {
	reason, ok := errors.AsType[verify.Reason](err)
	if ok {
		a.log.InfoContext(ctx, "rejected", "reason", string(reason), "session", session)
	}
	return reason, ok
}

// trouble is the status of what is no verdict, with its Retry-After set. What is ours is always 503: a relying party asks again, and takes
// nothing for a wrong password.
func (a answerer) trouble(w http.ResponseWriter, r *http.Request, err error) (p *problem.Problem, status int) {
	p, status = problem.Of(err), http.StatusServiceUnavailable
	retry := 2 * time.Second
	switch p.Kind() {
	case problem.Invalid:
		status = http.StatusBadRequest
	case problem.Denied:
		status = http.StatusForbidden
	case problem.TooMany:
		status = http.StatusTooManyRequests
		if many, ok := errors.AsType[*verify.TooMany](err); ok {
			retry = many.After
		}
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(retry.Seconds()))))
	}
	a.log.WarnContext(r.Context(), "no verdict", "status", status, "code", p.Code(), "cause", err.Error())
	return p, status
}

// fail answers what is no verdict in JSON.
func (a answerer) fail(w http.ResponseWriter, r *http.Request, err error) {
	p, status := a.trouble(w, r, err)
	var reference string
	if lc, ok := lambdacontext.FromContext(r.Context()); ok {
		reference = lc.AwsRequestID
	}
	write(w, status, failed{Error: p.Code(), Reference: reference})
}

// failed is the body of an answer that is no verdict.
type failed struct {
	OK        bool   `json:"ok"`
	Error     string `json:"error"`
	Reference string `json:"reference"` // under which the cause is in the log
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The recorder behind w takes everything.
	_ = json.NewEncoder(w).Encode(body)
}
