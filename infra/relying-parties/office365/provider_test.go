package office365

import (
	"crypto/tls"
	"encoding/base64"
	"net"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// provider is a stand-in for Office 365: IMAP over TLS and submission by STARTTLS, which know XOAUTH2 only.
// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
type provider struct {
	authority  *authority
	config     *tls.Config
	imap, smtp string // ports
	listeners  []net.Listener

	mu         sync.Mutex
	granted    []string // mailboxes that the application may open
	opened     []string // mailboxes that were opened, "imap alice@example.com"
	refused    int
	mails      []string
	refuses    bool // whatever comes
	challenges bool // refuses with an error challenge first, as Google specifies XOAUTH2
}

// errorChallenge is {"status":"401"}.
const errorChallenge = "eyJzdGF0dXMiOiI0MDEifQ=="

func newProvider(t *testing.T, a *authority, certFile, keyFile string) *provider {
	t.Helper()
	certificate, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{authority: a, config: &tls.Config{Certificates: []tls.Certificate{certificate}}, granted: []string{"alice@example.com", "shared@example.com"}}
	p.imap = p.listen(t, func(c net.Conn) { p.serveIMAP(tls.Server(c, p.config)) })
	p.smtp = p.listen(t, p.serveSMTP)
	return p
}

// xoauth2 is the whole of the mechanism's one message.
var xoauth2 = regexp.MustCompile("^user=([^\x01]+)\x01auth=Bearer ([^\x01]+)\x01\x01$")

// signsIn reports whether the message of XOAUTH2 is accepted, and whether its mailbox is granted, which shows later.
func (p *provider) signsIn(protocol, message string) (in, connected bool) {
	text, err := base64.StdEncoding.DecodeString(message)
	m := xoauth2.FindStringSubmatch(string(text))
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil || m == nil || p.refuses || !p.authority.accepts(m[2]) {
		p.refused++
		return false, false
	}
	if !slices.Contains(p.granted, m[1]) {
		return true, false
	}
	p.opened = append(p.opened, protocol+" "+m[1])
	return true, true
}

// refusesAll makes it refuse every token, as after the application's permissions were taken away, with or without an error challenge.
func (p *provider) refusesAll(yes, challenges bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses, p.challenges = yes, challenges
}

// challenged sends the error challenge, if it is one that does, and reads the empty answer.
func (p *provider) challenged(c *textproto.Conn, before string) {
	p.mu.Lock()
	challenges := p.challenges
	p.mu.Unlock()
	if challenges {
		_ = c.PrintfLine("%s%s", before, errorChallenge)
		_, _ = c.ReadLine()
	}
}

// seen is the mailboxes that were opened, how often it refused, and the mails that got through.
func (p *provider) seen() (opened []string, refused int, mails []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.opened...), p.refused, append([]string(nil), p.mails...)
}

// patience is how long anyone waits for the other.
const patience = 30 * time.Second

func (p *provider) serveIMAP(raw net.Conn) {
	c := textproto.NewConn(raw)
	_ = c.PrintfLine("* OK The Microsoft Exchange IMAP4 service is ready.")
	for in, connected := false, false; ; {
		_ = raw.SetDeadline(time.Now().Add(patience))
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(line, " ")
		command, rest, _ := strings.Cut(rest, " ")
		switch command = strings.ToUpper(command); {
		case command == "CAPABILITY":
			_ = c.PrintfLine("* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+")
			_ = c.PrintfLine("%s OK CAPABILITY completed.", tag)
		case command == "AUTHENTICATE" && !in:
			mechanism, message, initial := strings.Cut(rest, " ")
			if mechanism == "XOAUTH2" && !initial {
				_ = c.PrintfLine("+ ")
				message, _ = c.ReadLine()
			}
			if mechanism == "XOAUTH2" {
				in, connected = p.signsIn("imap", message)
			}
			if in {
				_ = c.PrintfLine("%s OK AUTHENTICATE completed.", tag)
			} else {
				p.challenged(c, "+ ")
				_ = c.PrintfLine("%s NO AUTHENTICATE failed.", tag)
			}
		case in && !connected && command != "LOGOUT":
			_ = c.PrintfLine("%s BAD User is authenticated but not connected.", tag)
		case command == "SELECT" && in:
			_ = c.PrintfLine("* 3 EXISTS")
			_ = c.PrintfLine("%s OK [READ-WRITE] SELECT completed.", tag)
		case command == "IDLE" && in:
			_ = c.PrintfLine("+ IDLE accepted, awaiting DONE command.")
		case command == "NOOP":
			_ = c.PrintfLine("%s OK NOOP completed.", tag)
		case command == "LOGOUT":
			_ = c.PrintfLine("* BYE Microsoft Exchange Server IMAP4 server signing off.")
			_ = c.PrintfLine("%s OK LOGOUT completed.", tag)
			return
		default:
			_ = c.PrintfLine("%s BAD Command Error. 12", tag)
		}
	}
}

func (p *provider) serveSMTP(raw net.Conn) {
	c := textproto.NewConn(raw)
	_ = c.PrintfLine("220 smtp.office365.com Microsoft ESMTP MAIL Service ready")
	for secure, in := false, false; ; {
		_ = raw.SetDeadline(time.Now().Add(patience))
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		command, rest, _ := strings.Cut(line, " ")
		switch command = strings.ToUpper(command); {
		case command == "EHLO" && !secure:
			_ = c.PrintfLine("250-smtp.office365.com Hello\r\n250-SIZE 157286400\r\n250 STARTTLS")
		case command == "EHLO":
			_ = c.PrintfLine("250-smtp.office365.com Hello\r\n250-SIZE 157286400\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 AUTH LOGIN XOAUTH2")
		case command == "STARTTLS" && !secure:
			_ = c.PrintfLine("220 2.0.0 SMTP server ready")
			raw, secure = tls.Server(raw, p.config), true
			c = textproto.NewConn(raw)
		case command == "AUTH" && secure && !in:
			mechanism, message, initial := strings.Cut(rest, " ")
			if mechanism == "XOAUTH2" && !initial {
				_ = c.PrintfLine("334 ")
				message, _ = c.ReadLine()
			}
			if mechanism == "XOAUTH2" {
				in, _ = p.signsIn("smtp", message)
			}
			if in {
				_ = c.PrintfLine("235 2.7.0 Authentication successful")
			} else {
				p.challenged(c, "334 ")
				_ = c.PrintfLine("535 5.7.3 Authentication unsuccessful")
			}
		case command == "MAIL" && in, command == "RCPT" && in, command == "RSET", command == "NOOP":
			_ = c.PrintfLine("250 2.1.0 OK")
		case command == "DATA" && in:
			_ = c.PrintfLine("354 Start mail input; end with <CRLF>.<CRLF>")
			mail, err := c.ReadDotBytes()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.mails = append(p.mails, string(mail))
			p.mu.Unlock()
			_ = c.PrintfLine("250 2.0.0 OK")
		case command == "QUIT":
			_ = c.PrintfLine("221 2.0.0 Service closing transmission channel")
			return
		default:
			_ = c.PrintfLine("530 5.7.57 Client not authenticated to send mail")
		}
	}
}

// Away closes the ports: connections are refused.
func (p *provider) Away() {
	for _, l := range p.listeners {
		_ = l.Close() // it is to be gone
	}
}

// listen serves each connection on a port of its own until the test ends, and returns the port.
func (p *provider) listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p.listeners = append(p.listeners, l)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
