package e2e

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/e2e/canary"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
)

// How many deliveries there are, and in which order; a failure tells the seed.
var (
	deliveries = flag.Int("deliveries", 1000, "requests of Slack's that are delivered again, late or in another order")
	seed       = flag.Uint64("seed", 0, "of the order in which they are delivered; 0: another one each time")
)

// chooses is another choice of somebody's in the home tab.
func chooses(of *world.Person, like []world.Letter, trigger, action, value, beside string) world.Letter {
	return of.Another(like, action, func(payload map[string]any) {
		payload["trigger_id"] = trigger
		pressed := world.Pressed(payload)
		pressed["selected_option"].(map[string]any)["value"] = value
		if ends, ok := map[string]string{"quiet_from": "quiet_until", "quiet_until": "quiet_from"}[action]; ok && beside != "" {
			// What stands beside it in the tab comes with it.
			option := map[string]any{"type": "static_select", "selected_option": map[string]any{"value": beside}}
			payload["view"].(map[string]any)["state"] = map[string]any{"values": map[string]any{ends: map[string]any{ends: option}}}
		}
	})
}

// history is how often each thing is in the audit: "<credential> <action>".
func history(t *testing.T, w *world.World) map[string]int {
	t.Helper()
	all := map[string]int{}
	for _, item := range w.AWS.DynamoDB().Dump()[w.Table("AuditTable")] {
		var e struct{ Credential, Action struct{ S string } }
		if err := json.Unmarshal(item, &e); err != nil {
			t.Fatal(err)
		}
		if e.Action.S != "" {
			all[e.Credential.S+" "+e.Action.S]++
		}
	}
	return all
}

