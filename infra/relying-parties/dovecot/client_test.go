package dovecot

import (
	"encoding/base64"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// patience is how long a mail program waits for an answer.
const patience = 30 * time.Second

// verdict is what a mail program makes of an answer.
type verdict string

const (
	in    verdict = "in"
	wrong verdict = "wrong password"
	later verdict = "try again later"
)

// program is a mail program's way to sign in, and the beginnings of the answers that it understands.
type program struct {
	name    string
	port    func(*server) string
	greet   []string // what is said before, a line of answer each
	auth    string   // what comes before the credentials of SASL PLAIN (RFC 4616)
	answers map[string]verdict
}

var programs = []program{
	{"IMAP", func(s *server) string { return s.imap }, nil, "a AUTHENTICATE PLAIN ", map[string]verdict{
		"a OK ": in, "a NO [AUTHENTICATIONFAILED] ": wrong, "a NO [UNAVAILABLE] ": later,
	}},
	{"POP3", func(s *server) string { return s.pop3 }, nil, "AUTH PLAIN ", map[string]verdict{
		"+OK ": in, "-ERR [AUTH] ": wrong, "-ERR [SYS/TEMP] ": later,
	}},
	{"submission", func(s *server) string { return s.smtp }, []string{"HELO localhost"}, "AUTH PLAIN ", map[string]verdict{
		"235 ": in, "535 5.7.8 ": wrong, "454 4.7.0 ": later,
	}},
}

// session is an open connection of a mail program's.
type session struct {
	*textproto.Conn
	t   *testing.T
	raw net.Conn
}

// connects opens a connection and reads the greeting.
func connects(t *testing.T, port string) *session {
	t.Helper()
	raw, err := net.DialTimeout("tcp", "127.0.0.1:"+port, patience)
	if err != nil {
		t.Fatal(err)
	}
	c := &session{textproto.NewConn(raw), t, raw}
	t.Cleanup(func() { _ = c.Close() })
	c.reads()
	return c
}

// says sends a line and returns the line that answers it, without untagged ones before it.
func (c *session) says(line string) string {
	c.t.Helper()
	_ = c.raw.SetDeadline(time.Now().Add(patience))
	if err := c.PrintfLine("%s", line); err != nil {
		c.t.Fatal(err)
	}
	return c.reads()
}

func (c *session) reads() string {
	c.t.Helper()
	_ = c.raw.SetReadDeadline(time.Now().Add(patience))
	for first := true; ; first = false {
		line, err := c.ReadLine()
		if err != nil {
			c.t.Fatalf("read an answer: %v", err)
		}
		if first && strings.HasPrefix(line, "* OK") || !strings.HasPrefix(line, "* ") {
			return line
		}
	}
}

// signsIn tries a login and a password over a connection of its own, and keeps that.
func (p program) signsIn(t *testing.T, s *server, login, password string) (*session, verdict) {
	t.Helper()
	c := connects(t, p.port(s))
	for _, line := range p.greet {
		c.says(line)
	}
	answer := c.says(p.auth + base64.StdEncoding.EncodeToString([]byte("\x00"+login+"\x00"+password)))
	for begin, v := range p.answers {
		if strings.HasPrefix(answer, begin) {
			return c, v
		}
	}
	t.Errorf("%s: %q is no answer that a mail program understands", p.name, answer)
	return c, ""
}

// tells expects a verdict in every protocol.
func (s *server) tells(t *testing.T, login, password string, want verdict) {
	t.Helper()
	for _, p := range programs {
		c, got := p.signsIn(t, s, login, password)
		if got != want {
			t.Errorf("%s: got %q, want %q", p.name, got, want)
		}
		_ = c.Close()
	}
}
