package rig

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// API is the verify API as a relying party reaches it: over TLS, with a CA of its own, at an address that stays while what answers there
// changes.
type API struct {
	// URL is its base, "https://127.0.0.1:40001". Host is that without the scheme.
	URL, Host string
	// CAFile is the PEM file that the relying party trusts, and CertFile and KeyFile a certificate for 127.0.0.1 and localhost that the
	// CA has signed: relying parties serve with it.
	CAFile, CertFile, KeyFile string

	t      testing.TB
	target *httputil.ReverseProxy
	config *tls.Config

	mu       sync.Mutex
	server   *http.Server
	answer   http.HandlerFunc // nil: apppass itself
	requests int
}

// Front puts TLS in front of the stack's HTTP API.
func Front(t testing.TB, stackURL string) *API {
	t.Helper()
	target, err := url.Parse(stackURL)
	if err != nil {
		t.Fatal(err)
	}
	// As many idle connections as there are askers: else a busy one uses up the machine's ports.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 100
	t.Cleanup(transport.CloseIdleConnections)
	a := &API{t: t, target: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, Transport: transport, ErrorLog: log.New(io.Discard, "", 0), // it goes away on purpose
	}}
	a.certificates(t.TempDir())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a.Host = l.Addr().String()
	a.URL = "https://" + a.Host
	a.serve(l)
	t.Cleanup(a.Away)
	return a
}

// Works makes apppass itself answer again.
func (a *API) Works() { a.answers(nil) }

// Away closes the port: connections are refused.
func (a *API) Away() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.server != nil {
		_ = a.server.Close() // it is to be gone
		a.server = nil
	}
}

// Hangs takes requests and never answers.
func (a *API) Hangs() {
	a.answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
}

// SaysHTML answers 200 with a page, as a proxy in between may.
func (a *API) SaysHTML() {
	a.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Welcome</title><p>ok: true"))
	})
}

// Says answers with a bare status, like 503.
func (a *API) Says(status int) {
	a.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(status)
	})
}

// Requests is how many have come, whatever was answered.
func (a *API) Requests() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.requests
}

func (a *API) answers(h http.HandlerFunc) {
	a.mu.Lock()
	a.answer = h
	gone := a.server == nil
	a.mu.Unlock()
	if !gone {
		return
	}
	l, err := net.Listen("tcp", a.Host)
	if err != nil {
		a.t.Errorf("the API's port is taken meanwhile: %v", err)
		return
	}
	a.serve(l)
}

func (a *API) serve(l net.Listener) {
	s := &http.Server{Handler: a, ReadHeaderTimeout: time.Minute, BaseContext: func(net.Listener) context.Context { return a.t.Context() }}
	a.mu.Lock()
	a.server = s
	a.mu.Unlock()
	go func() { _ = s.Serve(tls.NewListener(l, a.config)) }() // it ends with Away
}

// ServeHTTP answers as the API is told to.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.requests++
	answer := a.answer
	a.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	a.target.ServeHTTP(w, r)
}

// certificates makes a CA, and a certificate of it for this machine.
func (a *API) certificates(dir string) {
	now := time.Now()
	sign := func(template, parent *x509.Certificate, by *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			a.t.Fatal(err)
		}
		if by == nil {
			by = key
		}
		template.NotBefore, template.NotAfter = now.Add(-time.Hour), now.AddDate(1, 0, 0)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
		if err != nil {
			a.t.Fatal(err)
		}
		return key, der
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "apppass test CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	caKey, caDER := sign(ca, ca, nil)
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	key, der := sign(server, ca, caKey)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.CAFile, a.CertFile, a.KeyFile = filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{
		a.CAFile: {Type: "CERTIFICATE", Bytes: caDER}, a.CertFile: {Type: "CERTIFICATE", Bytes: der}, a.KeyFile: {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		// Programs read them as users of their own.
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o644); err != nil {
			a.t.Fatal(err)
		}
	}
	a.config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}
