package slackui

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/service"
)

// later is when lists are looked at.
var later = made.AddDate(0, 0, 100)

var (
	// phone is used in many ways, and limited.
	phone = credential.Credential{
		ID: "c00000000000000b0", Login: "alice@example.com", Application: "ios-mail", Label: "phone", State: credential.Active,
		Services: []string{"mail"}, Protocols: []service.Protocol{service.IMAP, service.SMTP},
		Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/48")},
		Made:     made, Activated: made.Add(time.Minute), Expires: later.AddDate(0, 0, 10), Uses: ways(credential.MaxUses),
	}
	revoked = credential.Credential{
		ID: "c00000000000000c0", Login: "alice@example.com", Application: "crm", State: credential.Revoked, Services: []string{"mail", "intranet"},
		Made: made, Activated: made, Ended: made.AddDate(0, 0, 50),
	}
	expired = credential.Credential{
		ID: "c00000000000000d0", Login: "alice@example.com", Application: "scheduling", State: credential.Active, Services: []string{"mail"},
		Made: made, Activated: made, Expires: made.AddDate(0, 0, 30),
	}
	unopened = credential.Credential{
		ID: "c00000000000000e0", Login: "alice@example.com", Application: "crm", Label: "newsletter", State: credential.Expired, Services: []string{"mail"},
		Made: made, Ended: made.Add(15 * time.Minute),
	}
	fresh = credential.Credential{
		ID: "c00000000000000f0", Login: "alice@example.com", Application: "automation-script", Label: "nightly", State: credential.Active, Services: []string{"mail"},
		Made: later.AddDate(0, 0, -1), Activated: later.AddDate(0, 0, -1), Uses: []credential.Use{{Service: "mail", Protocol: service.SMTP, At: later}},
	}
)

// ways is n ways of use.
func ways(n int) (all []credential.Use) {
	for i := range n {
		all = append(all, credential.Use{
			Service: "mail", Protocol: service.IMAP, Network: fmt.Sprintf("2001:db8:%x::/48", i), Address: fmt.Sprintf("2001:db8:%x:1111:2222:3333:4444:5555", i), At: later.Add(-time.Duration(i) * time.Hour),
		})
	}
	return all
}

func passwords(k Kind, page int, all ...credential.Credential) Passwords {
	return Passwords{Kind: k, Page: page, All: all, Now: later}
}

// crowd is many of the longest names.
func crowd(n int) (all []credential.Credential) {
	for i := range n {
		c := phone
		c.ID, c.Label = credential.ID(fmt.Sprint(i)), strings.Repeat("ü", credential.LongestLabel)
		all = append(all, c)
	}
	return all
}

var mail = service.Service{
	ID: "mail", Name: "Example mail", Host: "mail.example.com", Protocols: service.Protocols,
	Ports: map[service.Protocol]int{service.IMAP: 993, service.POP3: 995, service.SMTP: 587, service.Sieve: 4190, service.DAV: 8443, service.HTTP: 443},
}

// withLists adds the screens of lists, of single app passwords, of help and of guides.
func withLists(u UI, all map[string]any) map[string]any {
	known := catalog.Builtin()
	home := Place{Team: "TLOCAL", App: "AAPPPASS"}
	for name, screen := range map[string]Message{
		"help":                u.Help(""),
		"help-unknown":        u.Help("everything"),
		"unknown":             u.Unknown(Command{Verb: VerbUnknown}),
		"unknown-but-near":    u.Unknown(ParseCommand("lsit thunderbird")),
		"looks-like-password": u.LooksLikePassword(),

		"list":               u.List(passwords(KindLive, 0, scanner, phone, laptop, fresh, withdrawn), known),
		"list-calm":          u.List(passwords(KindLive, 0, fresh), known),
		"list-all":           u.List(passwords(KindAll, 0, phone, fresh, revoked, expired, unopened), known),
		"list-expiring":      u.List(passwords(KindExpiring, 0, phone), known),
		"list-expiring-none": u.List(passwords(KindExpiring, 0), known),
		"list-empty":         u.List(passwords(KindLive, 0), known),
		"list-first-page":    u.List(passwords(KindLive, 0, crowd(20)...), known),
		"list-second-page":   u.List(passwords(KindLive, 1, crowd(20)...), known),
		"list-last-page":     u.List(passwords(KindAll, 9, crowd(20)...), known),
		"list-kind":          u.Choose("list.kind", passwords(KindLive, 0, fresh), known),
		"choose":             u.Choose("revoke.choose", passwords(KindLive, 0, laptop, fresh), known),
		"choose-none":        u.Choose("revoke.none", passwords(KindLive, 0, laptop), known),
		"choose-show":        u.Choose("show.choose", passwords(KindLive, 0, laptop, fresh), known),
		"choose-show-none":   u.Choose("show.none", passwords(KindLive, 0, laptop), known),
		"choose-many":        u.Choose("revoke.choose", passwords(KindLive, 0, crowd(120)...), known),
		"choose-empty":       u.Choose("revoke.choose", passwords(KindLive, 0), known),
		"short":              u.Short(passwords(KindLive, 0, scanner, phone, laptop), home, known),
		"short-many":         u.Short(passwords(KindLive, 0, crowd(6)...), home, known),
		"short-empty":        u.Short(passwords(KindLive, 0), home, known),
		"short-nowhere":      u.Short(passwords(KindLive, 0, laptop), Place{Team: "TLOCAL"}, known),
		"revoked":            u.Revoked(laptop, passwords(KindLive, 0, scanner), known),
		"revoked-the-last":   u.Revoked(laptop, passwords(KindLive, 0), known),
		"revoked-before":     u.WasOver(revoked, passwords(KindLive, 0, laptop), known),
		"expired-before":     u.WasOver(unopened, passwords(KindLive, 0), known),

		"show":           u.Show(fresh, later, known),
		"show-expiring":  u.Show(phone, later, known),
		"show-unused":    u.Show(laptop, later, known),
		"show-pending":   u.Show(scanner, later, known),
		"show-revoked":   u.Show(revoked, later, known),
		"show-expired":   u.Show(expired, later, known),
		"show-unopened":  u.Show(unopened, later, known),
		"show-withdrawn": u.Show(withdrawn, later, known),
		"show-to-revoke": u.ShowToRevoke(fresh, later, known),
		"show-reference": u.Referenced(u.FailedMessage(credential.ErrNotFound), "1a2b3c4d"),

		"link-used":    u.LinkOver(link.ErrUsed),
		"link-void":    u.LinkOver(link.ErrVoid),
		"link-expired": u.LinkOver(link.ErrExpired),
		"link-unknown": u.LinkOver(link.ErrUnknown),

		"guides":        u.Guides(known),
		"guide-unknown": u.GuideUnknown(known),
		"guide-away":    u.Guide(known[0], nil, false),
		"guide-no-port": u.Guide(known[0], []service.Service{{ID: "mail", Name: "Example mail"}}, true),
	} {
		all[name] = screen
	}
	for _, verb := range []string{"new", "list", "show", "rotate", "revoke", "guide", "doctor", "help"} {
		all["help-"+verb] = u.Help(verb)
	}
	for _, a := range known {
		all["guide-of-"+a.ID] = u.Guide(a, []service.Service{mail, {ID: "intranet", Name: "Intranet", Host: "intranet.example.com", Protocols: mail.Protocols, Ports: mail.Ports}}, true)
	}
	return all
}
