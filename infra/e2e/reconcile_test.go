package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/issue"
)

// at is the time of the tick that begins the reconciliation of one of the nights to come, from 1.
func at(w *world.World, night int) time.Time {
	now := w.Clock.Now().UTC()
	return time.Date(now.Year(), now.Month(), now.Day()+night, 2, 17, 0, 0, time.UTC)
}

// reconciles ticks the sweep of a night.
func reconciles(t *testing.T, w *world.World, night int) {
	t.Helper()
	ticks(t, w, "sweep", at(w, night))
}

// reconciled waits until everything that a night has begun is done.
func reconciled(w *world.World) {
	w.Eventually("the reconciliation is done", func() bool {
		for _, m := range w.AWS.Queues().Messages() {
			if j, err := job.Parse(m.Body); err == nil && (j.Kind == job.Reconcile || j.Kind == job.Account || j.Kind == job.GoOn) {
				return false
			}
		}
		return true
	})
}

// hires makes somebody known who has an app password whose link nobody has opened. Whether Slack knows them is another matter.
func hires(t *testing.T, w *world.World, id string) {
	t.Helper()
	tables, now := dynamodb.NewFromConfig(w.Config), w.Clock.Now()
	store := dynamo.NewStore(tables, dynamo.Tables{
		Credentials: w.Table("CredentialsTable"), Verifiers: w.Table("VerifiersTable"), Ephemeral: w.Table("EphemeralTable"), Audit: w.Table("AuditTable"),
	})
	who := person.Person{
		Owner: credential.Owner{Team: "TLOCAL", Person: id}, Login: strings.ToLower(id) + "@example.com", Gate: person.Gate{State: person.Open, Generation: 1},
	}
	e := audit.New(now, who.Owner, id, audit.Issued)
	e.Job = "view:of:" + id
	c := credential.Credential{
		ID: credential.ID(e.Job), Owner: who.Owner, Login: who.Login, Application: "crm", Services: []string{"mail"}, State: credential.Pending,
		Verifier: credential.Verifier("v" + id), Reveal: string(link.New().ID()), Made: now,
	}
	_, err := dynamo.NewLedger(tables, w.Table("EphemeralTable"), w.Clock.Now).Lease(t.Context(), e.Job, now.Add(time.Minute))
	if err == nil {
		err = store.Begin(t.Context(), issue.Draft{
			Person: who, New: true, Credential: c, Event: e,
			Entry:  credential.Entry{Verifier: c.Verifier, Credential: c.ID, Owner: who.Owner, State: credential.EntryPending},
			Reveal: link.Reveal{ID: link.ID(c.Reveal), Secret: "apppass/reveal/" + id, State: link.Preparing, Owner: who.Owner, Expires: now.AddDate(0, 1, 0), Generation: 1},
		}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// unseen has Slack deactivate somebody of whom no event was sent.
func unseen(t *testing.T, w *world.World, id string) {
	t.Helper()
	if err := (drive.Slack{URL: w.SlackURL}).Change(t.Context(), map[string]any{"id": id, "email": strings.ToLower(id) + "@example.com", "deleted": true}); err != nil {
		t.Fatal(err)
	}
}

// loses has something happen in Slack while nothing can be queued of it.
func loses(w *world.World, what func()) {
	settled(w)
	w.Breaks(drive.Fault{Target: "sqs", Operation: "SendMessage", Kind: "before"})
	what()
	w.Mends()
}

// losesBob has Slack deactivate Bob unseen.
func losesBob(w *world.World) {
	loses(w, func() { w.Bob.Becomes(map[string]any{"deleted": true}) })
}

func TestALeaverOfWhomNoEventToldIsFoundAtNight(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw, others := w.Bob.Makes("Thunderbird", ""), w.Carol.Makes("Thunderbird", "")
	losesBob(w)
	w.Mail.Accepts(w.Bob, pw)
	reconciles(t, w, 1)
	reconciles(t, w, 1) // the same night again
	says(w.Alice, deactivated)
	reconciled(w)
	w.Mail.Rejects(w.Bob, pw, "revoked")
	w.Mail.Accepts(w.Carol, others)
	reconciles(t, w, 2)
	reconciled(w)
	if n := times(w.Alice, deactivated); n != 1 {
		t.Errorf("the admin is told %d times", n)
	}
}

func TestWhoIsNotInSlacksListIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	for n := range 25 {
		hires(t, w, fmt.Sprintf("UGHOST%d", n))
	}
	for night := 1; night <= 2; night++ {
		reconciles(t, w, night)
		says(w.Alice, "People with app passwords who are not in Slack's list of the workspace: 25.")
		reconciled(w)
	}
	if n := times(w.Alice, "who are not in Slack's list"); n != 1 {
		t.Errorf("the admin is told %d times", n)
	}
	if n := len(events(t, w, "left")); n != 0 {
		t.Errorf("%d have left", n)
	}
}

// events is whom the audit's events of an action concern.
func events(t *testing.T, w *world.World, action string) (all []string) {
	t.Helper()
	for _, item := range w.AWS.DynamoDB().Dump()[w.Table("AuditTable")] {
		var e struct{ Person, Action struct{ S string } }
		if err := json.Unmarshal(item, &e); err != nil {
			t.Fatal(err)
		}
		if e.Action.S == action {
			all = append(all, e.Person.S)
		}
	}
	slices.Sort(all)
	return all
}

func TestTooManyLeaversAreAskedAboutFirst(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		left, stay int
		asks       string
	}{
		"more than twenty":     {21, 400, "By Slack's list 21 of 421 people"},
		"more than 5 per cent": {2, 10, "By Slack's list 2 of 12 people"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			for n := range c.left + c.stay {
				id := fmt.Sprintf("U%03d", n)
				hires(t, w, id)
				if n < c.left {
					unseen(t, w, id)
					continue
				}
				if err := (drive.Slack{URL: w.SlackURL}).Change(t.Context(), map[string]any{"id": id}); err != nil {
					t.Fatal(err)
				}
			}
			reconciles(t, w, 1)
			says(w.Alice, c.asks)
			reconciled(w)
			if n := len(events(t, w, "left")); n != 0 {
				t.Errorf("%d have left before anybody has answered", n)
			}
			w.Alice.Sees().Presses("reconcile_leave")
			says(w.Alice, fmt.Sprintf("People who were left as they are: %d. Nothing was changed.", c.left))
			reconciles(t, w, 2)
			says(w.Alice, c.asks)
			// After the question: not one of those about whom was asked.
			loses(w, func() { unseen(t, w, fmt.Sprintf("U%03d", c.left)) })
			w.Alice.Sees().Presses("reconcile_go_on")
			says(w.Alice, fmt.Sprintf("People about whom Slack is asked once more: %d.", c.left))
			w.Eventually("they have left", func() bool { return len(events(t, w, "left")) >= c.left })
			reconciled(w)
			if n := len(events(t, w, "revoked")); n != c.left {
				t.Errorf("%d app passwords are revoked, want %d", n, c.left)
			}
		})
	}
}

