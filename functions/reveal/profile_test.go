package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/setup"
)

// plain is a service that speaks no more than it must.
var plain = setup.Mail{
	ID: "mail", Name: "Example mail", Host: "mx.example.org", Domain: "example.org", Ports: map[service.Protocol]int{service.IMAP: 143, service.SMTP: 587},
}

// strange has in its name what XML can't hold as it is, or not at all.
var strange = setup.Mail{
	ID: "r&d", Name: "R&D <mail> \"x\" ]]> 邮件 \x00\xff", Host: "mx.example.org", Domain: "example.org", Ports: plain.Ports,
}

// shownName is the strange name as a reader gets it.
const shownName = "R&D <mail> \"x\" ]]> 邮件 \uFFFD\uFFFD"

func TestAProfileSetsUpMailAndWhatElseIsSpoken(t *testing.T) {
	withDAV := plain
	withDAV.Ports = map[service.Protocol]int{service.IMAP: 993, service.POP3: 995, service.SMTP: 465, service.DAV: 8443}
	for _, c := range []struct {
		name string
		file []byte
		want map[string]any // of each payload, by its type
	}{
		{"mail, contacts and calendars", profile(withDAV), map[string]any{
			"com.apple.mail.managed":    mailOf(993, 465),
			"com.apple.carddav.account": davOf("CardDAV"),
			"com.apple.caldav.account":  davOf("CalDAV"),
		}},
		{"mail only", profile(plain), map[string]any{"com.apple.mail.managed": mailOf(143, 587)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := plistOf(t, c.file)
			got := map[string]any{}
			for _, p := range root["PayloadContent"].([]any) {
				p := p.(map[string]any)
				kind := p["PayloadType"].(string)
				for key := range p {
					if strings.HasPrefix(key, "Payload") {
						delete(p, key)
					}
				}
				got[kind] = p
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// mailOf and davOf are all the keys of a payload: no address, user name or password is among them.
func mailOf(imap, smtp int) map[string]any {
	return map[string]any{
		"EmailAccountDescription": "Example mail", "EmailAccountType": "EmailTypeIMAP",
		"IncomingMailServerAuthentication": "EmailAuthPassword", "IncomingMailServerHostName": "mx.example.org",
		"IncomingMailServerPortNumber": imap, "IncomingMailServerUseSSL": true,
		"OutgoingMailServerAuthentication": "EmailAuthPassword", "OutgoingMailServerHostName": "mx.example.org",
		"OutgoingMailServerPortNumber": smtp, "OutgoingMailServerUseSSL": true, "OutgoingPasswordSameAsIncomingPassword": true,
	}
}

func davOf(kind string) map[string]any {
	return map[string]any{kind + "AccountDescription": "Example mail", kind + "HostName": "mx.example.org", kind + "Port": 8443, kind + "UseSSL": true}
}

// version8 is a UUID of RFC 9562 §5.8.
var version8 = regexp.MustCompile(`^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$`)

func TestAProfilesPayloadsAreNamedForGood(t *testing.T) {
	moved := plain
	moved.Host, moved.Ports = "mx2.example.org", map[service.Protocol]int{service.IMAP: 993, service.SMTP: 465, service.DAV: 443}
	elsewhere := moved
	elsewhere.Domain = "example.net"
	seen := map[string]string{}
	for _, m := range []setup.Mail{moved, elsewhere, strange} {
		root := plistOf(t, profile(m))
		for _, p := range append(root["PayloadContent"].([]any), root) {
			p := p.(map[string]any)
			identifier, u := p["PayloadIdentifier"].(string), p["PayloadUUID"].(string)
			if !version8.MatchString(u) || seen[u] != "" || p["PayloadVersion"] != 1 {
				t.Errorf("%s (also %s) has the version %v and the UUID %s", identifier, seen[u], p["PayloadVersion"], u)
			}
			seen[u] = identifier
		}
	}
	before, after := plistOf(t, profile(plain)), plistOf(t, profile(moved))
	for _, key := range []string{"PayloadIdentifier", "PayloadUUID"} {
		if before[key] != after[key] {
			t.Errorf("a service that moves to another host does not replace its profile: %s %v and %v", key, before[key], after[key])
		}
	}
	if got, want := before["PayloadIdentifier"], "org.example.apppass.mail"; got != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestAProfileHoldsAnyName(t *testing.T) {
	root := plistOf(t, profile(strange))
	mail := root["PayloadContent"].([]any)[0].(map[string]any)
	want(t, "the profile", root["PayloadDisplayName"], any(shownName))
	want(t, "the account", mail["EmailAccountDescription"], any(shownName))
	if description := root["PayloadDescription"].(string); !strings.Contains(description, shownName) {
		t.Errorf("got %q", description)
	}
}

func TestFilesForDevicesAreXML(t *testing.T) {
	for name, file := range map[string][]byte{"profile": profile(strange), "autoconfig": autoconfig(strange)} {
		d := xml.NewDecoder(bytes.NewReader(file))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}

// plistOf reads a property list as its DTD has it: each dictionary is keys and values by turns, and no key twice.
func plistOf(t *testing.T, file []byte) map[string]any {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(file))
	root := next(t, d)
	if root == nil || root.Name.Local != "plist" || len(root.Attr) != 1 || root.Attr[0].Value != "1.0" {
		t.Fatalf("it begins with %v", root)
	}
	value, ok := valueOf(t, d, next(t, d)).(map[string]any)
	if !ok || next(t, d) != nil {
		t.Fatal("it holds not one dictionary")
	}
	if _, err := d.Token(); err == nil { // a line break
		_, err = d.Token()
		if !errors.Is(err, io.EOF) {
			t.Fatalf("after its end: %v", err)
		}
	}
	return value
}

// next is the next element that begins, or nil where the present one ends. Between them is nothing but white space.
func next(t *testing.T, d *xml.Decoder) *xml.StartElement {
	t.Helper()
	for {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			return &e
		case xml.EndElement:
			return nil
		case xml.CharData:
			if s := strings.TrimSpace(string(e)); s != "" {
				t.Fatalf("%q stands between elements", s)
			}
		}
	}
}

func valueOf(t *testing.T, d *xml.Decoder, e *xml.StartElement) any {
	t.Helper()
	var s string
	if e == nil {
		t.Fatal("a value is missing")
	}
	switch e.Name.Local {
	case "dict":
		all := map[string]any{}
		for key := next(t, d); key != nil; key = next(t, d) {
			if err := d.DecodeElement(&s, key); err != nil || key.Name.Local != "key" || all[s] != nil {
				t.Fatalf("<%s>%s is no key of its own: %v", key.Name.Local, s, err)
			}
			all[s] = valueOf(t, d, next(t, d))
		}
		return all
	case "array":
		var all []any
		for one := next(t, d); one != nil; one = next(t, d) {
			all = append(all, valueOf(t, d, one))
		}
		return all
	}
	if err := d.DecodeElement(&s, e); err != nil {
		t.Fatal(err)
	}
	switch e.Name.Local {
	case "string":
		return s
	case "true":
		return true
	case "integer":
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	t.Fatalf("<%s> is no value", e.Name.Local)
	return nil
}
