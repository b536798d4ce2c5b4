package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/netip"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

// maxBody is the largest body that is read, in bytes.
const maxBody = 16 << 10

// maxSession is how much of a session's id is logged, in octets.
const maxSession = 255

// verifyRoute is POST /v1/verify, the contract with whoever verifies: 200 and ok, 401 and a reason where these credentials are wrong
// and never otherwise, 400 and 403 for the operator, 503 for later.
type verifyRoute struct {
	verifier verifier
	services services
	relay    relayer
	answerer
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
	// Upstream is there for a bridge.
	Upstream *upstream `json:"upstream,omitempty"`
}

type rejected struct {
	OK     bool          `json:"ok"`
	Reason verify.Reason `json:"reason"`
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
	by, err := v.services.Asker(r.Context(), bearer(r), source(r))
	if err == nil {
		err = by.Check()
	}
	if err != nil {
		v.fail(w, r, err)
		return
	}
	who, err := v.verifier.Verify(r.Context(), by, request)
	if reason, ok := v.rejected(r.Context(), err, session); ok {
		write(w, http.StatusUnauthorized, rejected{Reason: reason})
		return
	}
	if err != nil {
		v.fail(w, r, err)
		return
	}
	up, err := relayed(r.Context(), v.relay, by, who.Login)
	if err != nil {
		v.fail(w, r, err)
		return
	}
	v.accepted(r.Context(), who, session)
	write(w, http.StatusOK, accepted{true, who.Login, who.Person, who.Credential, who.Application, up})
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
