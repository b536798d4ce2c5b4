package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
)

// reported is what somebody gets who reports.
type reported struct {
	Status int
	Body   string
	Header http.Header // but for what says when, and which request it was
}

// reports posts app passwords that somebody has found.
func reports(t *testing.T, w *world.World, found ...string) reported {
	t.Helper()
	body, err := json.Marshal(map[string]any{"passwords": found})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.APIURL+"/v1/leaked", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Date", "Apigw-Requestid"} {
		answer.Header.Del(name)
	}
	return reported{answer.StatusCode, string(text), answer.Header}
}

// times is how many of a person's messages say something.
func times(p *world.Person, what string) (n int) {
	for _, m := range p.Sees().Messages {
		if strings.Contains(m.Text, what) {
			n++
		}
	}
	return n
}

// revocations is who revoked, why, in what was written for the audit of a person.
func revocations(t *testing.T, w *world.World, person string) (all []string) {
	t.Helper()
	for _, item := range w.AWS.DynamoDB().Dump()[w.Table("AuditTable")] {
		var e struct{ Person, Action, Actor, Reason struct{ S string } }
		if err := json.Unmarshal(item, &e); err != nil {
			t.Fatal(err)
		}
		if e.Person.S == person && e.Action.S == "revoked" {
			all = append(all, e.Actor.S+" "+e.Reason.S)
		}
	}
	return all
}

func TestWhoHoldsAPasswordMayKillIt(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw, other := w.Bob.Makes("Thunderbird", "laptop"), w.Bob.Makes("CRM", "")
	w.Mail.Accepts(w.Bob, pw)
	for range 3 {
		if got := reports(t, w, "export IMAP_PASSWORD="+pw); got.Status != http.StatusAccepted || got.Body != "{}\n" {
			t.Fatalf("got %+v", got)
		}
	}
	w.Bob.Awaits("that it was found", func(*world.Scene) bool {
		return times(w.Bob, "Thunderbird · laptop was found where others can read it") > 0
	})
	w.Mail.Rejects(w.Bob, pw, "revoked")
	w.Eventually("the admin is told", func() bool { return times(w.Alice, "An app password of bob@example.com for Thunderbird was found") > 0 })
	w.Eventually("every report is dealt with", func() bool { return w.Messages("RequestsQueue") == 0 })
	if owner, admin := times(w.Bob, "was found"), times(w.Alice, "was found"); owner != 1 || admin != 1 {
		t.Errorf("told %d times to the owner and %d times to the admin", owner, admin)
	}
	if d := cmp.Diff([]string{"apppass leaked"}, revocations(t, w, w.Bob.ID)); d != "" {
		t.Errorf("the audit (-want +got):\n%s", d)
	}
	// Another one of his is another one.
	w.Intranet.Accepts(w.Bob, other)
	// The button makes a new one.
	w.Bob.Sees().Presses("suggestion")
	w.Mail.Accepts(w.Bob, w.Bob.Sees().Picks("Thunderbird").Submits().OpensLink().Reveals())
	if strings.Contains(strings.Join(w.Logs(), "\n"), pw[len("app-"):]) {
		t.Error("the password is in a log")
	}
}

func TestStoredAdminsAreToldInPlaceOfTheFirst(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	table := w.Table("SettingsTable")
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "admin"}, "sk": &types.AttributeValueMemberS{Value: w.Carol.ID}, "v": &types.AttributeValueMemberN{Value: "1"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	reports(t, w, w.Bob.Makes("Thunderbird", ""))
	w.Eventually("Carol is told", func() bool { return times(w.Carol, "was found") == 1 })
	w.Eventually("the report is dealt with", func() bool { return w.Messages("RequestsQueue") == 0 })
	if times(w.Alice, "was found") > 0 {
		t.Error("the first admin is told, though there is a stored one")
	}
}

func TestWhoReportsLearnsNothing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	dead := w.Alice.Makes("Thunderbird", "")
	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	works := w.Bob.Makes("Thunderbird", "")
	reports(t, w, "warm")
	var want reported
	var calls []string
	for n, texts := range [][]string{
		{"hunter2"}, {works}, {works}, {dead}, {"app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"}, {works[:len(works)-1] + "?"}, {""},
		{works, dead, "\x00"}, slices.Repeat([]string{"hunter2"}, 20),
	} {
		w.Forget()
		begun := time.Now()
		got := reports(t, w, texts...)
		if took := time.Since(begun); took < 400*time.Millisecond {
			t.Errorf("report %d is answered after %v", n, took)
		}
		if n == 0 {
			want, calls = got, w.Calls("leak")
			if want.Status != http.StatusAccepted || len(calls) != 2 {
				t.Fatalf("got %+v after %v", want, calls)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("report %d (-first +this):\n%s", n, d)
		}
		if d := cmp.Diff(calls, w.Calls("leak")); d != "" {
			t.Errorf("report %d calls (-first +this):\n%s", n, d)
		}
	}
}

func TestALeakIsEndedThroughTrouble(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]drive.Fault{
		"Slack is away":     {Target: "slack", Operation: "chat.postMessage", Kind: "before", Times: 2},
		"storage is away":   {Target: "dynamodb", Operation: "TransactWriteItems", Kind: "before", Times: 4},
		"an answer is lost": {Target: "dynamodb", Operation: "TransactWriteItems", Kind: "after", Times: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			pw := w.Bob.Makes("Thunderbird", "")
			w.Eventually("all is quiet", func() bool { return w.Messages("RequestsQueue") == 0 })
			w.Breaks(f)
			reports(t, w, pw)
			w.Eventually("both are told", func() bool { return times(w.Bob, "was found") > 0 && times(w.Alice, "was found") > 0 })
			w.Eventually("the report is dealt with", func() bool { return w.Messages("RequestsQueue") == 0 })
			w.Mail.Rejects(w.Bob, pw, "revoked")
			if got := fmt.Sprint(times(w.Bob, "was found"), times(w.Alice, "was found"), revocations(t, w, w.Bob.ID)); got != "1 1 [apppass leaked]" {
				t.Errorf("told and noted: %s", got)
			}
		})
	}
}
