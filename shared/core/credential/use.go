package credential

import (
	"net/netip"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/service"
)

// Use is one way in which an app password signs in, and when it did so last.
type Use struct {
	Service  string // the service's id
	Protocol service.Protocol
	// Network is the client's, see [Network]; empty: unknown.
	Network string
	// Address is the client's last one there; empty: unknown.
	Address string
	At      time.Time
}

// Same reports whether another use is by the same way: a protocol at a service, from a network.
func (u Use) Same(k Use) bool {
	return k.Service == u.Service && k.Protocol == u.Protocol && k.Network == u.Network
}

// MaxUses is how many ways of use are remembered of an app password. Two devices with mail have four.
const MaxUses = 16

// noteAfter is how long a use of the same way is not noted again.
const noteAfter = time.Hour

// Network is the part of an address by which devices are told apart: a /24 of IPv4, a /48 of IPv6. Of no address it is empty.
func Network(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	bits := 24
	if a = a.Unmap().WithZone(""); a.Is6() {
		bits = 48
	}
	n, err := a.Prefix(bits)
	if err != nil {
		return "" // not with these bits
	}
	return n.String()
}

// News is what a use tells that was not known.
type News struct {
	First   bool // the app password was never used before
	Network bool // it was never used from there
}

// Note adds a use to those that are known, the last one first. Of a way that is known and was noted within the hour nothing changes, and
// due is false.
func Note(known []Use, u Use) (all []Use, news News, due bool) {
	if i := slices.IndexFunc(known, u.Same); i >= 0 && u.At.Sub(known[i].At) < noteAfter {
		return known, News{}, false
	}
	news.First = len(known) == 0
	news.Network = u.Network != "" && !slices.ContainsFunc(known, func(k Use) bool { return k.Network == u.Network })
	all = append(make([]Use, 0, len(known)+1), u)
	for _, k := range known {
		if !u.Same(k) && len(all) < MaxUses {
			all = append(all, k)
		}
	}
	return all, news, true
}
