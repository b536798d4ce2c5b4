package doctor_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

func TestAPageIsEnough(t *testing.T) {
	f := newFiles(has("c1", nil))
	for n := range 20 {
		f.refused["alice@example.com"] = append(f.refused["alice@example.com"], refused(time.Duration(20-n)*time.Hour, diagnosis.Mistyped, func(r *diagnosis.Rejection) {
			r.Address = netip.AddrFrom4([4]byte{203, 0, 113, byte(n)}).String()
		}))
	}
	d := f.diagnose()
	if len(d.Findings) != 8 || !d.More || d.Open != 20 || d.Findings[0].Address != "203.0.113.19" || d.Findings[7].Address != "203.0.113.12" {
		t.Errorf("got %q, more %v", briefs(d), d.More)
	}
	// What was never opened tells of itself by no program, and what has signed in since needs nobody's attention.
	f.has = []credential.Credential{
		has("c1", func(c *credential.Credential) {
			c.Uses = []credential.Use{use(service.IMAP, "203.0.113.0/24", time.Minute)}
		}),
		has("c2", func(c *credential.Credential) {
			c.State, c.Activated, c.Made = credential.Pending, time.Time{}, now.AddDate(0, 0, -3)
		}),
		has("c3", nil),
	}
	f.refused["alice@example.com"] = append(f.refused["alice@example.com"],
		refused(30*time.Hour, diagnosis.WrongLogin, func(r *diagnosis.Rejection) { r.Credential, r.Network, r.Address = "c3", "192.0.2.0/24", "192.0.2.7" }),
		refused(2*time.Minute, diagnosis.Malformed, nil))
	d = f.diagnose()
	got := briefs(d)
	if len(got) != 8 || d.Open != 21 || got[6] != "wrong_login at mail by imap from 192.0.2.7, 1× of c3, leaked" || got[7] != "unopened of c2" || strings.Contains(strings.Join(got, ""), "mended") {
		t.Errorf("got %d, %q", d.Open, got)
	}
	f = newFiles()
	if f.more = true; !f.diagnose().More {
		t.Error("that there was more is not told")
	}
}

func TestOurOwnTroubleIsToldWithWhatCanBeRead(t *testing.T) {
	for broken, want := range map[string]string{
		"person":                                 ` 0 true ["mail"]`,
		"credentials":                            `alice@example.com 1 false ["mail" "wiki"]`,
		"rejections":                             `alice@example.com 0 true ["mail"]`,
		"services":                               `alice@example.com 1 true []`,
		"person credentials rejections services": ` 0 false []`,
	} {
		t.Run(broken, func(t *testing.T) {
			f := newFiles(has("c1", nil))
			f.refused["alice@example.com"] = []diagnosis.Rejection{refused(time.Hour, diagnosis.Mistyped, nil)}
			f.broken = broken
			d := f.diagnose()
			ids := []string{}
			for _, s := range d.Services {
				ids = append(ids, s.ID)
			}
			if !errors.Is(d.Trouble, problem.ErrUnavailable) {
				t.Errorf("the trouble is %v", d.Trouble)
			}
			if got := fmt.Sprintf("%s %d %v %q", d.Login, len(d.Findings), d.Live, ids); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
