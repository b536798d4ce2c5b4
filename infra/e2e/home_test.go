package e2e

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/infra/local/aws/sqs"
	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/revoke"
)

// published waits until nothing is under way, also not the home tabs that were to be made anew.
func published(w *world.World) {
	w.Eventually("nothing is under way", func() bool {
		return w.Messages("RequestsQueue") == 0 && !slices.ContainsFunc(w.AWS.Queues().Messages(), func(m sqs.Message) bool {
			return strings.Contains(m.Body, `"kind":"home"`)
		})
	})
}

func TestTheHomeTabOfWhoHasNothing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	h := w.Alice.OpensHome()
	if !h.Says("You have no app passwords", "can't show the company's sign-in page", "never in a browser", "Europe/Berlin") || h.Has("revoke") {
		t.Errorf("she sees\n%s", h.Words())
	}
	h.Presses("suggestion")
	w.Mail.Accepts(w.Alice, w.Alice.Sees().Picks("Thunderbird").Labels("laptop").Submits().OpensLink().Reveals())
	// It is made anew after each change, although she does not come to it again.
	h = w.Alice.AwaitsHome("the first use", func(h *world.Home) bool { return h.Says("from 192.0.2.7 by IMAP") })
	if !h.Says("Nothing to do: 1", "Thunderbird · laptop", "was made, and its link was shown (by you)", "was revealed, and works from then on (by you)") {
		t.Errorf("she sees\n%s", h.Words())
	}
}

func TestRevokingInTheHomeTab(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	other := w.Bob.Makes("CRM", "newsletter")
	published(w)
	h := w.Alice.OpensHome()
	h.Presses("revoke")
	h = w.Alice.AwaitsHome("that it is revoked", func(h *world.Home) bool { return h.Says("Revoked: Thunderbird · laptop.") })
	w.Mail.Rejects(w.Alice, pw, "revoked")
	if !h.Says("You have no app passwords") || h.Has("revoke") {
		t.Errorf("she sees\n%s", h.Words())
	}
	if h := w.Alice.OpensHome(); h.Says("Revoked: Thunderbird") || !h.Says("Thunderbird · laptop was revoked (by you)") {
		t.Errorf("when she comes again she sees\n%s", h.Words())
	}
	// Another person's is in neither of the tabs, nor ended by its id.
	if h.Says("newsletter") || w.Bob.OpensHome().Says("laptop") {
		t.Error("one person sees what is another's")
	}
	w.Intranet.Accepts(w.Bob, other)
}

// What was true when the tab was published may not be so any more when something is pressed there.
func TestAnOldHomeTabSaysWhatIsNowTheCase(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.Makes("Thunderbird", "laptop")
	published(w)
	h := w.Alice.OpensHome()
	store := dynamo.NewStore(dynamodb.NewFromConfig(w.Config), dynamo.Tables{
		Credentials: w.Table("CredentialsTable"), Verifiers: w.Table("VerifiersTable"), Ephemeral: w.Table("EphemeralTable"), Audit: w.Table("AuditTable"),
	})
	one := w.Owns(w.Alice)[0]
	_, err := revoke.New(store, nil, w.Clock.Now).Revoke(t.Context(), revoke.Request{Owner: one.Owner, Credential: one.ID, Job: "elsewhere", Actor: "UADMIN"})
	if err != nil {
		t.Fatal(err)
	}
	w.Advance(2 * time.Second)
	h.Presses("revoke")
	h = w.Alice.AwaitsHome("what is now the case", func(h *world.Home) bool {
		return h.Says("Thunderbird · laptop was revoked before. Nothing was changed now.")
	})
	if !h.Says("You have no app passwords", "Thunderbird · laptop was revoked (by an administrator)") || len(revocations(t, w, w.Alice.ID)) != 1 {
		t.Errorf("she sees\n%s", h.Words())
	}
}

func TestWhatNeedsAttentionIsOnTop(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.Makes("CRM", "fine")
	refused := w.Alice.Makes("Thunderbird", "refused")
	w.Alice.Types("/apppass new").Picks("Thunderbird").Labels("unread").Submits()
	w.Alice.Closes()
	w.Intranet.Rejects(w.Alice, refused, "wrong_service")
	published(w)
	h := w.Alice.OpensHome()
	if got := order(h, "Needs your attention: 2", "Thunderbird · unread", "It was not revealed yet", "Thunderbird · refused", "/apppass doctor", "Nothing to do: 1", "CRM · fine"); got != "" {
		t.Errorf("%q is missing or not in its place in\n%s", got, h.Words())
	}
	w.Advance(25 * time.Hour) // no program has tried since
	w.Eventually("the link is over", func() bool {
		return slices.ContainsFunc(w.Owns(w.Alice), func(c credential.Credential) bool { return c.State == credential.Expired })
	})
	if h := w.Alice.OpensHome(); h.Says("/apppass doctor") || h.Says("Thunderbird · unread\n") || !h.Says("Nothing to do: 2", "the link of Thunderbird · unread was ended") {
		t.Errorf("a day later she sees\n%s", h.Words())
	}
	w.Advance(90 * 24 * time.Hour)
	if h := w.Alice.OpensHome(); !h.Says("Needs your attention: 2", "not used for 91 days") {
		t.Errorf("months later she sees\n%s", h.Words())
	}
}

