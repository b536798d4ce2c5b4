package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
)

const day = 24 * time.Hour

// reads expects what a form says, and what its button reads.
func reads(t *testing.T, form *world.Scene, button string, says ...string) {
	t.Helper()
	if got := form.Top().View.Submit; got == nil || got.Text != button {
		t.Errorf("the button is %+v, want %q", got, button)
	}
	for _, want := range says {
		if !strings.Contains(form.Words(), want) {
			t.Errorf("the form does not say %q; it says %s", want, form.Words())
		}
	}
}

// standsIn is what the form has in a field at first.
func standsIn(t *testing.T, form *world.Scene, field string) string {
	t.Helper()
	_, e, ok := drive.Press(form.Top().View.Blocks, field)
	if !ok {
		t.Fatalf("the form has no field %s", field)
	}
	if e.InitialOption != nil {
		return e.InitialOption.Value
	}
	return e.InitialValue
}

// offers is what a select of the form has to choose from.
func offers(t *testing.T, form *world.Scene, field string) string {
	t.Helper()
	_, e, _ := drive.Press(form.Top().View.Blocks, field)
	var all []string
	for _, o := range e.Options {
		all = append(all, o.Text.Text)
	}
	return strings.Join(all, "|")
}

func TestWhatCanDoWithoutAPasswordSaysSoFirst(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	form := w.Alice.Types("/apppass new")
	reads(t, form, "Create", "An app password is for one application")
	form = form.Picks("Outlook (desktop)")
	reads(t, form, "I still need one", "Outlook (desktop) can sign in without a password: ", "reading mail (IMAP)")
	if first := form.Top().View.Blocks[0].Text; first == nil || !strings.HasPrefix(first.Text, "Outlook (desktop) can") {
		t.Errorf("it does not say so first, but %+v", first)
	}
	form = form.Picks("Scanner or printer")
	reads(t, form, "Create", "for nothing else: sending mail (SMTP).")
	if strings.Contains(form.Words(), "without a password") {
		t.Errorf("of a scanner it says %s", form.Words())
	}
	w.Alice.Closes()

	// Chosen by the command, it is said when the form opens.
	form = w.Alice.Types("/apppass new Thunderbird")
	reads(t, form, "I still need one", "Thunderbird can sign in without a password: ")
	pw := form.Submits().OpensLink().Reveals()
	w.Mail.Accepts(w.Alice, pw)
	if own := w.Owns(w.Alice); len(own) != 1 || !own[0].Expires.IsZero() || len(own[0].Networks) > 0 {
		t.Errorf("Alice has %+v", own)
	}
}

// verdict is what the mail server answers of Alice's password: the status, and the reason of a refusal.
func verdict(w *world.World, pw, protocol, client string) string {
	v := w.Mail.AsksAs(drive.Login{Login: w.Alice.Email, Password: pw, Protocol: protocol, ClientIP: client})
	if v.Status == http.StatusOK {
		return "200"
	}
	return fmt.Sprint(v.Status, " ", v.Reason)
}

func TestAPasswordIsGoodForWhatItsApplicationNeeds(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	scanner, calendar := w.Alice.Makes("Scanner or printer", "second floor"), w.Alice.Makes("Calendar and contacts (DAV)", "")
	for _, protocol := range []string{"imap", "pop3", "smtp", "sieve", "dav"} {
		for what, c := range map[string]struct{ pw, good string }{"the scanner's": {scanner, "smtp"}, "the calendar's": {calendar, "dav"}} {
			want := "401 wrong_protocol"
			if protocol == c.good {
				want = "200"
			}
			if got := verdict(w, c.pw, protocol, "192.0.2.7"); got != want {
				t.Errorf("%s by %s: got %s, want %s", what, protocol, got, want)
			}
		}
	}
}

func TestAPasswordWorksFromItsNetworksOnly(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Types("/apppass new").Picks("Thunderbird").From("192.0.2.77/24, 2001:db8:7::/48 ::ffff:203.0.113.7").Submits().OpensLink().Reveals()
	for client, want := range map[string]string{
		"192.0.2.7": "200", "192.0.2.255": "200", "2001:db8:7:1::1": "200", "203.0.113.7": "200", "::ffff:203.0.113.7": "200",
		"198.51.100.7": "401 wrong_network", "2001:db8:8::1": "401 wrong_network", "203.0.113.8": "401 wrong_network", "": "401 wrong_network",
	} {
		if got := verdict(w, pw, "imap", client); got != want {
			t.Errorf("from %q: got %s, want %s", client, got, want)
		}
	}
}