// good is the credentials of a person's that are good for something.
func good(w *world.World, p *world.Person) (ids []string) {
	for _, c := range w.Owns(p) {
		if c.State == credential.Active || c.State == credential.Pending {
			ids = append(ids, c.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// unlocked is how many stored verifiers are of each state.
func unlocked(t *testing.T, w *world.World) map[string]int {
	t.Helper()
	states := map[string]int{}
	for _, item := range w.AWS.DynamoDB().Dump()[w.Table("VerifiersTable")] {
		var e struct{ State struct{ S string } }
		if err := json.Unmarshal(item, &e); err != nil {
			t.Fatal(err)
		}
		states[e.State.S]++
	}
	return states
}

// passwords is what the people of the story are left with.
type passwords struct{ kept, gone, renewed, former, tapped string }

// story lives through what people do in Slack, so that it sends what it sends.
func story(w *world.World) (pw passwords) {
	pw.kept = w.Alice.Makes("Thunderbird", "kept")
	pw.gone = w.Alice.Makes("CRM", "gone")
	w.Alice.Types("/apppass revoke gone").Confirms()
	pw.former = w.Alice.Makes("Thunderbird", "rotated")
	for _, c := range w.Owns(w.Alice) {
		if c.Label == "rotated" {
			w.Leaves(w.Alice, "trigger:rotation", job.Rotate, job.RotateArgs{Credential: c.ID})
		}
	}
	pw.renewed = w.Alice.Awaits("the new link", (*world.Scene).HasLink).OpensLink().Reveals()
	says(w.Alice, "The new password of Thunderbird · rotated was revealed")

	w.Alice.OpensHome().Picks("quiet_from", "22")
	h := w.Alice.AwaitsHome("both ends of the quiet hours", func(h *world.Home) bool { return h.Says("22:00", "08:00") })
	h.Picks("quiet_until", "6")
	h = w.Alice.AwaitsHome("the other end", func(h *world.Home) bool { return h.Says("22:00", "06:00") })
	h.Picks("language", "en")
	w.Alice.AwaitsHome("the language", func(h *world.Home) bool { return h.Says("English") })
	for _, line := range []string{"list", "doctor", "help", "show kept", "lsit"} {
		w.Alice.Types("/apppass " + line)
	}
	w.Alice.Sees().Presses("suggestion")
	return pw
}

// others is what else happens: forms by the shortcut, and numbers that are tapped.
func others(t *testing.T, w *world.World) (tapped string) {
	t.Helper()
	if _, err := w.Bob.Attempts("shortcut", map[string]any{"callback_id": "new_app_password"}); err != nil {
		t.Fatal(err)
	}
	tapped = w.Bob.Sees().Picks("Thunderbird").Labels("tapped").Submits().CopiesLink().Reveals()
	w.Bob.Closes()
	tab := w.Bob.Types("/apppass new").Picks("CRM").Labels("not me").Submits().CopiesLink()
	asks(w, tab)
	w.Bob.Taps("")
	w.Eventually("it is withdrawn", func() bool { return len(good(w, w.Bob)) == 1 })
	w.Bob.Closes()
	w.Bob.Becomes(map[string]any{"tz": "America/New_York"})
	return tapped
}

// submission is a form for an app password of which nothing was delivered before, and the press that revokes what comes of it.
type submission struct {
	who          *world.Person
	job          string
	form, revoke world.Letter
}

// submissions is n of them.
func submissions(w *world.World, like []world.Letter, n int) (all []submission) {
	for i := range n {
		s := submission{who: []*world.Person{w.Alice, w.Bob, w.Carol}[i%3]}
		view, hash := fmt.Sprintf("VAGAIN%d", i), fmt.Sprintf("1.%d", i)
		s.job = "view:" + view + ":" + hash
		s.form = s.who.Another(like, "", func(payload map[string]any) {
			payload["trigger_id"] = fmt.Sprintf("again.%d", i)
			payload["view"].(map[string]any)["id"], payload["view"].(map[string]any)["hash"] = view, hash
		})
		s.revoke = s.who.Another(like, "revoke", func(payload map[string]any) {
			payload["trigger_id"] = fmt.Sprintf("revoke.%d", i)
			world.Pressed(payload)["value"] = credential.ID(s.job)
		})
		all = append(all, s)
	}
	return all
}

func TestAThousandDeliveriesHaveOneEffectEach(t *testing.T) {
	t.Parallel()
	order := *seed
	if order == 0 {
		order = rand.Uint64()
	}
	t.Logf("the order is that of -seed %d", order)
	w := world.New(t)
	random := rand.New(rand.NewPCG(order, 0))
	pw := story(w)
	pw.tapped = others(t, w)
	settled(w)
	letters, want, before := w.Letters(), history(t, w), len(w.Exchanges())

	// What nobody has seen yet comes in any order too: a press before the form that it is about, choices over and under each other.
	again := submissions(w, letters, 24)
	revokes := slices.Clone(letters[:0:0])
	for i, s := range again {
		letters = append(letters, s.form)
		want[credential.ID(s.job)+" issued"] = 1
		end := " expired"
		if i%2 == 0 {
			revokes, end = append(revokes, s.revoke), " revoked"
		}
		want[credential.ID(s.job)+end] = 1
	}
	letters = append(letters, revokes...)
	letters = append(letters, w.Alice.Another(letters, "", func(payload map[string]any) { payload["type"] = "view_closed" }))
	all := w.Owns(w.Alice)
	rotated := all[slices.IndexFunc(all, func(c credential.Credential) bool { return c.Label == "rotated" })]
	want[rotated.ID+" extended"] = 1
	letters = append(letters, w.Alice.Another(letters, "revoke", func(payload map[string]any) {
		press := world.Pressed(payload)
		payload["trigger_id"], press["action_id"], press["value"] = "extend", "extend_former", fmt.Sprint(rotated.ID, " ", rotated.Former.Made.Unix())
	}))
	for i, value := range []string{"en", "es", "slack"} {
		letters = append(letters, chooses(w.Alice, letters, fmt.Sprint("language.", i), "language", value, ""),
			chooses(w.Alice, letters, fmt.Sprint("quiet.", i), "quiet_from", strconv.Itoa(17+i), ""))
	}
	w.Storms(random, letters, *deliveries/2, 0)
	for _, s := range again {
		w.Leaves(s.who, s.job, job.Issue, job.IssueArgs{Application: "thunderbird"}) // as the queue does that delivers twice
	}
	settled(w)
	w.Storms(random, revokes, len(revokes), 0) // now there is something to revoke
	settled(w)

	// The last choices are made, and the state moves on.
	w.Advance(2 * time.Second)
	for n, l := range []world.Letter{chooses(w.Alice, letters, "last.1", "language", "de", ""), chooses(w.Alice, letters, "last.2", "quiet_from", "21", "6"), chooses(w.Alice, letters, "last.3", "quiet_until", "7", "21")} {
		if letters = append(letters, l); w.Delivers(l, w.Clock.Now()) != http.StatusOK {
			t.Fatalf("the last choice %d is refused", n)
		}
		settled(w)
	}
	w.Advance(time.Hour)
	w.Eventually("no link is open", func() bool {
		return len(good(w, w.Alice)) == 2 && len(good(w, w.Bob)) == 1 && len(good(w, w.Carol)) == 0 && len(sealed(w)) == 0
	})

	// Late: what was signed too long ago is not even looked at, what is signed anew finds everything done.
	w.Forget()
	late := *deliveries / 10
	w.Storms(random, letters, late/2, 5*time.Minute+time.Second)
	w.Storms(random, letters, late/2, -6*time.Minute)
	for _, call := range w.Calls("slack") {
		if strings.HasPrefix(call, "sqs ") || call == "dynamodb UpdateItem" { // all else is what it reads as it starts
			t.Errorf("for what was signed long ago the function calls %s", call)
		}
	}
	w.Storms(random, letters, *deliveries/2-late, 0)
	for _, s := range again {
		w.Leaves(s.who, s.job, job.Issue, job.IssueArgs{Application: "thunderbird"})
	}
	w.Leaves(w.Alice, "trigger:rotation", job.Rotate, job.RotateArgs{Credential: rotated.ID})
	settled(w)

	if n := w.Messages("RequestsDeadLetters"); n > 0 {
		t.Errorf("%d jobs came to nothing", n)
	}
	if d := cmp.Diff(want, history(t, w)); d != "" {
		t.Errorf("what was done (-want +got):\n%s", d)
	}
	stands(t, w, pw, len(again))
	links := world.Shown(w.Exchanges()[before:])
	for _, times := range links {
		if times != 1 {
			t.Errorf("a link is shown %d times", times)
		}
	}
	// Each was issued once and never anew, so it has one link; what is revoked while it is made has none to show.
	if len(links) > len(again) || len(links) < len(again)-len(revokes) {
		t.Errorf("%d links are shown for %d submissions, of which %d are revoked", len(links), len(again), len(revokes))
	}
	secret(t, w, pw)
}

// stands expects what people have after the story and so many further submissions, of which nobody has opened the link.
func stands(t *testing.T, w *world.World, pw passwords, further int) {
	t.Helper()
	if n := len(w.Owns(w.Alice)) + len(w.Owns(w.Bob)) + len(w.Owns(w.Carol)); n != 5+further {
		t.Errorf("there are %d app passwords, want %d", n, 5+further)
	}
	if d := cmp.Diff(map[string]int{"active": 3, "superseded": 1, "revoked": 2 + further/2, "expired": further / 2}, unlocked(t, w)); d != "" {
		t.Errorf("what opens something (-want +got):\n%s", d)
	}
	for _, works := range []string{pw.kept, pw.renewed, pw.former} {
		w.Mail.Accepts(w.Alice, works)
	}
	w.Mail.Accepts(w.Bob, pw.tapped)
	w.Intranet.Rejects(w.Alice, pw.gone, "revoked")
	if got, want := preferences(t, w, w.Alice), (person.Preferences{Locale: "en-US", Zone: "Europe/Berlin", Language: "de", Quiet: person.Quiet{From: 21, Until: 7}}); got != want {
		t.Errorf("Alice's choices are %+v, want %+v", got, want)
	}
	if got := preferences(t, w, w.Bob); got.Language != "" || got.Quiet != (person.Quiet{}) {
		t.Errorf("Bob's choices are %+v", got)
	}
}

// secret expects that nothing secret was logged, stored or queued.
func secret(t *testing.T, w *world.World, pw passwords) {
	t.Helper()
	var secrets []canary.Secret
	for who, one := range map[string]string{"kept": pw.kept, "gone": pw.gone, "renewed": pw.renewed, "former": pw.former, "tapped": pw.tapped} {
		secrets = append(secrets, canary.Secret{Name: "password:" + who, Bytes: []byte(strings.ReplaceAll(strings.TrimPrefix(one, "app-"), "-", ""))})
	}
	for link := range world.Shown(w.Exchanges()) {
		b, err := base64.RawURLEncoding.DecodeString(link)
		if err != nil {
			t.Fatal("a link is no base64")
		}
		secrets = append(secrets, canary.Secret{Name: fmt.Sprint("link key:", len(secrets)), Bytes: b[17:49]})
	}
	var stored []byte
	for _, items := range w.AWS.DynamoDB().Dump() {
		for _, item := range items {
			stored = append(append(stored, item...), '\n')
		}
	}
	for _, m := range w.AWS.Queues().Messages() {
		stored = append(stored, m.Body...)
	}
	for _, f := range canary.Find(secrets, []canary.Place{{Name: "log", Bytes: []byte(strings.Join(w.Logs(), "\n"))}, {Name: "storage", Bytes: stored}}) {
		t.Errorf("a leak: %v", f)
	}
}
