package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/infra/local/aws/sqs"
	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// refusedAfter asks for each password until it is refused, and returns how long the last one took.
func refusedAfter(w *world.World, p *world.Person, begun time.Time, passwords ...string) (last time.Duration) {
	for _, pw := range passwords {
		w.Eventually("it is refused", func() bool { return w.Mail.Asks(p, pw).Status == http.StatusUnauthorized })
		last = time.Since(begun)
	}
	return last
}

// holds is how many app passwords of a person's work or may come to work.
func holds(w *world.World, p *world.Person) int {
	return len(slices.DeleteFunc(w.Owns(p), func(c credential.Credential) bool {
		return c.State != credential.Active && c.State != credential.Pending
	}))
}

// administers makes somebody the one stored admin.
func administers(t *testing.T, w *world.World, p *world.Person) {
	t.Helper()
	table := w.Table("SettingsTable")
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "admin"}, "sk": &types.AttributeValueMemberS{Value: p.ID}, "v": &types.AttributeValueMemberN{Value: "1"},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

const deactivated = "bob@example.com was deactivated in Slack"

func TestWhoIsDeactivatedIsRefusedWithinSeconds(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	mail, phone := w.Bob.Makes("Thunderbird", "laptop"), w.Bob.Makes("Apple Mail", "")
	others := w.Carol.Makes("Thunderbird", "")
	w.Mail.Accepts(w.Bob, mail)
	w.Mail.Accepts(w.Bob, phone)
	_, cursor := w.Mail.Revocations("")
	begun := time.Now()
	w.Bob.Becomes(map[string]any{"deleted": true})
	t.Logf("from the event to the last verification refused: %v", refusedAfter(w, w.Bob, begun, mail, phone))
	w.Mail.Rejects(w.Bob, mail, "revoked")
	w.Mail.Rejects(w.Bob, phone, "revoked")
	w.Eventually("his sessions end", func() bool {
		logins, _ := w.Mail.Revocations(cursor)
		return slices.Contains(logins, w.Bob.Email)
	})
	says(w.Alice, "App passwords revoked: 2. They were for ")
	settled(w)
	if n := times(w.Alice, deactivated); n != 1 {
		t.Errorf("the admin is told %d times", n)
	}
	if got := strings.Join(revocations(t, w, w.Bob.ID), ", "); got != "apppass deactivated, apppass deactivated" {
		t.Errorf("the audit has %s", got)
	}
	w.Mail.Accepts(w.Carol, others)
	// He comes back, and starts with nothing.
	w.Bob.Becomes(map[string]any{"deleted": false})
	settled(w)
	w.Mail.Rejects(w.Bob, mail, "revoked")
	w.Mail.Accepts(w.Bob, w.Bob.Makes("Thunderbird", ""))
}

func TestABurstOfProfileEditsCostsOneJob(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Bob.Makes("Thunderbird", "")
	// The words about the reveal, and the home tab that is made anew a second later.
	w.Eventually("nothing waits but the deletion of what was sealed", func() bool {
		return !slices.ContainsFunc(w.AWS.Queues().Messages(), func(m sqs.Message) bool { return !strings.Contains(m.Body, `"kind":"delete_secret"`) })
	})
	w.Forget()
	const edits = 200
	for n := range edits {
		w.Bob.Becomes(map[string]any{"name": "Bob " + strings.Repeat("I", n%7)})
	}
	settled(w)
	if got := w.Calls("slack"); !slices.Equal(got, []string{"sqs SendMessage"}) {
		t.Errorf("%d profile edits: the slack function calls %q", edits, got)
	}
	if got := w.Calls("worker"); !slices.Equal(got, []string{"dynamodb GetItem"}) {
		t.Errorf("%d profile edits: the worker calls %q", edits, got)
	}
	t.Logf("%d profile edits: %d call of AWS by the slack function, %d by the worker", edits, len(w.Calls("slack")), len(w.Calls("worker")))
	w.Mail.Accepts(w.Bob, pw)
}

