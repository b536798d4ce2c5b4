package slackui

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/core/text"
)

const tryPage = "https://apppass.example/r/open"

var (
	mailService = service.Service{
		ID: "mail", Name: "Example mail", Host: "mail.example.com", Protocols: []service.Protocol{service.IMAP, service.SMTP},
		Ports: map[service.Protocol]int{service.IMAP: 993, service.SMTP: 465},
	}
	intranetService = service.Service{ID: "intranet", Name: "Example intranet", Protocols: []service.Protocol{service.HTTP}}
	restricted      = credential.Credential{
		ID: "c11111111111111a1", Application: "imap-client", Label: "office", State: credential.Active, Made: made, Activated: made,
		Protocols: []service.Protocol{service.IMAP}, Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")},
	}
)

// mailWays is what a mail program needs.
var mailWays = []diagnosis.Way{{Service: mailService, Protocol: service.IMAP}, {Service: mailService, Protocol: service.SMTP}}

// found is a diagnosis with findings.
func found(all ...diagnosis.Finding) diagnosis.Diagnosis {
	d := diagnosis.Diagnosis{Login: "alice@example.com", Live: true, Findings: all, Services: []service.Service{mailService}, Ways: mailWays}
	for _, f := range all {
		if !f.Mended() {
			d.Open++
		}
	}
	return d
}

// refused is a finding of that cause about an app password, or about nobody's.
func refused(cause diagnosis.Cause, c *credential.Credential) diagnosis.Finding {
	return diagnosis.Finding{
		Cause: cause, Service: mailService, Protocol: service.IMAP, Address: "203.0.113.7", Network: "203.0.113.0/24", First: made.Add(-time.Hour), Last: made,
		Times: 3, Credential: c,
	}
}

func but(f diagnosis.Finding, change func(*diagnosis.Finding)) diagnosis.Finding {
	change(&f)
	return f
}

var mended = but(refused(diagnosis.Mistyped, nil), func(f *diagnosis.Finding) { f.Worked = diagnosis.Signed{At: made.Add(time.Minute), With: &laptop} })