func TestAPasswordEndsWhenItsOwnerWantsIt(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Types("/apppass new").Picks("Thunderbird").Ends("30 days").Submits().OpensLink().Reveals()
	w.Mail.Accepts(w.Alice, pw)
	w.Advance(29 * day)
	w.Eventually("it still works", func() bool { return verdict(w, pw, "imap", "192.0.2.7") == "200" })
	w.Advance(day + time.Minute)
	w.Eventually("it is over", func() bool { return verdict(w, pw, "imap", "192.0.2.7") == "401 expired" })
}

func TestThePolicyBoundsWhenItEnds(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	form := w.Alice.Types("/apppass new")
	if got := offers(t, form, "ends"); got != "when you revoke it|in 7 days|in 30 days|in 90 days|in 180 days|in 365 days" {
		t.Errorf("without a policy the form offers %s", got)
	}
	// The policy changes while the form is open.
	form = form.Picks("CRM").Ends("365 days")
	w.EndsPasswords(1, 90*day)
	form.Sends()
	w.Alice.Awaits("why there is none", func(s *world.Scene) bool {
		return strings.Contains(s.Words(), "The company's policy ends app passwords earlier")
	})
	if own := w.Owns(w.Alice); len(own) > 0 {
		t.Errorf("Alice has %+v", own)
	}
	w.Alice.Closes()

	const bound = "in 90 days, as late as the policy lets it|in 7 days|in 30 days"
	form = w.Alice.Types("/apppass new")
	if got := offers(t, form, "ends"); got != bound {
		t.Errorf("the form offers %s, want %s", got, bound)
	}
	// A form that is open shows the policy at the next choice.
	w.EndsPasswords(2, 20*day)
	form = form.Ends("30 days").Picks("CRM")
	if got, want := offers(t, form, "ends"), "in 20 days, as late as the policy lets it|in 7 days"; got != want {
		t.Errorf("after the choice the form offers %s, want %s", got, want)
	}
	form.Ends("20 days").Submits().OpensLink().Reveals()
	own := w.Owns(w.Alice)
	if len(own) != 1 || own[0].Expires.Sub(own[0].Made) != 20*day {
		t.Errorf("Alice has %+v", own)
	}
}

func TestAFormThatIsRefusedOrChangedKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	form := w.Alice.Types("/apppass new").Picks("CRM").Labels("of\u202esales").Ends("7 days").From("at home")
	a := form.Sends()
	if !strings.Contains(a.Errors["label"], "can't be shown") || !strings.Contains(a.Errors["networks"], "neither an address nor a network") || len(a.Errors) != 2 {
		t.Fatalf("got the errors %v", a.Errors)
	}
	form = w.Alice.Sees().Picks("Thunderbird")
	for field, want := range map[string]string{"application": "thunderbird", "label": "of\u202esales", "ends": "7", "networks": "at home"} {
		if got := standsIn(t, form, field); got != want {
			t.Errorf("%s: the form has %q, want %q", field, got, want)
		}
	}
	pw := form.Labels("of sales").From("192.0.2.7").Submits().OpensLink().Reveals()
	w.Mail.Accepts(w.Alice, pw)
	own := w.Owns(w.Alice)
	if len(own) != 1 || own[0].Application != "thunderbird" || own[0].Label != "of sales" || own[0].Expires.Sub(own[0].Made) != 7*day ||
		fmt.Sprint(own[0].Networks) != "[192.0.2.7/32]" {
		t.Errorf("Alice has %+v", own)
	}
}

func TestTheShortcutOpensTheForm(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	if _, err := w.Bob.Attempts("shortcut", map[string]any{"callback_id": "new_app_password"}); err != nil {
		t.Fatal(err)
	}
	pw := w.Bob.Sees().Picks("Thunderbird").Labels("from a thread").Submits().OpensLink().Reveals()
	w.Mail.Accepts(w.Bob, pw)
}

// The choice of an application is one read and one update; the form stays usable where either fails.
func TestAChoiceThatCannotBeShownLeavesTheForm(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	form := w.Alice.Types("/apppass new")
	w.Forget()
	form = form.Picks("Thunderbird")
	if calls := w.Calls("slack"); !slices.Equal(calls, []string{"dynamodb BatchGetItem"}) {
		t.Errorf("for the choice the function has called %v", calls)
	}
	w.Breaks(drive.Fault{Target: "dynamodb", Operation: "BatchGetItem", Kind: "before"})
	reads(t, form.Picks("CRM"), "Create", "web pages")
	w.Mends()
	w.Breaks(drive.Fault{Target: "slack", Operation: "views.update", Kind: "before", Times: 1})
	form = form.Picks("Outlook (mobile)")
	reads(t, form, "Create")
	pw := form.Submits().OpensLink().Reveals()
	w.Mail.Accepts(w.Alice, pw)
	if own := w.Owns(w.Alice); len(own) != 1 || own[0].Application != "outlook-mobile" {
		t.Errorf("Alice has %+v", own)
	}
}
