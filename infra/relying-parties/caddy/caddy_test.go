package caddy

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

func TestWeb(t *testing.T) {
	t.Parallel()
	program := rig.Needs(t, "caddy", "caddy")
	w := rig.NewWeb(t)
	w.Cases(web(t, program, w, w.API.CAFile, "localhost"))
	w.Untrusted("a CA that nobody knows", web(t, program, w, rig.Front(t, w.API.URL).CAFile, "localhost"))
	w.Untrusted("a certificate for other names", web(t, program, w, w.API.CAFile, "verify.example.org"))
}

// web starts Caddy in front of an application, which knows apppass by a CA and a name, and returns its address.
func web(t *testing.T, program string, w *rig.Web, ca, name string) string {
	t.Helper()
	dir, port := t.TempDir(), rig.Port(t)
	// Caddy would ask Let's Encrypt for a certificate, and listens for its own orders on a port that all tests would share.
	options := "{\n\tadmin off\n\tauto_https off\n\tstorage file_system " + dir + "\n}\n\n"
	site := "https://127.0.0.1:" + port + " {\n\tbind 127.0.0.1\n\ttls " + w.API.CertFile + " " + w.API.KeyFile
	conf := rig.Render(t, "Caddyfile", filepath.Join(dir, "Caddyfile"), map[string]string{
		"intranet.example.com {": options + site, "https://verify.apppass.example.com": w.API.URL, "127.0.0.1:8000": w.App,
		"/etc/ssl/certs/ca-certificates.crt": ca + "\n\t\t\t\ttls_server_name " + name,
	})
	key := filepath.Join(dir, "apppass.env")
	if err := os.WriteFile(key, []byte("APPPASS_KEY="+rig.WebKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := rig.Start(t, program, "run", "--config", conf, "--adapter", "caddyfile", "--envfile", key)
	w.Keeps(p)
	p.Listens(port)
	return "https://127.0.0.1:" + port
}
