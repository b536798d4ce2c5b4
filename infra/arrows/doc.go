// Package arrows holds the house to its plan: its tests read every import of the repository and say which way the arrows may point, each
// with its reason.
//
// # What may be changed here
//
// A rule is an entry of rules: whom it is for, what it forbids, and the reason that a failure shows. One that stands in the way is
// loosened by name and with a reason, as the two files are that may read the machine's clock.
package arrows
