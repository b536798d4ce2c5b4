package e2e

import (
	"testing"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
)

func TestAGuideNamesTheCompanysServers(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	scene := w.Alice.Types("/apppass guide thunderbird")
	if !has(scene, "Incoming mail (IMAP): mail.example.com, port 993, SSL/TLS", "Outgoing mail (SMTP): mail.example.com, port 465, SSL/TLS", "Saved Passwords") {
		t.Errorf("she sees %s", scene.Words())
	}
	presses(t, w.Alice, scene.Last(), "suggestion")
	if top := w.Alice.Sees().Top(); top.View.CallbackID != "new" {
		t.Errorf("the form is %q", top.View.CallbackID)
	}
	w.Alice.Closes()
	presses(t, w.Alice, scene.Last(), "guide")
	all := w.Alice.Awaits("all guides", func(s *world.Scene) bool {
		return has(s, "What is good for what", "A new phone", "Never send it to anybody")
	}).Last()
	b, e, _ := drive.Press(all.Blocks, "guide")
	if _, err := w.Alice.Attempts("click", map[string]any{
		"surface": all.TS, "block_id": b.BlockID, "action_id": e.ActionID, "selected_option": "scanner-printer",
	}); err != nil {
		t.Fatal(err)
	}
	w.Alice.Awaits("the scanner's guide", func(s *world.Scene) bool {
		return has(s, "Scan to e-mail", "Outgoing mail (SMTP): mail.example.com") && !has(s, "Incoming mail")
	})
}
