package slackui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/service"
)

// ActionGuide is a button or a menu that leads to a guide; its value is an application's id, or [AllGuides].
const (
	ActionGuide = "guide"
	AllGuides   = "*"
)

// guides are the steps for the applications of which the way differs from that of their kind.
var guides = map[string]string{
	"outlook-desktop": "guide.app.outlook_desktop", "thunderbird": "guide.app.thunderbird", "apple-mail": "guide.app.apple_mail",
	"outlook-mobile": "guide.app.outlook_mobile", "gmail-app": "guide.app.gmail_app", "ios-mail": "guide.app.ios_mail",
	"android-mail": "guide.app.android_mail", "calendar-contacts": "guide.app.calendar_contacts", "scanner-printer": "guide.app.scanner_printer",
	"old-device": "guide.app.old_device",
}

var kindGuides = map[catalog.Kind]string{
	catalog.EmailClient: "guide.kind.email_client", catalog.Mobile: "guide.kind.mobile", catalog.Desktop: "guide.kind.desktop",
	catalog.ThirdPartyService: "guide.kind.third_party_service", catalog.Automation: "guide.kind.automation", catalog.LegacyDevice: "guide.kind.legacy_device",
}

// onPhones are the kinds of which the programs may stand on a phone.
var onPhones = []catalog.Kind{catalog.EmailClient, catalog.Mobile, catalog.Desktop}

// protocols are what people know protocols by, in the order in which programs ask for them.
var protocols = []struct {
	protocol service.Protocol
	code     string
}{
	{service.IMAP, "guide.server.imap"}, {service.POP3, "guide.server.pop3"}, {service.SMTP, "guide.server.smtp"},
	{service.Sieve, "guide.server.sieve"}, {service.DAV, "guide.server.dav"}, {service.HTTP, "guide.server.http"},
}

// Guides is the choice of an application, and what there is to know before it.
func (u UI) Guides(applications catalog.Catalog) Message {
	m := Message{Text: u.say.Say("guide.title")}
	m.Blocks = append(m.Blocks, slack.NewHeaderBlock(plain(m.Text)), slack.NewSectionBlock(plain(u.say.Say("guide.intro")), nil, nil), u.guideMenu(applications))
	for _, part := range []struct {
		heading string
		texts   []string
	}{
		{u.say.Say("guide.compare"), []string{
			u.say.Say("guide.compare.app_password"), u.say.Say("guide.compare.mfa"), u.say.Say("guide.compare.manager"), u.say.Say("guide.compare.key"),
		}},
		{u.say.Say("guide.scenario"), []string{
			u.say.Say("guide.scenario.phone"), u.say.Say("guide.scenario.travel"), u.say.Say("guide.scenario.third_party"), u.say.Say("guide.scenario.automation"),
		}},
		{u.say.Say("guide.rules"), []string{u.say.Say("guide.do"), u.say.Say("guide.dont")}},
	} {
		m.Blocks = append(m.Blocks, slack.NewDividerBlock(), slack.NewSectionBlock(marked("*"+part.heading+"*"), nil, nil))
		for _, t := range part.texts {
			m.Blocks = append(m.Blocks, slack.NewSectionBlock(plain(t), nil, nil))
		}
	}
	return m
}

// GuideUnknown is the choice among the applications that a word may have meant.
func (u UI) GuideUnknown(some catalog.Catalog) Message {
	m := u.Plain("guide.which")
	m.Blocks = append(m.Blocks, u.guideMenu(some))
	return m
}

func (u UI) guideMenu(applications catalog.Catalog) slack.Block {
	var options []*slack.OptionBlockObject
	for _, a := range applications[:min(len(applications), menuSize)] {
		options = append(options, slack.NewOptionBlockObject(a.ID, plain(shortened(u.application(a.Name))), nil))
	}
	return slack.NewActionBlock("guides", slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(u.say.Say("guide.menu")), ActionGuide, options...))
}

// Guide is how an application is set up: its servers as the services have them, the steps, and what comes after. ok is false where the
// services can't be read.
func (u UI) Guide(a catalog.Application, services []service.Service, ok bool) Message {
	m := Message{Text: u.say.Say("guide.of", "application", u.application(a.Name))}
	m.Blocks = append(m.Blocks, slack.NewHeaderBlock(plain(m.Text)))
	say := func(code string) {
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(plain(u.say.Say(code)), nil, nil))
	}
	if a.OAuth {
		say("guide.oauth")
	}
	if ok {
		for _, text := range u.servers(a, services) {
			m.Blocks = append(m.Blocks, slack.NewSectionBlock(plain(text), nil, nil))
		}
	} else {
		say("guide.no_servers")
	}
	if code, differs := guides[a.ID]; differs {
		say(code)
	} else if code, known := kindGuides[a.Kind]; known {
		say(code)
	}
	if a.Compact {
		say("guide.paste.compact")
	} else {
		say("guide.paste")
	}
	if slices.Contains(onPhones, a.Kind) {
		say("guide.phone")
	}
	say("guide.check")
	m.Blocks = append(m.Blocks, slack.NewActionBlock("guide", u.suggest(string(VerbNew)+" "+a.ID, u.say.Say("guide.new")), u.toGuide(AllGuides, "guide.all")))
	return m
}

// servers is a text for each service that accepts the application's passwords: where it is, by which protocol.
func (u UI) servers(a catalog.Application, services []service.Service) (texts []string) {
	for _, s := range services {
		if !slices.Contains(a.Services, s.ID) {
			continue
		}
		lines := []string{s.Name}
		for _, p := range protocols {
			if port := s.Ports[p.protocol]; s.Speaks(p.protocol) && s.Host != "" && port != 0 && wants(a, p.protocol) {
				lines = append(lines, "• "+u.say.Say(p.code, "host", s.Host, "port", strconv.Itoa(port), "address", address(s.Host, port), "tls", tls(port)))
			}
		}
		if len(lines) == 1 {
			lines = append(lines, u.say.Say("guide.server.unknown"))
		}
		texts = append(texts, shortenedTo(strings.Join(lines, "\n"), longestText))
	}
	return texts
}

// wants reports whether an application has a use for a protocol.
func wants(a catalog.Application, p service.Protocol) bool {
	return len(a.Protocols) == 0 || slices.Contains(a.Protocols, p)
}

// address is that of a server that is asked by HTTP.
func address(host string, port int) string {
	if port == 443 {
		return "https://" + host + "/"
	}
	return "https://" + host + ":" + strconv.Itoa(port) + "/"
}

// tls is what programs call it how encryption begins: by STARTTLS on the ports that begin without, at once on every other (RFC 8314 §3).
func tls(port int) string {
	switch port {
	case 25, 110, 143, 587, 4190:
		return "STARTTLS"
	}
	return "SSL/TLS"
}

// toGuide is the button that leads to a guide.
func (u UI) toGuide(application, code string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(ActionGuide, application, plain(u.say.Say(code)))
}
