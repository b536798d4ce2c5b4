// Package envoy is Envoy as a relying party: its configuration, for the hop of the folder traefik. It is untried: Debian has no Envoy.
//
// # What may be changed here
//
// What README.md tells an administrator to replace. failure_mode_allow stays false, or everyone is in while apppass is away.
package envoy
