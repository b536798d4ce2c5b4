package credential

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"github.com/apppass/apppass/shared/core/problem"
)

// MaxNetworks is how many networks an app password may be bound to.
const MaxNetworks = 10

var (
	// ErrNetworksUnreadable reports something that is neither an address nor a network.
	ErrNetworksUnreadable = problem.New(problem.Invalid, "network.unreadable")
	// ErrNetworksMany reports more than [MaxNetworks].
	ErrNetworksMany = problem.New(problem.Invalid, "network.many")
	// ErrNetworksAll reports a network of all addresses, which would bind to nothing.
	ErrNetworksAll = problem.New(problem.Invalid, "network.all")
)

// ParseNetworks reads from where an app password may be used: single addresses and networks in CIDR notation (RFC 4632 §3.1, RFC 4291
// §2.3), separated by commas, semicolons or spaces; of nothing it is nil. An address stands for itself alone, bits behind a network's
// length are cleared, IPv4 that is mapped into IPv6 is taken for what it is, and what is there twice counts once.
func ParseNetworks(typed string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, word := range strings.FieldsFunc(typed, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }) {
		n, err := parseNetwork(word)
		if err != nil {
			return nil, err
		}
		if slices.Contains(all, n) {
			continue
		}
		if len(all) == MaxNetworks {
			return nil, ErrNetworksMany
		}
		all = append(all, n)
	}
	return all, nil
}

// mapped is how many bits stand before an IPv4 address that is mapped into IPv6 (RFC 4291 §2.5.5.2).
const mapped = 96

func parseNetwork(word string) (netip.Prefix, error) {
	address, _, network := strings.Cut(word, "/")
	a, err := netip.ParseAddr(address)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, ErrNetworksUnreadable
	}
	bits := a.BitLen()
	if network {
		// By a stand-in: of a mapped address netip wants to know no length.
		stand := "::"
		if a.Is4() {
			stand = "0.0.0.0"
		}
		p, err := netip.ParsePrefix(stand + word[len(address):])
		if err != nil {
			return netip.Prefix{}, ErrNetworksUnreadable
		}
		bits = p.Bits()
	}
	if a.Is4In6() && bits >= mapped {
		a, bits = a.Unmap(), bits-mapped
	}
	if bits == 0 {
		return netip.Prefix{}, ErrNetworksAll
	}
	n, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}, ErrNetworksUnreadable
	}
	return n, nil
}
