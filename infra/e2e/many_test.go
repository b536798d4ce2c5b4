package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/credential"
)

// called is the id of a person's app password by its label.
func called(t *testing.T, w *world.World, p *world.Person, label string) string {
	t.Helper()
	all := w.Owns(p)
	i := slices.IndexFunc(all, func(c credential.Credential) bool { return c.Label == label })
	if i < 0 {
		t.Fatalf("%s has none that is called %q", p.ID, label)
	}
	return all[i].ID
}

// sends sends the topmost form, with what is checked in it where that is said.
func sends(t *testing.T, p *world.Person, checked map[string][]string) drive.Answer {
	t.Helper()
	values := map[string]any{}
	for block, ids := range checked {
		values[block] = map[string]any{"chosen": ids}
	}
	a, err := p.Attempts("submit", map[string]any{"view_id": p.Sees().Top().ID, "values": values})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestWhoHasLostAPhoneIsHelped(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	ios, android := w.Alice.Makes("iOS Mail", "phone"), w.Alice.Makes("Android mail", "old phone")
	calendar, laptop := w.Alice.Makes("Calendar and contacts (DAV)", "calendar"), w.Alice.Makes("Thunderbird", "laptop")
	his := w.Bob.Makes("iOS Mail", "his")
	w.Mail.Accepts(w.Alice, ios)
	says(w.Alice, "is in use")

	if scene := w.Alice.Types("/apppass lost phone"); scene.Top().View.CallbackID != "lost" || !has(scene, "there is no undo") {
		t.Fatalf("she sees %s", scene.Words())
	}
	form := w.Alice.Sees().Top()
	var offered []string
	for _, b := range form.View.Blocks {
		if b.Element != nil {
			offered = append(offered, b.BlockID)
			for _, o := range b.Element.Options {
				offered = append(offered, o.Text.Text)
			}
		}
	}
	want := []string{"phone_0", "iOS Mail · phone", "Android mail · old phone", "rest_0", "Thunderbird · laptop", "Calendar and contacts (DAV) · calendar"}
	if !slices.Equal(offered[:3], want[:3]) || !slices.Equal(offered[3:4], want[3:4]) || len(offered) != len(want) {
		t.Errorf("offered are %q, want %q", offered, want)
	}
	// Nothing is checked: nothing is asked.
	if a := sends(t, w.Alice, map[string][]string{"phone_0": {}}); len(a.Errors) != 1 {
		t.Errorf("with nothing checked: got %+v", a)
	}
	// The phones are checked; the calendar was on it too.
	sends(t, w.Alice, map[string][]string{"phone_0": {called(t, w, w.Alice, "phone"), called(t, w, w.Alice, "old phone")}, "rest_0": {called(t, w, w.Alice, "calendar")}})
	question := w.Alice.Sees()
	if top := question.Top(); top.View.CallbackID != "revoke_many" || top.View.Submit.Text != "Revoke 3" || !has(question, "App passwords to revoke: 3", "no undo") {
		t.Fatalf("she sees %s", question.Words())
	}
	w.Mail.Accepts(w.Alice, ios)
	sends(t, w.Alice, nil)
	outcome := w.Alice.Awaits("that they are revoked", func(s *world.Scene) bool { return len(s.Views) == 1 && has(s, "Revoked: 3.") })
	if !has(outcome, "iOS Mail · phone", "Android mail · old phone", "calendar") || has(outcome, "Could not be revoked") {
		t.Errorf("she sees %s", outcome.Words())
	}
	for _, pw := range []string{ios, android} {
		w.Mail.Rejects(w.Alice, pw, "revoked")
	}
	if v := w.Mail.AsksAs(drive.Login{Login: w.Alice.Email, Password: calendar, Protocol: "dav", ClientIP: "192.0.2.7"}); v.Reason != "revoked" {
		t.Errorf("the calendar's: got %+v", v)
	}
	w.Mail.Accepts(w.Alice, laptop)
	w.Mail.Accepts(w.Bob, his)
	if got := revocations(t, w, w.Alice.ID); len(got) != 3 {
		t.Errorf("the audit says %q", got)
	}
}

func TestTheHomeTabHelpsWhoHasLostAPhone(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	if h := w.Alice.OpensHome(); h.Has("lost") {
		t.Error("who has nothing is asked for a lost phone")
	}
	w.Alice.Makes("iOS Mail", "phone")
	published(w)
	w.Alice.OpensHome().Presses("lost")
	w.Alice.Awaits("the form", func(s *world.Scene) bool { return len(s.Views) == 1 })
	sends(t, w.Alice, nil) // what was checked from the beginning
	sends(t, w.Alice, nil)
	w.Alice.Awaits("that it is revoked", func(s *world.Scene) bool { return has(s, "Revoked: 1.") })
	w.Alice.AwaitsHome("that nothing is left", func(h *world.Home) bool { return h.Says("You have no app passwords") })
}

func TestAllOfAnApplicationAndAllOfOnesOwn(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	one, two, crm := w.Alice.Makes("Thunderbird", "laptop"), w.Alice.Makes("Thunderbird", "desk"), w.Alice.Makes("CRM", "")
	his := w.Bob.Makes("Thunderbird", "his")
	if scene := w.Alice.Types("/apppass revoke all outlook"); !has(scene, "You have no app password of that name that still works") || len(scene.Views) > 0 {
		t.Errorf("of what she has not: %s", scene.Words())
	}
	scene := w.Alice.Types("/apppass revoke all thunderbird")
	if top := scene.Top(); top.View.Submit.Text != "Revoke 2" || !has(scene, "Thunderbird · laptop", "Thunderbird · desk") {
		t.Fatalf("she sees %s", scene.Words())
	}
	w.Alice.Closes() // she thinks better of it
	w.Mail.Accepts(w.Alice, one)
	// The same from the picker.
	presses(t, w.Alice, w.Alice.Types("/apppass revoke thunderbird").Last(), "revoke_all")
	w.Alice.Awaits("the question", func(s *world.Scene) bool { return len(s.Views) == 1 && has(s, "App passwords to revoke: 2") })
	sends(t, w.Alice, nil)
	w.Alice.Awaits("that they are revoked", func(s *world.Scene) bool { return has(s, "Revoked: 2.") })
	w.Mail.Rejects(w.Alice, one, "revoked")
	w.Mail.Rejects(w.Alice, two, "revoked")
	w.Mail.Accepts(w.Alice, crm)
	w.Alice.Closes()
	w.Alice.Types("/apppass revoke all")
	// One of them is revoked elsewhere while she thinks.
	w.Alice.Types("/apppass revoke crm").Confirms()
	w.Advance(2 * time.Second)
	sends(t, w.Alice, nil)
	w.Alice.Awaits("what was the case", func(s *world.Scene) bool { return has(s, "Over already, and not changed now: 1", "CRM") })
	w.Mail.Accepts(w.Bob, his)
	if got := revocations(t, w, w.Alice.ID); len(got) != 3 {
		t.Errorf("the audit says %q", got)
	}
}

// failed waits until a job of a kind comes for the second time.
func failed(w *world.World, kind string) {
	w.Eventually("the job has failed", func() bool {
		return slices.ContainsFunc(w.Logs(), func(line string) bool {
			return strings.HasPrefix(line, "worker ") && strings.Contains(line, `"kind":"`+kind+`"`) && strings.Contains(line, `"received":2`)
		})
	})
}

// A transaction that another one is in the way of is tried again, by the adapter, by the use case and by the job, until it holds; only then it
// is said.
func TestRevokedIsSaidOnlyWhenItHolds(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]drive.Fault{
		"storage is away":    {Target: "dynamodb", Operation: "TransactWriteItems", Kind: "before"},
		"storage is busy":    {Target: "dynamodb", Operation: "TransactWriteItems", Kind: "throttle"},
		"an answer was lost": {Target: "dynamodb", Operation: "TransactWriteItems", Kind: "after", Times: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			one, two := w.Alice.Makes("Thunderbird", "laptop"), w.Alice.Makes("Thunderbird", "desk")
			alone := w.Bob.Makes("CRM", "")
			settled(w)
			shown := w.Bob.Types("/apppass revoke crm")
			w.Alice.Types("/apppass revoke all")
			w.Breaks(f)
			presses(t, w.Bob, shown.Last(), "revoke")
			sends(t, w.Alice, nil)
			if f.Times == 0 {
				failed(w, "revoke")
				failed(w, "revoke_many")
				if has(w.Alice.Sees(), "Revoked:") || has(w.Bob.Sees(), "Revoked:") {
					t.Errorf("it is said before it holds: %s", w.Alice.Sees().Words())
				}
				w.Mail.Accepts(w.Alice, one)
				w.Mail.Accepts(w.Bob, alone)
				w.Mends()
			}
			w.Alice.Awaits("that they are revoked", func(s *world.Scene) bool { return has(s, "Revoked: 2.") })
			says(w.Bob, "Revoked: CRM.")
			w.Mail.Rejects(w.Alice, one, "revoked")
			w.Mail.Rejects(w.Alice, two, "revoked")
			w.Mail.Rejects(w.Bob, alone, "revoked")
			if a, b := revocations(t, w, w.Alice.ID), revocations(t, w, w.Bob.ID); len(a) != 2 || len(b) != 1 {
				t.Errorf("the audit says %q and %q", a, b)
			}
		})
	}
}

