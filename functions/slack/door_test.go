package main

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/reveal"
)

const linkID = "tBP0fRPuL-bIRbLuFBr4HQ"

func pressed(action, value string) map[string]any {
	return map[string]any{
		"type": "block_actions", "response_url": "https://hooks.slack.com/actions/T/1/x",
		"actions": []any{map[string]any{"type": "button", "action_id": action, "block_id": "x", "value": value}},
	}
}

func TestThePressOfALinksButtonOpensItsDoor(t *testing.T) {
	for name, c := range map[string]struct {
		value  string
		gone   bool
		broken error
		want   []string
	}{
		"the owner":         {linkID, false, nil, []string{linkID + " UALICE alice@example.com 2m0s"}},
		"who has left":      {linkID, true, nil, nil},
		"Slack is away":     {linkID, false, errors.New("away"), nil},
		"no id":             {"", false, nil, nil},
		"something else":    {"https://example.com", false, nil, nil},
		"an id and a space": {linkID + " ", false, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.gone, h.broken = c.gone, c.broken
			answer := h.send(interaction(h, pressed("open_link", c.value), nil))
			// Whatever comes of it, Slack gets its acknowledgement: the page asks for a number then.
			if answer.StatusCode != http.StatusOK || answer.Body != "" || !slices.Equal(h.doors, c.want) {
				t.Errorf("got %d %q and the doors %q, want %q", answer.StatusCode, answer.Body, h.doors, c.want)
			}
		})
	}
}

func TestWhereTheLinkStandsItIsSaidThatItWasOpened(t *testing.T) {
	blocks := []any{
		map[string]any{"type": "section", "block_id": "ready", "text": map[string]any{"type": "plain_text", "text": "x"}},
		map[string]any{"type": "context", "block_id": "opened", "elements": []any{map[string]any{"type": "mrkdwn", "text": "x"}}},
	}
	view := pressed("open_link", linkID)
	view["view"] = map[string]any{"id": "V1", "hash": "7", "type": "modal", "blocks": blocks[:1]}
	again := pressed("open_link", linkID)
	again["view"] = map[string]any{"id": "V1", "hash": "8", "type": "modal", "blocks": blocks}
	message := pressed("open_link", linkID)
	message["container"] = map[string]any{"type": "message", "channel_id": "D1", "message_ts": "1.2"}
	message["message"] = map[string]any{"text": "ready", "blocks": blocks[:1]}
	for _, c := range []struct {
		payload map[string]any
		want    string
	}{{view, "V1 7 ready opened"}, {again, "V1 8 ready opened"}, {message, "D1 1.2 ready ready opened"}} {
		h := newHouse(t)
		if answer := h.send(interaction(h, c.payload, nil)); answer.StatusCode != http.StatusOK || !slices.Equal(h.sayings, []string{c.want}) {
			t.Errorf("got %d and %q, want %q", answer.StatusCode, h.sayings, c.want)
		}
		h = newHouse(t)
		h.gone = true
		if h.send(interaction(h, c.payload, nil)); len(h.sayings) > 0 {
			t.Errorf("the door stays closed, and it says %q", h.sayings)
		}
	}
}

func TestWhereALinkStandsThatIsOverItIsSaidWhy(t *testing.T) {
	view := pressed("open_link", linkID)
	view["view"] = map[string]any{"id": "V1", "hash": "7", "type": "modal", "blocks": []any{}}
	message := pressed("open_link", linkID)
	message["container"] = map[string]any{"type": "message", "channel_id": "D1", "message_ts": "1.2"}
	message["message"] = map[string]any{"text": "ready", "blocks": []any{}}
	for _, c := range []struct {
		err           error
		view, message string
	}{
		{link.ErrUsed, "V1 7  over", "D1 1.2 This link has been used. If that wasn't you, revoke the app password with /apppass list.  over"},
		{link.ErrVoid, "V1 7  over", "D1 1.2 This link was withdrawn before it was opened, and its password does not work. Ask for a new one with /apppass new.  over"},
		{link.ErrExpired, "V1 7  over", "D1 1.2 This link has expired. Nothing was changed. Ask for a new one with /apppass new.  over"},
		{nil, "", ""}, // a number is asked for
	} {
		for _, at := range []struct {
			payload map[string]any
			want    string
		}{{view, c.view}, {message, c.message}} {
			h := newHouse(t)
			h.lost = errors.Join(reveal.ErrLost, c.err)
			answer := h.send(interaction(h, at.payload, nil))
			var want []string
			if at.want != "" {
				want = []string{at.want}
			}
			if answer.StatusCode != http.StatusOK || !slices.Equal(h.sayings, want) {
				t.Errorf("%v: got %d and %q, want %q", c.err, answer.StatusCode, h.sayings, want)
			}
		}
	}
}

func TestATapIsQueuedByItsIds(t *testing.T) {
	for value, want := range map[string]string{
		linkID + " AAAAAAAA 47":   `{"reveal":"` + linkID + `","tag":"AAAAAAAA","digits":"47"}`,
		linkID + " AAAAAAAA":      `{"reveal":"` + linkID + `","tag":"AAAAAAAA","digits":""}`,
		linkID + " AAAAAAAA 4x":   "",
		linkID + " AAAAAAAA 470":  "",
		linkID + " AAAA 47":       "",
		linkID + " AAAAAAAA 4 7":  "",
		"x AAAAAAAA 47":           "",
		"":                        "",
		strings.Repeat("x ", 999): "",
	} {
		h := newHouse(t)
		answer := h.send(interaction(h, pressed("tap_2", value), nil))
		if want == "" {
			if answer.StatusCode != http.StatusBadRequest || len(h.jobs) > 0 {
				t.Errorf("%.40q: got %d and %d jobs", value, answer.StatusCode, len(h.jobs))
			}
			continue
		}
		if answer.StatusCode != http.StatusOK || len(h.jobs) != 1 || h.jobs[0].Kind != job.Tap || string(h.jobs[0].Args) != want {
			t.Errorf("%.40q: got %d and %v, want %s", value, answer.StatusCode, h.jobs, want)
		}
	}
}
