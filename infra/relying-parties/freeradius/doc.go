// Package freeradius is FreeRADIUS as a relying party: configuration for RADIUS by PAP and for EAP-TTLS, and the test that runs it.
//
// # What is promised
//
// README.md's commands make a working server out of Debian's; the test runs them. An answer of 204 is Access-Accept and one of 401 is
// Access-Reject. Anything else is neither: the server stays silent, so that a client asks again or asks another server. No second
// module is ever asked about an app password.
//
// # What may be changed here
//
// What README.md tells an administrator to replace. The policies in policy.d/apppass are the contract of /v1/forward-auth: only 204 lets in.
package freeradius
