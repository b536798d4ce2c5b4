package apache

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

// modules are what a2enmod of the README enables, and what Debian has enabled already.
var modules = strings.Fields("mpm_event authn_core authz_core authz_user headers lua proxy proxy_http socache_shmcb ssl")

func TestWeb(t *testing.T) {
	t.Parallel()
	program := needs(t)
	w := rig.NewWeb(t)
	w.Cases(web(t, program, w, w.API.CAFile, "localhost"))
	w.Untrusted("a CA that nobody knows", web(t, program, w, rig.Front(t, w.API.URL).CAFile, "localhost"))
	w.Untrusted("a certificate for other names of the same address", web(t, program, w, w.API.CAFile, "127.1"))
}

func needs(t *testing.T) string {
	t.Helper()
	program := rig.Needs(t, "apache2", "apache2")
	for _, file := range []string{"/usr/share/lua/5.3/socket.lua", "/usr/share/lua/5.3/ssl.lua"} {
		rig.NeedsFile(t, file, "lua-socket lua-sec")
	}
	return program
}

// web starts Apache in front of an application, which knows apppass by a CA and a name, and returns its address.
func web(t *testing.T, program string, w *rig.Web, ca, name string) string {
	t.Helper()
	dir, port := t.TempDir(), rig.Port(t)
	// Apache's workers are www-data, where it is started as root.
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	_, apiPort, _ := strings.Cut(w.API.Host, ":")
	script := rig.Render(t, "apppass.lua", filepath.Join(dir, "apppass.lua"), map[string]string{
		`"verify.apppass.example.com", 443`: `"` + name + `", ` + apiPort, "/etc/ssl/certs/ca-certificates.crt": ca,
		"/etc/apache2/apppass.key": write("apppass.key", rig.WebKey+"\n"),
	})
	site := rig.Render(t, "apppass.conf", filepath.Join(dir, "apppass.conf"), map[string]string{
		"*:443": "127.0.0.1:" + port, "/etc/ssl/certs/intranet.pem": w.API.CertFile, "/etc/ssl/private/intranet.key": w.API.KeyFile,
		"/etc/apache2/apppass.lua": script, "127.0.0.1:8000": w.App,
	})
	text := "ServerName localhost\nPidFile " + dir + "/pid\nDefaultRuntimeDir " + dir + "\nErrorLog /dev/stderr\nUser www-data\nGroup www-data\nListen 127.0.0.1:" + port + "\n"
	for _, m := range modules {
		text += "LoadModule " + m + "_module /usr/lib/apache2/modules/mod_" + m + ".so\n"
	}
	main := write("apache2.conf", text+"Mutex file:"+dir+" default\nInclude "+site+"\n")
	p := rig.Start(t, program, "-d", dir, "-f", main, "-DFOREGROUND")
	w.Keeps(p)
	p.Listens(port)
	return "https://127.0.0.1:" + port
}
