package main

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

// forwardPath is where a proxy asks about the requests that it lets through, by this path and anything below it.
const forwardPath = "/v1/forward-auth"

// errHeader reports a header that came more than once: nobody can say which one counts.
var errHeader = problem.New(problem.Invalid, "verify.header")

// forwardAuth is ANY /v1/forward-auth, for proxies that ask with a visitor's own request: his Authorization is Basic (RFC 7617), the
// service's key is in X-Apppass-Key. Bodies are empty; what the request says beside these headers decides nothing.
type forwardAuth struct {
	verifier verifier
	services services
	answerer
}

// ServeHTTP decodes, asks and encodes.
func (f *forwardAuth) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if !single(r.Header) {
		f.bare(w, r, errHeader)
		return
	}
	by, err := f.services.Asker(r.Context(), r.Header.Get("X-Apppass-Key"), source(r))
	if err != nil {
		f.bare(w, r, err)
		return
	}
	// Without credentials, or with those of another scheme, both are empty, which is malformed.
	login, password, _ := r.BasicAuth()
	request := verify.Request{Login: login, Password: password, Protocol: service.HTTP}
	if !by.Speaks(service.HTTP) && by.Speaks(service.DAV) {
		request.Protocol = service.DAV
	}
	if by.TellsClient {
		// What is no address is nobody's: an app password for some networks only is refused then.
		client, _ := netip.ParseAddr(r.Header.Get("X-Apppass-Client-IP"))
		request.Client = client.Unmap()
	}
	who, err := f.verifier.Verify(r.Context(), by, request)
	if _, ok := f.rejected(r.Context(), err, ""); ok {
		w.Header().Set("WWW-Authenticate", `Basic realm=`+strconv.QuoteToASCII(by.Name)+`, charset="UTF-8"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if err != nil {
		f.bare(w, r, err)
		return
	}
	f.accepted(r.Context(), who, "")
	w.Header().Set("X-Apppass-Login", who.Login)
	if by.Answers200 {
		w.WriteHeader(http.StatusOK)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// bare answers what is no verdict, without a body.
func (f *forwardAuth) bare(w http.ResponseWriter, r *http.Request, err error) {
	_, status := f.trouble(w, r, err)
	w.WriteHeader(status)
}

// single reports whether each header that decides something has one value. API Gateway joins several with a comma, which is in none of
// these values; an Authorization of another scheme than Basic decides nothing and may have some.
func single(h http.Header) bool {
	for name, values := range h {
		if name != "Authorization" && !strings.HasPrefix(name, "X-Apppass-") {
			continue
		}
		several := len(values) > 1 || slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, ",") })
		if several && (name != "Authorization" || strings.HasPrefix(strings.ToLower(values[0]), "basic ")) {
			return false
		}
	}
	return true
}
