// Package service is a relying party: a mail server or a reverse proxy of the company that lets people in by app password.
//
// A service is configuration, written by admins: who it is, which protocols it speaks, which keys it may ask with. Keys are
// 256 random bits, so a plain SHA-256 of them is kept, and found again without a secret of ours.
//
// # What may be changed here
//
// A protocol is one more constant; its word is stored with services and app passwords. A key has to stay random: a hash without a salt is
// no place for one that somebody has thought up.
package service

import (
	"net/netip"
	"slices"
	"strings"
)

// Protocol is what a person's program speaks to a service.
type Protocol string

// The protocols there are.
const (
	IMAP  Protocol = "imap"
	POP3  Protocol = "pop3"
	SMTP  Protocol = "smtp"
	Sieve Protocol = "sieve"
	DAV   Protocol = "dav"
	HTTP  Protocol = "http"
)

// Protocols is every protocol.
var Protocols = []Protocol{IMAP, POP3, SMTP, Sieve, DAV, HTTP}

// Service is one relying party.
type Service struct {
	// ID is its short name, "mail", which credentials and applications name.
	ID string `json:"id"`
	// Name is for people, "Example mail".
	Name string `json:"name"`
	// Protocols is what it may ask about.
	Protocols []Protocol `json:"protocols"`
	// Host is the name that people enter into their programs; Ports says where which protocol answers there.
	Host  string           `json:"host,omitempty"`
	Ports map[Protocol]int `json:"ports,omitempty"`
	// Domain, if set, is the mail domain whose people may sign in by the local part of their address alone.
	Domain string `json:"domain,omitempty"`
	// Networks is from where it may ask; none: from anywhere.
	Networks []netip.Prefix `json:"networks,omitempty"`
	// TellsClient is set where its proxy overwrites X-Apppass-Client-IP. Elsewhere a visitor could write what he likes there, and the
	// client counts as unknown.
	TellsClient bool `json:"tells_client,omitempty"`
	// Answers200 is set for a proxy that lets in on 200 only, not on 204 (Envoy).
	Answers200 bool `json:"answers_200,omitempty"`
	// Backends is where nginx's mail proxy sends who was let in.
	Backends map[Protocol]netip.AddrPort `json:"backends,omitempty"`
	// Upstream is set for a bridge: a service whose people are signed in at a mail provider, by access token.
	Upstream *Upstream `json:"-"`
	// Keys are those with which it may ask.
	Keys []Key `json:"-"`
}

// Speaks reports whether the service may ask about p.
func (s Service) Speaks(p Protocol) bool { return slices.Contains(s.Protocols, p) }

// AsksFrom reports whether a request from that address may be the service's.
func (s Service) AsksFrom(source netip.Addr) bool {
	return len(s.Networks) == 0 || slices.ContainsFunc(s.Networks, func(n netip.Prefix) bool { return n.Contains(source) })
}

// Login completes what a person typed beside the password: lower case, and with the service's domain where there is none.
func (s Service) Login(typed string) string {
	login := strings.ToLower(strings.TrimSpace(typed))
	if s.Domain != "" && login != "" && !strings.Contains(login, "@") {
		login += "@" + strings.ToLower(s.Domain)
	}
	return login
}
