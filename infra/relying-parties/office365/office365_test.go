package office365

import (
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/e2e/canary"
	"github.com/apppass/apppass/shared/core/password"
)

func TestALegacyProgramIsInItsMailbox(t *testing.T) {
	t.Parallel()
	b := start(t)
	alices, bobs := b.Alice.Makes("Thunderbird", ""), b.Bob.Makes("Thunderbird", "")

	c, got := programs[0].signsIn(t, b, "Alice@Example.com", alices)
	if got != in {
		t.Fatalf("IMAP: got %q, want %q", got, in)
	}
	if answer := c.says("b SELECT INBOX"); answer != "b OK [READ-WRITE] SELECT completed." {
		t.Errorf("SELECT INBOX: %q", answer)
	}
	c, got = programs[1].signsIn(t, b, "alice@example.com", alices)
	if got != in {
		t.Fatalf("submission: got %q, want %q", got, in)
	}
	for _, line := range []string{"MAIL FROM:<alice@example.com>", "RCPT TO:<bob@example.com>", "DATA", "Subject: by hand\r\n\r\nIt got through.\r\n."} {
		if answer := c.says(line); answer[0] != '2' && answer[0] != '3' {
			t.Errorf("%.4s: %q", line, answer)
		}
	}
	// An admin has mapped Bob's login to another mailbox.
	b.tells("bob@example.com", bobs, in)
	opened, refused, mails := b.office.seen()
	want := []string{"imap alice@example.com", "smtp alice@example.com", "imap shared@example.com", "smtp shared@example.com"}
	if !slices.Equal(opened, want) || refused > 0 {
		t.Errorf("opened were %q, refused %d; want %q, none", opened, refused, want)
	}
	if len(mails) != 1 || !strings.Contains(mails[0], "It got through.") {
		t.Errorf("the mails that got through: %q", mails)
	}
	if n := b.entra.requests(); n != 1 {
		t.Errorf("%d tokens were asked for, want one", n)
	}
}

