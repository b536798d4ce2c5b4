package haproxy

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

func TestWeb(t *testing.T) {
	t.Parallel()
	program := rig.Needs(t, "haproxy", "haproxy")
	w := rig.NewWeb(t)
	w.Cases(web(t, program, w, w.API.CAFile, "localhost"))
	w.Untrusted("a CA that nobody knows", web(t, program, w, rig.Front(t, w.API.URL).CAFile, "localhost"))
	w.Untrusted("a certificate for other names", web(t, program, w, w.API.CAFile, "verify.example.org"))
}

// web starts HAProxy in front of an application, which knows apppass by a CA and a name, and returns its address.
func web(t *testing.T, program string, w *rig.Web, ca, name string) string {
	t.Helper()
	dir, port := t.TempDir(), rig.Port(t)
	write := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var pem []byte
	for _, name := range []string{w.API.CertFile, w.API.KeyFile} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		pem = append(pem, text...)
	}
	script := rig.Render(t, "apppass.lua", filepath.Join(dir, "apppass.lua"), map[string]string{
		"/etc/haproxy/apppass.key": write("apppass.key", []byte(rig.WebKey+"\n")), "abns@apppass": "abns@apppass" + port,
	})
	conf := rig.Render(t, "haproxy.cfg", filepath.Join(dir, "haproxy.cfg"), map[string]string{
		"/etc/haproxy/apppass.lua": script, "bind :443": "bind 127.0.0.1:" + port, "/etc/haproxy/intranet.pem": write("intranet.pem", pem),
		"127.0.0.1:8000": w.App, "abns@apppass": "abns@apppass" + port, "verify.apppass.example.com:443": w.API.Host,
		"Host verify.apppass.example.com": "Host localhost", "str(verify.apppass.example.com)": "str(" + name + ")",
		"/etc/ssl/certs/ca-certificates.crt": ca, "log /dev/log local0": "log stderr local0",
	})
	p := rig.Start(t, program, "-db", "-f", conf)
	w.Keeps(p)
	p.Listens(port)
	return "https://127.0.0.1:" + port
}
