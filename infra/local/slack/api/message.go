package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
)

// maxText is how many characters a message's text may have. Slack cuts a longer one, or says msg_too_long: here it is refused.
const maxText = 40_000

// message is what stands in a channel.
type message struct {
	TS      string
	Channel string
	User    string // the author
	To      string `json:",omitempty"` // of an ephemeral message, the one who sees it
	Text    string
	Blocks  json.RawMessage   `json:",omitempty"` // as the app sent them
	Edited  string            `json:",omitempty"` // the ts of the last change by chat.update
	States  map[string]values `json:",omitempty"` // what each person has chosen in it
}

func (m *message) place() place { return place{m.Channel, m.TS} }

// finished is the message's blocks as Slack sends them.
func (m *message) finished() []map[string]any { return blockkit.Finish(m.Blocks, m.TS+m.Edited) }

// content is what an app says in a message.
type content struct {
	Text   string
	Blocks json.RawMessage // nil where it says none
}

// check refuses what Slack does. That legacy attachments and threads are refused is this simulator's.
func (c *content) check(attachments json.RawMessage, thread string) error {
	if len(attachments) > 0 && string(attachments) != "[]" && string(attachments) != "null" {
		return invalid("attachments are not played here")
	}
	if thread != "" {
		return invalid("threads are not played here")
	}
	if utf8.RuneCountInString(c.Text) > maxText {
		return refuse("msg_too_long", "the text has more than %d characters", maxText)
	}
	if string(c.Blocks) == "null" {
		c.Blocks = nil
	}
	if c.Blocks != nil {
		if !json.Valid(c.Blocks) || c.Blocks[0] != '[' {
			return refuse("invalid_blocks_format", "the blocks are no JSON array")
		}
		if problems := blockkit.CheckBlocks(c.Blocks); len(problems) > 0 {
			r := invalid(sentences(problems)...)
			r.Code, r.More = "invalid_blocks", map[string]any{"errors": r.Messages}
			return r
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, c.Blocks); err != nil {
			return fmt.Errorf("compact the blocks: %w", err)
		}
		c.Blocks = compact.Bytes()
	}
	if strings.TrimSpace(c.Text) == "" && !c.hasBlocks() {
		return refuse("no_text", "there is neither text nor blocks")
	}
	return nil
}

func (c *content) hasBlocks() bool { return len(c.Blocks) > len("[]") }

func sentences(problems []blockkit.Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.String())
	}
	return all
}

// nextTS is a ts that no message has: now, or just after the latest message.
func (w *Workspace) nextTS() string {
	at := w.now().UnixMicro()
	for {
		if ts := fmt.Sprintf("%d.%06d", at/1e6, at%1e6); at > w.lastTS || !w.taken(ts) {
			return ts
		}
		at++
	}
}

func (w *Workspace) taken(ts string) bool {
	for _, m := range w.messages {
		if m.TS == ts {
			return true
		}
	}
	return false
}

func microseconds(ts string) int64 {
	n, err := strconv.ParseInt(strings.Replace(ts, ".", "", 1), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// write puts a message of the app into a channel, for one person only where to is not empty.
func (w *Workspace) write(c channel, to string, said content) (*message, error) {
	m := &message{TS: w.nextTS(), Channel: c.ID, User: BotUserID, To: to, Text: said.Text, Blocks: said.Blocks}
	return m, w.commit(record{Message: m})
}

// payload is the message as Slack sends it to the app.
func (m *message) payload(w *Workspace) map[string]any {
	p := map[string]any{"type": "message", "user": m.User, "ts": m.TS, "text": m.Text, "team": w.options.TeamID}
	if m.User == BotUserID {
		p["bot_id"], p["app_id"], p["blocks"] = BotID, AppID, m.finished()
		p["bot_profile"] = map[string]any{
			"id": BotID, "app_id": AppID, "name": "apppass", "deleted": false, "updated": 0, "team_id": w.options.TeamID,
		}
	}
	if m.Edited != "" {
		p["edited"] = map[string]any{"user": m.User, "ts": m.Edited}
	}
	return p
}

// escaped is what a person typed as messages carry it: & < > are control characters there.
func escaped(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}
