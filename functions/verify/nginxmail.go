package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"

	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

// nginxMail is GET /v1/nginx-mail, nginx's auth_http protocol: always 200, and the verdict in headers.
// https://nginx.org/en/docs/mail/ngx_mail_auth_http_module.html#protocol
type nginxMail struct {
	verifier verifier
	services services
	answerer
}

// errBackend reports a service that does not say where nginx sends who was let in.
var errBackend = errors.New("the service has no backend for the protocol")

// sentences are what nginx says to a mail client after NO or -ERR, with the response codes by which clients know what to do (RFC 5530 §3,
// RFC 3206), and for SMTP the reply codes of RFC 4954 §6.
var sentences = map[service.Protocol]struct{ wrong, later, wrongCode, laterCode string }{
	service.IMAP: {wrong: "[AUTHENTICATIONFAILED] Authentication failed", later: "[UNAVAILABLE] Try again later"},
	service.POP3: {wrong: "[AUTH] Authentication failed", later: "[SYS/TEMP] Try again later"},
	service.SMTP: {"Authentication failed", "Try again later", "535 5.7.8", "454 4.7.0"},
}

// ServeHTTP decodes, asks and encodes.
func (n *nginxMail) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Auth-Wait", "2") // seconds, before the client may try again on the same connection
	protocol := service.Protocol(r.Header.Get("Auth-Protocol"))
	say := sentences[protocol]
	who, backend, err := n.verify(r, protocol)
	switch _, rejected := n.rejected(r.Context(), err, ""); {
	case rejected:
		n.refuse(w, say.wrong, say.wrongCode)
	case err != nil:
		_, _ = n.trouble(w, r, err) // the status is nginx's
		if say.later == "" {
			say.later = "Try again later"
		}
		n.refuse(w, say.later, say.laterCode)
	default:
		n.accepted(r.Context(), who, "")
		h := w.Header()
		h.Del("Auth-Wait")
		h.Set("Auth-Status", "OK")
		h.Set("Auth-Server", backend.Addr().String())
		h.Set("Auth-Port", strconv.Itoa(int(backend.Port())))
		h.Set("Auth-User", who.Login)
	}
}

func (n *nginxMail) refuse(w http.ResponseWriter, sentence, code string) {
	w.Header().Set("Auth-Status", sentence)
	if code != "" {
		w.Header().Set("Auth-Error-Code", code)
	}
}

func (n *nginxMail) verify(r *http.Request, protocol service.Protocol) (who verify.Accepted, backend netip.AddrPort, err error) {
	by, err := n.services.Asker(r.Context(), r.Header.Get("X-Apppass-Key"), source(r))
	if err != nil {
		return who, backend, err
	}
	// nginx escapes these two, so that they can't break out of their lines.
	login, err := url.PathUnescape(r.Header.Get("Auth-User"))
	if err != nil {
		return who, backend, verify.Malformed
	}
	password, err := url.PathUnescape(r.Header.Get("Auth-Pass"))
	if err != nil {
		return who, backend, verify.Malformed
	}
	client, _ := netip.ParseAddr(r.Header.Get("Client-IP")) // nginx's own word
	who, err = n.verifier.Verify(r.Context(), by, verify.Request{Login: login, Password: password, Protocol: protocol, Client: client.Unmap()})
	if err != nil {
		return who, backend, err
	}
	backend, ok := by.Backends[protocol]
	if !ok {
		return who, backend, fmt.Errorf("%s, %q: %w", by.ID, protocol, errBackend)
	}
	return who, backend, nil
}
