package api

import (
	"encoding/json"
	"net/http"
)

// screen is what a person sees, as the app sent it.
type screen struct {
	Messages []shownMessage `json:"messages"` // oldest first
	Views    []shownView    `json:"views"`    // topmost last
	Home     *shownView     `json:"home"`     // null before the app publishes it
}

type shownMessage struct {
	TS        string          `json:"ts"`
	Channel   string          `json:"channel"`
	User      string          `json:"user"`
	Text      string          `json:"text"`
	Blocks    json.RawMessage `json:"blocks"` // [] where there are none
	Ephemeral bool            `json:"ephemeral"`
}

type shownView struct {
	ID   string          `json:"id"`
	Hash string          `json:"hash"`
	View json.RawMessage `json:"view"`
}

// serveScreen shows what a person sees, also to one who has left.
func (w *Workspace) serveScreen(rw http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("person")
	w.mu.Lock()
	p, ok := w.person(id)
	var s screen
	if ok {
		s = w.screen(p)
	}
	w.mu.Unlock()
	if !ok {
		writeRefusal(rw, http.StatusBadRequest, refuse("user_not_found", "there is no person %q", id))
		return
	}
	writeJSON(rw, http.StatusOK, s)
}

func (w *Workspace) screen(p *person) screen {
	s := screen{Messages: []shownMessage{}, Views: []shownView{}}
	for _, m := range w.messages {
		if !w.sees(p, m) {
			continue
		}
		blocks := m.Blocks
		if blocks == nil {
			blocks = json.RawMessage("[]")
		}
		s.Messages = append(s.Messages, shownMessage{
			TS: m.TS, Channel: m.Channel, User: m.User, Text: m.Text, Blocks: blocks, Ephemeral: m.To != "",
		})
	}
	for _, id := range w.stacks[p.ID] {
		v := w.views[id]
		s.Views = append(s.Views, shownView{ID: v.ID, Hash: v.Hash, View: v.Sent})
	}
	if v, ok := w.views[w.homes[p.ID]]; ok {
		s.Home = &shownView{ID: v.ID, Hash: v.Hash, View: v.Sent}
	}
	return s
}

// sees says whether a person sees a message.
func (w *Workspace) sees(p *person, m *message) bool {
	c, ok := w.channel(m.Channel)
	return ok && c.seenBy(p) && (m.To == "" || m.To == p.ID)
}
