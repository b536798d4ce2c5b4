package doctor_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/problem"
)

func TestAPageIsEnough(t *testing.T) {
	f := newFiles(has("c1", nil))
	for n := range 20 {
		f.refused["alice@example.com"] = append(f.refused["alice@example.com"], refused(time.Duration(20-n)*time.Hour, diagnosis.Mistyped, func(r *diagnosis.Rejection) {
			r.Address = netip.AddrFrom4([4]byte{203, 0, 113, byte(n)}).String()
		}))
	}
	d := f.diagnose()
	if len(d.Findings) != 8 || !d.More || d.Findings[0].Address != "203.0.113.19" || d.Findings[7].Address != "203.0.113.12" {
		t.Errorf("got %q, more %v", briefs(d), d.More)
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
