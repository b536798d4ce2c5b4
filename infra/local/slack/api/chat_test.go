package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/infra/local/slack/api"
)

func TestMessages(t *testing.T) {
	w := start(t, nil)
	text := func(s string) slack.MsgOption { return slack.MsgOptionText(s, false) }
	channel, ts, err := w.slack.PostMessage("UALICE", text("Hello"), slack.MsgOptionBlocks(slack.NewDividerBlock()), slack.MsgOptionDisableLinkUnfurl())
	if err != nil {
		t.Fatal(err)
	}
	if s := w.screen("UALICE").Messages; channel != "DALICE" || len(s) != 1 || s[0].TS != ts || s[0].Text != "Hello" || len(s[0].Blocks) != 1 {
		t.Errorf("got %s; Alice sees %+v", channel, s)
	}
	if _, _, _, err := w.slack.UpdateMessage(channel, ts, text("Bye")); err != nil {
		t.Fatal(err)
	}
	if s := w.screen("UALICE").Messages; len(s) != 1 || s[0].TS != ts || s[0].Text != "Bye" || len(s[0].Blocks) != 0 {
		t.Errorf("after an update with text alone, Alice sees %+v", s)
	}
	if link, err := w.slack.GetPermalink(&slack.PermalinkParameters{Channel: channel, Ts: ts}); err != nil || !strings.HasSuffix(link, "/DALICE/p"+strings.Replace(ts, ".", "", 1)) {
		t.Errorf("got %s, %v", link, err)
	}
	whispered, err := w.slack.PostEphemeral(api.General, "UALICE", text("Psst"))
	if err != nil {
		t.Fatal(err)
	}
	if s := w.screen("UALICE").Messages; len(s) != 2 || s[1].TS != whispered || !s[1].Ephemeral {
		t.Errorf("Alice sees %+v", s)
	}
	if s := w.screen("UBOB").Messages; len(s) != 0 {
		t.Errorf("Bob sees %+v", s)
	}
	posted := w.ok("/api/post", obj{"person": "UBOB", "channel": "CGENERAL", "text": "mine"}).TS
	w.ok("/api/people", obj{"id": "UCAROL", "deleted": true})

	for _, c := range []struct {
		method string
		in     obj
		want   string
	}{
		{"chat.postMessage", obj{"text": "x"}, "invalid_arguments"},
		{"chat.postMessage", obj{"channel": "CNONE", "text": "x"}, "channel_not_found"},
		{"chat.postMessage", obj{"channel": "UNOBODY", "text": "x"}, "channel_not_found"},
		{"chat.postMessage", obj{"channel": "UCAROL", "text": "x"}, "channel_not_found"},
		{"chat.postMessage", obj{"channel": "UALICE"}, "no_text"},
		{"chat.postMessage", obj{"channel": "UALICE", "blocks": []any{}}, "no_text"},
		{"chat.postMessage", obj{"channel": "UALICE", "text": strings.Repeat("ä", 40_001)}, "msg_too_long"},
		{"chat.postMessage", obj{"channel": "UALICE", "blocks": "no JSON"}, "invalid_blocks_format"},
		{"chat.postMessage", obj{"channel": "UALICE", "blocks": obj{}}, "invalid_blocks_format"},
		{"chat.postMessage", obj{"channel": "UALICE", "blocks": []any{obj{"type": "alert", "text": plain("x")}}}, "invalid_blocks"},
		{"chat.postMessage", obj{"channel": "UALICE", "text": "x", "thread_ts": ts}, "invalid_arguments"},
		{"chat.postMessage", obj{"channel": "UALICE", "text": "x", "attachments": []any{obj{"text": "x"}}}, "invalid_arguments"},
		{"chat.postEphemeral", obj{"channel": "CNONE", "user": "UALICE", "text": "x"}, "channel_not_found"},
		{"chat.postEphemeral", obj{"channel": "DALICE", "user": "UBOB", "text": "x"}, "user_not_in_channel"},
		{"chat.postEphemeral", obj{"channel": "DALICE", "user": "UALICE"}, "no_text"},
		{"chat.update", obj{"channel": channel, "ts": "1.000000", "text": "x"}, "message_not_found"},
		{"chat.update", obj{"channel": "UALICE", "ts": ts, "text": "x"}, "channel_not_found"},
		{"chat.update", obj{"channel": api.General, "ts": whispered, "text": "x"}, "message_not_found"},
		{"chat.update", obj{"channel": api.General, "ts": posted, "text": "x"}, "cant_update_message"},
		{"chat.update", obj{"channel": channel, "ts": ts, "text": strings.Repeat("x", 40_001)}, "msg_too_long"},
		{"chat.delete", obj{"channel": api.General, "ts": posted}, "cant_delete_message"},
		{"chat.delete", obj{"channel": channel, "ts": "1.000000"}, "message_not_found"},
		{"chat.getPermalink", obj{"channel": channel, "message_ts": "1.000000"}, "message_not_found"},
		{"conversations.open", obj{"users": "UALICE"}, "missing_scope"},
		{"conversations.info", obj{"channel": api.General}, "missing_scope"},
		{"files.upload", obj{}, "unknown_method"},
		{"users.list", obj{"limit": -1}, "invalid_arguments"},
	} {
		if out := w.method(c.method, c.in); out["error"] != c.want || out["ok"] != false {
			t.Errorf("%s %.80v: got %v, want %s", c.method, c.in, out, c.want)
		}
	}
	if _, _, err := w.slack.DeleteMessage(channel, ts); err != nil {
		t.Fatal(err)
	}
	if s := w.screen("UALICE").Messages; len(s) != 2 {
		t.Errorf("Alice sees %+v, want the ephemeral one and Bob's", s)
	}
}

