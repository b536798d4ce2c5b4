package slackui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/service"
)

// ActionTryBrowser is the button that leads to the page behind links, without a link: a browser that can read links says there that this
// one is incomplete. Nothing has to be done at its press.
const ActionTryBrowser = "try_browser"

// causes are the sentences of what is found: what is wrong, and what to do.
var causes = map[diagnosis.Cause]string{
	diagnosis.Malformed: "doctor.malformed", diagnosis.Mistyped: "doctor.mistyped", diagnosis.Unknown: "doctor.unknown",
	diagnosis.Guessed: "doctor.guessed", diagnosis.Pending: "doctor.pending", diagnosis.Unopened: "doctor.unopened",
	diagnosis.Unread: "doctor.unread", diagnosis.Revoked: "doctor.revoked", diagnosis.Expired: "doctor.expired",
	diagnosis.Superseded: "doctor.superseded", diagnosis.WrongLogin: "doctor.wrong_login", diagnosis.WrongService: "doctor.wrong_service",
	diagnosis.WrongProtocol: "doctor.wrong_protocol", diagnosis.NotOffered: "doctor.not_offered",
	diagnosis.WrongNetwork: "doctor.wrong_network", diagnosis.Other: "doctor.other",
}

// renewing are the causes of which a new app password is a way out.
var renewing = []diagnosis.Cause{
	diagnosis.Malformed, diagnosis.Mistyped, diagnosis.Unknown, diagnosis.Unopened, diagnosis.Unread, diagnosis.Revoked, diagnosis.Expired, diagnosis.Superseded,
	diagnosis.WrongService, diagnosis.WrongProtocol, diagnosis.WrongNetwork,
}

// mostServers is how many services' servers are named.
const mostServers = 4

// Looking says that a doctor is at work.
func (u UI) Looking() Message { return u.Plain("doctor.looking") }

// Doctor tells why programs can't sign in, and what to do. page is the address of the page behind links, without a link.
func (u UI) Doctor(d diagnosis.Diagnosis, applications catalog.Catalog, page string) Message {
	var m Message
	switch {
	case d.Trouble != nil:
		m = u.Plain("doctor.trouble")
	case d.Login == "" && len(d.Findings) == 0:
		m = u.Plain("doctor.nobody")
		m.Blocks = append(m.Blocks, slack.NewActionBlock("doctor_new", u.again("", "", applications)))
		return m
	case len(d.Findings) == 0:
		m = u.Plain("doctor.nothing")
	case d.Open == 0 && d.More:
		m = u.Plain("doctor.some_mended")
	case d.Open == 0:
		m = u.Plain("doctor.all_mended")
	default:
		m = u.Plain("doctor.title", "count", strconv.Itoa(d.Open))
	}
	if d.Trouble == nil && !d.Live {
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(plain(u.say.Say("doctor.none")), nil, nil))
	}
	for i, f := range d.Findings {
		m.Blocks = append(m.Blocks, slack.NewDividerBlock())
		m.Blocks = append(m.Blocks, u.finding(d.Login, f, applications, "doctor_"+strconv.Itoa(i))...)
	}
	if slices.ContainsFunc(d.Findings, func(f diagnosis.Finding) bool { return !f.Mended() && f.Address != "" && f.Network != "" }) {
		m.Blocks = append(m.Blocks, slack.NewContextBlock("", plain(u.say.Say("doctor.devices"))))
	}
	if d.More {
		m.Blocks = append(m.Blocks, slack.NewContextBlock("", plain(u.say.Say("doctor.more"))))
	}
	if d.Last != nil && len(d.Findings) == 0 {
		m.Blocks = append(m.Blocks, u.last(d, applications)...)
	}
	if d.Login != "" {
		m.Blocks = append(m.Blocks, slack.NewDividerBlock(), slack.NewSectionBlock(plain(u.unheard(d)), nil, nil),
			slack.NewSectionBlock(plain(u.tryTheWay(d.Ways)), nil, nil))
	}
	try := slack.NewButtonBlockElement(ActionTryBrowser, "", plain(u.say.Say("doctor.browser.button")))
	try.URL = page
	m.Blocks = append(m.Blocks, slack.NewDividerBlock(),
		slack.NewSectionBlock(plain(u.say.Say("doctor.browser")), nil, slack.NewAccessory(try), slack.SectionBlockOptionBlockID("doctor_browser")))
	return m
}

