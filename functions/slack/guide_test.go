package main

import (
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

var mail = service.Service{
	ID: "mail", Name: "Example mail", Host: "mail.example.com", Protocols: []service.Protocol{service.IMAP, service.SMTP},
	Ports: map[service.Protocol]int{service.IMAP: 993, service.SMTP: 587},
}

func TestAGuideHasTheServersThatTheServicesHave(t *testing.T) {
	for typed, want := range map[string]string{
		"guide":                  "Choose your application",
		"guide thunderbird":      "Incoming mail (IMAP): mail.example.com, port 993, SSL/TLS\n• Outgoing mail (SMTP): mail.example.com, port 587, STARTTLS",
		"GUIDE Thunderbird":      "Guide: Thunderbird",
		"guide outlook desktop":  "Guide: Outlook (desktop)",
		"guide scanner":          "Guide: Scanner or printer",
		"guide outlook":          "Which application do you mean?",
		"guide the coffee maker": "Which application do you mean?",
	} {
		h := newHouse(t)
		h.serves = []service.Service{mail}
		if got := h.shown(h.send(command(typed, nil))); !strings.Contains(got, want) {
			t.Errorf("%s: got\n%s\nwant %s", typed, got, want)
		}
		if len(h.owners) > 0 {
			t.Errorf("%s: it asked for what %v has", typed, h.owners)
		}
	}
}

func TestAProgramIsToldOnlyTheServersThatItNeeds(t *testing.T) {
	h := newHouse(t)
	h.serves = []service.Service{mail}
	if got := h.shown(h.send(command("guide scanner", nil))); strings.Contains(got, "IMAP): ") || !strings.Contains(got, "SMTP): ") {
		t.Errorf("got\n%s", got)
	}
}

func TestAGuideIsChosenInItsMenu(t *testing.T) {
	h := newHouse(t)
	h.serves = []service.Service{mail}
	h.send(interaction(h, chose("guide", "crm"), nil))
	if got := h.replacement(); !strings.Contains(got, "Guide: CRM") || !strings.Contains(got, "port 993") {
		t.Errorf("got\n%s", got)
	}
	h.replaced = nil
	h.send(interaction(h, presses("guide", "*"), nil))
	if got := h.replacement(); !strings.Contains(got, "What is good for what") {
		t.Errorf("got\n%s", got)
	}
}

func TestAGuideWithoutStorageHasTheServersReadLast(t *testing.T) {
	h := newHouse(t)
	h.broken = problem.ErrUnavailable
	if got := h.shown(h.send(command("guide thunderbird", nil))); !strings.Contains(got, "can't be read at the moment") || !strings.Contains(got, "1. Open the menu") {
		t.Errorf("before: got\n%s", got)
	}
	h.serves, h.broken = []service.Service{mail}, nil
	h.send(command("guide thunderbird", nil))
	h.serves, h.broken = nil, problem.ErrUnavailable
	if got := h.shown(h.send(command("guide thunderbird", nil))); !strings.Contains(got, "mail.example.com, port 993") {
		t.Errorf("after: got\n%s", got)
	}
}
