package api

import (
	"net"
	"net/http"
	"net/url"
)

// guard refuses what a web page elsewhere sends: by the Origin that browsers add, and, against names that were rebound to
// this machine, by the Host.
func (w *Workspace) guard(r *http.Request) error {
	if !w.ownHost(r.Host) {
		return refuse("forbidden", "the host %q is not this Slack's", r.Host)
	}
	origin := r.Header.Get("Origin")
	if origin != "" && origin != "http://"+r.Host {
		return refuse("forbidden", "requests of a page of %q are refused", origin)
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" {
		return refuse("forbidden", "requests of a page elsewhere are refused")
	}
	return nil
}

// ownHost says whether host names this machine's loopback interface, or is that of the workspace's base.
func (w *Workspace) ownHost(host string) bool {
	if base, err := url.Parse(w.options.BaseURL()); err == nil && base.Host != "" && host == base.Host {
		return true
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	ip := net.ParseIP(name)
	return name == "localhost" || name == "[::1]" || ip != nil && ip.IsLoopback()
}
