package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"mime"
	"slices"
	"strings"
	"unicode"
)

type typed struct {
	Person string `json:"person"`
	Text   string `json:"text"`
	// Channel is where; empty is the direct messages with the app.
	Channel string `json:"channel"`
}

// typeText sends what a person typed: a slash command to the app, anything else as a message.
func (w *Workspace) typeText(ctx context.Context, in typed) (answer, error) {
	if !strings.HasPrefix(in.Text, "/") {
		return w.post(ctx, in)
	}
	name, text := in.Text, ""
	if i := strings.IndexFunc(in.Text, unicode.IsSpace); i >= 0 {
		name, text = in.Text[:i], strings.TrimSpace(in.Text[i:])
	}
	l, h, triggerID, err := w.commanded(in, name, text)
	if err != nil {
		return answer{}, err
	}
	a, err := acked(w.deliver(ctx, l))
	if err != nil {
		return answer{}, err
	}
	a.TriggerID = triggerID
	if a.OK {
		if err := w.answered(h, a.Ack); err != nil {
			return answer{}, withAck(err, a.Ack)
		}
	}
	return a, nil
}

// commanded makes the slash command's request, and says where its answer goes.
func (w *Workspace) commanded(in typed, name, text string) (l letter, h hook, triggerID string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, c, err := w.standing(in)
	if err != nil {
		return letter{}, hook{}, "", err
	}
	if !slices.Contains(w.options.Commands, name) {
		return letter{}, hook{}, "", refuse("invalid_command", "%s is not a valid command", name)
	}
	h = hook{Person: p.ID, Channel: c.ID}
	responseURL, err := w.newHook("commands", h)
	if err != nil {
		return letter{}, hook{}, "", err
	}
	triggerID = w.newTrigger(p.ID, "")
	return w.command(p, c, name, text, responseURL, triggerID), h, triggerID, nil
}

// standing is who types, and where.
func (w *Workspace) standing(in typed) (*person, channel, error) {
	p, err := w.acting(in.Person)
	if err != nil {
		return nil, channel{}, err
	}
	if in.Channel == "" {
		return p, direct(p), nil
	}
	c, err := w.postable(in.Channel)
	if err == nil && !c.seenBy(p) {
		err = refuse("channel_not_found", "%s does not see %s", p.ID, c.ID)
	}
	return p, c, err
}

// answered shows what the app answered to a slash command: nothing, a message as for a response_url, or, where the
// Content-Type is not that of JSON, whatever it is as text.
func (w *Workspace) answered(h hook, a *ack) error {
	body := bytes.TrimSpace(a.Body)
	if len(body) == 0 {
		return nil
	}
	said := response{Text: string(body)}
	if kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type")); kind == "application/json" {
		said = response{}
		if err := json.Unmarshal(body, &said); err != nil {
			return refuse("invalid_payload", "read the ack: %v", err)
		}
	}
	c, err := said.content()
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.commit(record{Message: &message{
		TS: w.nextTS(), Channel: h.Channel, User: BotUserID, To: said.to(h.Person), Text: c.Text, Blocks: c.Blocks,
	}})
}

// withAck says that it is the ack that was refused.
func withAck(err error, a *ack) error {
	var r *refusal
	if errors.As(err, &r) {
		r.Ack = a
	}
	return err
}

// post writes a person's message. The app hears of it where it is in the channel and may read it.
func (w *Workspace) post(ctx context.Context, in typed) (answer, error) {
	w.mu.Lock()
	m, l, err := w.posted(in)
	w.mu.Unlock()
	if err != nil {
		return answer{}, err
	}
	a := answer{OK: true}
	if l.path != "" {
		if a, err = acked(w.deliver(ctx, l)); err != nil {
			return answer{}, err
		}
	}
	a.TS, a.Channel = m.TS, m.Channel
	return a, nil
}

func (w *Workspace) posted(in typed) (*message, letter, error) {
	p, c, err := w.standing(in)
	if err != nil {
		return nil, letter{}, err
	}
	s := content{Text: escaped(in.Text)}
	if err := s.check(nil, ""); err != nil {
		return nil, letter{}, err
	}
	m := &message{TS: w.nextTS(), Channel: c.ID, User: p.ID, Text: s.Text}
	if err := w.commit(record{Message: m}); err != nil {
		return nil, letter{}, err
	}
	if c.Person != nil || !w.granted("channels:history") {
		return m, letter{}, nil
	}
	l, err := w.event("message", map[string]any{
		"client_msg_id": strings.ToLower(rand.Text()), "user": p.ID, "text": m.Text, "ts": m.TS, "team": w.options.TeamID,
		"channel": c.ID, "channel_type": "channel",
		"blocks": []any{map[string]any{"type": "rich_text", "block_id": rand.Text()[:5], "elements": []any{
			map[string]any{"type": "rich_text_section", "elements": []any{map[string]any{"type": "text", "text": in.Text}}},
		}}},
	})
	return m, l, err
}
