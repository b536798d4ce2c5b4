package credential_test

import (
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
)

func TestWhatNeedsAttention(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	used := func(ago time.Duration) []credential.Use { return []credential.Use{{At: now.Add(-ago)}} }
	for _, c := range []struct {
		name string
		c    credential.Credential
		want credential.Need
	}{
		{"new", credential.Credential{State: credential.Active, Activated: now}, ""},
		{"not opened", credential.Credential{State: credential.Pending}, credential.NeverOpened},
		{"not opened, and over", credential.Credential{State: credential.Pending, Expires: now}, ""},
		{"it ends in 14 days", credential.Credential{State: credential.Active, Activated: now, Expires: now.Add(14 * day)}, credential.Expiring},
		{"it ends later", credential.Credential{State: credential.Active, Activated: now, Expires: now.Add(14*day + 1)}, ""},
		{"it has ended", credential.Credential{State: credential.Active, Activated: now, Expires: now}, ""},
		{"never used for 90 days", credential.Credential{State: credential.Active, Activated: now.Add(-90 * day)}, credential.Unused},
		{"never used for less", credential.Credential{State: credential.Active, Activated: now.Add(-90*day + 1)}, ""},
		{"not used for 90 days", credential.Credential{State: credential.Active, Activated: now.Add(-400 * day), Uses: used(90 * day)}, credential.Unused},
		{"used lately", credential.Credential{State: credential.Active, Activated: now.Add(-400 * day), Uses: used(day)}, ""},
		{"unused, and it ends", credential.Credential{State: credential.Active, Activated: now.Add(-90 * day), Expires: now.Add(day)}, credential.Expiring},
		{"revoked", credential.Credential{State: credential.Revoked, Activated: now.Add(-90 * day), Ended: now}, ""},
	} {
		if got, ok := c.c.Attention(now); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, ok, c.want)
		}
	}
}
