package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/core/text"
	"github.com/apppass/apppass/shared/use/setup"
)

// profile is the configuration profile of a service for Apple's devices, a property list: a mail account, and where the service speaks
// DAV, one for contacts and one for calendars. It names no person: the device asks whoever installs it for address, user name and password.
// It is not signed, which the device says ("Not Signed"). Keys and defaults are those of
// https://developer.apple.com/documentation/devicemanagement/mail, /carddav, /caldav and /toplevel.
//
// Its identifier is made of the mail domain and the service's id, so that a later profile of the same service replaces this one, and two
// companies' do not meet. The same service gives the same bytes.
func profile(m setup.Mail) []byte {
	identifier := reversed(m.Domain) + ".apppass." + m.ID
	payloads := []dict{mailPayload(m, identifier+".mail")}
	if port, ok := m.Ports[service.DAV]; ok {
		payloads = append(payloads, davPayload(m, "CardDAV", identifier+".carddav", port), davPayload(m, "CalDAV", identifier+".caldav", port))
	}
	root := append(payload("Configuration", identifier, m.Name),
		entry{"PayloadDescription", str(text.In(text.Default).Say("setup.profile", "name", m.Name))},
		entry{"PayloadOrganization", str(m.Domain)},
		entry{"PayloadContent", array(payloads)},
	)
	return []byte(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n" +
		`<plist version="1.0">` + "\n" + string(root.value()) + "\n</plist>\n")
}

// mailPayload leaves out EmailAddress, the user names and the passwords: each of these is asked for, the password once for both servers.
// UseSSL is TLS from the first byte, or by STARTTLS on the ports that begin without.
func mailPayload(m setup.Mail, identifier string) dict {
	return append(payload("com.apple.mail.managed", identifier, m.Name),
		entry{"EmailAccountDescription", str(m.Name)},
		entry{"EmailAccountType", str("EmailTypeIMAP")},
		entry{"IncomingMailServerAuthentication", str("EmailAuthPassword")},
		entry{"IncomingMailServerHostName", str(m.Host)},
		entry{"IncomingMailServerPortNumber", integer(m.Ports[service.IMAP])},
		entry{"IncomingMailServerUseSSL", yes},
		entry{"OutgoingMailServerAuthentication", str("EmailAuthPassword")},
		entry{"OutgoingMailServerHostName", str(m.Host)},
		entry{"OutgoingMailServerPortNumber", integer(m.Ports[service.SMTP])},
		entry{"OutgoingMailServerUseSSL", yes},
		entry{"OutgoingPasswordSameAsIncomingPassword", yes},
	)
}

// davPayload is of a kind, "CardDAV" or "CalDAV", whose keys differ by that word only. The device finds the rest by RFC 6764.
func davPayload(m setup.Mail, kind, identifier string, port int) dict {
	return append(payload("com.apple."+strings.ToLower(kind)+".account", identifier, m.Name),
		entry{kind + "AccountDescription", str(m.Name)},
		entry{kind + "HostName", str(m.Host)},
		entry{kind + "Port", integer(port)},
		entry{kind + "UseSSL", yes},
	)
}

// payload is what every payload begins with. PayloadVersion is the format's.
func payload(kind, identifier, name string) dict {
	return dict{
		{"PayloadType", str(kind)},
		{"PayloadVersion", integer(1)},
		{"PayloadIdentifier", str(identifier)},
		{"PayloadUUID", str(uuid(identifier))},
		{"PayloadDisplayName", str(name)},
	}
}

// reversed is a domain with its names in the other order, "com.example".
func reversed(domain string) string {
	names := strings.Split(domain, ".")
	slices.Reverse(names)
	return strings.Join(names, ".")
}

// uuid is made of the name's SHA-256, so that it never changes: version 8, as in RFC 9562 §5.8 and appendix B.2.
func uuid(name string) string {
	u := sha256.Sum256([]byte(name))
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", u[:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// dict is a property list's dictionary, in the order in which it is written.
type dict []entry

type entry struct {
	key   string
	value element
}

// element is a value of a property list, as XML.
type element string

const yes element = "<true/>"

func str(s string) element { return element("<string>" + escaped(s) + "</string>") }

func integer(n int) element { return element("<integer>" + strconv.Itoa(n) + "</integer>") }

func array(dicts []dict) element {
	var b strings.Builder
	b.WriteString("<array>\n")
	for _, d := range dicts {
		b.WriteString(string(d.value()) + "\n")
	}
	b.WriteString("</array>")
	return element(b.String())
}

func (d dict) value() element {
	var b strings.Builder
	b.WriteString("<dict>\n")
	for _, e := range d {
		b.WriteString("<key>" + escaped(e.key) + "</key>" + string(e.value) + "\n")
	}
	b.WriteString("</dict>")
	return element(b.String())
}

// escaped is text that may stand in XML; what XML can't hold becomes U+FFFD.
func escaped(s string) string {
	var b bytes.Buffer
	// A buffer takes everything.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
