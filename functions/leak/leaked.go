package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/leak"
)

// maxBody is the largest body that is read, in bytes.
const maxBody = 16 << 10

// finder is what the route calls.
type finder interface {
	Report(ctx context.Context, texts []string) error
}

func routes(f finder, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /v1/leaked", &leakedRoute{f, log})
	return mux
}

// leakedRoute is POST /v1/leaked, for whoever finds an app password: 202 whatever it is, 400 for what is no request, 503 for later.
type leakedRoute struct {
	finder finder
	log    *slog.Logger
}

// body is what is posted. Unknown fields are ignored.
type body struct {
	Passwords []*string `json:"passwords"`
}

type failed struct {
	Error     string `json:"error"`
	Reference string `json:"reference"` // under which the cause is in the log
}

// ServeHTTP decodes, reports and encodes.
func (l *leakedRoute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(text) > maxBody {
		l.fail(w, r, leak.ErrBody)
		return
	}
	passwords, err := decode(text)
	if err == nil {
		err = l.finder.Report(r.Context(), passwords)
	}
	if err != nil {
		l.fail(w, r, err)
		return
	}
	write(w, http.StatusAccepted, struct{}{})
}

// decode reads what was posted; [leak.ErrBody] where it is not the contract's.
func decode(text []byte) ([]string, error) {
	var b body
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, leak.ErrBody // the decoder's error can quote a password
	}
	var all []string
	for _, p := range b.Passwords {
		if p == nil {
			return nil, leak.ErrBody
		}
		all = append(all, *p)
	}
	return all, nil
}

// fail answers what is no request, or trouble of ours, which is always 503: who posts tries again.
func (l *leakedRoute) fail(w http.ResponseWriter, r *http.Request, err error) {
	p, status := problem.Of(err), http.StatusServiceUnavailable
	if p.Kind() == problem.Invalid {
		status = http.StatusBadRequest
	} else {
		w.Header().Set("Retry-After", "5")
	}
	var reference string
	if lc, ok := lambdacontext.FromContext(r.Context()); ok {
		reference = lc.AwsRequestID
	}
	l.log.WarnContext(r.Context(), "nothing was looked for", "status", status, "code", p.Code(), "cause", err.Error())
	write(w, status, failed{Error: p.Code(), Reference: reference})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The recorder behind w takes everything.
	_ = json.NewEncoder(w).Encode(body)
}
