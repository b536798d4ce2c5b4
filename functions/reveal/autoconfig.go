package main

import (
	"encoding/xml"

	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/setup"
)

// clientConfig is the file in which Thunderbird and others look for a domain's mail servers:
// https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat, and draft-ietf-mailmaint-autoconfig.
type clientConfig struct {
	XMLName  xml.Name      `xml:"clientConfig"`
	Version  string        `xml:"version,attr"`
	Provider emailProvider `xml:"emailProvider"`
}

// emailProvider has the mail domain as its id: Thunderbird takes only the name of a host there, and refuses a file without a domain.
type emailProvider struct {
	ID               string       `xml:"id,attr"`
	Domain           string       `xml:"domain"`
	DisplayName      string       `xml:"displayName"`
	DisplayShortName string       `xml:"displayShortName"`
	Incoming         []mailServer `xml:"incomingServer"` // the one to be preferred first
	Outgoing         mailServer   `xml:"outgoingServer"`
}

type mailServer struct {
	Type           service.Protocol `xml:"type,attr"`
	Hostname       string           `xml:"hostname"`
	Port           int              `xml:"port"`
	SocketType     string           `xml:"socketType"`
	Username       string           `xml:"username"`
	Authentication string           `xml:"authentication"`
}

// autoconfig is the file of a service: IMAP, POP3 where it is spoken, and SMTP. The same service gives the same bytes.
func autoconfig(m setup.Mail) []byte {
	p := emailProvider{ID: m.Domain, Domain: m.Domain, DisplayName: m.Name, DisplayShortName: m.Name}
	for _, protocol := range []service.Protocol{service.IMAP, service.POP3} {
		if _, ok := m.Ports[protocol]; ok {
			p.Incoming = append(p.Incoming, serverOf(m, protocol))
		}
	}
	p.Outgoing = serverOf(m, service.SMTP)
	body, err := xml.MarshalIndent(clientConfig{Version: "1.1", Provider: p}, "", "  ")
	if err != nil {
		panic(err) // it is texts and numbers
	}
	return append([]byte(xml.Header), append(body, '\n')...)
}

// serverOf is where a protocol answers. The user name is the whole address, which the program puts in place of its variable. A password in
// the clear is one inside TLS: an app password is nothing that a challenge could be answered with, as only its HMAC is stored.
func serverOf(m setup.Mail, p service.Protocol) mailServer {
	return mailServer{
		Type: p, Hostname: m.Host, Port: m.Ports[p], SocketType: socketType(m.Ports[p]),
		Username: "%EMAILADDRESS%", Authentication: "password-cleartext",
	}
}

// socketType is how TLS begins: by STARTTLS, which programs then insist on, on the ports that begin without; at once on every other
// (RFC 8314 §3).
func socketType(port int) string {
	switch port {
	case 25, 110, 143, 587:
		return "STARTTLS"
	}
	return "SSL"
}
