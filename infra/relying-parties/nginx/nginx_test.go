package nginx

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

// modules is where Debian has nginx's.
const modules = "/usr/lib/nginx/modules/"

// needs is a module's line for nginx's configuration, or the end of the test where it is not installed.
func needs(t *testing.T, module, pkg string) string {
	t.Helper()
	rig.NeedsFile(t, modules+module, pkg)
	return "load_module " + modules + module + ";\n"
}

// start runs nginx with these blocks, in a folder of its own.
func start(t *testing.T, program, dir, blocks string) *rig.Process {
	t.Helper()
	main := filepath.Join(dir, "nginx.conf")
	text := "pid " + dir + "/pid;\nerror_log stderr;\nuser root;\ndaemon off;\nworker_processes 2;\n" + blocks + "events {}\n"
	if err := os.WriteFile(main, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return rig.Start(t, program, "-p", dir, "-e", "stderr", "-c", main)
}

// temporary has an http block write nowhere else.
func temporary(dir string) string {
	text := "access_log /dev/stderr;\n"
	for _, of := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		text += fmt.Sprintf("%s_temp_path %s;\n", of, filepath.Join(dir, of))
	}
	return text
}
