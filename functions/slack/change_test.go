package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/job"
)

// changed is a user_change of Slack's. more is further members of the person.
func (h *house) changed(event, id, more string) int {
	h.t.Helper()
	return h.send(sent{path: "/slack/events", kind: "application/json", body: fmt.Sprintf(
		`{"type":"event_callback","team_id":"TLOCAL","event_id":%q,"event":{"type":"user_change","user":{"id":%q,"team_id":"TLOCAL",%s}}}`, event, id, more)}).StatusCode
}

func TestABurstOfProfileEditsCostsOneJob(t *testing.T) {
	h := newHouse(t)
	for n := range 200 {
		h.changed(fmt.Sprint("Ev", n), "UALICE", fmt.Sprintf(`"updated":%d,"profile":{"email":"alice@example.com","status_text":"busy %d"}`, n, n))
	}
	// A request is held to one call by the house, and each call here is a job.
	if len(h.jobs) != 1 || h.jobs[0].ID != "event:Ev0" || h.jobs[0].Kind != job.Account || h.jobs[0].Person != "UALICE" {
		t.Errorf("200 profile edits: %+v", h.jobs)
	}
}

func TestWhatChangesOfAPersonIsTold(t *testing.T) {
	const active, email = `"updated":1,"profile":{"email":"alice@example.com"}`, `"updated":1,"profile":{"email":"alice.b@example.com"}`
	for _, c := range []struct {
		name, before, after string
		later               time.Duration
		want                int
	}{
		{"nothing", active, active, 0, 1},
		{"nothing, later", active, active, burst, 2},
		{"deactivated", active, `"deleted":true,` + active, 0, 2},
		{"the same deactivation again", `"deleted":true,` + active, `"deleted":true,` + active, 0, 1},
		{"another deactivation", `"deleted":true,` + active, `"deleted":true,"updated":2,"profile":{"email":"alice@example.com"}`, 0, 2},
		{"another address", active, email, 0, 2},
		{"a guest", active, `"is_restricted":true,` + active, 0, 2},
		{"a guest of one channel", active, `"is_ultra_restricted":true,` + active, 0, 2},
		{"back", `"deleted":true,` + active, active, 0, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.changed("Ev1", "UALICE", c.before)
			h.now = h.now.Add(c.later)
			h.changed("Ev2", "UALICE", c.after)
			if len(h.jobs) != c.want {
				t.Errorf("got %d jobs, want %d", len(h.jobs), c.want)
			}
		})
	}
}

func TestADeactivationThatCouldNotBeQueuedComesAgain(t *testing.T) {
	h := newHouse(t)
	h.broken = errors.New("away")
	if status := h.changed("Ev1", "UALICE", `"deleted":true`); status != 503 {
		t.Errorf("got %d", status)
	}
	h.broken = nil
	if status := h.changed("Ev1", "UALICE", `"deleted":true`); status != 200 || len(h.jobs) == 0 || h.jobs[len(h.jobs)-1].ID != "event:Ev1" {
		t.Errorf("got %d and %+v", status, h.jobs)
	}
}

func TestWhoIsNoneOfTheWorkspacesPeopleIsIgnored(t *testing.T) {
	h := newHouse(t)
	for _, user := range []string{
		`{}`, `"UALICE"`, `{"id":"","team_id":"TLOCAL","deleted":true}`, `{"id":"UALICE","deleted":true}`, `{"id":"UALICE","team_id":"TOTHER","deleted":true}`,
		`{"id":"UBOT","team_id":"TLOCAL","is_bot":true,"deleted":true}`, `{"id":7}`, `null`,
	} {
		answer := h.send(sent{path: "/slack/events", kind: "application/json", body: `{"type":"event_callback","team_id":"TLOCAL","event_id":"Ev1","event":{"type":"user_change","user":` + user + `}}`})
		if answer.StatusCode != 200 || len(h.jobs) > 0 {
			t.Errorf("%s: got %d and %d jobs", user, answer.StatusCode, len(h.jobs))
		}
	}
}

func TestWhatIsRememberedOfPeopleIsBounded(t *testing.T) {
	var c changes
	for n := range mostSeen * 3 {
		c.keep(fmt.Sprint("U", n), change{}, signedAt)
	}
	if n := len(c.told); n > mostSeen {
		t.Errorf("%d are remembered", n)
	}
}

func TestAnAdminsAnswerIsQueuedByItsIdsOnly(t *testing.T) {
	for _, c := range []struct {
		action, value, kind, args string
		status                    int
	}{
		{"admit", "UBOB 2", "decide", `{"person":"UBOB","generation":2,"admit":true}`, 200},
		{"cut_off", "UBOB 2", "decide", `{"person":"UBOB","generation":2,"admit":false}`, 200},
		{"reconcile_go_on", "2026-11-25", "go_on", `{"run":"2026-11-25","go_on":true}`, 200},
		{"reconcile_leave", "2026-11-25", "go_on", `{"run":"2026-11-25","go_on":false}`, 200},
		{"admit", "UBOB", "", "", 400},
		{"cut_off", "UBOB two", "", "", 400},
		{"admit", " 2", "", "", 400},
		{"reconcile_go_on", "yesterday", "", "", 400},
	} {
		t.Run(c.action+" "+c.value, func(t *testing.T) {
			h := newHouse(t)
			answer := h.send(interaction(h, map[string]any{
				"type": "block_actions", "actions": []any{map[string]any{"action_id": c.action, "block_id": "decide", "type": "button", "value": c.value}},
				"response_url": "https://hooks.slack.com/actions/TLOCAL/1/x",
			}, nil))
			if answer.StatusCode != c.status || (len(h.jobs) == 1) != (c.status == 200) {
				t.Fatalf("got %d and %+v", answer.StatusCode, h.jobs)
			}
			if c.status == 200 && (string(h.jobs[0].Kind) != c.kind || string(h.jobs[0].Args) != c.args || h.jobs[0].Reply.ResponseURL == "") {
				t.Errorf("got %+v %s", h.jobs[0], h.jobs[0].Args)
			}
		})
	}
}