func (u UI) finding(login string, f diagnosis.Finding, applications catalog.Catalog, block string) []slack.Block {
	called := ""
	if f.Credential != nil {
		called = u.nameOf(*f.Credential, applications)
	}
	if f.Mended() {
		called = u.nameOf(*f.Worked.With, applications)
	}
	said := u.say.Say(sentence(f), "name", called, "service", serviceName(f.Service), "protocol", protocolName(f.Protocol),
		"protocols", u.protocols(f), "login", login, "networks", networks(f.Credential), "from", u.from(cmp.Or(f.Address, f.Network)))
	if f.Instead != nil && !f.Mended() {
		said += " " + u.say.Say("doctor.instead", "name", u.nameOf(*f.Instead, applications))
	}
	if f.Overtaken() {
		said += " " + u.say.Say("doctor.beside", "name", u.nameOf(*f.Beside.With, applications))
	}
	if f.Leaked {
		said += " " + u.say.Say("doctor.leaked")
	}
	if f.Times > 0 {
		said = u.say.Say("doctor.where", "service", serviceName(f.Service), "protocol", protocolName(f.Protocol), "from", u.place(f)) + "\n" + said
	}
	blocks := []slack.Block{slack.NewSectionBlock(plain(said), nil, nil), slack.NewContextBlock("", marked(u.when(f)))}
	if buttons := u.waysOut(f, called, applications); len(buttons) > 0 {
		blocks = append(blocks, slack.NewActionBlock(block, buttons...))
	}
	return blocks
}

// sentence is the code of what is said of a finding.
func sentence(f diagnosis.Finding) string {
	switch {
	case f.Mended():
		return "doctor.fine"
	case f.Cause == diagnosis.Pending && f.Credential != nil && f.Credential.State != credential.Pending:
		return "doctor.opened_since"
	}
	return causes[f.Cause]
}

func (u UI) when(f diagnosis.Finding) string {
	const format = "{date_short_pretty} {time}"
	var said string
	switch last := date(f.Last, format); {
	case f.Times == 0:
		said = u.say.Say("doctor.since", "time", last)
	case f.Passwords > 1:
		said = u.say.Say("doctor.different", "count", strconv.Itoa(f.Passwords), "last", last)
	case f.Times == 1:
		said = u.say.Say("doctor.once", "time", last)
	default:
		said = u.say.Say("doctor.often", "count", strconv.Itoa(f.Times), "first", date(f.First, format), "last", last)
	}
	switch {
	case f.Mended():
		said += " " + u.say.Say("doctor.mended", "time", date(f.Worked.At, format))
	case f.Unsure():
		said += " " + u.say.Say("doctor.unsure", "time", date(f.Worked.At, format))
	case f.Overtaken():
		said += " " + u.say.Say("doctor.beside.at", "time", date(f.Beside.At, format))
	}
	return said
}

// place is from where it was refused: the address with the network of which it is known, or that alone.
func (u UI) place(f diagnosis.Finding) string {
	if f.Address == "" || f.Network == "" {
		return u.from(cmp.Or(f.Address, f.Network))
	}
	return f.Address + " (" + f.Network + ")"
}

// waysOut are a finding's buttons. What is mended needs none.
func (u UI) waysOut(f diagnosis.Finding, called string, applications catalog.Catalog) []slack.BlockElement {
	if f.Mended() {
		return nil
	}
	var buttons []slack.BlockElement
	if f.Leaked {
		buttons = append(buttons, u.revoke(f.Credential.ID, called))
	}
	if slices.Contains(renewing, f.Cause) || f.Cause == diagnosis.Pending && sentence(f) == causes[diagnosis.Pending] {
		application := ""
		switch {
		case f.Cause == diagnosis.WrongService:
			application = only(applications, f.Service.ID)
		case f.Credential != nil && f.Cause != diagnosis.WrongProtocol:
			application = f.Credential.Application
		}
		buttons = append(buttons, u.again(application, called, applications))
	}
	if f.Credential != nil && f.Cause != diagnosis.Unread {
		buttons = append(buttons, u.show(f.Credential.ID, called))
	}
	return buttons
}

