package freeradius

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
)

func TestWiFiByTTLS(t *testing.T) {
	t.Parallel()
	device := rig.Needs(t, "eapol_test", "eapoltest")
	w := world.New(t)
	l := listens(t, w)
	api := rig.Front(t, l.URL)
	s := start(t, api, 2, "")
	alice := w.Alice.Makes("Legacy system", "")
	w.Intranet.Accepts(w.Alice, alice) // the function has started

	// joins is what the access point is told in the end. The device gives up after so many seconds.
	joins := func(password, phase2 string, seconds int, more ...string) (code, name string) {
		t.Helper()
		network := filepath.Join(t.TempDir(), "network")
		if err := os.WriteFile(network, fmt.Appendf(nil, `network={
	ssid="office"
	key_mgmt=WPA-EAP
	eap=TTLS
	identity="Alice@example.com"
	anonymous_identity="anonymous@example.com"
	ca_cert="%s"
	password="%s"
	phase2="auth=%s"
}
`, api.CAFile, password, phase2), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		arguments := append([]string{"-c", network, "-a", "127.0.0.1", "-p", s.port, "-s", secret, "-t", fmt.Sprint(seconds)}, more...)
		out, _ := exec.CommandContext(ctx, device, arguments...).CombinedOutput() // its status says what its output says
		said := string(out)
		if !strings.Contains(said, "EAP-Request-TTLS") {
			t.Error("there is no tunnel")
		}
		i := strings.LastIndex(said, "RADIUS message: code=")
		if i < 0 {
			return "", ""
		}
		last := said[i:]
		switch {
		case strings.Contains(last, "(Access-Accept)"):
			_, name, _ = strings.Cut(last, "(User-Name)")
			_, name, _ = strings.Cut(name, "Value: '")
			name, _, _ = strings.Cut(name, "'")
			return accept, name
		case strings.Contains(last, "(Access-Reject)"):
			return reject, ""
		}
		return silent, ""
	}
	wants := func(want, what, password string) {
		t.Helper()
		if got, _ := joins(password, "PAP", 6); got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}

	if code, name := joins(alice, "PAP", 6); code != accept || name != "alice@example.com" {
		t.Errorf("a right one: got %q for %q", code, name)
	}
	if heard := l.forget(); len(heard) != 1 || heard[0].header.Get("X-Apppass-Client-Ip") != "" {
		t.Errorf("apppass is asked %d times", len(heard))
	}
	if code, _ := joins(alice, "PAP", 6, "-N31:s:192.0.2.7"); code != accept {
		t.Errorf("with an address as Calling-Station-Id: got %q", code)
	}
	if heard := l.forget(); len(heard) != 1 || heard[0].header.Get("X-Apppass-Client-Ip") != "192.0.2.7" {
		t.Errorf("apppass is asked %d times, or told another address", len(heard))
	}
	wants(reject, "an unknown one", rig.Unknown())
	if code, _ := joins(alice, "MSCHAPV2", 6); code == accept {
		t.Error("MS-CHAP signs in")
	}
	s.wants(accept, "PAP without a tunnel", "alice@example.com", alice)
	api.Says(503)
	wants(silent, "503", alice)
	api.Away()
	wants(silent, "away", alice)
	api.Works()
	wants(accept, "when it is back", alice)
	w.Alice.Types("/apppass revoke legacy-system").Confirms()
	wants(reject, "a revoked one", alice)
	s.keepsQuiet(alice)
}
