package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

// maxBody is the largest body that is read, in bytes.
const maxBody = 16 << 10

// maxSession is how much of a session's id is logged, in octets.
const maxSession = 255

// verifier is what the route calls.
type verifier interface {
	Verify(ctx context.Context, r verify.Request) (verify.Accepted, error)
}

func routes(v verifier, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /v1/verify", &verifyRoute{v, log})
	return mux
}

// verifyRoute is POST /v1/verify, the contract with whoever verifies: 200 and ok, 401 and a reason where these credentials are wrong
// and never otherwise, 400 and 403 for the operator, 503 for later.
type verifyRoute struct {
	verifier verifier
	log      *slog.Logger
}

// body is what a relying party sends. Unknown fields are ignored; a field of another type is refused.
type body struct {
	Login    *string `json:"login"`
	Password *string `json:"password"`
	Service  string  `json:"service"`
	ClientIP *string `json:"client_ip"`
	Protocol *string `json:"protocol"`
	Session  string  `json:"session"`
}

type accepted struct {
	OK          bool   `json:"ok"`
	Login       string `json:"login"`
	Person      string `json:"person"`
	Credential  string `json:"credential_id"`
	Application string `json:"application"`
}

type rejected struct {
	OK     bool          `json:"ok"`
	Reason verify.Reason `json:"reason"`
}

type failed struct {
	OK        bool   `json:"ok"`
	Error     string `json:"error"`
	Reference string `json:"reference"`
}

// ServeHTTP decodes, asks and encodes.
func (v *verifyRoute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The whole body before anything slow: a client that waits for 100 Continue would hang.
	text, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(text) > maxBody {
		v.fail(w, r, errBody)
		return
	}
	request, session, err := decode(text)
	if err != nil {
		v.fail(w, r, err)
		return
	}
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		key = ""
	}
	request.Key = strings.TrimSpace(key)

	who, err := v.verifier.Verify(r.Context(), request)
	if reason, ok := errors.AsType[verify.Reason](err); ok {
		v.log.InfoContext(r.Context(), "rejected", "reason", string(reason), "session", session)
		write(w, http.StatusUnauthorized, rejected{Reason: reason})
		return
	}
	if err != nil {
		v.fail(w, r, err)
		return
	}
	v.log.InfoContext(r.Context(), "accepted", "credential", who.Credential, "session", session)
	write(w, http.StatusOK, accepted{OK: true, Login: who.Login, Person: who.Person, Credential: who.Credential, Application: who.Application})
}

var (
	// errBody reports a body that is not the contract's.
	errBody = problem.New(problem.Invalid, "verify.body")
	// errClientIP reports a client_ip that is no address.
	errClientIP = problem.New(problem.Invalid, "verify.client_ip")
)

// decode reads a request, and the session's id, which is logged so that an operator finds the sign-in in the relying party's own log.
func decode(text []byte) (r verify.Request, session string, err error) {
	var b body
	if err := json.Unmarshal(text, &b); err != nil || b.Login == nil || b.Password == nil || b.ClientIP == nil || b.Protocol == nil {
		return r, "", errBody
	}
	session = b.Session[:min(len(b.Session), maxSession)]
	r = verify.Request{Service: b.Service, Login: *b.Login, Password: *b.Password, Protocol: service.Protocol(*b.Protocol)}
	if *b.ClientIP == "" {
		return r, session, nil
	}
	ip, err := netip.ParseAddr(*b.ClientIP)
	if err != nil {
		return r, session, errClientIP
	}
	r.Client = ip.Unmap()
	return r, session, nil
}

// fail answers what is no verdict. What is ours is always 503: a relying party asks again, and takes nothing for a wrong password.
func (v *verifyRoute) fail(w http.ResponseWriter, r *http.Request, err error) {
	p, status := problem.Of(err), http.StatusServiceUnavailable
	switch p.Kind() {
	case problem.Invalid:
		status = http.StatusBadRequest
	case problem.Denied:
		status = http.StatusForbidden
	default:
		w.Header().Set("Retry-After", "2")
	}
	var reference string
	if lc, ok := lambdacontext.FromContext(r.Context()); ok {
		reference = lc.AwsRequestID
	}
	v.log.WarnContext(r.Context(), "no verdict", "status", status, "code", p.Code(), "cause", err.Error())
	write(w, status, failed{Error: p.Code(), Reference: reference})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The recorder behind w takes everything.
	_ = json.NewEncoder(w).Encode(body)
}
