// Package slack holds the Slack app's manifest, manifest.yaml, to Slack's limits and to the routes of template.yaml.
//
// Scopes are the least that work: commands, chat:write, users:read and users:read.email.
package slack
