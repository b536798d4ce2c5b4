// Package traefik is Traefik as a relying party: its configuration, and the hop that adds the service key, which Envoy uses too. The test
// runs the hop in a real Caddy and asks it as Traefik does; Traefik itself is untried.
//
// # What is promised
//
// The hop says 200 to what apppass accepts, 401 to what it rejects, and 503 to anything else. Nothing that a visitor says reaches apppass
// beside his Authorization.
//
// # What may be changed here
//
// What README.md tells an administrator to replace. Traefik lets in on any 2xx: the hop is what keeps that to verdicts.
package traefik
