package doctor_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/service"
)

func TestDevicesAreToldApart(t *testing.T) {
	f := newFiles(has("c1", nil), has("c2", func(c *credential.Credential) { c.State = credential.Revoked }))
	at := func(ago time.Duration, address, network string, p service.Protocol) diagnosis.Rejection {
		return refused(ago, diagnosis.Mistyped, func(r *diagnosis.Rejection) { r.Address, r.Network, r.Protocol = address, network, p })
	}
	f.refused["alice@example.com"] = []diagnosis.Rejection{
		at(5*time.Hour, "203.0.113.7", "203.0.113.0/24", service.IMAP),
		at(1*time.Hour, "203.0.113.7", "203.0.113.0/24", service.IMAP),
		at(2*time.Hour, "203.0.113.7", "203.0.113.0/24", service.SMTP),
		at(3*time.Hour, "203.0.113.8", "203.0.113.0/24", service.IMAP),
		at(4*time.Hour, "::ffff:203.0.113.8", "203.0.113.0/24", service.IMAP),
		at(6*time.Hour, "2001:db8:0:1::1", "2001:db8::/48", service.IMAP),
		at(7*time.Hour, "2001:db8:0:1:ffff::2", "2001:db8::/48", service.IMAP), // the same with a new address
		at(8*time.Hour, "2001:db8:0:2::1", "2001:db8::/48", service.IMAP),
		at(9*time.Hour, "", "", service.IMAP),
		refused(10*time.Hour, diagnosis.Revoked, sent("c2")),
	}
	d := f.diagnose()
	want := []string{
		"mistyped at mail by imap from 203.0.113.7, 2×",
		"mistyped at mail by smtp from 203.0.113.7, 1×",
		"mistyped at mail by imap from 203.0.113.8, 2×",
		"mistyped at mail by imap from 2001:db8:0:1::1, 2×",
		"mistyped at mail by imap from 2001:db8:0:2::1, 1×",
		"mistyped at mail by imap from , 1×",
		"revoked at mail by imap from 203.0.113.7, 1× of c2",
	}
	if diff := cmp.Diff(want, briefs(d)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if first := d.Findings[0]; !first.First.Equal(now.Add(-5*time.Hour)) || !first.Last.Equal(now.Add(-time.Hour)) {
		t.Errorf("from %v to %v", first.First, first.Last)
	}
}

func TestWhatHasSignedInSinceIsMended(t *testing.T) {
	for name, c := range map[string]struct {
		used credential.Use
		want string
	}{
		"after":                 {use(service.IMAP, office, 30*time.Minute), ", mended"},
		"shortly before":        {use(service.IMAP, office, 90*time.Minute), ", unsure"},
		"long before":           {use(service.IMAP, office, 2*time.Hour), ""},
		"by another protocol":   {use(service.SMTP, office, 30*time.Minute), ""},
		"from another device":   {at("203.0.113.8", 30*time.Minute), ", overtaken"},
		"from another network":  {use(service.IMAP, "192.0.2.0/24", 30*time.Minute), ""},
		"at another service":    {credential.Use{Service: "wiki", Protocol: service.IMAP, Network: office, At: now.Add(-time.Minute)}, ""},
		"from no known network": {use(service.IMAP, "", 30*time.Minute), ""},
	} {
		for which, remembers := range map[string]func(*credential.Credential){
			"the present one": func(k *credential.Credential) { k.Uses = []credential.Use{c.used} },
			"the former one":  func(k *credential.Credential) { k.Former.Uses = []credential.Use{c.used} },
		} {
			t.Run(name+", "+which, func(t *testing.T) {
				f := newFiles(has("c1", remembers))
				f.refused["alice@example.com"] = []diagnosis.Rejection{
					refused(3*time.Hour, diagnosis.Mistyped, nil), refused(time.Hour, diagnosis.Mistyped, nil),
				}
				want := "mistyped at mail by imap from 203.0.113.7, 2×" + c.want
				if got := briefs(f.diagnose()); !slices.Equal(got, []string{want}) {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}

func TestWhatSomebodyElseMayHaveIsToldApart(t *testing.T) {
	elsewhere, here := use(service.SMTP, "192.0.2.0/24", time.Hour), use(service.SMTP, "203.0.113.0/24", time.Hour)
	for name, c := range map[string]struct {
		state credential.State
		uses  []credential.Use
		cause diagnosis.Cause
		sent  string
		want  bool
	}{
		"its own, from where it is used":    {credential.Active, []credential.Use{elsewhere, here}, diagnosis.WrongLogin, "c1", false},
		"from where nothing of hers is":     {credential.Active, []credential.Use{elsewhere}, diagnosis.WrongProtocol, "c1", true},
		"at the first try":                  {credential.Active, nil, diagnosis.WrongProtocol, "c1", false},
		"at the first try, another login":   {credential.Active, nil, diagnosis.WrongLogin, "c1", true},
		"revoked: nothing is left to do":    {credential.Revoked, []credential.Use{elsewhere}, diagnosis.Revoked, "c1", false},
		"nobody's: nobody can revoke it":    {credential.Active, []credential.Use{elsewhere}, diagnosis.Mistyped, "", false},
		"not opened: nobody can sign in so": {credential.Pending, []credential.Use{elsewhere}, diagnosis.Pending, "c1", false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFiles(has("c1", func(k *credential.Credential) { k.State, k.Uses = c.state, c.uses }))
			f.refused["alice@example.com"] = []diagnosis.Rejection{refused(time.Hour, c.cause, sent(c.sent))}
			if d := f.diagnose(); len(d.Findings) != 1 || d.Findings[0].Leaked != c.want {
				t.Errorf("got %q, want leaked to be %v", briefs(d), c.want)
			}
		})
	}
}
