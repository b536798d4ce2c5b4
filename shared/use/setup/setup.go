// Package setup finds what a device has to know to use a mail service: its server and ports, for the files that set up a phone or a mail
// program.
//
// # What is promised
//
// A [Mail] can't hold a secret: no key of the service, nothing of a person. It is the same for everyone who asks, and changes only when an
// administrator changes the service.
//
// Each question is one read of the services, of which there are a handful. Nothing is kept between two questions: a device is set up once,
// so a cache would be empty nearly always, and a change of a port would show late to the one person who waits for it. A stranger who asks
// without end is the throttle's of the HTTP API.
//
// # What may be changed here
//
// What a device needs is Mail; it has no field for a secret, and must not get one.
package setup

import (
	"context"
	"fmt"
	"strings"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// ErrNone reports that no service is of that name, or that it is none for mail: without a host, or without a port for IMAP and for SMTP.
// The two are not told apart.
var ErrNone = problem.New(problem.NotFound, "setup.none")

// Settings is where services are stored.
type Settings interface {
	// Services is every relying party, in any order.
	Services(ctx context.Context) ([]service.Service, error)
}

// Mail is a service that receives and sends mail, as people's devices see it.
type Mail struct {
	// ID and Name are the service's, "mail" and "Example mail".
	ID, Name string
	// Host is the server, of every protocol.
	Host string
	// Domain is the mail domain, in lower case: the service's own, else what the host is named under. "mail.example.com" is under
	// "example.com"; a host of only two names is a domain itself.
	Domain string
	// Ports is where the protocols answer that the service speaks. IMAP and SMTP are always among them.
	Ports map[service.Protocol]int
}

// Finder finds services that devices can be set up for.
type Finder struct{ settings Settings }

// New returns a finder over the settings.
func New(settings Settings) *Finder { return &Finder{settings} }

// Service is the mail service with the id, or [ErrNone]. The error does not repeat the id, which is whatever a stranger has sent.
func (f *Finder) Service(ctx context.Context, id string) (Mail, error) {
	all, err := f.mails(ctx)
	if err != nil {
		return Mail{}, err
	}
	for _, m := range all {
		if m.ID == id {
			return m, nil
		}
	}
	return Mail{}, ErrNone
}

// First is the mail service with the least id, or [ErrNone].
func (f *Finder) First(ctx context.Context) (Mail, error) {
	all, err := f.mails(ctx)
	if err != nil {
		return Mail{}, err
	}
	if len(all) == 0 {
		return Mail{}, ErrNone
	}
	first := all[0]
	for _, m := range all[1:] {
		if m.ID < first.ID {
			first = m
		}
	}
	return first, nil
}

func (f *Finder) mails(ctx context.Context) ([]Mail, error) {
	services, err := f.settings.Services(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the services: %w", err)
	}
	var all []Mail
	for _, s := range services {
		m := Mail{ID: s.ID, Name: s.Name, Host: s.Host, Domain: domain(s), Ports: map[service.Protocol]int{}}
		for protocol, port := range s.Ports {
			if s.Speaks(protocol) && port > 0 {
				m.Ports[protocol] = port
			}
		}
		if m.Host != "" && m.Ports[service.IMAP] > 0 && m.Ports[service.SMTP] > 0 {
			all = append(all, m)
		}
	}
	return all, nil
}

// domain is the service's, or its host without the first of three or more names.
func domain(s service.Service) string {
	if s.Domain != "" {
		return strings.ToLower(s.Domain)
	}
	host := strings.ToLower(s.Host)
	if _, parent, _ := strings.Cut(host, "."); strings.Contains(parent, ".") {
		return parent
	}
	return host
}
