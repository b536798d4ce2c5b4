package blockkit_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
)

// Whatever passes can be shown: it is finished the same way each time, slack-go can parse it, finishing it again changes
// nothing, and every element has a state and reports an action.
func FuzzWhatPassesCanBeShown(f *testing.F) {
	for _, l := range limits {
		f.Add([]byte(raw(f, []any{l.of(1)})))
	}
	f.Add([]byte(`[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"multi_users_select","initial_users":["U1"]}}]`))
	f.Fuzz(func(t *testing.T, blocks []byte) {
		if len(blockkit.CheckBlocks(blocks)) > 0 {
			return
		}
		once := blockkit.Finish(blocks, "seed")
		if again := blockkit.Finish(blocks, "seed"); !reflect.DeepEqual(once, again) {
			t.Errorf("%s is finished as %v, and as %v", blocks, once, again)
		}
		finished := raw(t, once)
		if again := blockkit.Finish(finished, "other"); !reflect.DeepEqual(once, again) {
			t.Errorf("%v is not finished: it becomes %v", once, again)
		}
		var parsed slack.Blocks
		if err := json.Unmarshal(finished, &parsed); err != nil {
			t.Errorf("slack-go can't parse %s: %v", finished, err)
		}
		for _, e := range blockkit.Elements(once) {
			state := e.Initial()
			if e.Stateful() && state["type"] != e.Type {
				t.Errorf("%s has no state", e)
			}
			if action := e.Action(nil, "1.0"); action["block_id"] == "" || action["action_id"] == "" || action["type"] == "" {
				t.Errorf("%s reports %v", e, action)
			}
			if cleared, err := e.Choose(nil, nil); err == nil && e.Stateful() && !e.Empty(cleared) {
				t.Errorf("%s holds %v after it was emptied", e, cleared)
			}
			_, _ = e.Choose([]string{"x"}, nil) // must not panic
		}
	})
}
