// Package slack holds the Slack app's manifest, manifest.yaml, to Slack's limits and to the routes of template.yaml.
//
// Scopes are the least that work: commands, chat:write, users:read and users:read.email.
//
// # What may be changed here
//
// An address, an event or a scope is a line of the manifest. A scope comes with the call that needs it: each is one more that a company's
// admin has to agree to.
package slack
