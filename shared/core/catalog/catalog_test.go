package catalog_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/service"
)

// required is what every company finds in the built-in list.
var required = []struct {
	id       string
	kind     catalog.Kind
	tier     credential.Tier
	services string
}{
	{"outlook-desktop", catalog.EmailClient, credential.General, "mail"},
	{"thunderbird", catalog.EmailClient, credential.General, "mail"},
	{"apple-mail", catalog.EmailClient, credential.General, "mail"},
	{"imap-client", catalog.EmailClient, credential.General, "mail"},
	{"outlook-mobile", catalog.Mobile, credential.General, "mail"},
	{"gmail-app", catalog.Mobile, credential.General, "mail"},
	{"ios-mail", catalog.Mobile, credential.General, "mail"},
	{"android-mail", catalog.Mobile, credential.General, "mail"},
	{"calendar-contacts", catalog.Desktop, credential.General, "mail"},
	{"project-management", catalog.ThirdPartyService, credential.Sensitive, "mail intranet"},
	{"crm", catalog.ThirdPartyService, credential.Sensitive, "mail intranet"},
	{"scheduling", catalog.ThirdPartyService, credential.Sensitive, "mail"},
	{"data-analysis", catalog.ThirdPartyService, credential.Sensitive, "intranet"},
	{"automation-script", catalog.Automation, credential.Sensitive, "mail intranet"},
	{"scanner-printer", catalog.LegacyDevice, credential.General, "mail"},
	{"legacy-system", catalog.LegacyDevice, credential.General, "mail intranet"},
}

func TestTheBuiltInCatalogHasWhatIsRequired(t *testing.T) {
	for _, r := range required {
		a, err := catalog.Builtin().Application(r.id)
		if err != nil {
			t.Errorf("%s: %v", r.id, err)
			continue
		}
		if a.Kind != r.kind || a.Tier != r.tier || strings.Join(a.Services, " ") != r.services {
			t.Errorf("got %+v, want %+v", a, r)
		}
	}
}

// What an application does not need must not be had with its password: a scanner's does not read mail.
func TestABuiltInApplicationHasTheProtocolsThatItNeeds(t *testing.T) {
	reads := []service.Protocol{service.IMAP, service.POP3}
	for _, a := range catalog.Builtin() {
		mails := a.Kind == catalog.EmailClient || a.Kind == catalog.Mobile
		can := func(p service.Protocol) bool { return slices.Contains(a.Protocols, p) }
		switch {
		case len(a.Protocols) == 0 || len(slices.Compact(slices.Sorted(slices.Values(a.Protocols)))) != len(a.Protocols):
			t.Errorf("%s has the protocols %v", a.ID, a.Protocols)
		case mails && (!can(service.IMAP) || !can(service.SMTP) || can(service.HTTP)):
			t.Errorf("%s is for mail and has the protocols %v", a.ID, a.Protocols)
		case can(service.HTTP) != slices.Contains(a.Services, "intranet"):
			t.Errorf("%s has the protocols %v at the services %v", a.ID, a.Protocols, a.Services)
		case slices.ContainsFunc(reads, can) && !slices.Contains(a.Services, "mail"):
			t.Errorf("%s reads mail, and no mail service accepts it", a.ID)
		}
	}
	for id, want := range map[string][]service.Protocol{
		"scanner-printer": {service.SMTP}, "calendar-contacts": {service.DAV}, "data-analysis": {service.HTTP},
		"thunderbird": {service.IMAP, service.POP3, service.SMTP, service.Sieve, service.DAV},
	} {
		if a, err := catalog.Builtin().Application(id); err != nil || !slices.Equal(a.Protocols, want) {
			t.Errorf("%s: got %v, %v; want %v", id, a.Protocols, err, want)
		}
	}
}

func TestEveryKindAndFormatIsBuiltIn(t *testing.T) {
	kinds, formats, names := map[catalog.Kind]bool{}, map[string]bool{}, map[string]bool{}
	for _, a := range catalog.Builtin() {
		kinds[a.Kind], formats[a.Format().Name()] = true, true
		if name := strings.ToLower(a.Name); names[name] {
			t.Errorf("the name %s is there twice", a.Name)
		} else {
			names[name] = true
		}
		if want := map[bool]string{true: "compact", false: string(a.Tier)}[a.Compact]; a.Format().Name() != want {
			t.Errorf("%s: got the format %s, want %s", a.ID, a.Format().Name(), want)
		}
	}
	known := []catalog.Kind{catalog.EmailClient, catalog.Mobile, catalog.Desktop, catalog.ThirdPartyService, catalog.Automation, catalog.LegacyDevice}
	for kind := range kinds {
		if !slices.Contains(known, kind) {
			t.Errorf("there is no kind %s", kind)
		}
	}
	if len(kinds) != len(known) || len(formats) != 3 {
		t.Errorf("got the kinds %v and the formats %v", kinds, formats)
	}
}

