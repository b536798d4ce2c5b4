package main

import (
	"net/http"
	"testing"

	"github.com/apppass/apppass/shared/core/job"
)

// inDigest is a press in a digest.
func inDigest(action, value, option string) map[string]any {
	payload := pressed(action, value)
	payload["container"] = map[string]any{"type": "message", "message_ts": "1.2", "channel_id": "D1", "is_ephemeral": false}
	one := map[string]any{"type": "button", "action_id": action, "block_id": "reminder_" + rotated, "value": value}
	if option != "" {
		one = map[string]any{"type": "static_select", "action_id": action, "block_id": "reminder_" + rotated, "selected_option": map[string]any{"value": option}}
	}
	payload["actions"] = []any{one}
	return payload
}

// The response URL would put the answer in the place of the whole digest.
func TestWhatIsPressedInADigestIsAnsweredInItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		payload map[string]any
		kind    job.Kind
		args    string
	}{
		"put off": {inDigest("snooze", "", "week "+rotated), job.Snooze, `{"credential":"` + rotated + `","for":"week"}`},
		"kept":    {inDigest("keep", rotated, ""), job.Keep, `{"credential":"` + rotated + `"}`},
		"revoked": {inDigest("revoke", rotated, ""), job.Revoke, `{"credential":"` + rotated + `"}`},
	} {
		h := newHouse(t)
		answer := h.send(interaction(h, c.payload, nil))
		if answer.StatusCode != http.StatusOK || len(h.opened) > 0 || len(h.jobs) != 1 || h.jobs[0].Kind != c.kind || string(h.jobs[0].Args) != c.args ||
			h.jobs[0].Reply != (job.Reply{Channel: "D1", TS: "1.2"}) {
			t.Errorf("%s: got %d, %d views and %v", name, answer.StatusCode, len(h.opened), h.jobs)
		}
	}
	h := newHouse(t)
	if answer := h.send(interaction(h, inDigest("rotate", rotated, ""), nil)); answer.StatusCode != http.StatusOK || len(h.opened) != 1 || h.jobs[0].Reply != (job.Reply{ViewID: "VOPENED"}) {
		t.Errorf("rotated: got %d, %d views and %v", answer.StatusCode, len(h.opened), h.jobs)
	}
}

func TestWhatIsNoAnswerToAReminderIsRefused(t *testing.T) {
	for _, payload := range []map[string]any{
		inDigest("snooze", "", "year "+rotated), inDigest("snooze", "", "week x"), inDigest("snooze", "x", ""), inDigest("snooze", "", ""),
		inDigest("keep", "x", ""), inDigest("keep", "", ""),
	} {
		h := newHouse(t)
		if answer := h.send(interaction(h, payload, nil)); answer.StatusCode != http.StatusBadRequest || len(h.jobs) > 0 {
			t.Errorf("%v: got %d and %v", payload["actions"], answer.StatusCode, h.jobs)
		}
	}
}
