package doctor_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/service"
)

// servers is services that have servers: one that comes first by its name, and one for mail.
func servers() []service.Service {
	all := []service.Service{
		{ID: "archive", Name: "Archive", Host: "archive.example.com", Protocols: []service.Protocol{service.HTTP, service.DAV}, Ports: map[service.Protocol]int{service.HTTP: 443, service.DAV: 443}},
		{ID: "mail", Name: "Example mail", Host: "mail.example.com", Protocols: service.Protocols, Ports: map[service.Protocol]int{}},
		{ID: "wiki", Name: "Wiki", Protocols: []service.Protocol{service.HTTP}},
	}
	for i, p := range service.Protocols {
		all[1].Ports[p] = 1001 + i
	}
	return all
}

func TestTheWayIsTriedThatIsNeeded(t *testing.T) {
	mailOnly := []service.Protocol{service.IMAP, service.POP3, service.SMTP, service.Sieve}
	for name, c := range map[string]struct {
		has  []credential.Credential
		sent []diagnosis.Rejection
		want []string
	}{
		"nothing": {nil, nil, []string{"mail imap", "mail smtp", "archive dav"}},
		"a mail program": {[]credential.Credential{has("c1", func(k *credential.Credential) {
			k.Services, k.Protocols = []string{"archive", "mail"}, append(slices.Clone(mailOnly), service.HTTP)
		})}, nil, []string{"mail imap", "mail smtp", "archive http"}},
		"a mail program that fetches by POP3": {[]credential.Credential{has("c1", func(k *credential.Credential) {
			k.Protocols, k.Uses = mailOnly, []credential.Use{use(service.POP3, "192.0.2.0/24", time.Hour)}
		})}, nil, []string{"mail pop3", "mail imap", "mail smtp"}},
		"a scanner": {[]credential.Credential{has("c1", func(k *credential.Credential) { k.Protocols = []service.Protocol{service.SMTP} })}, nil, []string{"mail smtp"}},
		"a calendar that is refused": {[]credential.Credential{has("c1", func(k *credential.Credential) { k.Protocols = []service.Protocol{service.DAV} })}, []diagnosis.Rejection{
			refused(time.Hour, diagnosis.Mistyped, func(r *diagnosis.Rejection) { r.Protocol = service.Sieve }),
			refused(time.Hour, diagnosis.Revoked, func(r *diagnosis.Rejection) { r.Protocol, r.Credential = service.IMAP, "somebody's" }),
		}, []string{"mail sieve", "mail dav"}},
		"one that has ended": {[]credential.Credential{
			has("c1", func(k *credential.Credential) { k.Protocols = []service.Protocol{service.SMTP} }),
			has("c2", func(k *credential.Credential) {
				k.State, k.Uses = credential.Revoked, []credential.Use{use(service.IMAP, "192.0.2.0/24", time.Hour)}
			}),
		}, nil, []string{"mail smtp"}},
		"what has no server": {[]credential.Credential{has("c1", func(k *credential.Credential) { k.Services = []string{"wiki"} })}, nil, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFiles(c.has...)
			f.offers, f.refused["alice@example.com"] = servers(), c.sent
			d, got := f.diagnose(), []string{}
			for _, w := range d.Ways {
				got = append(got, fmt.Sprint(w.Service.ID, " ", w.Protocol))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if len(c.want) > 0 && d.Services[0].ID != d.Ways[0].Service.ID {
				t.Errorf("the first of the services is %s", d.Services[0].ID)
			}
		})
	}
}
