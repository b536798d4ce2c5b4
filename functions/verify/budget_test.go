package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/password"
)

// nobodys is a well-formed app password that nobody has.
func nobodys() string {
	pw := password.New(password.General)
	return pw.Format().Show("app", pw.Reveal())
}

// expects asks, and says what the answer and the requests behind it have to be.
func (h *house) expects(what, login, pw string, status int, requests ...string) {
	h.t.Helper()
	h.Seen()
	got, body := h.ask(mailKey, asks(login, pw, nil))
	if seen := h.Seen(); got != status || !slices.Equal(seen, requests) {
		h.t.Errorf("%s: got %d (%v%v) by %q, want %d by %q", what, got, body["reason"], body["error"], seen, status, requests)
	}
}

func TestWhatAVerificationAsksOfAWS(t *testing.T) {
	h := newHouse(t)
	pw, gone, early := h.has("alice", active), h.has("bob", revoked), h.has("carol", pending)
	const alice = "alice@example.com"
	h.expects("the first use", alice, pw, 200, "GetItem", "SendMessage", "TransactWriteItems")
	h.expects("warm", alice, pw, 200, "GetItem")
	h.expects("mistyped", alice, pw[:len(pw)-1]+"#", 401, "PutItem")                            // malformed, in fact
	h.expects("a tombstone", "bob@example.com", gone, 401, "GetItem", "PutItem", "SendMessage") // the word to its owner, once a day
	h.expects("the same tombstone", "bob@example.com", gone, 401, "GetItem")
	h.expects("not revealed", "carol@example.com", early, 401, "GetItem", "PutItem")
	h.expects("unknown", alice, nobodys(), 401, "GetItem", "UpdateItem")
	h.expects("hunter2", "dave@example.com", "hunter2", 401, "PutItem")
	h.Clock.Advance(59 * time.Minute)
	h.expects("within the hour, the caches anew", alice, pw, 200, "Query", "GetSecretValue", "GetItem")
	h.expects("within the hour", alice, pw, 200, "GetItem")
}

func TestAUseIsNotedOnceAnHourForListAndForTheNextCheck(t *testing.T) {
	h := newHouse(t)
	pw := h.hasWith("alice", active, func(e *credential.Entry) { e.Expires = time.Time{} })
	owner := credential.Owner{Team: "TLOCAL", Person: "Ualice"}
	h.expects("the first", "alice@example.com", pw, 200, "GetItem", "SendMessage", "TransactWriteItems")
	first := h.Clock.Now()
	h.Clock.Advance(61 * time.Minute)
	if status, _ := h.ask(mailKey, asks("alice@example.com", pw, nil)); status != 200 {
		t.Fatal(status)
	}
	c, err := h.store.Credential(t.Context(), owner, credential.ID("alice"))
	h.must(err)
	if len(c.Uses) != 1 || c.Uses[0].Address != "198.51.100.23" || c.Uses[0].Service != "mail" || c.Uses[0].Protocol != "imap" || c.Uses[0].At.Sub(first) < time.Hour {
		t.Errorf("the list will say %+v", c.Uses)
	}
	if n := len(h.Queues().Messages()); n != 1 {
		t.Errorf("%d words to the owner, want one", n)
	}
	// Something else is being written to it at this moment.
	h.Clock.Advance(61 * time.Minute)
	h.must(h.Faults.Add(throttled("TransactWriteItems", 1)))
	if status, _ := h.ask(mailKey, asks("alice@example.com", pw, nil)); status != 200 {
		t.Errorf("while the use can't be noted: got %d", status)
	}
}

func TestDistinctUnknownPasswordsAreThrottledAndRepeatsAreNot(t *testing.T) {
	h := newHouse(t)
	good := h.has("alice", active)
	const alice = "alice@example.com"
	same := nobodys()
	for range 20 {
		if status, _ := h.ask(mailKey, asks(alice, same, nil)); status != 401 {
			t.Fatalf("a device that offers one password for ever: got %d", status)
		}
	}
	for n := range 9 {
		if status, _ := h.ask(mailKey, asks(alice, nobodys(), nil)); status != 401 {
			t.Fatalf("the %dth distinct one: got %d", n+2, status)
		}
	}
	h.expects("the eleventh", alice, nobodys(), 429, "GetItem", "UpdateItem", "SendMessage") // the word to whose login it is, once a day
	h.expects("the twelfth", alice, nobodys(), 429, "GetItem")
	if status, _ := h.ask(mailKey, asks(alice, good, nil)); status != 200 {
		t.Errorf("the right one, meanwhile: got %d", status)
	}
	if status, _ := h.ask(mailKey, asks(alice, nobodys(), map[string]any{"client_ip": "203.0.113.1"})); status != 401 {
		t.Errorf("from elsewhere: got %d", status)
	}
	if status, _ := h.ask(mailKey, asks("bob@example.com", nobodys(), nil)); status != 401 {
		t.Errorf("another login: got %d", status)
	}
	// Another process knows of it from the table.
	again := h.restart()
	again.expects("another process", alice, nobodys(), 429, "GetItem", "UpdateItem", "SendMessage")
	h.Clock.Advance(15 * time.Minute)
	if status, _ := h.ask(mailKey, asks(alice, nobodys(), nil)); status != 401 {
		t.Errorf("a quarter of an hour later: got %d", status)
	}
}

func TestAnOlderPepperIsLeftBehindAtTheNextUse(t *testing.T) {
	h := newHouse(t)
	pw := h.has("alice", active)
	const alice = "alice@example.com"
	client, secret := secretsmanager.NewFromConfig(h.Config), h.pepper
	old, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &secret})
	h.must(err)
	_, key, _ := strings.Cut(*old.SecretString, `"key":"`)
	key, _, _ = strings.Cut(key, `"`)
	_, err = client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: &secret, SecretString: aws.String(fmt.Sprintf(
		`{"versions":[{"id":1,"key":%q,"state":"readable"},{"id":2,"key":%q,"state":"issuing"}]}`, key, strings.Repeat("n", 64)))})
	h.must(err)
	h.Clock.Advance(2 * time.Minute)
	h.ask(mailKey, asks(alice, "x", nil)) // the services are read anew
	h.expects("by the older key", alice, pw, 200, "GetSecretValue", "GetItem", "BatchGetItem", "TransactWriteItems")
	h.expects("the first use, by the newer", alice, pw, 200, "GetItem", "SendMessage", "TransactWriteItems")
	h.expects("by the newer", alice, pw, 200, "GetItem")
	h.expects("unknown under both", alice, nobodys(), 401, "GetItem", "BatchGetItem", "UpdateItem")
	out, err := dynamodb.NewFromConfig(h.Config).Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String(h.Table("verifiers"))})
	if err == nil && out.Count != 1 {
		t.Errorf("%d verifiers are left, want one", out.Count)
	}
	// Revoked right after, by what the credential says.
	c, err := h.store.Credential(t.Context(), credential.Owner{Team: "TLOCAL", Person: "Ualice"}, credential.ID("alice"))
	h.must(err)
	h.revoke(c, "alice")
	h.expects("revoked", alice, pw, 401, "GetItem", "PutItem", "SendMessage")
}