func TestAWrongPasswordIsWrongAndAsksEntraForNothing(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	unknown := password.New(password.General)
	shown := unknown.Format().Show("app", unknown.Reveal())
	for name, c := range map[string][2]string{
		"unknown": {"alice@example.com", shown}, "mistyped": {"alice@example.com", shown[:len(shown)-1] + "#"}, "another kind": {"alice@example.com", "hunter2"},
		"somebody else's": {"bob@example.com", pw}, "nobody's login": {"nobody@example.com", pw},
	} {
		b.tells(c[0], c[1], wrong)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	b.Alice.Types("/apppass revoke thunderbird").Confirms()
	b.tells("alice@example.com", pw, wrong)
	opened, refused, _ := b.office.seen()
	if n := b.entra.requests(); n > 0 || len(opened) > 0 || refused > 0 {
		t.Errorf("%d tokens were asked for, and Office 365 was signed in to %d times", n, len(opened)+refused)
	}
}

func TestARevokedPasswordIsWrongAtTheNextSignIn(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	b.tells("alice@example.com", pw, in)
	b.Alice.Types("/apppass revoke thunderbird").Confirms()
	b.tells("alice@example.com", pw, wrong)
	if opened, _, _ := b.office.seen(); len(opened) != 2 {
		t.Errorf("opened were %q", opened)
	}
}

func TestAProgramThatSaysAnotherMailboxIsNotLetIn(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	for name, message := range map[string]string{
		"an authorization identity":   "shared@example.com\x00alice@example.com\x00" + pw,
		"a part of XOAUTH2":           "\x00alice@example.com\x01auth=Bearer x\x00" + pw,
		"a field after a space":       "\x00alice@example.com destuser=shared@example.com\x00" + pw,
		"a field after a tab":         "\x00alice@example.com\tdestuser=shared@example.com\x00" + pw,
		"a field behind the password": "\x00alice@example.com\x00" + pw + "\tdestuser=shared@example.com",
	} {
		c := connects(t, b.smtp)
		c.says("EHLO localhost")
		if answer := c.says("AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte(message))); !strings.HasPrefix(answer, "535 5.7.8 ") {
			t.Errorf("%s: %q", name, answer)
		}
	}
	if opened, refused, _ := b.office.seen(); len(opened) > 0 || refused > 0 {
		t.Errorf("opened were %q, refused %d", opened, refused)
	}
}

func TestManySignInsAtOnceFetchATokenOnceAProcess(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	const many = 50
	for range 2 {
		var all sync.WaitGroup
		for range many {
			all.Go(func() {
				c, got := programs[0].signsIn(t, b, "alice@example.com", pw)
				if got != in {
					t.Errorf("got %q, want %q", got, in)
				}
				_ = c.Close()
			})
		}
		all.Wait()
	}
	if opened, refused, _ := b.office.seen(); len(opened) != 2*many || refused > 0 {
		t.Errorf("%d were in and %d refused, want %d and none", len(opened), refused, 2*many)
	}
	// Lambda gives a process one request at a time. Each that has a token has read two secrets: the pepper and the client's.
	reads := 0
	for _, call := range b.Calls("verify") {
		if call == "secretsmanager GetSecretValue" {
			reads++
		}
	}
	if n := b.entra.requests(); n == 0 || 2*n > reads {
		t.Errorf("%d tokens were fetched by processes that have read %d secrets", n, reads)
	}
}

func TestATokenThatEndsIsFetchedOnceMore(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	// A tenth of it is left when it is fetched anew: time enough for a sign-in under way, also here.
	const life = 20 * time.Second
	b.entra.gives(life, 1800)
	signsIn := func() {
		t.Helper()
		c, got := programs[0].signsIn(t, b, "alice@example.com", pw)
		if got != in {
			t.Errorf("got %q, want %q", got, in)
		}
		_ = c.Close()
	}
	begun := time.Now()
	for range 3 {
		signsIn()
	}
	// Three sign-ins take a moment; on a machine where they take seconds this shows nothing.
	if n := b.entra.requests(); n != 1 && time.Since(begun) < life/2 {
		t.Errorf("%d tokens were fetched within the life of one", n)
	}
	b.Eventually("the next token is fetched", func() bool {
		signsIn()
		return b.entra.requests() > 1 || t.Failed()
	})
	if took := time.Since(begun); took < life/2 {
		t.Errorf("a token of 20 s is used for %v only", took)
	}
	if _, refused, _ := b.office.seen(); refused > 0 {
		t.Errorf("a token was used %d times after its end", refused)
	}
}

func TestNoTokenAndNoSecretIsWrittenAnywhere(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	b.entra.does(refusing)
	b.tells("alice@example.com", pw, later)
	b.entra.does(nil)
	b.comesBack("alice@example.com", pw)
	b.office.refusesAll(true, true)
	b.tells("alice@example.com", pw, later)
	b.office.refusesAll(true, false)
	b.tells("alice@example.com", pw, wrong)
	secrets := []canary.Secret{
		{Name: "password", Bytes: []byte(pw)}, {Name: "client secret", Bytes: []byte(clientSecret)}, {Name: "service key", Bytes: []byte(bridgeKey)},
	}
	for _, token := range b.entra.tokens() {
		// Any part of it: what is before and after is in every token.
		secrets = append(secrets, canary.Secret{Name: "token", Bytes: []byte(token)}, canary.Secret{Name: "signature", Bytes: []byte(token[len(token)-40:])})
	}
	if len(secrets) < 5 {
		t.Fatal("no token was given")
	}
	places := []canary.Place{{Name: "Dovecot's log", Bytes: []byte(b.Said())}, {Name: "apppass' log", Bytes: []byte(strings.Join(b.Logs(), "\n"))}}
	for table, items := range b.AWS.DynamoDB().Dump() {
		for _, item := range items {
			places = append(places, canary.Place{Name: table, Bytes: item})
		}
	}
	for _, m := range b.AWS.Queues().Messages() {
		places = append(places, canary.Place{Name: "queue", Bytes: []byte(m.Body)})
	}
	for _, f := range canary.Find(secrets, places) {
		t.Errorf("a leak: %v", f)
	}
	if !strings.Contains(b.Said(), "apppass: accepted") || !strings.Contains(strings.Join(b.Logs(), "\n"), "AADSTS7000215") {
		t.Error("the logs are not those of these sign-ins")
	}
}
