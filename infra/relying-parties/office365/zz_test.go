package office365

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/relying-parties/rig"
)

func TestZZ(t *testing.T) {
	b := start(t)
	b.office.granted = []string{longMailbox, "a@b.c"}
	n, mb := 0, ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.entra.size = n
		tok := b.entra.sign(audience, time.Now().Add(time.Hour))
		json.NewEncoder(w).Encode(map[string]any{"ok": true, "login": "alice@example.com", "credential_id": "c0", "upstream": map[string]any{"mech": "xoauth2", "user": mb, "access_token": tok, "expires_in": 3600}})
	}))
	defer s.Close()
	rig.Render(t, b.path("apppass-bridge.lua"), b.path("apppass-bridge.lua"), map[string]string{b.api.URL: s.URL})
	b.reloads()
	for _, mb = range []string{"a@b.c", longMailbox} {
		for _, n = range []int{7168, 7400, 7500, 7600, 7700, 7800, 7900, 7950, 8000, 8050, 8100, 8192} {
			for _, p := range programs {
				c, got := p.signsIn(t, b, strings.Repeat("a", 10)+"@example.com", "x")
				c.Close()
				t.Log(len(mb), n, p.name, got)
			}
		}
	}
}
