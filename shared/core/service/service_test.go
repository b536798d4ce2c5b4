package service_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/service"
)

func TestALoginIsCompleted(t *testing.T) {
	for _, c := range []struct{ domain, typed, want string }{
		{"", "Alice@Example.com", "alice@example.com"},
		{"", " alice ", "alice"},
		{"Example.com", "Alice", "alice@example.com"},
		{"example.com", "alice@example.org", "alice@example.org"},
		{"example.com", "alice@", "alice@"},
		{"example.com", "", ""},
		{"example.com", "  ", ""},
	} {
		if got := (service.Service{Domain: c.domain}).Login(c.typed); got != c.want {
			t.Errorf("%q at %q: got %q, want %q", c.typed, c.domain, got, c.want)
		}
	}
}

func TestAServiceSpeaksItsProtocolsOnly(t *testing.T) {
	s := service.Service{Protocols: []service.Protocol{service.IMAP, service.SMTP}}
	for _, p := range append(service.Protocols, "", "IMAP") {
		if got, want := s.Speaks(p), p == service.IMAP || p == service.SMTP; got != want {
			t.Errorf("%q: got %v, want %v", p, got, want)
		}
	}
}

func TestAKeyIsKeptAsItsHashAndNotShown(t *testing.T) {
	h := service.HashKey("local-mail-service-key")
	if got, want := hex.EncodeToString(h[:]), "816e1256e80af8442c395a1a81a3729996042f04437dfed62e32b6d9a48b20dd"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	b, err := json.Marshal(service.Service{ID: "mail", Keys: []service.Key{service.KeyOf("local-mail-service-key", time.Now())}})
	if err != nil || strings.Contains(strings.ToLower(string(b)), "key") {
		t.Errorf("got %s, %v", b, err)
	}
}

func TestANewKeyHas256BitsAndIsToldApartByItsPrefix(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		text, k := service.NewKey(time.Unix(1, 0))
		bits, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, "apk_"))
		if err != nil || len(bits) != 32 || !strings.HasPrefix(text, "apk_") || k.Hash != service.HashKey(text) || k.Prefix != text[:12] || k.Made != time.Unix(1, 0) {
			t.Fatalf("got a key of %d bytes, kept as %+v, %v", len(bits), k, err)
		}
		if seen[k.Prefix] {
			t.Fatalf("the prefix %s came twice", k.Prefix)
		}
		seen[k.Prefix] = true
	}
}

func TestAServiceAsksFromItsNetworks(t *testing.T) {
	for _, c := range []struct {
		networks []string
		source   string
		want     bool
	}{
		{nil, "198.51.100.7", true},
		{nil, "", true},
		{[]string{"198.51.100.0/24"}, "198.51.100.7", true},
		{[]string{"198.51.100.0/24"}, "198.51.101.7", false},
		{[]string{"198.51.100.0/24", "2001:db8::/32"}, "2001:db8::1", true},
		{[]string{"198.51.100.0/24"}, "", false},
		{[]string{"::/0"}, "198.51.100.7", false},
	} {
		var s service.Service
		for _, n := range c.networks {
			s.Networks = append(s.Networks, netip.MustParsePrefix(n))
		}
		source, _ := netip.ParseAddr(c.source)
		if got := s.AsksFrom(source); got != c.want {
			t.Errorf("%s of %v: got %v, want %v", c.source, c.networks, got, c.want)
		}
	}
}
