package service_test

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

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
	b, err := json.Marshal(service.Service{ID: "mail", Keys: []service.KeyHash{h}})
	if err != nil || strings.Contains(strings.ToLower(string(b)), "key") {
		t.Errorf("got %s, %v", b, err)
	}
}