func TestAListThatCanNotBeReadChangesNothing(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]func(t *testing.T, w *world.World){
		"a page fails": func(t *testing.T, w *world.World) {
			w.Breaks(drive.Fault{Target: "slack", Operation: "users.list", Kind: "before"})
		},
		"Slack wants it later": func(t *testing.T, w *world.World) {
			w.Breaks(drive.Fault{Target: "slack", Operation: "users.list", Kind: "throttle"})
		},
		"an answer is lost": func(t *testing.T, w *world.World) {
			w.Breaks(drive.Fault{Target: "slack", Operation: "users.list", Kind: "after"})
		},
		"a page is cut off":                func(t *testing.T, w *world.World) { answersAs(t, w, "", true) },
		"the token is another workspace's": func(t *testing.T, w *world.World) { answersAs(t, w, "TOTHER", false) },
		"the token is revoked":             func(t *testing.T, w *world.World) { token(t, w, "xoxb-revoked") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			pw := w.Bob.Makes("Thunderbird", "")
			losesBob(w)
			trouble(t, w)
			reconciles(t, w, 1)
			w.Eventually("it is tried", func() bool {
				return slices.ContainsFunc(w.Logs(), func(line string) bool {
					return strings.Contains(line, "has to come again") && strings.Contains(line, "page 0 of "+at(w, 1).Format(time.DateOnly))
				})
			})
			w.Mail.Accepts(w.Bob, pw)
			if n := len(events(t, w, "left")); n != 0 {
				t.Errorf("%d have left", n)
			}
			w.Mends()
			answersAs(t, w, "", false)
			token(t, w, "xoxb-local")
			says(w.Alice, deactivated)
			w.Mail.Rejects(w.Bob, pw, "revoked")
		})
	}
}

// answersAs changes how Slack answers auth.test and users.list.
func answersAs(t *testing.T, w *world.World, team string, half bool) {
	t.Helper()
	answer, err := http.Post(w.SlackURL+"/api/roster", "application/json", strings.NewReader(fmt.Sprintf(`{"team":%q,"half":%v}`, team, half)))
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("got %v, %v", answer, err)
	}
	_ = answer.Body.Close()
}

// token writes the bot's token, as an operator does, and waits until nobody has the former one.
func token(t *testing.T, w *world.World, text string) {
	t.Helper()
	for _, s := range w.Template.Secrets {
		if s.LogicalID == "SlackBotToken" {
			_, err := secretsmanager.NewFromConfig(w.Config).PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: &s.Name, SecretString: &text})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	w.Advance(2 * time.Minute)
}
