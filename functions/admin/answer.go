package main

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/text"
)

// answerer turns what goes wrong into an answer, once for all routes, and logs it.
type answerer struct{ log *slog.Logger }

// statuses is how each kind of problem is answered; what is not here is 500.
var statuses = map[problem.Kind]int{
	problem.Invalid:     http.StatusBadRequest,
	problem.Denied:      http.StatusForbidden,
	problem.NotFound:    http.StatusNotFound,
	problem.Conflict:    http.StatusConflict,
	problem.Unavailable: http.StatusServiceUnavailable,
}

// retryAfter is when to ask again, in seconds.
const retryAfter = "2"

// failed is the body of every answer that is not what was asked for.
type failed struct {
	Error     string `json:"error"`
	Message   string `json:"message"`   // the sentence for whoever operates the tool
	Reference string `json:"reference"` // under which the cause is in the log
}

func (a answerer) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problem.Of(err)
	status, ok := statuses[p.Kind()]
	if !ok {
		status = http.StatusInternalServerError
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	var reference string
	if lc, ok := lambdacontext.FromContext(r.Context()); ok {
		reference = lc.AwsRequestID
	}
	a.log.WarnContext(r.Context(), "not done", "status", status, "code", p.Code(), "cause", err.Error())
	// Tools and their operators get English; who reads in Slack is asked for a language there.
	write(w, status, failed{p.Code(), text.In(text.Default).Say(p.Code()), reference})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The recorder behind w takes everything.
	_ = json.NewEncoder(w).Encode(body)
}
