package credential

import (
	"slices"
	"time"
)

// moving is how far back uses count for whether everything has moved to the new password.
const moving = 30 * 24 * time.Hour

// Unmoved is the ways in which the former entry was used within 30 days and the present one was not yet: what may stop working with the
// former's end. A way is a protocol at a service, from a network.
func (c Credential) Unmoved(now time.Time) []Use {
	_, left := c.moves(now)
	return left
}

// Moved is the ways in which the former entry was used within 30 days and the present one was too, each as the present one was used last.
func (c Credential) Moved(now time.Time) []Use {
	moved, _ := c.moves(now)
	return moved
}

func (c Credential) moves(now time.Time) (moved, left []Use) {
	for _, u := range c.Former.Uses {
		if now.Sub(u.At) >= moving {
			continue
		}
		if i := slices.IndexFunc(c.Uses, u.Same); i >= 0 {
			moved = append(moved, c.Uses[i])
		} else {
			left = append(left, u)
		}
	}
	return moved, left
}

// Rotating reports whether a former entry still works beside the present one.
func (c Credential) Rotating(now time.Time) bool {
	return c.Former.Verifier != "" && now.Before(c.Former.Ends)
}
