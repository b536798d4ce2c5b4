package nginx

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apppass/apppass/shared/core/service"
)

// backends are a mail server behind nginx, which lets everyone in and remembers as whom.
type backends struct {
	at map[service.Protocol]netip.AddrPort

	mu   sync.Mutex
	seen []signIn
}

// signIn is what nginx has signed in with.
type signIn struct {
	protocol        service.Protocol
	login, password string
}

func newBackends(t *testing.T) *backends {
	t.Helper()
	b := &backends{at: map[service.Protocol]netip.AddrPort{}}
	for protocol, speak := range map[service.Protocol]func(c *bufio.ReadWriter, in func(login, password string)){
		service.IMAP: imapBackend, service.POP3: pop3Backend, service.SMTP: smtpBackend,
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		b.at[protocol] = netip.MustParseAddrPort(l.Addr().String())
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return // the test ends
				}
				go func() {
					defer func() { _ = c.Close() }()
					speak(bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c)), func(login, password string) {
						b.mu.Lock()
						defer b.mu.Unlock()
						b.seen = append(b.seen, signIn{protocol, login, password})
					})
				}()
			}
		}()
	}
	return b
}

// forget returns who has signed in since the last time.
func (b *backends) forget() []signIn {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := b.seen
	b.seen = nil
	return seen
}

func say(c *bufio.ReadWriter, format string, args ...any) {
	_, _ = fmt.Fprintf(c, format+"\r\n", args...) // who has gone does not hear it
	_ = c.Flush()
}

func line(c *bufio.ReadWriter) (string, error) {
	s, err := c.ReadString('\n')
	return strings.TrimRight(s, "\r\n"), err
}

// imapBackend understands LOGIN with literals (RFC 9051 §4.3), as nginx sends it.
func imapBackend(c *bufio.ReadWriter, in func(login, password string)) {
	say(c, "* OK ready")
	said, err := line(c)
	tag, _, _ := strings.Cut(said, " ")
	var values [2]string
	for i := range values {
		_, size, _ := strings.Cut(said, "{")
		n, notOne := strconv.Atoi(strings.TrimRight(size, "+}"))
		if err != nil || notOne != nil {
			return
		}
		say(c, "+ go on")
		value := make([]byte, n)
		if _, err := io.ReadFull(c, value); err != nil {
			return
		}
		values[i] = string(value)
		said, err = line(c)
	}
	in(values[0], values[1])
	say(c, "%s OK signed in", tag)
}

func pop3Backend(c *bufio.ReadWriter, in func(login, password string)) {
	say(c, "+OK ready")
	var login string
	for {
		said, err := line(c)
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(said, " ")
		switch strings.ToUpper(verb) {
		case "USER":
			login = rest
		case "PASS":
			in(login, rest)
		}
		say(c, "+OK")
	}
}

// smtpBackend is told who signed in by XCLIENT, as Postfix is: https://www.postfix.org/XCLIENT_README.html
func smtpBackend(c *bufio.ReadWriter, in func(login, password string)) {
	say(c, "220 mail ready")
	for {
		said, err := line(c)
		if err != nil {
			return
		}
		if !strings.HasPrefix(said, "XCLIENT ") {
			say(c, "250 mail")
			continue
		}
		for word := range strings.FieldsSeq(said) {
			if login, ok := strings.CutPrefix(word, "LOGIN="); ok {
				in(login, "")
			}
		}
		say(c, "220 mail ready")
	}
}
