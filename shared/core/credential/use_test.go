package credential_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/service"
)

func TestNetworks(t *testing.T) {
	for address, want := range map[string]string{
		"": "", "203.0.113.7": "203.0.113.0/24", "::ffff:203.0.113.7": "203.0.113.0/24", "2001:db8:1:2::7": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48",
		"::1": "::/48",
	} {
		a, _ := netip.ParseAddr(address)
		if got := credential.Network(a); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}

func TestAUseIsNotedOncePerHourAndWay(t *testing.T) {
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	imap := credential.Use{Service: "mail", Protocol: service.IMAP, Network: "203.0.113.0/24", Address: "203.0.113.7", At: at}
	with := func(change func(*credential.Use)) credential.Use {
		u := imap
		change(&u)
		return u
	}
	for name, c := range map[string]struct {
		known []credential.Use
		use   credential.Use
		all   int
		news  credential.News
		due   bool
	}{
		"the first":               {nil, imap, 1, credential.News{First: true, Network: true}, true},
		"the first, from nowhere": {nil, with(func(u *credential.Use) { u.Network = "" }), 1, credential.News{First: true}, true},
		"again at once":           {[]credential.Use{imap}, imap, 1, credential.News{}, false},
		"another address there":   {[]credential.Use{imap}, with(func(u *credential.Use) { u.Address = "203.0.113.9" }), 1, credential.News{}, false},
		"an hour later":           {[]credential.Use{imap}, with(func(u *credential.Use) { u.At = at.Add(time.Hour) }), 1, credential.News{}, true},
		"nearly an hour later":    {[]credential.Use{imap}, with(func(u *credential.Use) { u.At = at.Add(time.Hour - 1) }), 1, credential.News{}, false},
		"another protocol":        {[]credential.Use{imap}, with(func(u *credential.Use) { u.Protocol = service.SMTP }), 2, credential.News{}, true},
		"another service":         {[]credential.Use{imap}, with(func(u *credential.Use) { u.Service = "wiki" }), 2, credential.News{}, true},
		"another network":         {[]credential.Use{imap}, with(func(u *credential.Use) { u.Network = "198.51.100.0/24" }), 2, credential.News{Network: true}, true},
		"unknown, later":          {[]credential.Use{imap}, with(func(u *credential.Use) { u.Network = "" }), 2, credential.News{}, true},
		"a clock that is behind":  {[]credential.Use{imap}, with(func(u *credential.Use) { u.At = at.Add(-5 * time.Second) }), 1, credential.News{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			all, news, due := credential.Note(c.known, c.use)
			if len(all) != c.all || news != c.news || due != c.due || due && all[0] != c.use {
				t.Errorf("got %v %+v %v, want %d of them, %+v %v", all, news, due, c.all, c.news, c.due)
			}
		})
	}
}

func TestTheOldestUseIsForgotten(t *testing.T) {
	var known []credential.Use
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for n := range 40 {
		known, _, _ = credential.Note(known, credential.Use{Protocol: service.IMAP, Network: fmt.Sprint(n), At: at.Add(time.Duration(n) * time.Minute)})
	}
	if len(known) != credential.MaxUses || known[0].Network != "39" || known[credential.MaxUses-1].Network != "24" {
		t.Errorf("got %v", known)
	}
}