func TestNoTwoMessagesShareATimestamp(t *testing.T) {
	w := start(t, nil)
	at := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	seen := map[string]bool{}
	for range 50 {
		w.clock.Set(at)
		_, ts, err := w.slack.PostMessage("UALICE", says("x"))
		if err != nil {
			t.Fatal(err)
		}
		if seen[ts] || !strings.HasPrefix(ts, "1796112000.") {
			t.Errorf("got %s again, or of another time", ts)
		}
		seen[ts] = true
	}
	if s := w.screen("UALICE").Messages; len(s) != 50 {
		t.Errorf("Alice sees %d messages, want 50", len(s))
	}
}

func TestRefusalsSayWhatIsWrongWhere(t *testing.T) {
	w := start(t, nil)
	_, _, err := w.slack.PostMessage("UALICE", slack.MsgOptionBlocks(slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", strings.Repeat("x", 151), false, false))))
	var refused slack.SlackErrorResponse
	if !asError(err, &refused) || refused.Err != "invalid_blocks" || len(refused.ResponseMetadata.Messages) != 1 ||
		refused.ResponseMetadata.Messages[0] != "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]" {
		t.Errorf("got %#v", err)
	}
}

func TestConversations(t *testing.T) {
	w := start(t, func(o *api.Options) { o.Scopes = []string{"im:write", "channels:read"} })
	c, _, _, err := w.slack.OpenConversation(&slack.OpenConversationParameters{Users: []string{"UALICE"}, ReturnIM: true})
	if err != nil || c.ID != "DALICE" || !c.IsIM || c.User != "UALICE" {
		t.Errorf("got %+v, %v", c, err)
	}
	if c, err := w.slack.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: api.General}); err != nil || c.Name != "general" || !c.IsMember {
		t.Errorf("got %+v, %v", c, err)
	}
	w.ok("/api/people", obj{"id": "UCAROL", "deleted": true})
	for _, c := range []struct {
		method string
		in     obj
		want   any
	}{
		{"conversations.open", obj{"channel": "DALICE"}, nil},
		{"conversations.open", obj{"channel": api.General}, "channel_not_found"},
		{"conversations.open", obj{}, "users_list_not_supplied"},
		{"conversations.open", obj{"users": "UALICE,UBOB"}, "invalid_arguments"},
		{"conversations.open", obj{"users": "UNOBODY"}, "user_not_found"},
		{"conversations.open", obj{"users": "UCAROL"}, "user_disabled"},
		{"conversations.info", obj{"channel": "CNONE"}, "channel_not_found"},
		{"conversations.info", obj{"channel": "DALICE"}, "missing_scope"},
		{"chat.postMessage", obj{"channel": "UALICE", "text": "x"}, "missing_scope"},
		{"users.info", obj{"user": "UALICE"}, "missing_scope"},
	} {
		if out := w.method(c.method, c.in); out["error"] != c.want {
			t.Errorf("%s %v: got %v, want %v", c.method, c.in, out, c.want)
		}
	}
}
