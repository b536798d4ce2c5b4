package office365

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

// asks asks doveadm's HTTP API for one command, and returns what it answers.
// https://doc.dovecot.org/2.3/admin_manual/doveadm_http_api/
func (b *bridge) asks(command string) string {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, "http://127.0.0.1:"+b.doveadm+"/doveadm/v1", strings.NewReader(`[[`+command+`,"0"]]`))
	if err != nil {
		b.t.Fatal(err)
	}
	r.SetBasicAuth("doveadm", doveadmPassword)
	client := http.Client{Timeout: patience}
	answer, err := client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.t.Fatalf("doveadm answers %d, %v", answer.StatusCode, err)
	}
	return string(text)
}

func TestAnOpenSessionEndsByProxyKickAndNotByKick(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	c, got := programs[0].signsIn(t, b, "ALICE@example.com", pw)
	if answer := c.says("b IDLE"); got != in || !strings.HasPrefix(answer, "+ ") {
		t.Fatalf("got %q, and IDLE: %q", got, answer)
	}
	// 68: there is no such session. A bridge has none of its own, only proxied ones.
	if answer := b.asks(`"kick",{"mask":["alice@example.com"]}`); !strings.Contains(answer, `"exitCode":68`) {
		t.Errorf("kick: %s", answer)
	}
	if answer := b.asks(`"proxyKick",{"user":["bob@example.com"]}`); !strings.Contains(answer, `"doveadmResponse",[{"count":"0"}]`) {
		t.Errorf("proxyKick of nobody: %s", answer)
	}
	if answer := b.asks(`"proxyKick",{"user":["alice@example.com"]}`); !strings.Contains(answer, `"doveadmResponse",[{"count":"1"}]`) {
		t.Errorf("proxyKick: %s", answer)
	}
	c.ends(t, patience)
}

// ends waits until the server ends the session.
func (c *session) ends(t *testing.T, within time.Duration) {
	t.Helper()
	_ = c.raw.SetDeadline(time.Now().Add(within))
	for {
		if _, err := c.ReadLine(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("the session does not end within %v: %v", within, err)
		}
	}
}

func TestARevocationEndsAnOpenSessionAtTheBridge(t *testing.T) {
	t.Parallel()
	b := start(t)
	pw := b.Alice.Makes("Thunderbird", "")
	binary := b.path("apppass-kick")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../dovecot/poller").CombinedOutput(); err != nil {
		t.Fatalf("build the poller: %v\n%s", err, out)
	}
	b.write("apppass-doveadm.password", doveadmPassword+"\n", 0o600)
	rig.Start(t, binary, "-feed", b.api.URL+"/v1/revocations", "-ca", b.api.CAFile, "-key-file", b.path("apppass.key"), "-state", b.path("cursor"),
		"-doveadm", "http://127.0.0.1:"+b.doveadm+"/doveadm/v1", "-doveadm-password-file", b.path("apppass-doveadm.password"), "-proxy")
	b.Eventually("the poller has a cursor", func() bool {
		cursor, err := os.ReadFile(b.path("cursor"))
		return err == nil && len(cursor) > 0
	})
	c, got := programs[0].signsIn(t, b, "alice@example.com", pw)
	if answer := c.says("b IDLE"); got != in || !strings.HasPrefix(answer, "+ ") {
		t.Fatalf("got %q, and IDLE: %q", got, answer)
	}
	b.Alice.Types("/apppass revoke thunderbird").Confirms()
	c.ends(t, 10*time.Second)
}