// order is the first of the texts that does not stand behind the former ones; empty: each does.
func order(h *world.Home, texts ...string) string {
	rest := h.Words()
	for _, text := range texts {
		_, after, ok := strings.Cut(rest, text)
		if !ok {
			return text
		}
		rest = after
	}
	return ""
}

func TestTheHomeTabIsTurnedPageByPage(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	for n := range 9 {
		w.Alice.Makes("CRM", fmt.Sprintf("number %d", n))
	}
	published(w)
	h := w.Alice.OpensHome()
	if !h.Says("Page 1 of 2", "number 8\n", "number 1\n") || h.Says("number 0\n") || h.Has("home_previous") {
		t.Errorf("the first page is\n%s", h.Words())
	}
	h.Presses("home_next")
	h = w.Alice.AwaitsHome("the second page", func(h *world.Home) bool { return h.Says("Page 2 of 2") })
	if !h.Says("number 0\n") || h.Says("number 1\n") || h.Has("home_next") {
		t.Errorf("the second page is\n%s", h.Words())
	}
	// The last on its page is revoked: the page is no more, and the nearest is shown.
	h.Presses("revoke")
	h = w.Alice.AwaitsHome("that it is revoked", func(h *world.Home) bool { return h.Says("Revoked: CRM · number 0.") })
	if !h.Says("number 8\n", "number 1\n") || h.Says("Page") {
		t.Errorf("afterwards she sees\n%s", h.Words())
	}
}

func TestChoicesInTheHomeTabAreKept(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Alice.OpensHome().Picks("quiet_from", "22")
	h := w.Alice.AwaitsHome("both ends of the quiet hours", func(h *world.Home) bool { return h.Says("22:00", "08:00") })
	h.Picks("quiet_until", "6")
	h = w.Alice.AwaitsHome("the other end", func(h *world.Home) bool { return h.Says("22:00", "06:00") })
	h.Picks("language", "en")
	w.Alice.AwaitsHome("the language", func(h *world.Home) bool { return h.Says("English") })
	want := person.Preferences{Locale: "en-US", Zone: "Europe/Berlin", Language: "en", Quiet: person.Quiet{From: 22, Until: 6}}
	if got := preferences(t, w, w.Alice); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := preferences(t, w, w.Bob); got != (person.Preferences{}) {
		t.Errorf("Bob has chosen nothing, and has %+v", got)
	}
	// Slack's word is kept apart from hers.
	w.Alice.Becomes(map[string]any{"tz": "America/New_York", "locale": "en-GB"})
	h = w.Alice.OpensHome()
	want.Locale, want.Zone = "en-GB", "America/New_York"
	if got := preferences(t, w, w.Alice); got != want || !h.Says("America/New_York") {
		t.Errorf("got %+v, want %+v, in\n%s", got, want, h.Words())
	}
	h.Picks("quiet_from", "off")
	h = w.Alice.AwaitsHome("no quiet hours", func(h *world.Home) bool { return h.Says("No quiet hours") })
	h.Picks("language", "slack")
	w.Alice.AwaitsHome("Slack's language", func(h *world.Home) bool { return h.Says("Slack's language") })
	want.Language, want.Quiet = "", person.Quiet{}
	if got := preferences(t, w, w.Alice); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func preferences(t *testing.T, w *world.World, of *world.Person) person.Preferences {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	people := dynamo.NewPeople(dynamodb.NewFromConfig(w.Config), w.Table("CredentialsTable"), w.Table("AuditTable"))
	p, err := people.Preferences(ctx, credential.Owner{Team: "TLOCAL", Person: of.ID})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheHomeTabComesThroughTrouble(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]drive.Fault{
		"Slack is away":     {Target: "slack", Operation: "views.publish", Kind: "before", Times: 2},
		"Slack is busy":     {Target: "slack", Operation: "views.publish", Kind: "throttle", Times: 2},
		"an answer is lost": {Target: "slack", Operation: "views.publish", Kind: "after", Times: 1},
		"users.info away":   {Target: "slack", Operation: "users.info", Kind: "before", Times: 1},
		"storage is away":   {Target: "dynamodb", Operation: "Query", Kind: "before", Times: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			w.Breaks(f)
			w.Alice.OpensHome()
		})
	}
}

// What is done is done once, whatever becomes of the home tab that shows it.
func TestAHomeTabThatCantBePublishedKeepsNothingFromBeingDone(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	w.Breaks(drive.Fault{Target: "slack", Operation: "views.publish", Kind: "before"})
	pw := w.Alice.Makes("Thunderbird", "laptop")
	w.Mail.Accepts(w.Alice, pw)
	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	w.Mail.Rejects(w.Alice, pw, "revoked")
	settled(w)
	if got := revocations(t, w, w.Alice.ID); len(got) != 1 {
		t.Errorf("it was revoked %d times", len(got))
	}
	w.Mends()
	if h := w.Alice.OpensHome(); !h.Says("Thunderbird · laptop was revoked (by you)") {
		t.Errorf("she sees\n%s", h.Words())
	}
}

func TestALeakShowsInTheOwnersHomeTab(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Bob.Makes("Thunderbird", "laptop")
	if got := reports(t, w, pw); got.Status != http.StatusAccepted {
		t.Fatalf("got %+v", got)
	}
	h := w.Bob.AwaitsHome("that it was found", func(h *world.Home) bool { return h.Says("was found where others can read it") })
	if !h.Says("Thunderbird · laptop was found where others can read it, and was revoked (by apppass)", "You have no app passwords") {
		t.Errorf("he sees\n%s", h.Words())
	}
}
