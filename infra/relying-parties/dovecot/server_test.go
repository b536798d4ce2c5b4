package dovecot

import (
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

// doveadmPassword is that of doveadm's HTTP API.
const doveadmPassword = "local-doveadm-password"

// server is a Dovecot that runs from the shipped files.
type server struct {
	*rig.Process
	t                         *testing.T
	dir                       string
	imap, pop3, smtp, doveadm string // ports
}

// options are what an administrator decides.
type options struct {
	apiURL, caFile string
	othersGoOn     bool
	extra          string // further configuration, behind the fragment
}

// start starts Dovecot.
func start(t *testing.T, o options) *server {
	t.Helper()
	program := rig.Needs(t, "dovecot", "dovecot-imapd")
	rig.NeedsFile(t, "/usr/lib/dovecot/modules/auth/libauthdb_lua.so", "dovecot-auth-lua")
	rig.NeedsFile(t, "/usr/lib/dovecot/pop3", "dovecot-pop3d")
	rig.NeedsFile(t, "/usr/lib/dovecot/submission", "dovecot-submissiond")
	rig.NeedsRoot(t, "Dovecot runs as several users, which only root can start")
	// Not the test's own folder: sockets have short names, and Dovecot's users walk through it.
	dir, err := os.MkdirTemp("", "dovecot")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &server{t: t, dir: dir, imap: rig.Port(t), pop3: rig.Port(t), smtp: rig.Port(t), doveadm: rig.Port(t)}
	for _, d := range []string{dir, s.path("mail")} {
		_ = os.Mkdir(d, 0o755)
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(s.path("mail"), 0o777); err != nil {
		t.Fatal(err)
	}
	s.write("apppass.key", "local-mail-service-key\n", 0o640)
	s.write("apppass-doveadm.conf.ext", "doveadm_password = "+doveadmPassword+"\n", 0o600)
	s.write("apppass-doveadm.password", doveadmPassword, 0o600)
	s.write("extra.conf", o.extra, 0o644)
	goOn := "false"
	if o.othersGoOn {
		goOn = "true"
	}
	rig.Render(t, "apppass.lua", s.path("apppass.lua"), map[string]string{
		"https://apppass.example.com": o.apiURL, "/etc/dovecot/apppass.key": s.path("apppass.key"), "others_go_on = false": "others_go_on = " + goOn,
	})
	ca := o.caFile
	if ca == "" {
		ca = "/etc/ssl/certs/ca-certificates.crt"
	}
	rig.Render(t, "10-apppass.conf", s.path("10-apppass.conf"), map[string]string{
		"file=/etc/dovecot/apppass.lua": "file=" + s.path("apppass.lua"), "/etc/ssl/certs/ca-certificates.crt": ca, "port = 8091": "port = " + s.doveadm,
		"/etc/dovecot/apppass-doveadm.conf.ext": s.path("apppass-doveadm.conf.ext"),
	})
	conf := rig.Render(t, "testdata/dovecot.conf", s.path("dovecot.conf"), map[string]string{
		"RUN": s.path("run"), "MAIL": s.path("mail"), "RELAY_PORT": relay(t), "IMAP_PORT": s.imap, "POP3_PORT": s.pop3, "SMTP_PORT": s.smtp,
		"FRAGMENT": s.path("10-apppass.conf"), "EXTRA": s.path("extra.conf"),
	})
	s.Process = rig.Start(t, program, "-F", "-c", conf)
	for _, port := range []string{s.imap, s.pop3, s.smtp, s.doveadm} {
		s.Listens(port)
	}
	return s
}

func (s *server) path(name string) string { return filepath.Join(s.dir, name) }

func (s *server) write(name, text string, mode os.FileMode) {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), mode); err != nil {
		s.t.Fatal(err)
	}
}

// relay is a mail server that takes everything, for the submission service to be before. It returns its port.
func relay(t *testing.T) string {
	l := listen(t, func(c *textproto.Conn) {
		_ = c.PrintfLine("220 relay.example.com")
		for {
			line, err := c.ReadLine()
			if err != nil {
				return
			}
			if strings.EqualFold(line, "QUIT") {
				_ = c.PrintfLine("221 2.0.0 Bye")
				return
			}
			_ = c.PrintfLine("250 2.0.0 OK")
		}
	})
	_, port, _ := net.SplitHostPort(l)
	return port
}

// listen serves each connection on a port of its own until the test ends, and returns its address.
func listen(t *testing.T, serve func(*textproto.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(textproto.NewConn(c))
			}()
		}
	}()
	return l.Addr().String()
}