func TestMatch(t *testing.T) {
	for typed, want := range map[string]string{
		"thunderbird": "thunderbird", "Thunderbird": "thunderbird", " THUNDERBIRD ": "thunderbird", "thunder": "thunderbird",
		"crm": "crm", "ios-mail": "ios-mail", "iOS Mail": "ios-mail", "Outlook (mobile)": "outlook-mobile", "other": "imap-client",
		"outlook": "", "Outlook (": "", "": "", " ": "", "mail": "", "bird": "", "thunderbird!": "", "laptop at home": "",
	} {
		a, ok := catalog.Builtin().Match(typed)
		if a.ID != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", typed, a.ID, ok, want)
		}
	}
	// A whole name wins over those that begin with it.
	c := catalog.Catalog{{ID: "a", Name: "Mailer"}, {ID: "b", Name: "Mail"}}
	if a, ok := c.Match("mail"); !ok || a.ID != "b" {
		t.Errorf("mail: got %q, %v", a.ID, ok)
	}
}

func TestAnApplicationThatIsNotThereIsUnknown(t *testing.T) {
	for _, id := range []string{"", "Thunderbird", "thunderbird ", "no-longer-offered"} {
		if _, err := catalog.Builtin().Application(id); !errors.Is(err, catalog.ErrUnknown) {
			t.Errorf("%q: got %v", id, err)
		}
	}
}

// listed is a stored list of n applications, the first with other members.
func listed(t *testing.T, n int, change map[string]any) string {
	t.Helper()
	all := make([]map[string]any, n)
	for i := range all {
		all[i] = map[string]any{"id": fmt.Sprintf("a%d", i), "name": fmt.Sprintf("A %d", i), "kind": "desktop", "tier": "general", "services": []string{"mail"}}
	}
	for name, value := range change {
		all[0][name] = value
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestParseNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, stored, want string }{
		{"no JSON", "x", "read the catalog"},
		{"an object", "{}", "read the catalog"},
		{"null", "null", "0 applications"},
		{"nothing", "[]", "0 applications"},
		{"101", listed(t, 101, nil), "101 applications"},
		{"no id", listed(t, 2, map[string]any{"id": ""}), `""`},
		{"an id in capitals", listed(t, 2, map[string]any{"id": "CRM"}), `"CRM"`},
		{"an id with a point", listed(t, 2, map[string]any{"id": "a.b"}), `"a.b"`},
		{"an id of 41 characters", listed(t, 2, map[string]any{"id": strings.Repeat("a", 41)}), "aaaa"},
		{"an id that begins with a hyphen", listed(t, 2, map[string]any{"id": "-a"}), `"-a"`},
		{"an id twice", listed(t, 2, map[string]any{"id": "a1"}), `"a1"`},
		{"no name", listed(t, 2, map[string]any{"name": ""}), "a0"},
		{"a name of 76 characters", listed(t, 2, map[string]any{"name": strings.Repeat("ü", 76)}), "a0"},
		{"an unknown tier", listed(t, 2, map[string]any{"tier": "secret"}), `"secret"`},
		{"no tier", listed(t, 2, map[string]any{"tier": ""}), "a0"},
		{"compact and sensitive", listed(t, 2, map[string]any{"tier": "sensitive", "compact": true}), "too weak"},
		{"no services", listed(t, 2, map[string]any{"services": []string{}}), "no service"},
		{"an unknown protocol", listed(t, 2, map[string]any{"protocols": []string{"imap", "IMAP"}}), `no protocol "IMAP"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := catalog.Parse([]byte(c.stored)); err == nil || got != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestParseTakesWhatIsWithinTheLimits(t *testing.T) {
	for name, stored := range map[string]string{
		"one": listed(t, 1, nil), "a hundred": listed(t, 100, nil), "an id of 40 characters": listed(t, 1, map[string]any{"id": strings.Repeat("a", 40)}),
		"a name of 75 characters": listed(t, 1, map[string]any{"name": strings.Repeat("ü", 75)}),
		"unknown members":         listed(t, 1, map[string]any{"color": "blue"}),
		"every protocol":          listed(t, 1, map[string]any{"protocols": service.Protocols}),
	} {
		if _, err := catalog.Parse([]byte(stored)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACatalogIsStoredWithoutLoss(t *testing.T) {
	stored, err := json.Marshal(catalog.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	again, err := catalog.Parse(stored)
	if d := cmp.Diff(catalog.Builtin(), again); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}
