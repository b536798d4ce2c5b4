package postfix

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

// patience is how long a mail program waits for an answer.
const patience = 30 * time.Second

// server is a Postfix that runs, with a Dovecot beside it.
type server struct {
	t                   *testing.T
	postfix, dovecot    *rig.Process
	port25, submission  string
	roots               *x509.CertPool
	home, conf, program string
}

// block finds the shell commands of README.md that it promises to be tested.
var block = regexp.MustCompile("(?s)\n```sh\n(.*?)```\n")

// start makes a server by README.md's commands. Others are lines of a passwd-file that Dovecot has beside apppass; it is asked about passwords
// of another kind where there are any.
func start(t *testing.T, api *rig.API, others string) *server {
	t.Helper()
	program, dovecot := rig.Needs(t, "postfix", "postfix"), rig.Needs(t, "dovecot", "dovecot-core dovecot-auth-lua lua-cjson")
	rig.NeedsFile(t, "/usr/lib/dovecot/modules/auth/libauthdb_lua.so", "dovecot-auth-lua")
	rig.NeedsRoot(t, "Postfix and Dovecot run as several users, which only root can start")
	// Not the test's own folder: sockets have short names, and the programs' users walk through it.
	home, err := os.MkdirTemp("", "postfix")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	s := &server{t: t, port25: rig.Port(t), submission: rig.Port(t), home: home, conf: filepath.Join(home, "etc"), program: program, roots: x509.NewCertPool()}
	s.sh(`chmod 755 . && mkdir etc queue conf.d && install -d -o postfix -m 700 data queue/private`)
	ca, err := os.ReadFile(api.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	s.roots.AppendCertsFromPEM(ca)

	// What the administrator has: Postfix as Debian starts it, and Dovecot as the folder dovecot sets it up.
	rig.Render(t, "testdata/main.cf", s.path("etc/main.cf"), map[string]string{"HOME": home, "CERT": api.CertFile, "KEY": api.KeyFile})
	rig.Render(t, "/usr/share/postfix/master.cf.dist", s.path("etc/master.cf"), map[string]string{"\nsmtp      inet": "\n" + s.port25 + " inet"})
	goOn := map[bool]string{true: "others_go_on = true", false: "others_go_on = false"}[others != ""]
	rig.Render(t, "../dovecot/apppass.lua", s.path("apppass.lua"), map[string]string{
		"https://apppass.example.com": api.URL, "/etc/dovecot/apppass.key": s.path("apppass.key"), "others_go_on = false": goOn,
	})
	rig.Render(t, "../dovecot/10-apppass.conf", s.path("conf.d/10-apppass.conf"), map[string]string{
		"file=/etc/dovecot/apppass.lua": "file=" + s.path("apppass.lua"), "/etc/ssl/certs/ca-certificates.crt": api.CAFile, "port = 8091": "port = " + rig.Port(t),
		"/etc/dovecot/apppass-doveadm.conf.ext": s.path("apppass-doveadm.conf.ext"),
	})
	rig.Render(t, "testdata/dovecot.conf", s.path("dovecot.conf"), map[string]string{"HOME": home})
	s.write("apppass.key", "local-mail-service-key\n")
	s.write("users", others)

	// What README.md tells to do.
	text, err := os.ReadFile(rig.Render(t, "README.md", s.path("README.md"), map[string]string{"/etc/dovecot/conf.d": s.path("conf.d"), "/etc/postfix": s.conf}))
	if err != nil {
		t.Fatal(err)
	}
	commands := block.FindAllStringSubmatch(string(text), -1)
	if len(commands) != 1 {
		t.Fatalf("README.md has %d blocks of commands, want one", len(commands))
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	s.sh("cd " + here + "\n" + commands[0][1])
	rig.Render(t, s.path("etc/master.cf"), s.path("etc/master.cf"), map[string]string{"\nsubmission inet": "\n" + s.submission + " inet"})
	rig.Render(t, s.path("conf.d/11-apppass-postfix.conf"), s.path("conf.d/11-apppass-postfix.conf"), map[string]string{"/var/spool/postfix": s.path("queue")})

	s.dovecot = rig.Start(t, dovecot, "-F", "-c", s.path("dovecot.conf"))
	s.eventually("Dovecot answers Postfix", s.dovecotGreets)
	// Later than Dovecot: an smtpd that finds nobody to ask ends, and Postfix waits a minute before it tries another.
	s.postfix = rig.Start(t, program, "-c", s.conf, "start-fg")
	t.Cleanup(s.stop)
	s.postfix.Listens(s.submission)
	return s
}

func (s *server) path(name string) string { return filepath.Join(s.home, name) }

// stop ends Postfix, whose master is in a process group of its own.
func (s *server) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if out, err := exec.CommandContext(ctx, s.program, "-c", s.conf, "stop").CombinedOutput(); err != nil {
		s.t.Errorf("stop Postfix: %v: %s", err, out)
	}
}

// dovecotGreets reports whether Dovecot's auth process greets who connects to Postfix's socket.
func (s *server) dovecotGreets() bool {
	c, err := net.DialTimeout("unix", s.path("queue/private/auth"), time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Second))
	for r := textproto.NewReader(bufio.NewReader(c)); ; {
		switch line, err := r.ReadLine(); {
		case err != nil:
			return false
		case line == "DONE":
			return true
		}
	}
}

