package e2e

import (
	"testing"

	"github.com/apppass/apppass/infra/local/world"
)

func TestWhoseEventWasLostIsLookedAtWhenTheyAsk(t *testing.T) {
	t.Parallel()
	t.Run("another address", func(t *testing.T) {
		t.Parallel()
		w := world.New(t)
		w.Bob.Makes("Thunderbird", "")
		loses(w, func() { w.Bob.Becomes(map[string]any{"email": "robert@example.com"}) })
		w.Bob.Types("/apppass new").Picks("CRM").Sends()
		says(w.Alice, "The e-mail address of bob@example.com in Slack is now robert@example.com.")
	})
	t.Run("back again", func(t *testing.T) {
		t.Parallel()
		w := world.New(t)
		w.Bob.Makes("Thunderbird", "")
		w.Bob.Becomes(map[string]any{"deleted": true})
		says(w.Alice, deactivated)
		loses(w, func() { w.Bob.Becomes(map[string]any{"deleted": false}) })
		w.Bob.Types("/apppass new").Picks("CRM").Sends()
		says(w.Bob, "Your account needs an administrator's decision first.")
		w.Eventually("he is let in", func() bool { return len(events(t, w, "admitted")) == 1 })
		w.Bob.Closes()
		w.Mail.Accepts(w.Bob, w.Bob.Makes("Thunderbird", "anew"))
	})
}
