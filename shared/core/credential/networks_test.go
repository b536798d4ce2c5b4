package credential_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/credential"
)

func TestNetworksAreRead(t *testing.T) {
	for _, c := range []struct {
		name, typed, want string
		err               error
	}{
		{"nothing", "", "", nil},
		{"spaces and commas", " , \n", "", nil},
		{"an address", "192.0.2.7", "192.0.2.7/32", nil},
		{"an address of IPv6", "2001:DB8::7", "2001:db8::7/128", nil},
		{"a network", "192.0.2.0/24", "192.0.2.0/24", nil},
		{"a network of IPv6", "2001:db8::/32", "2001:db8::/32", nil},
		{"by commas", "192.0.2.7,198.51.100.0/24", "192.0.2.7/32 198.51.100.0/24", nil},
		{"by all sorts of separators", "192.0.2.7;\u00a0198.51.100.0/24,\n 203.0.113.1", "192.0.2.7/32 198.51.100.0/24 203.0.113.1/32", nil},
		{"host bits", "192.0.2.7/24", "192.0.2.0/24", nil},
		{"host bits of IPv6", "2001:db8::7/32", "2001:db8::/32", nil},
		{"twice", "192.0.2.7 192.0.2.7/32, ::ffff:192.0.2.7", "192.0.2.7/32", nil},
		{"the same network by other host bits", "192.0.2.7/24 192.0.2.8/24", "192.0.2.0/24", nil},
		{"a mapped address", "::ffff:192.0.2.7", "192.0.2.7/32", nil},
		{"a mapped network", "::ffff:192.0.2.0/120", "192.0.2.0/24", nil},
		{"a network around the mapped ones", "::ffff:0:0/95", "::fffe:0:0/95", nil},
		{"one bit", "128.0.0.0/1", "128.0.0.0/1", nil},
		{"ten", list(10), strings.ReplaceAll(list(10), ",", "/32 ") + "/32", nil},
		{"ten, the last twice", list(10) + ",10.0.0.9", strings.ReplaceAll(list(10), ",", "/32 ") + "/32", nil},
		{"eleven", list(11), "", credential.ErrNetworksMany},
		{"everything", "0.0.0.0/0", "", credential.ErrNetworksAll},
		{"everything of IPv6", "::/0", "", credential.ErrNetworksAll},
		{"everything that is mapped", "::ffff:0:0/96", "", credential.ErrNetworksAll},
		{"a name", "example.com", "", credential.ErrNetworksUnreadable},
		{"a word among addresses", "192.0.2.7 and 192.0.2.8", "", credential.ErrNetworksUnreadable},
		{"a part", "192.0.2", "", credential.ErrNetworksUnreadable},
		{"a star", "192.0.2.*", "", credential.ErrNetworksUnreadable},
		{"a range", "192.0.2.1-192.0.2.9", "", credential.ErrNetworksUnreadable},
		{"a mask", "192.0.2.0/255.255.255.0", "", credential.ErrNetworksUnreadable},
		{"a length that is too long", "192.0.2.0/33", "", credential.ErrNetworksUnreadable},
		{"a length that is too long for IPv6", "2001:db8::/129", "", credential.ErrNetworksUnreadable},
		{"no length", "192.0.2.0/", "", credential.ErrNetworksUnreadable},
		{"a length with a sign", "192.0.2.0/+8", "", credential.ErrNetworksUnreadable},
		{"two lengths", "192.0.2.0/24/24", "", credential.ErrNetworksUnreadable},
		{"a length alone", "/24", "", credential.ErrNetworksUnreadable},
		{"a zone", "fe80::1%eth0", "", credential.ErrNetworksUnreadable},
		{"a zone and a length", "fe80::1%eth0/64", "", credential.ErrNetworksUnreadable},
		{"a port", "192.0.2.7:993", "", credential.ErrNetworksUnreadable},
		{"brackets", "[2001:db8::7]", "", credential.ErrNetworksUnreadable},
		{"leading zeros", "192.0.02.7", "", credential.ErrNetworksUnreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := credential.ParseNetworks(c.typed)
			if !errors.Is(err, c.err) || words(got) != c.want {
				t.Errorf("%q: got %q, %v; want %q, %v", c.typed, words(got), err, c.want, c.err)
			}
		})
	}
}

func list(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("10.0.0.%d", i)
	}
	return strings.Join(all, ",")
}

func words(all []netip.Prefix) string {
	said := make([]string, len(all))
	for i, n := range all {
		said[i] = n.String()
	}
	return strings.Join(said, " ")
}

func FuzzNetworks(f *testing.F) {
	for _, typed := range []string{"192.0.2.7", "2001:db8::/32, ::ffff:192.0.2.0/120", "0.0.0.0/0", "fe80::1%eth0/64"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := credential.ParseNetworks(typed)
		if err != nil {
			return
		}
		for _, n := range got {
			if !n.IsValid() || n != n.Masked() || n.Bits() == 0 || n.Addr().Is4In6() && n.Bits() >= 96 || !n.Contains(n.Addr()) {
				t.Errorf("%q: got %v", typed, n)
			}
		}
		if again, err := credential.ParseNetworks(words(got)); err != nil || words(again) != words(got) {
			t.Errorf("%q: got %q, and of that %q, %v", typed, words(got), words(again), err)
		}
	})
}
