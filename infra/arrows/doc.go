// Package arrows holds the house to its plan: its tests read every import of the repository and say which way the arrows may point, each
// with its reason.
package arrows
