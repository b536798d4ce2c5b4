package dovecot

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
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
	raw net.Conn
}

// connect opens a connection and reads the greeting.
func connect(port string) (*session, error) {
	raw, err := net.DialTimeout("tcp", "127.0.0.1:"+port, patience)
	if err != nil {
		return nil, err
	}
	c := &session{textproto.NewConn(raw), raw}
	_, err = c.read()
	return c, err
}

// say sends a line and returns the line that answers it, without untagged ones before it.
func (c *session) say(line string) (string, error) {
	if err := c.PrintfLine("%s", line); err != nil {
		return "", err
	}
	return c.read()
}

func (c *session) read() (string, error) {
	_ = c.raw.SetReadDeadline(time.Now().Add(patience))
	for {
		line, err := c.ReadLine()
		if err != nil || !strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "* OK [CAPABILITY") {
			return line, err
		}
	}
}

// signsIn tries a login and a password over a connection of its own, which stays open until the test ends.
func (p program) signsIn(t *testing.T, s *server, login, password string) (*session, verdict) {
	t.Helper()
	c, v, err := p.try(s, login, password)
	if c != nil {
		t.Cleanup(func() { _ = c.Close() })
	}
	if err != nil {
		t.Errorf("%s: %v", p.name, err)
	}
	return c, v
}

// try is signsIn without a test: the connection, where there is one, is the caller's to close.
func (p program) try(s *server, login, password string) (*session, verdict, error) {
	c, err := connect(p.port(s))
	for _, line := range p.greet {
		if err == nil {
			_, err = c.say(line)
		}
	}
	if err != nil {
		return c, "", err
	}
	answer, err := c.say(p.auth + base64.StdEncoding.EncodeToString([]byte("\x00"+login+"\x00"+password)))
	if err != nil {
		return c, "", err
	}
	for begin, v := range p.answers {
		if strings.HasPrefix(answer, begin) {
			return c, v, nil
		}
	}
	return c, "", fmt.Errorf("%q is no answer that a mail program understands", answer)
}

// tells expects a verdict in every protocol.
func (s *server) tells(t *testing.T, login, password string, want verdict) {
	t.Helper()
	each(programs, func(_ int, p program) {
		if _, got := p.signsIn(t, s, login, password); got != want {
			t.Errorf("%s: got %q, want %q", p.name, got, want)
		}
	})
}

// each calls f for several items at a time: Dovecot keeps who is refused waiting for half a second.
func each[T any](items []T, f func(i int, item T)) {
	var all errgroup.Group
	all.SetLimit(8)
	for i, item := range items {
		all.Go(func() error {
			f(i, item)
			return nil
		})
	}
	_ = all.Wait() // none of them fails
}