func TestWhatIsUnderWayWhenSomebodyLeavesComesTooLate(t *testing.T) {
	t.Parallel()
	t.Run("an open link", func(t *testing.T) {
		t.Parallel()
		w := world.New(t)
		tab := w.Bob.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink() // its door is open
		settled(w)
		w.Bob.Becomes(map[string]any{"deleted": true})
		says(w.Alice, deactivated)
		tab.IsRefused(http.StatusGone, "void")
		settled(w)
		if n := holds(w, w.Bob); n != 0 {
			t.Errorf("he has %d", n)
		}
		w.Eventually("what was sealed is gone", func() bool { return len(sealed(w)) == 0 })
	})
	t.Run("a new one and a rotation that are queued", func(t *testing.T) {
		t.Parallel()
		w := world.New(t)
		old := w.Bob.Makes("Thunderbird", "")
		w.Leaves(w.Bob, "trigger:rotate", job.Rotate, job.RotateArgs{Credential: w.Owns(w.Bob)[0].ID})
		w.Bob.Types("/apppass new").Picks("CRM").Sends()
		w.Bob.Becomes(map[string]any{"deleted": true})
		// After: what was pressed before and arrives late.
		w.Leaves(w.Bob, "view:V9:1", job.Issue, job.IssueArgs{Application: "crm"})
		says(w.Alice, deactivated)
		settled(w)
		if n := holds(w, w.Bob); n != 0 {
			t.Errorf("he has %d", n)
		}
		w.Mail.Rejects(w.Bob, old, "revoked")
	})
	t.Run("a claim at the same time", func(t *testing.T) {
		t.Parallel()
		w := world.New(t)
		w.Bob.Makes("CRM", "")
		tab := w.Bob.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()
		settled(w)
		claimed := make(chan drive.Claimed)
		go func() {
			c, _ := tab.Claim(t.Context())
			claimed <- c
		}()
		w.Bob.Becomes(map[string]any{"deleted": true})
		c := <-claimed
		says(w.Alice, deactivated)
		settled(w)
		if n := holds(w, w.Bob); n != 0 {
			t.Errorf("he has %d", n)
		}
		if pw, err := tab.Opens(c); err == nil {
			w.Mail.Rejects(w.Bob, pw, "revoked")
		}
	})
}

func TestAChangedAddressHoldsUntilAnAdminSays(t *testing.T) {
	t.Parallel()
	held := func(t *testing.T) (*world.World, string) {
		w := world.New(t)
		pw := w.Bob.Makes("Thunderbird", "")
		w.Bob.Becomes(map[string]any{"email": "robert@example.com"})
		says(w.Alice, "The e-mail address of bob@example.com in Slack is now robert@example.com. Is that the same person?")
		w.Bob.Types("/apppass new").Picks("CRM").Sends()
		says(w.Bob, "Your account needs an administrator's decision first. Nothing was made.")
		w.Mail.Accepts(w.Bob, pw)
		return w, pw
	}
	t.Run("the same person", func(t *testing.T) {
		t.Parallel()
		w, pw := held(t)
		w.Alice.Sees().Presses("admit")
		says(w.Alice, "robert@example.com may make app passwords, under this address.")
		says(w.Alice, "App passwords that work on under bob@example.com, until they are made anew: 1.")
		w.Mail.Accepts(w.Bob, pw)
		w.Bob.Closes()
		renewed := w.Bob.Makes("Thunderbird", "anew")
		robert := *w.Bob
		robert.Email = "robert@example.com"
		w.Mail.Accepts(&robert, renewed)
		// Nobody else gets the address that he had.
		w.Carol.Makes("CRM", "")
		w.Carol.Becomes(map[string]any{"email": "bob@example.com"})
		says(w.Alice, "The e-mail address of carol@example.com in Slack is now bob@example.com.")
		w.Alice.Sees().Presses("admit")
		says(w.Alice, "carol@example.com can't be let in")
	})
	t.Run("cut off", func(t *testing.T) {
		t.Parallel()
		w, pw := held(t)
		w.Alice.Sees().Presses("cut_off")
		says(w.Alice, "bob@example.com was cut off by an administrator.")
		w.Mail.Rejects(w.Bob, pw, "revoked")
		settled(w)
		w.Bob.Becomes(map[string]any{"email": "bob@example.com"})
		settled(w)
		w.Alice.Sees().Presses("admit")
		says(w.Alice, "bob@example.com may make app passwords, under this address.")
		w.Bob.Closes()
		w.Mail.Accepts(w.Bob, w.Bob.Makes("Thunderbird", "again"))
		w.Mail.Rejects(w.Bob, pw, "revoked")
	})
	t.Run("an admin who is none any more", func(t *testing.T) {
		t.Parallel()
		w, pw := held(t)
		administers(t, w, w.Carol)
		w.Alice.Sees().Presses("cut_off")
		says(w.Alice, "Only administrators of apppass can answer this. Nothing was changed.")
		w.Mail.Accepts(w.Bob, pw)
	})
}

