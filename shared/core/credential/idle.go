package credential

import "time"

// IdleSince is since when nothing says that it is needed: its last use by the present password or the former, its reveal, its rotation, and
// its owner's word count.
func (c Credential) IdleSince() time.Time {
	since := c.Seen()
	for _, t := range []time.Time{c.Activated, c.Renewed, c.Nudges.Kept} {
		if t.After(since) {
			since = t
		}
	}
	return since
}