// doctorSays is a doctor's word on findings, one a cause or state, by its name.
var doctorSays = map[string]diagnosis.Diagnosis{
	"malformed":      found(refused(diagnosis.Malformed, nil)),
	"mistyped":       found(but(refused(diagnosis.Mistyped, nil), func(f *diagnosis.Finding) { f.Times, f.Address, f.Network = 1, "", "" })),
	"unknown":        found(but(refused(diagnosis.Unknown, nil), func(f *diagnosis.Finding) { f.Passwords, f.Times, f.Address = 2, 1, "" })),
	"guessed":        found(but(refused(diagnosis.Guessed, nil), func(f *diagnosis.Finding) { f.Passwords, f.Address = 10, "" })),
	"pending":        found(refused(diagnosis.Pending, &scanner)),
	"pending-opened": found(refused(diagnosis.Pending, &laptop)),
	"unopened":       found(diagnosis.Finding{Cause: diagnosis.Unopened, First: made, Last: made, Credential: &scanner}),
	"unread":         found(diagnosis.Finding{Cause: diagnosis.Unread, First: made, Last: made, Credential: &laptop}),
	"revoked":        found(refused(diagnosis.Revoked, &laptop)),
	"expired":        found(refused(diagnosis.Expired, &withdrawn)),
	"superseded":     found(refused(diagnosis.Superseded, &laptop)),
	"wrong-login":    found(but(refused(diagnosis.WrongLogin, &laptop), func(f *diagnosis.Finding) { f.Leaked = true })),
	"wrong-service": found(but(refused(diagnosis.WrongService, &laptop), func(f *diagnosis.Finding) {
		f.Service, f.Protocol, f.Instead = intranetService, service.HTTP, &withdrawn
	})),
	"wrong-protocol": found(but(refused(diagnosis.WrongProtocol, &restricted), func(f *diagnosis.Finding) { f.Protocol = service.SMTP })),
	"not-offered":    found(but(refused(diagnosis.NotOffered, &laptop), func(f *diagnosis.Finding) { f.Protocol = service.POP3 })),
	"gone":           found(but(refused(diagnosis.WrongProtocol, &restricted), func(f *diagnosis.Finding) { f.Service = service.Service{ID: "gone"} })),
	"wrong-network":  found(refused(diagnosis.WrongNetwork, &restricted)),
	"other":          found(refused(diagnosis.Other, nil)),
	"mended":         found(mended),
	"mended-some": {
		Login: "alice@example.com", Live: true, More: true, Findings: []diagnosis.Finding{mended}, Services: []service.Service{mailService}, Ways: mailWays,
	},
	"unsure": found(but(refused(diagnosis.Mistyped, nil), func(f *diagnosis.Finding) { f.Worked = diagnosis.Signed{At: made.Add(-time.Minute), With: &laptop} })),
	"beside": found(but(refused(diagnosis.Revoked, &withdrawn), func(f *diagnosis.Finding) { f.Beside = diagnosis.Signed{At: made.Add(time.Minute), With: &laptop} })),
	"several": {
		Login: "alice@example.com", More: true, Open: 9, Services: []service.Service{mailService, intranetService}, Findings: []diagnosis.Finding{
			refused(diagnosis.Revoked, &laptop),
			but(refused(diagnosis.Malformed, nil), func(f *diagnosis.Finding) { f.Address, f.Network = "2001:db8::7", "2001:db8::/48" }),
		},
		Ways: mailWays,
	},
	"nothing": {
		Login: "alice@example.com", Live: true, Services: []service.Service{mailService}, Ways: mailWays, With: &laptop,
		Last: &credential.Use{Service: "mail", Protocol: service.IMAP, Network: "203.0.113.0/24", Address: "203.0.113.7", At: made},
	},
	"nothing-ever": {Login: "alice@example.com", Live: true, Services: []service.Service{mailService}, Ways: mailWays},
	"no-server":    {Login: "alice@example.com", Live: true, Services: []service.Service{intranetService}},
	"nobody":       {Services: []service.Service{mailService}},
	"trouble":      {Login: "alice@example.com", Live: true, Services: []service.Service{mailService}, Ways: mailWays, Trouble: errors.New("storage is away")},
	"trouble-all":  {Trouble: errors.New("storage is away")},
}

// withDoctor adds what doctors say to the screens.
func withDoctor(u UI, screens map[string]any) map[string]any {
	screens["doctor-looking"] = u.Looking()
	for name, d := range doctorSays {
		screens["doctor-"+name] = u.Doctor(d, catalog.Builtin(), tryPage)
	}
	return screens
}

func TestEveryCauseHasAScreen(t *testing.T) {
	shown := map[diagnosis.Cause]bool{}
	for _, d := range doctorSays {
		for _, f := range d.Findings {
			shown[f.Cause] = true
		}
	}
	for _, c := range diagnosis.Causes {
		if !shown[c] || causes[c] == "" {
			t.Errorf("%s is shown: %v, its sentence is %q", c, shown[c], causes[c])
		}
	}
}

