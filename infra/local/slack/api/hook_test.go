package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

// respond posts to a response_url with slack-go.
func (w *world) respond(url string, options ...slack.MsgOption) error {
	_, _, err := w.slack.PostMessage("", append([]slack.MsgOption{slack.MsgOptionResponseURL(url, "")}, options...)...)
	return err
}

func says(s string) slack.MsgOption { return slack.MsgOptionText(s, false) }

// listed makes the app answer Alice's command with an ephemeral message with a button, and Alice click it.
func listed(w *world) (ts, responseURL string) {
	w.Helper()
	w.acks(obj{"text": "Yours", "blocks": []any{actions("a", button("revoke", nil))}})
	w.ok("/api/type", obj{"person": "UALICE", "text": "/apppass list"})
	w.acks(nil)
	ts = w.latest("UALICE")
	w.ok("/api/click", obj{"person": "UALICE", "surface": ts, "action_id": "revoke"})
	return ts, w.callback().ResponseURL
}

func TestResponseURLChangesTheMessageThatWasClicked(t *testing.T) {
	w := start(t, nil)
	ts, url := listed(w)
	if err := w.respond(url, says("Revoked"), slack.MsgOptionReplaceOriginal(url)); err != nil {
		t.Fatal(err)
	}
	if s := w.screen("UALICE").Messages; len(s) != 1 || s[0].TS != ts || s[0].Text != "Revoked" || len(s[0].Blocks) != 0 || !s[0].Ephemeral {
		t.Errorf("replaced: Alice sees %+v", s)
	}
	if err := w.respond(url, says("By the way")); err != nil {
		t.Fatal(err)
	}
	if s := w.screen("UALICE").Messages; len(s) != 2 || !s[1].Ephemeral || s[1].Channel != "DALICE" {
		t.Errorf("added: Alice sees %+v", s)
	}
	if err := w.respond(url, slack.MsgOptionDeleteOriginal(url)); err != nil {
		t.Fatal(err)
	}
	if s := w.screen("UALICE").Messages; len(s) != 1 || s[0].Text != "By the way" {
		t.Errorf("deleted: Alice sees %+v", s)
	}
	if err := w.respond(url, slack.MsgOptionDeleteOriginal(url)); err == nil {
		t.Error("deleted again: want an error")
	}
}

func TestResponseURLWorksFiveTimesWithinThirtyMinutes(t *testing.T) {
	w := start(t, nil)
	_, url := listed(w)
	var failed slack.StatusCodeError
	if err := w.respond(url, slack.MsgOptionText("", false)); !asError(err, &failed) || failed.Code != http.StatusBadRequest {
		t.Errorf("nothing to say: got %v, want 400, and no use counted", err)
	}
	for n := range 5 {
		if err := w.respond(url, says("x")); err != nil {
			t.Fatalf("use %d: %v", n+1, err)
		}
	}
	if err := w.respond(url, says("x")); !asError(err, &failed) || failed.Code != http.StatusNotFound {
		t.Errorf("the sixth use: got %v, want 404", err)
	}
	_, url = listed(w)
	w.done("/api/clock", obj{"advance": "30m"})
	if err := w.respond(url, says("x")); !asError(err, &failed) || failed.Code != http.StatusNotFound {
		t.Errorf("after 30 minutes: got %v, want 404", err)
	}
	if err := w.respond(w.url+"/hooks/actions/TLOCAL/NONE", says("x")); !asError(err, &failed) || failed.Code != http.StatusNotFound {
		t.Errorf("one that never was: got %v, want 404", err)
	}
}

func TestWhatAResponseURLRefuses(t *testing.T) {
	w := start(t, nil)
	_, url := listed(w)
	for name, c := range map[string]struct{ body, want string }{
		"no JSON":           {"text=x", "invalid_payload"},
		"an unknown type":   {`{"response_type":"loud","text":"x"}`, "invalid_arguments"},
		"wrong blocks":      {`{"text":"x","blocks":[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]}`, "invalid_blocks"},
		"an endless text":   {`{"text":"` + strings.Repeat("x", 40_001) + `"}`, "msg_too_long"},
		"an attachment":     {`{"attachments":[{"text":"x"}]}`, "invalid_arguments"},
		"neither of either": {`{}`, "no_text"},
	} {
		var got answer
		if status := w.do(http.MethodPost, strings.TrimPrefix(url, w.url), c.body, &got); status != http.StatusBadRequest || got.Error != c.want {
			t.Errorf("%s: got %d %+v, want 400 %s", name, status, got, c.want)
		}
	}
	w.ok("/api/faults", obj{"target": "slack", "operation": "response_url", "kind": "throttle"})
	var limited *slack.RateLimitedError
	if err := w.respond(url, says("x")); !asError(err, &limited) {
		t.Errorf("got %v, want a rate limit", err)
	}
}

func TestACommandsResponseURLHasNoOriginal(t *testing.T) {
	w := start(t, nil)
	w.ok("/api/type", obj{"person": "UALICE", "text": "/apppass list", "channel": "CGENERAL"})
	c, err := slack.SlashCommandParse(w.last().form())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.respond(c.ResponseURL, says("new"), slack.MsgOptionReplaceOriginal(c.ResponseURL)); err != nil {
		t.Error(err)
	}
	if err := w.respond(c.ResponseURL, slack.MsgOptionDeleteOriginal(c.ResponseURL)); err == nil {
		t.Error("want an error: there is nothing to delete")
	}
	if s := w.screen("UALICE").Messages; len(s) != 1 || !s[0].Ephemeral || s[0].Channel != "CGENERAL" {
		t.Errorf("Alice sees %+v", s)
	}
}
