package api

import (
	"strings"
)

// said reads what a chat method is to say.
func said(a args) (content, error) {
	c := content{Text: a.text("text"), Blocks: a.json("blocks")}
	return c, c.check(a.json("attachments"), a.text("thread_ts"))
}

func (w *Workspace) chatPostMessage(a args) (map[string]any, error) {
	c, err := w.postable(a.text("channel"))
	if err != nil {
		return nil, err
	}
	s, err := said(a)
	if err != nil {
		return nil, err
	}
	m, err := w.write(c, "", s)
	if err != nil {
		return nil, err
	}
	return map[string]any{"channel": c.ID, "ts": m.TS, "message": m.payload(w)}, nil
}

func (w *Workspace) chatPostEphemeral(a args) (map[string]any, error) {
	c, ok := w.channel(a.text("channel"))
	if !ok {
		return nil, refuse("channel_not_found", "there is no channel %q", a.text("channel"))
	}
	p, ok := w.person(a.text("user"))
	if !ok || p.Deleted || p.Stranger || !c.seenBy(p) {
		return nil, refuse("user_not_in_channel", "%q is not in %s", a.text("user"), c.ID)
	}
	s, err := said(a)
	if err != nil {
		return nil, err
	}
	m, err := w.write(c, p.ID, s)
	if err != nil {
		return nil, err
	}
	return map[string]any{"message_ts": m.TS}, nil
}

// chatUpdate changes a message of the app. Blocks that are not given stay only if no text is given either.
func (w *Workspace) chatUpdate(a args) (map[string]any, error) {
	m, err := w.own(a.text("channel"), a.text("ts"), "cant_update_message")
	if err != nil {
		return nil, err
	}
	s := content{Text: a.text("text"), Blocks: a.json("blocks")}
	if s.Text == "" && s.Blocks == nil {
		s = content{Text: m.Text, Blocks: m.Blocks}
	}
	if err := s.check(a.json("attachments"), ""); err != nil {
		return nil, err
	}
	next := *m
	next.Text, next.Blocks, next.Edited = s.Text, s.Blocks, w.nextTS()
	if err := w.commit(record{Message: &next}); err != nil {
		return nil, err
	}
	return map[string]any{"channel": next.Channel, "ts": next.TS, "text": next.Text, "message": next.payload(w)}, nil
}

func (w *Workspace) chatDelete(a args) (map[string]any, error) {
	m, err := w.own(a.text("channel"), a.text("ts"), "cant_delete_message")
	if err != nil {
		return nil, err
	}
	if err := w.commit(record{Deleted: []place{m.place()}}); err != nil {
		return nil, err
	}
	return map[string]any{"channel": m.Channel, "ts": m.TS}, nil
}

func (w *Workspace) chatGetPermalink(a args) (map[string]any, error) {
	m, err := w.lasting(a.text("channel"), a.text("message_ts"))
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"channel":   m.Channel,
		"permalink": "https://local.slack.com/archives/" + m.Channel + "/p" + strings.Replace(m.TS, ".", "", 1),
	}, nil
}

// own is a lasting message of the app, or the refusal that is Slack's for those of others.
func (w *Workspace) own(channel, ts, others string) (*message, error) {
	m, err := w.lasting(channel, ts)
	if err == nil && m.User != BotUserID {
		err = refuse(others, "%s in %s is not the app's", ts, channel)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// lasting is a message that is not ephemeral: those are out of the methods' reach. A person's id stands for no channel here.
func (w *Workspace) lasting(channel, ts string) (*message, error) {
	if _, ok := w.channel(channel); !ok {
		return nil, refuse("channel_not_found", "there is no channel %q", channel)
	}
	m, ok := w.message(place{channel, ts})
	if !ok || m.To != "" {
		return nil, refuse("message_not_found", "there is no message %s in %s", ts, channel)
	}
	return m, nil
}
