package setup_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/setup"
)

type protocols = []service.Protocol

type ports = map[service.Protocol]int

// mail is the local stack's.
var mail = setup.Mail{
	ID: "mail", Name: "Example mail", Host: "mail.example.com", Domain: "example.com",
	Ports: ports{service.IMAP: 993, service.POP3: 995, service.SMTP: 465, service.Sieve: 4190, service.DAV: 443},
}

// house is a finder on an AWS of its own, in which the local stack's services are.
type house struct {
	*inprocess.Cloud
	*setup.Finder
	settings *dynamo.Settings
}

func newHouse(t *testing.T) *house {
	c := inprocess.New(t)
	settings := dynamo.NewSettings(dynamodb.NewFromConfig(c.Config), c.Table("settings"))
	return &house{c, setup.New(settings), settings}
}

func (h *house) has(t *testing.T, s service.Service) {
	t.Helper()
	if err := h.settings.PutService(t.Context(), s, false); err != nil {
		t.Fatal(err)
	}
}

func TestAMailServiceIsFound(t *testing.T) {
	h := newHouse(t)
	one, err := h.Service(t.Context(), "mail")
	if d := cmp.Diff(mail, one); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	first, err := h.First(t.Context())
	if d := cmp.Diff(mail, first); err != nil || d != "" {
		t.Errorf("the first: %v (-want +got):\n%s", err, d)
	}
}

func TestTheFirstHasTheLeastID(t *testing.T) {
	h := newHouse(t)
	for _, id := range []string{"n", "a-mail", "b"} {
		h.has(t, service.Service{ID: id, Host: id + ".example.com", Protocols: protocols{service.IMAP, service.SMTP}, Ports: ports{service.IMAP: 993, service.SMTP: 465}})
	}
	h.has(t, service.Service{ID: "a", Host: "a.example.com", Protocols: protocols{service.HTTP}, Ports: ports{service.HTTP: 443}})
	if got, err := h.First(t.Context()); err != nil || got.ID != "a-mail" {
		t.Errorf("got %q, %v", got.ID, err)
	}
}

func TestWhatIsNoMailServiceIsNotFound(t *testing.T) {
	h := newHouse(t)
	both, all := protocols{service.IMAP, service.SMTP}, ports{service.IMAP: 993, service.SMTP: 465}
	for _, s := range []service.Service{
		{ID: "no-imap", Host: "mail.example.com", Protocols: protocols{service.SMTP}, Ports: all},
		{ID: "no-smtp", Host: "mail.example.com", Protocols: protocols{service.IMAP}, Ports: all},
		{ID: "no-host", Protocols: both, Ports: all},
		{ID: "no-ports", Host: "mail.example.com", Protocols: both},
		{ID: "no-port-of-smtp", Host: "mail.example.com", Protocols: both, Ports: ports{service.IMAP: 993}},
	} {
		h.has(t, s)
	}
	for _, id := range []string{"no-imap", "no-smtp", "no-host", "no-ports", "no-port-of-smtp", "intranet", "unknown", "", "Mail"} {
		if got, err := h.Service(t.Context(), id); !errors.Is(err, setup.ErrNone) {
			t.Errorf("%q: got %+v, %v", id, got, err)
		}
	}
	if got, err := h.First(t.Context()); err != nil || got.ID != "mail" {
		t.Errorf("the first: got %+v, %v", got, err)
	}
}

func TestAPortOfWhatIsNotSpokenIsLeftOut(t *testing.T) {
	h := newHouse(t)
	all := ports{service.IMAP: 993, service.SMTP: 465, service.POP3: 995, service.DAV: 0}
	h.has(t, service.Service{ID: "mail", Host: "mail.example.com", Protocols: protocols{service.IMAP, service.SMTP, service.DAV}, Ports: all})
	got, err := h.Service(t.Context(), "mail")
	if d := cmp.Diff(ports{service.IMAP: 993, service.SMTP: 465}, got.Ports); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestTheDomainIsTheServicesOrTheHostsParent(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct{ domain, host, want string }{
		{"Example.org", "mail.example.com", "example.org"},
		{"", "Mail.Example.com", "example.com"},
		{"", "imap.mail.example.com", "mail.example.com"},
		{"", "example.com", "example.com"},
		{"", "localhost", "localhost"},
	} {
		h.has(t, service.Service{
			ID: "mail", Host: c.host, Domain: c.domain, Protocols: protocols{service.IMAP, service.SMTP}, Ports: ports{service.IMAP: 993, service.SMTP: 465},
		})
		if got, err := h.Service(t.Context(), "mail"); err != nil || got.Domain != c.want {
			t.Errorf("%q at %q: got %q, %v, want %q", c.domain, c.host, got.Domain, err, c.want)
		}
	}
}

func TestTroubleIsNotTheAbsenceOfAService(t *testing.T) {
	h := newHouse(t)
	for name, ask := range map[string]func() (setup.Mail, error){
		"one":   func() (setup.Mail, error) { return h.Service(t.Context(), "mail") },
		"first": func() (setup.Mail, error) { return h.First(t.Context()) },
	} {
		if err := h.Faults.Add(faults.Fault{Target: "dynamodb", Operation: "Query", Kind: faults.Before, Times: 1}); err != nil {
			t.Fatal(err)
		}
		if got, err := ask(); !errors.Is(err, problem.ErrUnavailable) || errors.Is(err, setup.ErrNone) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
		if got, err := ask(); err != nil || got.ID != "mail" {
			t.Errorf("%s, after it: got %+v, %v", name, got, err)
		}
	}
}