// What could not be revoked is named at the last try, with a button each, and works on.
func TestWhatCouldNotBeRevokedIsNamed(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	one, two := w.Alice.Makes("Thunderbird", "laptop"), w.Alice.Makes("Thunderbird", "desk")
	settled(w)
	w.Alice.Types("/apppass revoke all")
	w.Breaks(drive.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: "before"})
	sends(t, w.Alice, nil)
	scene := w.Alice.Awaits("what could not be done", func(s *world.Scene) bool { return has(s, "Could not be revoked, and still working: 2") })
	if has(scene, "Revoked:") {
		t.Errorf("she sees %s", scene.Words())
	}
	w.Mail.Accepts(w.Alice, one)
	w.Mends()
	presses(t, w.Alice, drive.Message{TS: scene.Top().ID, Blocks: scene.Top().View.Blocks}, "revoke")
	w.Alice.Awaits("that one is revoked", func(s *world.Scene) bool { return has(s, "Revoked: Thunderbird") })
	reasons := []string{w.Mail.Asks(w.Alice, one).Reason, w.Mail.Asks(w.Alice, two).Reason}
	slices.Sort(reasons)
	if !slices.Equal(reasons, []string{"", "revoked"}) {
		t.Errorf("after one press they are %q", reasons)
	}
}