// log is what the programs have said.
func (s *server) log() string {
	said := s.dovecot.Said()
	if s.postfix != nil {
		said += s.postfix.Said()
	}
	return said
}

func (s *server) eventually(what string, is func() bool) {
	s.t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("it never came about: %s\n%s", what, s.log())
		}
	}
}

func (s *server) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) sh(script string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-euc", script)
	cmd.Dir, cmd.Env = s.home, append(os.Environ(), "MAIL_CONFIG="+s.conf)
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%s\n%v: %s", script, err, out)
	}
}

// session is a mail program's connection.
type session struct {
	*textproto.Conn
	t *testing.T
}

// connects opens a connection, with TLS by STARTTLS where asked, and returns what is offered.
func (s *server) connects(port string, secure bool) (c *session, offers string) {
	s.t.Helper()
	raw, err := net.DialTimeout("tcp", "127.0.0.1:"+port, patience)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = raw.Close() })
	_ = raw.SetDeadline(time.Now().Add(patience))
	c = &session{textproto.NewConn(raw), s.t}
	if _, _, err := c.ReadResponse(220); err != nil {
		s.t.Fatalf("the greeting: %v", err)
	}
	offers = c.says("EHLO client.example.com")
	if !secure {
		return c, offers
	}
	c.says("STARTTLS")
	over := tls.Client(raw, &tls.Config{RootCAs: s.roots, ServerName: "localhost"})
	c = &session{textproto.NewConn(over), s.t}
	return c, c.says("EHLO client.example.com")
}

// says sends a line and returns the answer, "250 …".
func (c *session) says(line string) string {
	c.t.Helper()
	if err := c.PrintfLine("%s", line); err != nil {
		c.t.Fatalf("say something: %v", err)
	}
	code, text, err := c.ReadResponse(0)
	if err != nil {
		c.t.Fatalf("read an answer: %v", err)
	}
	return fmt.Sprintf("%d %s", code, text)
}

// signsIn says SASL PLAIN (RFC 4616) and returns the answer.
func (c *session) signsIn(login, password string) string {
	c.t.Helper()
	return c.says("AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00"+login+"\x00"+password)))
}

// Postfix's answers.
const (
	in    = "235 2.7.0 Authentication successful"
	wrong = "535 5.7.8 Error: authentication failed: (reason unavailable)"
)

// tells expects an answer on a connection of its own.
func (s *server) tells(want, what, login, password string) *session {
	s.t.Helper()
	c, _ := s.connects(s.submission, true)
	if got := c.signsIn(login, password); got != want {
		s.t.Errorf("%s: got %q, want %q", what, got, want)
	}
	return c
}

// keepsQuiet expects that nobody has said anything of what is secret.
func (s *server) keepsQuiet(secrets ...string) {
	s.t.Helper()
	for _, secret := range append(secrets, "local-mail-service-key") {
		if strings.Contains(s.log(), secret) {
			s.t.Error("there is a password or a key in the log")
		}
	}
}
