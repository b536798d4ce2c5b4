package office365

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
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
	_ = c.raw.SetDeadline(time.Now().Add(patience))
	for {
		line, err := c.ReadLine()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("the session does not end: %v", err)
		}
		t.Logf("at the end: %s", line)
	}
}