// again is the button that makes a new app password, for an application where it is known.
func (u UI) again(application, called string, applications catalog.Catalog) *slack.ButtonBlockElement {
	value := string(VerbNew)
	if a, err := applications.Application(application); err == nil {
		value, called = value+" "+a.ID, cmp.Or(called, u.application(a.Name))
	}
	button := slack.NewButtonBlockElement(ActionSuggestion, value, plain(u.say.Say("new.again")))
	if called != "" {
		button.AccessibilityLabel = shortened(u.say.Say("new.again") + ": " + called)
	}
	return button
}

// only is the application that a service accepts, if there is but one.
func only(applications catalog.Catalog, service string) string {
	var fit []string
	for _, a := range applications {
		if slices.Contains(a.Services, service) {
			fit = append(fit, a.ID)
		}
	}
	if len(fit) != 1 {
		return ""
	}
	return fit[0]
}

// last is the last sign-in, which shows that some way is good.
func (u UI) last(d diagnosis.Diagnosis, applications catalog.Catalog) []slack.Block {
	at := d.Last.Service
	if i := slices.IndexFunc(d.Services, func(s service.Service) bool { return s.ID == at }); i >= 0 {
		at = serviceName(d.Services[i])
	}
	return []slack.Block{
		slack.NewSectionBlock(plain(u.say.Say("doctor.last", "name", u.nameOf(*d.With, applications), "service", at,
			"protocol", protocolName(d.Last.Protocol), "from", u.from(d.Last.Address))), nil, nil),
		slack.NewContextBlock("", marked(u.say.Say("doctor.last.at", "time", date(d.Last.At, "{date_short_pretty} {time}")))),
	}
}

// unheard is what to compare where nothing has come.
func (u UI) unheard(d diagnosis.Diagnosis) string {
	lead := u.say.Say("doctor.unheard")
	if d.More || d.Trouble != nil {
		lead = u.say.Say("doctor.compare") // what is not named may have come all the same
	}
	lines := []string{lead, u.say.Say("doctor.login", "login", d.Login)}
	for _, s := range d.Services[:min(len(d.Services), mostServers)] {
		if s.Host == "" {
			lines = append(lines, u.say.Say("doctor.server.unnamed", "service", serviceName(s)))
			continue
		}
		lines = append(lines, u.say.Say("doctor.server", "service", serviceName(s), "host", s.Host, "ports", ports(s)))
	}
	return strings.Join(lines, "\n")
}

// tryTheWay is how to find out whether a network lets programs through to what they need.
func (u UI) tryTheWay(ways []diagnosis.Way) string {
	says := u.say.Say("doctor.try.elsewhere")
	if len(ways) == 0 {
		return says
	}
	var windows, unix []string
	for _, w := range ways {
		port := strconv.Itoa(w.Service.Ports[w.Protocol])
		windows = append(windows, "Test-NetConnection "+w.Service.Host+" -Port "+port)
		unix = append(unix, "nc -vz "+w.Service.Host+" "+port)
	}
	return u.say.Say("doctor.try", "windows", strings.Join(windows, "\n"), "unix", strings.Join(unix, "\n")) + "\n" + says
}

// ports is "IMAP 993, SMTP 465".
func ports(s service.Service) string {
	var all []string
	for _, p := range service.Protocols {
		if port := s.Ports[p]; port != 0 {
			all = append(all, protocolName(p)+" "+strconv.Itoa(port))
		}
	}
	return strings.Join(all, ", ")
}

// protocols is what may be used in place of what was: of the service's those of the app password.
func (u UI) protocols(f diagnosis.Finding) string {
	var all []string
	for _, p := range f.Service.Protocols {
		if f.Credential == nil || len(f.Credential.Protocols) == 0 || slices.Contains(f.Credential.Protocols, p) {
			all = append(all, protocolName(p))
		}
	}
	if len(all) == 0 {
		return u.say.Say("doctor.protocols.none")
	}
	return strings.Join(all, ", ")
}

func networks(c *credential.Credential) string {
	var all []string
	if c != nil {
		for _, n := range c.Networks {
			all = append(all, n.String())
		}
	}
	return strings.Join(all, ", ")
}

func (u UI) from(address string) string { return cmp.Or(address, u.say.Say("use.nowhere")) }

func serviceName(s service.Service) string { return cmp.Or(s.Name, s.ID) }

func protocolName(p service.Protocol) string { return strings.ToUpper(string(p)) }
