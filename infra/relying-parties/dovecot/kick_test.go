package dovecot

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
	"github.com/apppass/apppass/shared/use/feed"
)

// atMost is the promise: from Revoke to the end of the sessions.
const atMost = 10 * time.Second

// polls starts the poller, as its unit does, and waits until it has polled. It ends with the test, or with stop.
func (s *server) polls(t *testing.T, api *rig.API) (stop func()) {
	t.Helper()
	binary := s.path("apppass-kick")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./poller").CombinedOutput(); err != nil {
		t.Fatalf("build the poller: %v\n%s", err, out)
	}
	var said bytes.Buffer
	args := s.unit(t, binary, api.URL)
	cmd := exec.Command(args[0], append(args[1:], "-ca", api.CAFile, "-doveadm", "http://127.0.0.1:"+s.doveadm+"/doveadm/v1")...)
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the poller ends with %v", err)
		}
		if t.Failed() {
			t.Logf("what the poller said:\n%s", said.String())
		}
	})
	t.Cleanup(stop)
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if cursor, err := os.ReadFile(s.path("cursor")); err == nil && len(cursor) > 0 {
			return stop
		}
		if time.Now().After(end) {
			t.Fatal("the poller has no cursor")
		}
	}
}

// unit is the command line of the poller's systemd unit.
func (s *server) unit(t *testing.T, binary, apiURL string) []string {
	t.Helper()
	file := rig.Render(t, "apppass-kick.service", s.path("apppass-kick.service"), map[string]string{
		"/usr/local/bin/apppass-kick": binary, "https://apppass.example.com": apiURL, "%d/service-key": s.path("apppass.key"),
		"%d/doveadm-password": s.path("apppass-doveadm.password"), "%S/apppass-kick/cursor": s.path("cursor"),
	})
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "\nExecStart=")
	line, _, _ := strings.Cut(rest, "\n")
	if !ok {
		t.Fatal("the unit starts nothing")
	}
	return strings.Fields(line)
}

// idles opens a session and leaves it in IDLE (RFC 2177), in which a mail program waits for mail for hours.
func (s *server) idles(t *testing.T, login, password string) *session {
	t.Helper()
	c, got := programs[0].signsIn(t, s, login, password)
	if got != in {
		t.Fatalf("%s: got %q, want %q", login, got, in)
	}
	if answer, err := c.say("b SELECT INBOX"); err != nil || !strings.HasPrefix(answer, "b OK") {
		t.Fatalf("SELECT: %q, %v", answer, err)
	}
	if answer, err := c.say("c IDLE"); err != nil || !strings.HasPrefix(answer, "+ ") {
		t.Fatalf("IDLE: %q, %v", answer, err)
	}
	return c
}

// ends waits until the server ends a session with BYE, and returns whether it does so in time.
func (c *session) ends(within time.Duration) bool {
	_ = c.raw.SetReadDeadline(time.Now().Add(within))
	bye := false
	for {
		line, err := c.ReadLine()
		if err == io.EOF {
			return bye
		}
		if err != nil {
			return false
		}
		bye = bye || strings.HasPrefix(line, "* BYE")
	}
}

func TestRevokeEndsOpenSessions(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, options{apiURL: api.URL, caFile: api.CAFile})
	phone, desktop, bobs := w.Alice.Makes("iOS Mail", ""), w.Alice.Makes("Thunderbird", ""), w.Bob.Makes("Thunderbird", "")
	s.polls(t, api)
	open, other := s.idles(t, "alice@example.com", desktop), s.idles(t, "bob@example.com", bobs)
	begun := time.Now()
	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	if !open.ends(time.Until(begun.Add(atMost))) {
		t.Fatalf("no BYE within %v of Revoke", atMost)
	}
	t.Logf("from Revoke to BYE: %v", time.Since(begun).Round(time.Millisecond))
	s.tells(t, "alice@example.com", desktop, wrong)
	if answer, err := other.say("DONE"); err != nil || !strings.HasPrefix(answer, "c OK") {
		t.Errorf("Bob's session: %q, %v", answer, err)
	}
	// Her other programs are back at once.
	s.tells(t, "alice@example.com", phone, in)
}

func TestARevocationIsNotMissedWhileThePollerOrAppPassIsAway(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, options{apiURL: api.URL, caFile: api.CAFile})
	alices, bobs := w.Alice.Makes("Thunderbird", ""), w.Bob.Makes("Thunderbird", "")
	stop := s.polls(t, api)
	alice, bob := s.idles(t, "alice@example.com", alices), s.idles(t, "bob@example.com", bobs)
	stop()
	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	s.polls(t, api)
	if !alice.ends(atMost) {
		t.Error("the revocation is missed that came while the poller was away")
	}
	api.Away()
	w.Bob.Types("/apppass revoke thunderbird").Confirms()
	api.Works()
	if !bob.ends(atMost) {
		t.Error("the revocation is missed that came while apppass was away")
	}
}

func TestASecondRevocationWithinTheMinuteEndsSessionsTooAndAThirdPasswordsStays(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, options{apiURL: api.URL, caFile: api.CAFile})
	first, second, third := w.Alice.Makes("Thunderbird", ""), w.Alice.Makes("iOS Mail", ""), w.Alice.Makes("Apple Mail", "")
	s.polls(t, api)
	open := s.idles(t, "alice@example.com", first)
	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	if !open.ends(atMost) {
		t.Fatalf("no BYE within %v", atMost)
	}
	again := s.idles(t, "alice@example.com", second)
	if !again.ends(atMost) {
		t.Fatal("there was no second kick")
	}
	again, stays := s.idles(t, "alice@example.com", second), s.idles(t, "alice@example.com", third)
	if stays.ends(15 * time.Second) {
		t.Error("a session of hers is ended for what was revoked before")
	}
	w.Alice.Types("/apppass revoke ios").Confirms()
	if !again.ends(atMost) {
		t.Errorf("no BYE within %v of the second revocation", atMost)
	}
}

func TestARevocationThatCommittedLateIsNotMissed(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, options{apiURL: api.URL, caFile: api.CAFile})
	open := s.idles(t, "alice@example.com", w.Alice.Makes("Thunderbird", ""))
	s.polls(t, api)
	// A transaction that was begun half a minute ago, and becomes visible now.
	begun := time.Now().Add(-30 * time.Second)
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(w.Table("EphemeralTable")), Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "feed#mail"}, "sk": &types.AttributeValueMemberS{Value: feed.Position(begun, "c0123456789abcdef")},
			"v": &types.AttributeValueMemberN{Value: "1"}, "login": &types.AttributeValueMemberS{Value: "alice@example.com"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !open.ends(atMost) {
		t.Errorf("no BYE within %v", atMost)
	}
}
