package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// maxWait is how long GET /api/changes waits for a change, in real time.
const maxWait = 25 * time.Second

// front is what the client of a person shows: their screen as Slack's clients get it, with every id filled in and with what is
// chosen in each element, and what is around it.
type front struct {
	People   []person      `json:"people"`
	Messages []fullMessage `json:"messages"` // oldest first
	Views    []fullView    `json:"views"`    // topmost last
	Home     *fullView     `json:"home"`     // null before the app publishes it
	// Latest is the ts of the latest message that the app wrote to each person, ephemeral ones included.
	Latest map[string]string `json:"latest"`
}

type fullMessage struct {
	shownMessage
	Blocks []map[string]any `json:"blocks"`
	State  values           `json:"state"` // as state.values of a payload
	Edited bool             `json:"edited"`
}

type fullView struct {
	ID    string         `json:"id"`
	Hash  string         `json:"hash"`
	View  map[string]any `json:"view"`
	State values         `json:"state"`
}

// changes is a front, the version by which to ask for the next one, and the stack's present, which is no part of the version.
type changes struct {
	Version string    `json:"version"`
	Now     time.Time `json:"now"`
	front
}

// serveChanges answers GET /api/changes?person=&since=: at once if since is not the version of what the person sees, else when
// it no longer is; as it stands, when the clock is moved or after [maxWait]. A version says what is seen, so it outlives a restart.
func (w *Workspace) serveChanges(rw http.ResponseWriter, r *http.Request) {
	id, since := r.URL.Query().Get("person"), r.URL.Query().Get("since")
	waited := time.NewTimer(maxWait)
	defer waited.Stop()
	moved := w.options.Clock.Moved()
	for last := false; ; {
		c, next, err := w.changes(id)
		if err != nil {
			writeRefusal(rw, http.StatusBadRequest, err)
			return
		}
		if last || c.Version != since {
			writeJSON(rw, http.StatusOK, c)
			return
		}
		select {
		case <-next:
		case <-moved:
			last = true
		case <-waited.C:
			last = true
		case <-w.closing.Done():
			last = true
		case <-r.Context().Done():
			return
		}
	}
}

// changes is what a person's client shows now, and a channel that is closed at the next change of anything.
func (w *Workspace) changes(id string) (changes, <-chan struct{}, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.person(id)
	if !ok {
		return changes{}, nil, refuse("user_not_found", "there is no person %q", id)
	}
	c := changes{Now: w.now().UTC(), front: w.front(p)}
	seen, err := marshal(c.front)
	if err != nil {
		return changes{}, nil, fmt.Errorf("name what %s sees: %w", id, err)
	}
	sum := sha256.Sum256(seen)
	c.Version = hex.EncodeToString(sum[:8])
	return c, w.stirred, nil
}

// front is what a person's client shows. The caller holds the lock.
func (w *Workspace) front(p *person) front {
	f := front{People: []person{}, Messages: []fullMessage{}, Views: []fullView{}, Latest: map[string]string{}}
	for _, other := range w.people {
		f.People = append(f.People, *other)
	}
	for _, m := range w.messages {
		if m.User == BotUserID {
			for _, other := range w.people {
				if w.sees(other, m) {
					f.Latest[other.ID] = max(f.Latest[other.ID], m.TS)
				}
			}
		}
		if w.sees(p, m) {
			blocks := m.finished()
			f.Messages = append(f.Messages, fullMessage{
				shownMessage: shownMessage{TS: m.TS, Channel: m.Channel, User: m.User, Text: m.Text, Ephemeral: m.To != ""},
				Blocks:       blocks, State: current(blocks, m.States[p.ID]), Edited: m.Edited != "",
			})
		}
	}
	for _, id := range w.stacks[p.ID] {
		f.Views = append(f.Views, w.views[id].full())
	}
	if v, ok := w.views[w.homes[p.ID]]; ok {
		home := v.full()
		f.Home = &home
	}
	return f
}

// full is the view as it was sent, with the ids that its app left out.
func (v *view) full() fullView {
	var sent map[string]any
	if err := json.Unmarshal(v.Sent, &sent); err != nil {
		panic(fmt.Sprintf("a view that was checked can't be read: %v", err))
	}
	blocks := v.finished()
	sent["blocks"] = blocks
	return fullView{ID: v.ID, Hash: v.Hash, View: sent, State: current(blocks, v.State)}
}

// stir tells who waits that something has changed. The caller holds the lock.
func (w *Workspace) stir() {
	close(w.stirred)
	w.stirred = make(chan struct{})
}
