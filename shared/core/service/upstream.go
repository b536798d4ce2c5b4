package service

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apppass/apppass/shared/core/problem"
)

// What a bridge can lack. All are the operator's errors, and nothing is handed out before they are mended.
var (
	// ErrUpstream reports an upstream that is not written whole: see [Upstream.Check].
	ErrUpstream = problem.New(problem.Denied, "service.upstream")
	// ErrBridgeNetworks reports a bridge that does not say from where it may ask, or may ask from anywhere.
	ErrBridgeNetworks = problem.New(problem.Denied, "service.bridge_networks")
	// ErrBridgeKey reports a bridge that has a key of another service.
	ErrBridgeKey = problem.New(problem.Denied, "service.bridge_key")
)

// Bridged is the protocols that a bridge may speak. POP3 is not among them: Exchange Online wants AUTH XOAUTH2 in two lines, and proxies
// send one.
var Bridged = []Protocol{IMAP, SMTP}

// Upstream is the mail provider behind a service that is a bridge: who was let in there is signed in here, with an access token instead of
// a password (RFC 6749 §4.4, XOAUTH2). The token opens every mailbox that the provider has granted to the client, so a bridge has networks
// from which it may ask and shares its key with no other service: see [Service.Check].
type Upstream struct {
	// Tenant is the directory at Microsoft Entra ID, by its id or a domain. ClientID is the application's there.
	Tenant, ClientID string
	// Secret is the name or the ARN of the secret in Secrets Manager that holds the client secret, as plain text.
	Secret string
	// Scope is what tokens are asked for, "https://outlook.office365.com/.default".
	Scope string
	// TokenURL is where tokens are given; empty: at Entra, for the tenant. It is https, or http on this machine's loopback.
	TokenURL string
	// Hosts is where the provider takes which protocol, "outlook.office365.com:993".
	Hosts map[Protocol]string
	// Mailboxes are those of logins whose mailbox has another name; an admin writes them.
	Mailboxes map[string]string
}

// Endpoint is where tokens are given.
func (u Upstream) Endpoint() string {
	if u.TokenURL != "" {
		return u.TokenURL
	}
	// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
	return "https://login.microsoftonline.com/" + url.PathEscape(u.Tenant) + "/oauth2/v2.0/token"
}

// Mailbox is whose mailbox a login opens: the one that is mapped, else the login's own.
func (u Upstream) Mailbox(login string) string {
	if mapped, ok := u.Mailboxes[login]; ok {
		return mapped
	}
	return login
}

// Check is nil, or [ErrUpstream] where something is missing or can't be.
func (u Upstream) Check() error {
	switch {
	case u.Tenant == "" && u.TokenURL == "", !printable(u.ClientID), !printable(u.Secret), !printable(u.Scope), !trusted(u.Endpoint()):
		return ErrUpstream
	}
	for p, host := range u.Hosts {
		if name, port, err := net.SplitHostPort(host); err != nil || name == "" || !slices.Contains(Bridged, p) || !isPort(port) {
			return ErrUpstream
		}
	}
	for login, mailbox := range u.Mailboxes {
		if login != strings.ToLower(login) || !printable(login) || !printable(mailbox) {
			return ErrUpstream
		}
	}
	return nil
}

// Check is nil for a service that is no bridge. For a bridge it is [ErrBridgeNetworks] without networks or with one that is everywhere, and
// [ErrUpstream] where the upstream is not whole or has no host for a protocol of the service.
func (s Service) Check() error {
	if s.Upstream == nil {
		return nil
	}
	if len(s.Networks) == 0 || slices.ContainsFunc(s.Networks, func(n netip.Prefix) bool { return n.Bits() <= 0 }) {
		return ErrBridgeNetworks
	}
	if len(s.Protocols) == 0 || slices.ContainsFunc(s.Protocols, func(p Protocol) bool { return s.Upstream.Hosts[p] == "" }) {
		return ErrUpstream
	}
	return s.Upstream.Check()
}

// Fenced is the services without the keys of bridges that other services have too: whoever asks with such a key asks as the other, and gets
// no token.
func Fenced(all []Service) []Service {
	has := map[KeyHash]int{}
	for _, s := range all {
		for _, k := range s.Keys {
			has[k.Hash]++
		}
	}
	fenced := slices.Clone(all)
	for i, s := range fenced {
		if s.Upstream != nil {
			fenced[i].Keys = slices.DeleteFunc(slices.Clone(s.Keys), func(k Key) bool { return has[k.Hash] > 1 })
		}
	}
	return fenced
}

// printable reports whether text is something, without spaces and control characters: it goes into lines of protocols.
func printable(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}

func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// trusted reports whether a client secret may be sent to that address.
func trusted(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return false
	}
	ip, _ := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && ip.IsLoopback()
}
