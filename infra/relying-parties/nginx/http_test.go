package nginx

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

func TestWeb(t *testing.T) {
	t.Parallel()
	program := rig.Needs(t, "nginx", "nginx")
	w := rig.NewWeb(t)
	w.Cases(web(t, program, w, w.API.CAFile, "localhost"))
	w.Untrusted("a CA that nobody knows", web(t, program, w, rig.Front(t, w.API.URL).CAFile, "localhost"))
	w.Untrusted("a certificate for other names", web(t, program, w, w.API.CAFile, "verify.example.org"))
}

// web starts nginx in front of an application, which knows apppass by a CA and a name, and returns its address.
func web(t *testing.T, program string, w *rig.Web, ca, name string) string {
	t.Helper()
	dir, port := t.TempDir(), rig.Port(t)
	key := filepath.Join(dir, "apppass.key")
	if err := os.WriteFile(key, []byte(`proxy_set_header X-Apppass-Key "`+rig.WebKey+`";`), 0o600); err != nil {
		t.Fatal(err)
	}
	conf := rig.Render(t, "http.conf", filepath.Join(dir, "apppass.conf"), map[string]string{
		"verify.apppass.example.com:443": w.API.Host, "verify.apppass.example.com;": name + ";", "127.0.0.1:8000": w.App, "listen 443 ssl;": "listen 127.0.0.1:" + port + " ssl;",
		"/etc/ssl/certs/intranet.pem": w.API.CertFile, "/etc/ssl/private/intranet.key": w.API.KeyFile, "/etc/ssl/certs/ca-certificates.crt": ca,
		"/etc/nginx/apppass.key": key,
	})
	p := start(t, program, dir, needs(t, "ngx_http_headers_more_filter_module.so", "libnginx-mod-http-headers-more-filter")+"http {\n"+temporary(dir)+"include "+conf+";\n}\n")
	w.Keeps(p)
	p.Listens(port)
	return "https://127.0.0.1:" + port
}
