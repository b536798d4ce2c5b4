package credential

import (
	"slices"
	"time"
)

// moving is how far back uses count for whether everything has moved to the new password.
const moving = 30 * 24 * time.Hour

// Unmoved is the ways in which the former entry was used within 30 days and the present one was not yet: what may stop to work with the
// former's end. A way is a protocol at a service, from a network.
func (c Credential) Unmoved(now time.Time) []Use {
	var left []Use
	for _, u := range c.Former.Uses {
		moved := slices.ContainsFunc(c.Uses, func(k Use) bool {
			return k.Service == u.Service && k.Protocol == u.Protocol && k.Network == u.Network
		})
		if !moved && now.Sub(u.At) < moving {
			left = append(left, u)
		}
	}
	return left
}

// Rotating reports whether a former entry still works beside the present one.
func (c Credential) Rotating(now time.Time) bool {
	return c.Former.Verifier != "" && now.Before(c.Former.Ends)
}