// worst is a diagnosis with as much in it as there can be.
func worst() diagnosis.Diagnosis {
	long := credential.Credential{
		ID: "c0123456789abcdef", Application: strings.Repeat("a", 40), Label: strings.Repeat("<", 60), State: credential.Active, Made: made,
	}
	for range 10 {
		long.Networks = append(long.Networks, netip.MustParsePrefix("2001:db8:1111:2222:3333:4444:5555:6666/128"))
	}
	s := service.Service{ID: "s", Name: strings.Repeat("M", 75), Host: strings.Repeat("h", 253), Protocols: service.Protocols, Ports: map[service.Protocol]int{}}
	for _, p := range service.Protocols {
		s.Ports[p] = 65535
	}
	d := diagnosis.Diagnosis{
		Login: strings.Repeat("l", 255), More: true, Open: 400, Services: []service.Service{s, s, s, s, s, s, s, s},
		Ways: []diagnosis.Way{{Service: s, Protocol: service.IMAP}, {Service: s, Protocol: service.SMTP}, {Service: s, Protocol: service.DAV}},
	}
	for n := range 8 {
		d.Findings = append(d.Findings, diagnosis.Finding{
			Cause: []diagnosis.Cause{diagnosis.WrongNetwork, diagnosis.WrongService}[n%2], Service: s, Protocol: service.Sieve,
			Address: "2001:db8:1111:2222:3333:4444:5555:6666", Network: "2001:db8:1111::/48", First: made, Last: made.Add(time.Hour), Times: 200,
			Worked:     diagnosis.Signed{At: made.Add(30 * time.Minute), With: &long},
			Credential: &long, Instead: &long, Leaked: true,
		})
	}
	return d
}

func TestTheWorstDiagnosisFits(t *testing.T) {
	for _, language := range text.Languages() {
		checkScreen(t, In(language).Doctor(worst(), catalog.Builtin(), tryPage))
	}
}

// pressed is the values of a message's buttons of one action, in order.
func pressed(m Message, action string) (values []string) {
	for _, b := range m.Blocks {
		if a, ok := b.(*slack.ActionBlock); ok {
			for _, e := range a.Elements.ElementSet {
				if button, ok := e.(*slack.ButtonBlockElement); ok && button.ActionID == action {
					values = append(values, button.Value)
				}
			}
		}
	}
	return values
}

func TestADoctorOffersWhatHelps(t *testing.T) {
	for name, want := range map[string]struct{ again, show, revoke string }{
		"malformed":      {again: "new"},
		"guessed":        {},
		"pending":        {again: "new scanner-printer", show: scanner.ID},
		"pending-opened": {show: laptop.ID},
		"unopened":       {again: "new scanner-printer", show: scanner.ID},
		"unread":         {again: "new thunderbird"},
		"revoked":        {again: "new thunderbird", show: laptop.ID},
		"expired":        {again: "new", show: withdrawn.ID}, // its application is not offered any more
		"wrong-login":    {show: laptop.ID, revoke: laptop.ID},
		"wrong-service":  {again: "new", show: laptop.ID}, // of several applications nobody knows which is meant
		"wrong-protocol": {again: "new", show: restricted.ID},
		"wrong-network":  {again: "new imap-client", show: restricted.ID},
		"mended":         {},
		"nobody":         {again: "new"},
	} {
		m := In("en").Doctor(doctorSays[name], catalog.Builtin(), tryPage)
		for action, value := range map[string]string{ActionSuggestion: want.again, ActionShow: want.show, ActionRevoke: want.revoke} {
			if got := strings.Join(pressed(m, action), " and "); got != value {
				t.Errorf("%s: %s is for %q, want %q", name, action, got, value)
			}
		}
	}
	one := catalog.Catalog{{ID: "fax", Name: "Fax", Services: []string{"intranet"}}, {ID: "crm", Name: "CRM", Services: []string{"mail"}}}
	if got := pressed(In("en").Doctor(doctorSays["wrong-service"], one, tryPage), ActionSuggestion); len(got) != 1 || got[0] != "new fax" {
		t.Errorf("where only one application is meant: got %q", got)
	}
}

// Whose password may be in other hands has to find the way to be rid of it, however many other findings there are.
func TestFindingsHaveBlocksOfTheirOwn(t *testing.T) {
	m := In("en").Doctor(worst(), catalog.Builtin(), tryPage)
	seen := map[string]bool{}
	for i, b := range m.Blocks {
		if id := b.ID(); id != "" && seen[id] {
			t.Errorf("block %d has the id %s again", i, id)
		} else {
			seen[id] = true
		}
	}
	if n := len(pressed(m, ActionRevoke)); n != 8 {
		t.Errorf("%s of 8 can be revoked", strconv.Itoa(n))
	}
}
