package freeradius

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

// raddb is where Debian keeps FreeRADIUS's configuration.
const raddb = "/etc/freeradius/3.0"

const secret = "testing123" // Debian's for localhost

// server is a FreeRADIUS that runs, and what it is told by radclient.
type server struct {
	*rig.Process
	t         *testing.T
	radclient string
	port      string
	waits     string // how many seconds a gateway does
}

// block finds the shell commands of README.md that it promises to be tested.
var block = regexp.MustCompile("(?s)\n```sh\n(.*?)```\n")

// start makes a server out of Debian's configuration by README.md's commands, all of its blocks or only the first, and of another site
// where one is named.
func start(t *testing.T, api *rig.API, blocks int, site string) *server {
	t.Helper()
	program, radclient := rig.Needs(t, "freeradius", "freeradius"), rig.Needs(t, "radclient", "freeradius-utils")
	rig.NeedsFile(t, "/usr/lib/freeradius/rlm_rest.so", "freeradius-rest")
	rig.NeedsRoot(t, "Debian's configuration of FreeRADIUS is for root to read")
	home := t.TempDir()
	// The program becomes freerad, who has to get there.
	for dir := home; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	conf, run := filepath.Join(home, "3.0"), filepath.Join(home, "run")
	sh(t, fmt.Sprintf("cp -a %s %s && install -d -o freerad %s", raddb, conf, run))
	replacements := map[string]string{raddb: conf, "https://abc123.execute-api.eu-central-1.amazonaws.com": api.URL}
	readme, err := os.ReadFile(rig.Render(t, "README.md", filepath.Join(home, "README.md"), replacements))
	if err != nil {
		t.Fatal(err)
	}
	commands := block.FindAllStringSubmatch(string(readme), -1)
	if len(commands) != 2 {
		t.Fatalf("README.md has %d blocks of commands, want that of the server and that of Wi-Fi", len(commands))
	}
	for _, c := range commands[:blocks] {
		sh(t, c[1])
	}
	write(t, filepath.Join(conf, "apppass.key"), "key = \""+rig.WebKey+"\"\n")

	s := &server{t: t, radclient: radclient, port: udpPort(t), waits: "4"}
	if site == "" {
		site = "apppass"
	} else {
		sh(t, fmt.Sprintf("cp sites-available/%s %s/sites-available/ && rm %s/sites-enabled/apppass && ln -s ../sites-available/%s %s/sites-enabled/", site, conf, conf, site, conf))
	}
	within := func(name string, replacements map[string]string) {
		rig.Render(t, filepath.Join(conf, name), filepath.Join(conf, name), replacements)
	}
	within("sites-available/"+site, map[string]string{"ipaddr = *": "ipaddr = 127.0.0.1", "port = 1812": "port = " + s.port})
	within("mods-available/apppass", map[string]string{"/etc/ssl/certs/ca-certificates.crt": api.CAFile})
	within("radiusd.conf", map[string]string{
		"\nrun_dir = ${localstatedir}/run/${name}\n": "\nrun_dir = " + run + "\n", "\nlogdir = /var/log/freeradius\n": "\nlogdir = " + run + "\n",
		"\treject_delay = 1\n": "\treject_delay = 0\n", // so that an answer that does not come at once is none
	})
	if blocks == 2 {
		within("mods-available/apppass-eap", map[string]string{raddb: conf})
		sh(t, fmt.Sprintf("install -m 644 %s %s/certs/radius.pem && install -m 640 -g freerad %s %s/certs/radius.key", api.CertFile, conf, api.KeyFile, conf))
	}
	if site == "apppass-by-shape" {
		write(t, filepath.Join(conf, "mods-config/files/authorize"), "$INCLUDE "+filepath.Join(home, "users")+"\n")
		write(t, filepath.Join(home, "users"), users)
	}

	s.Process = rig.Start(t, program, "-f", "-l", "stdout", "-d", conf)
	s.answers()
	return s
}

// asks is what a gateway is told that says so: "Access-Accept", "Access-Reject" or, after a while, "". More is further lines of radclient's.
func (s *server) asks(login, password string, more ...string) string {
	s.t.Helper()
	said, _ := s.says("auth", login, password, more...)
	return said
}

// says is what a gateway is told, and the answer's User-Name.
func (s *server) says(kind, login, password string, more ...string) (code, name string) {
	s.t.Helper()
	lines := []string{"User-Name = " + quoted(login), "User-Password = " + quoted(password)}
	if kind == "status" {
		lines = nil
	}
	lines = append(lines, "Message-Authenticator = 0x00")
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	// By standard input, for other users of the machine see arguments.
	cmd := exec.CommandContext(ctx, s.radclient, "-x", "-r", "1", "-t", s.waits, "127.0.0.1:"+s.port, kind, secret)
	cmd.Stdin = strings.NewReader(strings.Join(append(lines, more...), "\n") + "\n")
	out, _ := cmd.CombinedOutput() // its status says what its output says
	_, answer, answered := strings.Cut(string(out), "\nReceived ")
	if !answered {
		if !strings.Contains(string(out), "No reply from server") {
			s.t.Errorf("radclient does not ask about %q", login)
		}
		return "", ""
	}
	code, rest, _ := strings.Cut(answer, " ")
	if m := regexp.MustCompile(`User-Name = "(.*)"`).FindStringSubmatch(rest); m != nil {
		name = m[1]
	}
	return code, name
}

// answers waits until the server answers at all.
func (s *server) answers() {
	s.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; {
		if strings.Contains(s.Said(), "Ready to process requests") {
			break
		}
		if time.Now().After(end) {
			s.t.Fatalf("FreeRADIUS does not start:\n%s", s.Said())
		}
		time.Sleep(20 * time.Millisecond)
	}
	// Status-Server is what gateways ask to know that a server lives, whatever apppass does.
	if said, _ := s.says("status", "", ""); said != "Access-Accept" {
		s.t.Fatalf("Status-Server: got %q", said)
	}
}

// quoted writes a string as radclient reads it.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\x00", `\000`).Replace(s) + `"`
}

func sh(t *testing.T, script string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "sh", "-euc", script).CombinedOutput(); err != nil {
		t.Fatalf("%s\n%v: %s", script, err, out)
	}
}

// write fills a file, or makes one that everybody may read.
func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