func TestALeaverIsEndedThroughTrouble(t *testing.T) {
	t.Parallel()
	// A process that is killed comes back by the queue's patience; an answer that is lost, or a Slack that is away, by its own.
	for name, trouble := range map[string]func(w *world.World){
		"killed at the gate":         func(w *world.World) { pulls(w, step{"dynamodb", "TransactWriteItems", 1}, false) },
		"killed behind the gate":     func(w *world.World) { pulls(w, step{"dynamodb", "TransactWriteItems", 1}, true) },
		"killed at the first of two": func(w *world.World) { pulls(w, step{"dynamodb", "TransactWriteItems", 2}, false) },
		"killed behind the first":    func(w *world.World) { pulls(w, step{"dynamodb", "TransactWriteItems", 2}, true) },
		"killed behind the second":   func(w *world.World) { pulls(w, step{"dynamodb", "TransactWriteItems", 3}, true) },
		"killed before it is told":   func(w *world.World) { pulls(w, step{"slack", "chat.postMessage", 1}, false) },
		"storage answers are lost": func(w *world.World) {
			w.Breaks(drive.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: "after", Times: 5})
		},
		"storage is away": func(w *world.World) {
			w.Breaks(drive.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: "before", Times: 5})
		},
		"Slack does not say who it is": func(w *world.World) {
			w.Breaks(drive.Fault{Target: "slack", Operation: "users.info", Kind: "throttle", Times: 2})
		},
		"Slack takes no message": func(w *world.World) {
			w.Breaks(drive.Fault{Target: "slack", Operation: "chat.postMessage", Kind: "before", Times: 2})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			one, two := w.Bob.Makes("Thunderbird", ""), w.Bob.Makes("Apple Mail", "")
			settled(w)
			trouble(w)
			w.Bob.Becomes(map[string]any{"deleted": true})
			if strings.HasPrefix(name, "killed") {
				comesBack(w)
			}
			says(w.Alice, deactivated)
			settled(w)
			w.Mail.Rejects(w.Bob, one, "revoked")
			w.Mail.Rejects(w.Bob, two, "revoked")
			if n := times(w.Alice, deactivated); n != 1 {
				t.Errorf("the admin is told %d times", n)
			}
			if n := len(revocations(t, w, w.Bob.ID)); n != 2 {
				t.Errorf("the audit has %d revocations", n)
			}
		})
	}
}

// unopened is how many links a person's messages have.
func unopened(p *world.Person) (n int) {
	for _, m := range p.Sees().Messages {
		if _, _, ok := drive.Press(m.Blocks, "open_link"); ok {
			n++
		}
	}
	return n
}

func TestSixtyAppPasswordsEndWithTheirOwner(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	const many = 60
	for n := range many {
		w.Leaves(w.Bob, fmt.Sprint("view:V:", n), job.Issue, job.IssueArgs{Application: "thunderbird"})
	}
	w.Eventually("every link is there", func() bool { return unopened(w.Bob) == many })
	// Each link is opened from its message, which then says so: what is left is the messages that still have one.
	var all []string
	for range many {
		all = append(all, w.Bob.Awaits("a link", (*world.Scene).HasLink).OpensLink().Reveals())
		w.Eventually("the link is gone from its message", func() bool { return unopened(w.Bob) == many-len(all) })
	}
	settled(w)
	begun := time.Now()
	w.Bob.Becomes(map[string]any{"deleted": true})
	t.Logf("from the event to the last of %d passwords refused: %v", many, refusedAfter(w, w.Bob, begun, all...))
	says(w.Alice, "App passwords revoked: 60. They were for Thunderbird (60).")
	if n := holds(w, w.Bob); n != 0 {
		t.Errorf("%d are left", n)
	}
}
