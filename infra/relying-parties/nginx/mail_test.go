package nginx

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
	"github.com/apppass/apppass/shared/core/service"
)

// backendKey is what nginx signs in to the mail server with, in place of the app password.
const backendKey = "local-backend-key"

// soon is how long a client may wait at most while apppass gives no answer: for apppass three seconds, and the two of every refusal.
const soon = 8 * time.Second

// proxy is nginx in front of a mail server.
type proxy struct {
	*backends
	nginx *rig.Process
	api   *rig.API
	ports map[service.Protocol]string
	roots *x509.CertPool
}

func newProxy(t *testing.T, w *world.World) *proxy {
	t.Helper()
	program := rig.Needs(t, "nginx", "nginx")
	module := needs(t, "ngx_mail_module.so", "libnginx-mod-mail")
	p := &proxy{backends: newBackends(t), api: rig.Front(t, w.APIURL), roots: x509.NewCertPool(), ports: map[service.Protocol]string{}}
	rig.StoreService(t, w, "mail", func(s *service.Service) { s.Backends = p.at })
	ca, err := os.ReadFile(p.api.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	p.roots.AppendCertsFromPEM(ca)
	for _, protocol := range []service.Protocol{service.IMAP, service.POP3, service.SMTP} {
		p.ports[protocol] = rig.Port(t)
	}
	dir, hop := t.TempDir(), rig.Port(t)
	key, backend := filepath.Join(dir, "apppass.key"), filepath.Join(dir, "apppass-backend.key")
	for name, text := range map[string]string{
		key: `proxy_set_header X-Apppass-Key "local-mail-service-key";`, backend: `add_header Auth-Pass "` + backendKey + `" always;`,
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hopConf := rig.Render(t, "mail-hop.conf", filepath.Join(dir, "hop.conf"), map[string]string{
		"verify.apppass.example.com:443": p.api.Host, "verify.apppass.example.com;": "localhost;", "127.0.0.1:9143": "127.0.0.1:" + hop,
		"/etc/ssl/certs/ca-certificates.crt": p.api.CAFile, "/etc/nginx/apppass.key": key, "/etc/nginx/apppass-backend.key": backend,
	})
	mailConf := rig.Render(t, "mail.conf", filepath.Join(dir, "mail.conf"), map[string]string{
		"127.0.0.1:9143": "127.0.0.1:" + hop, "/etc/ssl/certs/mail.pem": p.api.CertFile, "/etc/ssl/private/mail.key": p.api.KeyFile,
		"listen 993 ": "listen 127.0.0.1:" + p.ports[service.IMAP] + " ", "listen 995 ": "listen 127.0.0.1:" + p.ports[service.POP3] + " ",
		"listen 465 ": "listen 127.0.0.1:" + p.ports[service.SMTP] + " ",
	})
	p.nginx = start(t, program, dir, module+"http {\n"+temporary(dir)+"include "+hopConf+";\n}\ninclude "+mailConf+";\n")
	for _, port := range p.ports {
		p.nginx.Listens(port)
	}
	p.nginx.Listens(hop)
	return p
}

// way is how a client signs in: a protocol and one of its commands.
type way struct {
	name     string
	protocol service.Protocol
	// lines is what it sends after the greeting, a line at a time; each but the last is answered with "go on".
	lines func(login, pw string) []string
	// right is how the answer to a sign-in begins, wrong that to wrong credentials and later that while apppass is away.
	right, wrong, later string
}

func encoded(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func plain(login, pw string) string { return encoded("\x00" + login + "\x00" + pw) }

func quoted(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }

var ways = []way{
	{"LOGIN", service.IMAP, func(l, pw string) []string { return []string{"a LOGIN " + quoted(l) + " " + quoted(pw)} },
		"a OK", "a NO [AUTHENTICATIONFAILED]", "a NO [UNAVAILABLE]"},
	{"LOGIN with literals", service.IMAP, func(l, pw string) []string {
		return []string{fmt.Sprintf("a LOGIN {%d}", len(l)), fmt.Sprintf("%s {%d}", l, len(pw)), pw}
	}, "a OK", "a NO [AUTHENTICATIONFAILED]", "a NO [UNAVAILABLE]"},
	{"AUTHENTICATE PLAIN", service.IMAP, func(l, pw string) []string { return []string{"a AUTHENTICATE PLAIN", plain(l, pw)} },
		"a OK", "a NO [AUTHENTICATIONFAILED]", "a NO [UNAVAILABLE]"},
	{"USER and PASS", service.POP3, func(l, pw string) []string { return []string{"USER " + l, "PASS " + pw} }, "+OK", "-ERR [AUTH]", "-ERR [SYS/TEMP]"},
	{"AUTH PLAIN", service.POP3, func(l, pw string) []string { return []string{"AUTH PLAIN", plain(l, pw)} }, "+OK", "-ERR [AUTH]", "-ERR [SYS/TEMP]"},
	{"AUTH PLAIN", service.SMTP, func(l, pw string) []string { return []string{"EHLO me", "AUTH PLAIN " + plain(l, pw)} }, "235", "535 5.7.8", "454 4.7.0"},
	{"AUTH LOGIN", service.SMTP, func(l, pw string) []string { return []string{"EHLO me", "AUTH LOGIN", encoded(l), encoded(pw)} },
		"235", "535 5.7.8", "454 4.7.0"},
}

// answer is what a client is told at the end, or what has gone wrong.
func (p *proxy) answer(t *testing.T, w way, login, pw string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	d := tls.Dialer{Config: &tls.Config{RootCAs: p.roots, ServerName: "localhost"}}
	raw, err := d.DialContext(ctx, "tcp", "127.0.0.1:"+p.ports[w.protocol])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	_ = raw.SetDeadline(time.Now().Add(20 * time.Second))
	c := textproto.NewConn(raw)
	said, err := c.ReadLine()
	for _, line := range w.lines(login, pw) {
		if err != nil {
			return "error: " + err.Error()
		}
		if err = c.PrintfLine("%s", line); err != nil {
			continue
		}
		for said, err = c.ReadLine(); err == nil && (strings.HasPrefix(said, "* ") || len(said) > 3 && said[3] == '-' && w.protocol == service.SMTP); {
			said, err = c.ReadLine()
		}
	}
	if err != nil {
		return "error: " + err.Error()
	}
	return said
}

func (p *proxy) expect(t *testing.T, w way, what, login, pw, want string) {
	t.Helper()
	if got := p.answer(t, w, login, pw); !strings.HasPrefix(got, want) {
		t.Errorf("%s %s, %s: got %q, want %q", w.protocol, w.name, what, got, want)
	}
}

func TestMail(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	p := newProxy(t, w)
	rig.StoreLifetime(t, w, 1, time.Hour)
	expired := w.Bob.Makes("Thunderbird", "")
	rig.StoreLifetime(t, w, 2, 0)
	w.Advance(2 * time.Hour)
	alice, right, foreign := w.Alice.Email, w.Alice.Makes("Thunderbird", ""), w.Alice.Makes("Data analysis", "")
	sensitive, revoked := w.Alice.Makes("Scheduling", ""), w.Alice.Makes("CRM", "")
	w.Alice.Types("/apppass revoke crm").Confirms()
	wrong := rig.Unknown()
	rig.Keeps(t, p.nginx, right, foreign, sensitive, revoked, expired, wrong, backendKey, "local-mail-service-key")

	for _, way := range ways {
		for _, pw := range []string{right, sensitive, strings.ReplaceAll(right, "-", " ")} {
			p.expect(t, way, "right", strings.ToUpper(alice), pw, way.right)
			p.signedIn(t, way, alice)
		}
	}
	p.everyone(t, map[string][2]string{
		"unknown": {alice, wrong}, "mistyped": {alice, rig.Mistyped(right)}, "revoked": {alice, revoked}, "expired": {w.Bob.Email, expired},
		"for another service": {alice, foreign}, "somebody else's": {w.Carol.Email, right}, "odd": {alice, `: " \ % é = + & %41`},
	}, func(w way) string { return w.wrong })
	if seen := p.forget(); len(seen) > 0 {
		t.Errorf("the mail server was asked %d times for somebody who is refused", len(seen))
	}
	for _, c := range []struct {
		what  string
		begin func()
	}{
		{"away", p.api.Away}, {"slow", p.api.Hangs}, {"a page of somebody's", p.api.SaysHTML}, {"503", func() { p.api.Says(503) }},
		{"401", func() { p.api.Says(401) }}, {"200", func() { p.api.Says(200) }},
	} {
		c.begin()
		begun := time.Now()
		p.everyone(t, map[string][2]string{"right, " + c.what: {alice, right}, "wrong, " + c.what: {alice, wrong}}, func(w way) string { return w.later })
		if took := time.Since(begun); took > soon {
			t.Errorf("%s: the client waits for %v", c.what, took)
		}
		p.api.Works()
		p.expect(t, ways[0], "after "+c.what, alice, right, ways[0].right)
	}
	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	p.expect(t, ways[0], "revoked meanwhile", alice, right, ways[0].wrong)
}

// everyone signs in by every way with each of these logins and passwords, side by side: nginx makes who is refused wait for two seconds.
func (p *proxy) everyone(t *testing.T, with map[string][2]string, want func(way) string) {
	t.Helper()
	var all sync.WaitGroup
	for _, w := range ways {
		for what, c := range with {
			all.Go(func() { p.expect(t, w, what, c[0], c[1], want(w)) })
		}
	}
	all.Wait()
}

// signedIn expects that nginx has signed in to the mail server as that person, without the app password.
func (p *proxy) signedIn(t *testing.T, w way, login string) {
	t.Helper()
	seen := p.forget()
	if len(seen) != 1 {
		t.Errorf("%s %s: nginx has signed in %d times, want once", w.protocol, w.name, len(seen))
		return
	}
	got := seen[0]
	key := got.password == backendKey || got.protocol == service.SMTP && got.password == ""
	if got.protocol != w.protocol || got.login != login || !key {
		t.Errorf("%s %s: nginx has signed in by %s as %q, with its own key: %v; want %q", w.protocol, w.name, got.protocol, got.login, key, login)
	}
}
