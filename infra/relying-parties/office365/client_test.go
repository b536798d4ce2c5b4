package office365

import (
	"encoding/base64"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// verdict is what a mail program makes of an answer.
type verdict string

const (
	in    verdict = "in"
	wrong verdict = "wrong password"
	later verdict = "try again later"
)

// program is a mail program that knows nothing of OAuth.
type program struct {
	name    string
	port    func(*bridge) string
	greet   []string
	auth    func(login, password string) string
	answers map[string]verdict
}

var programs = []program{
	{"IMAP", func(b *bridge) string { return b.imap }, nil, func(login, password string) string {
		return `a LOGIN "` + login + `" "` + password + `"`
	}, map[string]verdict{"a OK ": in, "a NO [AUTHENTICATIONFAILED] ": wrong, "a NO [UNAVAILABLE] ": later}},
	{"submission", func(b *bridge) string { return b.smtp }, []string{"EHLO localhost"}, func(login, password string) string {
		return "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00"+login+"\x00"+password))
	}, map[string]verdict{"235 ": in, "535 5.7.8 ": wrong, "535 5.7.3 ": wrong, "454 4.7.0 ": later}},
}

// session is an open connection of a mail program's.
type session struct {
	*textproto.Conn
	t   testing.TB
	raw net.Conn
}

// connects opens a connection and reads the greeting.
func connects(t testing.TB, port string) *session {
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

// says sends a line and returns the line that answers it: not an untagged one, and of several the last.
func (c *session) says(line string) string {
	c.t.Helper()
	if err := c.PrintfLine("%s", line); err != nil {
		c.t.Fatal("the connection is closed")
	}
	return c.reads()
}

func (c *session) reads() string {
	c.t.Helper()
	_ = c.raw.SetDeadline(time.Now().Add(patience))
	for first := true; ; first = false {
		line, err := c.ReadLine()
		if err != nil {
			c.t.Errorf("read an answer: %v", err)
			return ""
		}
		untagged := strings.HasPrefix(line, "* ") && !(first && strings.HasPrefix(line, "* OK"))
		continued := len(line) > 3 && line[3] == '-' && strings.Trim(line[:3], "0123456789") == ""
		if !untagged && !continued {
			return line
		}
	}
}

// signsIn tries a login and a password over a connection of its own, and keeps that.
func (p program) signsIn(t testing.TB, b *bridge, login, password string) (*session, verdict) {
	t.Helper()
	c := connects(t, p.port(b))
	for _, line := range p.greet {
		c.says(line)
	}
	answer := c.says(p.auth(login, password))
	for begin, v := range p.answers {
		if strings.HasPrefix(answer, begin) {
			return c, v
		}
	}
	t.Errorf("%s: %q is no answer that a mail program understands", p.name, answer)
	return c, ""
}

// tells expects a verdict by IMAP and by submission.
func (b *bridge) tells(login, password string, want verdict) {
	b.t.Helper()
	for _, p := range programs {
		c, got := p.signsIn(b.t, b, login, password)
		// On a machine that does other things too, a sign-in may take longer than its deadline.
		for again := 0; want == in && got == later && again < 5; again++ {
			_ = c.Close()
			c, got = p.signsIn(b.t, b, login, password)
		}
		if got != want {
			b.t.Errorf("%s: got %q, want %q", p.name, got, want)
		}
		_ = c.Close()
	}
}
