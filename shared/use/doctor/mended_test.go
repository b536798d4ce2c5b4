package doctor_test

import (
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/service"
)

const office = "203.0.113.0/24"

// at is a use by IMAP from an address of the office.
func at(address string, ago time.Duration) credential.Use {
	return credential.Use{Service: "mail", Protocol: service.IMAP, Network: office, Address: address, At: now.Add(-ago)}
}

// The laptop signs in on and on, while two other devices are locked out.
func TestAnotherPasswordThatSignsInMendsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		ago  time.Duration // of the laptop's use
		want string
	}{
		"since":           {time.Hour, ", overtaken"},
		"within the hour": {3*time.Hour + time.Minute, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFiles(
				has("laptop", func(k *credential.Credential) { k.Uses = []credential.Use{at("203.0.113.20", c.ago)} }),
				has("old", func(k *credential.Credential) { k.State, k.Ended = credential.Revoked, now.Add(-5*time.Hour) }),
			)
			f.refused["alice@example.com"] = []diagnosis.Rejection{
				refused(3*time.Hour, diagnosis.Revoked, func(r *diagnosis.Rejection) { r.Credential, r.Address = "old", "203.0.113.77" }),
				refused(3*time.Hour-time.Second, diagnosis.Mistyped, func(r *diagnosis.Rejection) { r.Address = "203.0.113.99" }),
			}
			d := f.diagnose()
			want := []string{"mistyped at mail by imap from 203.0.113.99, 1×" + c.want, "revoked at mail by imap from 203.0.113.77, 1× of old" + c.want}
			if got := briefs(d); !slices.Equal(got, want) || d.Open != 2 {
				t.Errorf("got %d open, %q, want %q", d.Open, got, want)
			}
		})
	}
}

func TestWhatMendsACause(t *testing.T) {
	const here, there = "203.0.113.7", "203.0.113.8"
	former := func(k *credential.Credential, u credential.Use) { k.Former.Uses = []credential.Use{u} }
	present := func(k *credential.Credential, u credential.Use) { k.Uses = []credential.Use{u} }
	other := func(*credential.Credential, credential.Use) {}
	for name, c := range map[string]struct {
		cause diagnosis.Cause
		state credential.State
		used  func(*credential.Credential, credential.Use)
		from  string
		want  string
	}{
		"revoked, and used just before":        {diagnosis.Revoked, credential.Revoked, present, here, ", overtaken"},
		"expired":                              {diagnosis.Expired, credential.Expired, other, here, ", overtaken"},
		"opened since":                         {diagnosis.Pending, credential.Active, present, there, ", mended"},
		"not opened, and another one is used":  {diagnosis.Pending, credential.Pending, other, here, ", overtaken"},
		"replaced, and the new one is there":   {diagnosis.Superseded, credential.Active, present, here, ", mended"},
		"replaced, and it is on another":       {diagnosis.Superseded, credential.Active, present, there, ", overtaken"},
		"replaced, and the old one was let in": {diagnosis.Superseded, credential.Active, former, here, ""},
		"another's login, and its own since":   {diagnosis.WrongLogin, credential.Active, present, here, ", mended"},
		"another's login, and it is elsewhere": {diagnosis.WrongLogin, credential.Active, present, there, ", overtaken"},
		"the wrong one, and the right since":   {diagnosis.WrongNetwork, credential.Active, other, here, ", overtaken"},
	} {
		t.Run(name, func(t *testing.T) {
			use := at(c.from, time.Minute)
			f := newFiles(has("c1", func(k *credential.Credential) { k.State = c.state; c.used(k, use) }), has("c2", nil))
			if f.has[0].Uses == nil && f.has[0].Former.Uses == nil {
				f.has[1].Uses = []credential.Use{use}
			}
			f.refused["alice@example.com"] = []diagnosis.Rejection{refused(time.Hour, c.cause, sent("c1"))}
			want := string(c.cause) + " at mail by imap from 203.0.113.7, 1× of c1" + c.want
			if got := briefs(f.diagnose()); len(got) != 1 || got[0] != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// Several unknown passwords are counted for a network and a quarter of an hour, whichever devices they are of.
func TestWhatIsCountedForANetworkIsNoDevices(t *testing.T) {
	f := newFiles(has("c1", func(k *credential.Credential) { k.Uses = []credential.Use{at("203.0.113.9", time.Minute)} }))
	counted := func(ago time.Duration, address string, n int) diagnosis.Rejection {
		return refused(ago, diagnosis.Unknown, func(r *diagnosis.Rejection) { r.Address, r.Passwords = address, n })
	}
	f.refused["alice@example.com"] = []diagnosis.Rejection{
		counted(3*time.Hour, "203.0.113.7", 2), counted(2*time.Hour, "203.0.113.9", 3), counted(time.Hour, "203.0.113.9", 1),
	}
	want := []string{"unknown at mail by imap from 203.0.113.9, 1×, mended", "unknown at mail by imap from 203.0.113.0/24, 2×, overtaken"}
	if got := briefs(f.diagnose()); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
