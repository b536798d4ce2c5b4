package credential_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/service"
)

// A way has moved by its protocol, its service and its network, and only what was seen in 30 days counts.
func TestWhatHasMovedAndWhatHasNot(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	use := func(at string, p service.Protocol, network string, ago time.Duration) credential.Use {
		return credential.Use{Service: at, Protocol: p, Network: network, At: now.Add(-ago)}
	}
	const office, home = "203.0.113.0/24", "192.0.2.0/24"
	for _, c := range []struct {
		name            string
		former, present []credential.Use
		moved, left     int
	}{
		{"nothing was seen", nil, nil, 0, 0},
		{"it has moved", []credential.Use{use("mail", service.IMAP, office, day)}, []credential.Use{use("mail", service.IMAP, office, 0)}, 1, 0},
		{"nothing has moved", []credential.Use{use("mail", service.IMAP, office, day)}, nil, 0, 1},
		{"another protocol", []credential.Use{use("mail", service.SMTP, office, day)}, []credential.Use{use("mail", service.IMAP, office, 0)}, 0, 1},
		{"another network", []credential.Use{use("mail", service.IMAP, home, day)}, []credential.Use{use("mail", service.IMAP, office, 0)}, 0, 1},
		{"another service", []credential.Use{use("intranet", service.HTTP, home, day)}, []credential.Use{use("mail", service.HTTP, home, 0)}, 0, 1},
		{"one of two", []credential.Use{use("mail", service.SMTP, office, 0), use("mail", service.IMAP, office, day)}, []credential.Use{use("mail", service.IMAP, office, 0)}, 1, 1},
		{"within 30 days", []credential.Use{use("mail", service.IMAP, office, 30*day-1)}, nil, 0, 1},
		{"30 days ago", []credential.Use{use("mail", service.IMAP, office, 30*day)}, nil, 0, 0},
	} {
		of := credential.Credential{
			State: credential.Active, Activated: now, Uses: c.present,
			Former: credential.Former{Verifier: "old", Ends: now.Add(time.Second), Uses: c.former},
		}
		moved, left := of.Moved(now), of.Unmoved(now)
		if len(moved) != c.moved || len(left) != c.left {
			t.Errorf("%s: got %v moved and %v left, want %d and %d", c.name, moved, left, c.moved, c.left)
		}
		if c.moved > 0 {
			if d := cmp.Diff(c.present, moved); d != "" {
				t.Errorf("%s: it is not the use of the present one (-want +got):\n%s", c.name, d)
			}
		}
		if need, _ := of.Attention(now); (need == credential.Unmoved) != (c.left > 0) {
			t.Errorf("%s: it needs %q", c.name, need)
		}
		if need, ok := of.Attention(now.Add(time.Second)); ok {
			t.Errorf("%s: once the former is over it needs %q", c.name, need)
		}
	}
}
